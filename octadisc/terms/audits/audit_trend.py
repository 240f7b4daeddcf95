"""Trends corrected for what a query hits wrongly and misses, the correction's own uncertainty included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, OctadiscError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.misclassification import Accuracy, draw_shares, effective_size, rogan_gladen
from octadisc.terms.arguments import check_level, check_trend, check_whole, refuse_resampled
from octadisc.terms.changes.change_cases import some
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.audits.audit import Audit
    from octadisc.terms.trends import Trend

__all__ = ["CorrectedTrend", "correct_trend"]

_COLUMNS = (
    "period start end group query releases share share_low share_high corrected corrected_low corrected_high "
    "recall specificity note"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class CorrectedTrend:
    """Shares of a trend as they would be if the query hit what it should; made by `Audit.correct`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    trend : Trend
        What was corrected; :meth:`evidence` asks it.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    trend: Trend

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and period.

        Columns: period, start, end, group, query, releases, share, share_low, share_high (as hit), corrected,
        corrected_low, corrected_high, recall, specificity (that were reckoned with), note.
        """
        return self.frame.copy()

    def evidence(self, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences of the hits; what the query misses has none. See `Trend.evidence`."""
        return self.trend.evidence(self.frame["query"].iloc[0], period, group)

    def plot(self, ax: Axes | None = None, *, group: str | None = None) -> Axes:
        """Draw shares as hit and as corrected, with intervals, on one Axes; the first group by default."""
        from octadisc.terms.audits.audit_plots import plot_corrected

        return plot_corrected(self, ax, group=group)

    def __repr__(self) -> str:
        n = self.frame["period"].nunique()
        return f"CorrectedTrend({self.frame['query'].iloc[0]!r}, {some(n, 'period')})"

    def _repr_html_(self) -> str:
        numbers = [one for one in _COLUMNS if one not in ("period", "group", "query", "releases", "note")]
        head = self.frame.drop(columns=["start", "end"]).head(12)
        return show(self, head, len(self.frame), dict.fromkeys(numbers[2:], "{:.1%}"), notes=self.notes)


def correct_trend(
    audit: Audit,
    trend: Trend,
    *,
    by_period: bool = False,
    level: float = 0.95,
    n_draws: int = 4000,
    seed: int = 0,
) -> CorrectedTrend:
    """Correct a trend's shares for the recall and specificity that an audit found.

    Parameters
    ----------
    audit : Audit
        By the same groups as the trend, if the query does better in some than in others (languages, say):
        ``od.audit(…, by=…)``. Groups without data enough are corrected by the rates of all together.
    trend : Trend
        Of the same units, with the audited query.
    by_period : bool
        Whether each period is corrected by its own rates, where the audit has them (``od.audit(…, every=…)``
        with the trend's periods). Wide, and right where the words for a matter change.
    level : float
        Coverage of the intervals.
    n_draws, seed : int

    Returns
    -------
    CorrectedTrend

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If the trend is of other units or has not this query; recall is not known; or recall + specificity may
        well be no more than 1, so that the query says nothing.

    Notes
    -----
    Rogan and Gladen's: (share + specificity - 1) / (recall + specificity - 1), held within 0 and 1. It takes
    recall and specificity for the same in all periods of a group; precision cannot be, as it falls with what
    is there. Where recall drifts by .4 over ten years, 95% intervals cover in 80% of the years instead: take
    `by_period`, or a regression (`Audit.regress`), which takes nothing of the kind for granted. Intervals are
    quantiles of draws: of the share (as many independent releases as the trend's own interval is worth), and
    of recall and specificity, the same draw for all periods; so intervals of different periods are not
    independent.

    References
    ----------
    Rogan and Gladen (1978), American Journal of Epidemiology 107; Lang and Reiczigel (2014), Preventive
    Veterinary Medicine 113, whose interval holds for samples of their own for recall and specificity
    (`octadisc.statistics.misclassification.lang_reiczigel_interval`).
    """
    check_trend(trend)
    refuse_resampled(trend, "a correction")
    check_level(level)
    check_whole("n_draws", n_draws, 100)
    seed = read_seed(seed)
    name = str(audit.frame["query"].iloc[0])
    if name not in trend.basis.hits:
        raise UnknownNameError(f"The trend has no query {name!r}.{did_you_mean(name, trend.basis.hits)}")
    _check_units(audit, trend)
    if ("all", "all") not in audit.basis.draws:
        raise NotEnoughDataError(f"The audit does not tell recall. {audit.frame['note'].iloc[0]}")
    own_level = trend.basis.level
    table = trend.frame[trend.frame["query"] == name].reset_index(drop=True)
    by = trend.basis.by
    rng = np.random.default_rng(seed)
    parts, notes = [], []
    for group, part in table.groupby("group", sort=False):
        key = (str(by), str(group)) if (str(by), str(group)) in audit.basis.draws else ("all", "all")
        if key == ("all", "all") and by is not None:
            notes.append(f"{group}: corrected by the rates of all groups together.")
        own = [("period", str(one)) if by_period else key for one in part["period"]]
        keys = [one if one in audit.basis.draws else key for one in own]
        if by_period and keys.count(key):
            notes.append(
                f"Corrected by the rates of all periods together: {some(keys.count(key), 'period')}."
            )
        parts += [
            _correct(audit, part.iloc[rows], one, own_level, level, n_draws, rng)
            for one, rows in _runs(keys).items()
        ]
    frame = pd.concat(parts).sort_index().reset_index(drop=True)[_COLUMNS]
    held = int(frame["note"].str.contains("held").sum())
    if held:
        notes.append(f"In {some(held, 'row')} the correction leads out of 0 to 100% and is held there.")
    if not by_period:
        notes.append("Recall and specificity are taken for the same in all periods.")
        notes += _drifting(audit)
    parameters = {"by_period": by_period, "level": level, "n_draws": n_draws}
    spec = Spec("Audit.correct", parameters, seed, (trend.spec, audit.spec))
    return CorrectedTrend(frame, spec, tuple(notes), trend)


def _runs(keys: list[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
    """Give the numbers of the rows that are corrected by the same rates."""
    made: dict[tuple[str, str], list[int]] = {}
    for number, key in enumerate(keys):
        made.setdefault(key, []).append(number)
    return made


def _drifting(audit: Audit) -> list[str]:
    """Say in which periods the audit found another recall than in all together."""
    rows = audit.frame[audit.frame["over"] == "period"]
    whole = float(audit.frame["recall"].iloc[0])
    off = rows[(rows["recall_high"] < whole) | (rows["recall_low"] > whole)]
    if off.empty:
        return []
    said = ", ".join(f"{one.group} ({one.recall:.0%})" for one in off.head(4).itertuples())
    return [f"They are not: recall is another in {said}. Take by_period=True, or audit.regress."]


def _check_units(audit: Audit, trend: Trend) -> None:
    unit = audit.basis.coded.unit
    rows = trend.basis.tokens.corpus.frame
    of = str(rows["unit"].iloc[0]) if "unit_of" in rows else "release"
    if unit != of or len(rows) != len(audit.basis.tokens.corpus.frame):
        raise InputError(
            f"The audit is of {len(audit.basis.tokens):,} {unit}s, the trend of {len(rows):,} {of}s. "
            "Expected both of the same: track the tokens that were audited (audit.basis.tokens)."
        )


def _correct(
    audit: Audit,
    part: pd.DataFrame,
    key: tuple[str, str],
    own_level: float,
    level: float,
    n_draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    rates = audit.frame[(audit.frame["over"] == key[0]) & (audit.frame["group"] == key[1])].iloc[0]
    drawn = audit.basis.draws[key]
    chosen = rng.integers(0, np.size(drawn.recall), n_draws)
    draws = Accuracy(*(np.asarray(one)[chosen] for one in drawn))
    share = part["share"].to_numpy(float)
    size = effective_size(share, part["share_low"], part["share_high"], own_level)
    try:
        made, _ = draw_shares(share, size, draws, n_draws, rng)
        raw = rogan_gladen(share, rates["recall"], rates["specificity"])
    except OctadiscError:
        if key == ("all", "all"):
            raise
        size = np.full(share.size, np.nan)  # of a period or a group: said in its rows
        made, raw = np.full((1, share.size), np.nan), np.full(share.size, np.nan)
    low, high = _quantiles(made, level)
    value = np.clip(raw, 0.0, 1.0)
    notes = [_note(one, two, three) for one, two, three in zip(share, raw, size, strict=True)]
    unknown = np.isnan(size)
    return part[
        ["period", "start", "end", "group", "query", "releases", "share", "share_low", "share_high"]
    ].assign(
        corrected=value,
        corrected_low=np.where(unknown, np.nan, np.fmin(low, value)),
        corrected_high=np.where(unknown, np.nan, np.fmax(high, value)),
        recall=float(rates["recall"]),
        specificity=float(rates["specificity"]),
        note=pd.Series(notes, index=part.index, dtype="str"),
    )


def _quantiles(draws: Any, level: float) -> tuple[Any, Any]:
    """Give the quantiles of each column, NaN where it has no draw."""
    made = np.full((2, draws.shape[1]), np.nan)
    known = np.isfinite(draws).any(axis=0)
    made[:, known] = np.nanquantile(draws[:, known], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return made[0], made[1]


def _note(share: float, raw: float, size: float) -> str:
    if np.isnan(share):
        return "No releases."
    if np.isnan(size):
        return "Not enough data: neither the trend nor the audit may say anything here."
    if raw < 0:
        return "Fewer hits than the query's wrong ones alone would make: held at 0."
    if raw > 1:
        return "More hits than if all were there: held at 100%."
    return ""
