"""The dispersion strip: where terms stand over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.drawing.axes import date_axis, entitle, name_axis, to_days, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import GREY, new_axes, text_colour
from octadisc.errors import NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.terms.groups import MISSING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.spread.dispersion import Dispersion

__all__ = ["plot_dispersion"]

_COLOUR = "#0072B2"
_MOST_ROWS = 20
_DEFAULT_TERMS = 10
_NAMED = ("release", "issuer", "year", "quarter", "month", "week")
_DENSE = 300  # ticks in a row from which on they are drawn lighter


def plot_dispersion(
    dispersion: Dispersion, ax: Axes | None, *, term: str | Sequence[str] | None, group: str | None
) -> Axes:
    """Draw a strip: a row an issuer for one term, a row a term for several."""
    frame, mine, which = _one_group(dispersion, group)
    if term is None:
        term = list(frame["term"].head(_DEFAULT_TERMS))
    terms = [term] if isinstance(term, str) else [str(one) for one in term]
    counts = dispersion.basis.counts
    place = {name: i for i, name in enumerate(counts.terms)}
    for one in terms:
        if one not in place:
            raise UnknownNameError(f"There is no term {one!r}.{did_you_mean(one, place)}")
    releases = counts.releases
    dated = mine & releases["date"].notna().to_numpy(bool)
    if not dated.any():
        raise NotEnoughDataError("No release has a date. Nothing can be drawn over time.")
    days = to_days(releases["date"])
    hits = [np.asarray(counts.matrix[:, [place[one]]].todense()).ravel() > 0 for one in terms]
    if len(terms) == 1:
        names, rows = _issuers(releases["issuer"], dated)
        marked = [(row & hits[0], row) for row in rows]
    else:
        names, marked = terms, [(one & dated, dated) for one in hits]
    ax = new_axes(ax, width="double", height=min(170.0, 24.0 + 5.5 * len(names)))
    for y, (found, there) in enumerate(marked):
        _draw_row(ax, y, days[found], days[there])
    name_axis(ax, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    date_axis(ax, releases["date"][dated])
    _note_rows(ax, terms, names, [int(found.sum()) for found, _ in marked], frame["group"], dispersion)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    notes = "tick: a release with it; grey: from first to last release" + which
    undated = int((mine & ~dated & np.logical_or.reduce(hits)).sum())
    ax.set_xlabel(notes + (f"; without {undated:,} undated" if undated else ""))
    rows_of, over = frame.set_index("term"), dispersion.spec.parameters["over"]
    parts = f"{over}s" if isinstance(over, str) and over in _NAMED else "parts"
    if len(terms) == 1:
        entitle(ax, f"{wrapped(terms[0], 30, 1)}: {_words(rows_of, terms[0], parts)}", letters=110)
    else:
        for y, one in enumerate(terms):
            _beside(ax, y, _short(rows_of, one))
        _beside(ax, -0.75, "DP (by chance)")
    return ax


def _one_group(dispersion: Dispersion, group: str | None) -> tuple[pd.DataFrame, npt.NDArray[np.bool_], str]:
    """Give a group's rows and releases (the largest group by default), and what to say of it."""
    basis = dispersion.basis
    known = list(dispersion.frame["group"].unique())
    if group is None:
        group = dispersion.frame.groupby("group", sort=False)["count"].sum().idxmax()
    if group not in known:
        raise UnknownNameError(f"There is no group {group!r}.{did_you_mean(str(group), known)}")
    frame = dispersion.frame[dispersion.frame["group"] == group]
    inside = (basis.group == basis.groups.index(group)) & (basis.part >= 0)
    note = f"; {group}, of {len(known)} groups" if len(known) > 1 else ""
    return frame, inside & (basis.counts.release_weights > 0), note


def _issuers(issuer: pd.Series, dated: npt.NDArray[np.bool_]) -> tuple[list[str], list[Any]]:
    """Give the issuers with most releases, those without a name and the small ones together last."""
    names = issuer.fillna(MISSING).astype("str")
    sizes = names[dated].value_counts()
    order = sorted(sizes.index, key=lambda one: (one == MISSING, -sizes[one], one))
    kept = order if len(order) <= _MOST_ROWS else order[: _MOST_ROWS - 1]
    rows = [dated & (names == one).to_numpy(bool) for one in kept]
    if len(kept) == len(order):
        return kept, rows
    return [*kept, f"other ({len(order) - len(kept):,})"], [*rows, dated & ~names.isin(kept).to_numpy(bool)]


def _draw_row(ax: Axes, y: int, found: Any, there: Any) -> None:
    if there.size:
        ax.hlines(y, there.min(), there.max(), color=GREY, lw=0.6, alpha=0.7, zorder=1)
    days = np.unique(found)
    alpha = 0.75 if days.size <= _DENSE else max(0.25, 0.75 * _DENSE / days.size)
    ax.vlines(days, y - 0.32, y + 0.32, color=_COLOUR, lw=0.6, alpha=alpha, zorder=2)


def _note_rows(
    ax: Axes, terms: list[str], names: list[str], n: list[int], groups: pd.Series, dispersion: Dispersion
) -> None:
    """Note each row: its term, and its issuer if rows are issuers and terms were spread over them."""
    by_issuer = len(terms) == 1 and dispersion.spec.parameters["over"] == "issuer"
    known = set(dispersion.basis.parts) if by_issuer else set()
    keys: list[dict[str, Any]] = []
    for place, name in enumerate(names):
        key: dict[str, Any] = {"term": terms[0] if len(terms) == 1 else terms[place], "group": groups.iloc[0]}
        keys.append({**key, "part": name} if name in known else key)
    says = [say_number([name, "releases"], number) for name, number in zip(names, n, strict=True)]
    low, high = ax.get_xlim()
    note_elements(ax, keys, says, (low + high) / 2, np.arange(len(names)), width=high - low, height=0.8)


def _words(frame: pd.DataFrame, term: str, parts: str) -> str:
    if term not in frame.index:
        return "not in this group"
    row = frame.loc[term]
    text = f"{row['count']:,.10g} times, in {row['range']:,} of {row['parts']:,} {parts}"
    if row["note"]:
        return f"{text}; not enough data"
    return f"{text}; DP {row['dp']:.2f} (by chance {row['expected_dp']:.2f})"


def _short(frame: pd.DataFrame, term: str) -> str:
    if term not in frame.index:
        return "–"
    row = frame.loc[term]
    return "not enough data" if row["note"] else f"{row['dp']:.2f} ({row['expected_dp']:.2f})"


def _beside(ax: Axes, y: float, text: str) -> None:
    ax.annotate(
        text,
        (1.0, y),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=6.5,
        color=text_colour(GREY),
        annotation_clip=False,
    )
