"""Which topics moved: curves over time, and differences between spans with and without who publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.panels import new_panels
from octadisc.errors import NotEnoughDataError
from octadisc.figures.curves import draw_curve, points_of, put_points, say_weak, solid_of
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.panels import top_of
from octadisc.figures.question import FEW
from octadisc.figures.words import Rows, chance, counted, listed
from octadisc.spec import Spec
from octadisc.statistics.robust import FEWEST_CLUSTERS
from octadisc.topics.effects.effects import estimate_effect

if TYPE_CHECKING:
    from octadisc.figures.fitted import Fitted
    from octadisc.topics.effects.effects import Effect
    from octadisc.topics.effects.predictions import Curve
    from octadisc.topics.over_time import TopicTrend

__all__ = [
    "Moves",
    "describe_moves",
    "draw_curves",
    "estimate_curve",
    "measure_moves",
    "order_of",
    "tabulate_moves",
]

BEYOND = 0.05
_MOST_PANELS = 12
_SMALL = 0.5  # of the change as published, below which hardly anything of it is left within issuers
_KEYS = ["topic", "reference", "value"]


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """How topics' mean shares differ between spans of time, as published and within issuers.

    Attributes
    ----------
    frame : DataFrame
        One row a topic and pair of spans: topic, name, reference, value (the later), raw, raw_low, raw_high
        (as published), change, low, high, q_value (within issuers, these issuers' releases taken for
        chance), wide_low, wide_high (the issuers taken for chance, where there are eight).
    spec : Spec
    within : bool
        Whether there are issuers to compare with themselves; if not, change is raw.
    notes : tuple of str
    """

    frame: pd.DataFrame
    spec: Spec
    within: bool
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Give the numbers as a frame of one's own."""
        return self.frame.copy()

    def telling(self) -> pd.DataFrame:
        """Give one row a topic, of the pair of spans that tells most, with a verdict.

        Where a topic moved within issuers it is the clearest such pair; else the pair that differs most as
        published. The verdict is "moved", "who publishes", "not beyond chance" or "none".
        """
        rows = []
        for _, part in self.frame.groupby("topic", sort=True):
            sure = part[part["q_value"] <= BEYOND]
            clear = (part["raw"] / (part["raw_high"] - part["raw_low"])).abs().to_numpy(float)
            row = (
                sure.loc[(sure["change"] / (sure["high"] - sure["low"])).abs().idxmax()]
                if len(sure)
                else part.iloc[int(np.nan_to_num(clear).argmax())]
            )
            rows.append({**row.to_dict(), "verdict": _verdict(row, moved=len(sure) > 0)})
        return pd.DataFrame(rows).astype({"name": "str", "verdict": "str"})


def _verdict(row: Any, *, moved: bool) -> str:
    if moved:
        return "moved"
    if not (row["raw_low"] > 0 or row["raw_high"] < 0):
        return "none"
    left = row["change"] / row["raw"]
    return "who publishes" if left < _SMALL else "not beyond chance"


def measure_moves(fitted: Fitted, seed: int = 0) -> Moves:
    """Compare topics' mean shares between spans of time, each issuer with itself.

    Three regressions on the spans: without issuers, with them, and with them taken for chance.

    Raises
    ------
    NotEnoughDataError
        If there are no two spans.
    """
    if len(fitted.spans) < 2:
        raise NotEnoughDataError("There are no two stretches of time with enough releases to compare.")
    model, within = fitted.model, fitted.issuers
    raw = estimate_effect(model, "~ span", seed=seed, clusters=fitted.releases)
    full = "~ publisher + span" if within else "~ span"
    own = estimate_effect(model, full, seed=seed, clusters=fitted.releases) if within else raw
    table = _differences(own, fitted.spans)[[*_KEYS, "name", "estimate", "low", "high", "p_value", "q_value"]]
    table = table.rename(columns={"estimate": "change"})
    published = _differences(raw, fitted.spans).set_index(_KEYS)[["estimate", "low", "high"]]
    table = table.join(published.set_axis(["raw", "raw_low", "raw_high"], axis=1), on=_KEYS)
    notes = list(own.notes)
    if model.releases["issuer"].nunique() >= FEWEST_CLUSTERS:
        wide = estimate_effect(model, full, seed=seed, clusters="issuer")
        found = _differences(wide, fitted.spans).set_index(_KEYS)[["low", "high"]]
        table = table.join(found.add_prefix("wide_"), on=_KEYS)
    else:
        table = table.assign(wide_low=np.nan, wide_high=np.nan)
        notes.append(f"With fewer than {FEWEST_CLUSTERS} issuers nothing is said of others than these.")
    columns = [
        "topic", "name", "reference", "value", "raw", "raw_low", "raw_high", "change", "low", "high",
        "p_value", "q_value", "wide_low", "wide_high",
    ]  # fmt: skip
    spec = Spec("measure_moves", {"formula": full}, seed=seed, inputs=(raw.spec, own.spec))
    return Moves(table[columns].reset_index(drop=True), spec, within, tuple(notes))


def _differences(effect: Effect, spans: list[str]) -> pd.DataFrame:
    return effect.contrast("span", spans).to_frame()


def estimate_curve(
    fitted: Fitted,
    formula: str | None = None,
    seed: int = 0,
    *,
    by: str | None = None,
    topics: list[int] | None = None,
    n_points: int = 61,
) -> Curve:
    """Estimate the curve of each topic's mean share over the dates.

    Parameters
    ----------
    fitted : Fitted
    formula : str, optional
        That of the model, if left out.
    seed : int
    by : str, optional
        A factor that the curve is for each level of.
    topics : list of int, optional
    n_points : int

    Raises
    ------
    NotEnoughDataError
        If dates are not in the formula.
    """
    formula = formula or fitted.formula
    if formula is None or "date" not in formula:
        raise NotEnoughDataError("There are too few dates for a curve over time.")
    effect = estimate_effect(fitted.model, formula, seed=seed, topics=topics, clusters=fitted.releases)
    return effect.curve("date", by=by, n_points=n_points)


def order_of(moves: Moves | Missing, n_topics: int, most: int = _MOST_PANELS) -> list[int]:
    """Give the topics to be shown, those that moved most surely first; the largest where nothing is known."""
    if isinstance(moves, Missing):
        return list(range(min(most, n_topics)))
    table = moves.telling()
    table["size"] = table["change"].abs()
    table["place"] = table["verdict"].map({"moved": 0, "who publishes": 1}).fillna(2)
    ordered = table.sort_values(["place", "size"], ascending=[True, False], kind="stable")
    return [int(one) for one in ordered["topic"].head(most)]


def draw_curves(curve: Curve, trend: TopicTrend, moves: Moves | Missing | None) -> Drawing:
    """Draw each topic's curve over time with its band, and the shares by period behind it as points."""
    moves = moves or Missing("Which topics moved is not known.")
    names = curve.effect.model.topics["name"].tolist()
    shown = order_of(moves, len(names))
    frame = curve.to_frame()
    frame[["share", "low", "high"]] *= 100
    firm = solid_of(curve, frame[frame["topic"].isin(shown)])
    points = {k: points_of(trend, k) for k in shown}
    solid = pd.concat([one["share"][one["releases"] >= FEW] for one in points.values()])
    top = top_of(pd.concat([firm["share"], solid]), firm["high"])
    verdicts = {} if isinstance(moves, Missing) else moves.telling().set_index("topic")["verdict"].to_dict()
    titles = [f"{k} · {names[k]}" for k in shown]
    bold = [not verdicts or verdicts.get(k) == "moved" for k in shown]
    fig, axes = new_panels(titles, height=34, label="mean share, per cent", bold=bold)
    weak = False
    for ax, k in zip(axes, shown, strict=True):
        put_points(ax, points[k], top)
        weak |= draw_curve(ax, curve, frame[frame["topic"] == k], top)
    more = len(names) - len(shown)
    dots = f"; {say_weak(curve)}" if weak else ""
    return Drawing(
        fig,
        f"{counted(len(shown), 'panel')}, one a topic: a curve of its mean share over time with a band, and "
        f"points by period. {describe_moves(moves)}",
        f"Mean share of each topic over time: curve by {curve.effect.case.design.formula}, with the "
        f"95% interval at each date{dots}; points are means of single periods as "
        "published, hollow below five releases. All panels share one scale; bands that leave the frame are "
        "cut. Bold: moved between spans of time within issuers, false discovery rate .05. Those that moved "
        "most come first" + (f"; {counted(more, 'topic')} that moved least not shown." if more else "."),
        [curve, trend],
    )


def tabulate_moves(moves: Moves, curve: Curve | Missing) -> Rows:
    """Give a row a topic: the pair of spans that tells most, the changes with intervals, and q.

    The last column tests the whole curve: whether anything moved at all, whenever.
    """
    table = moves.telling()
    table["size"] = table["change"].abs()
    table = table.sort_values(["q_value", "size"], ascending=[True, False], kind="stable")
    rows = {
        "topic": [f"{one.topic} · {one.name}" for one in table.itertuples(index=False)],
        "from": table["reference"],
        "to": table["value"],
        "as published": [points(a, b, c) for a, b, c in table[["raw", "raw_low", "raw_high"]].to_numpy()],
    }
    if moves.within:
        rows["within issuers"] = [points(a, b, c) for a, b, c in table[["change", "low", "high"]].to_numpy()]
    rows["q_value"] = [f"{one:.3f}" for one in table["q_value"]]
    if table["wide_low"].notna().any():
        rows["if issuers are chance"] = [
            f"{_signed(a)} to {_signed(b)}" if np.isfinite(a) else ""
            for a, b in table[["wide_low", "wide_high"]].to_numpy()
        ]
    if not isinstance(curve, Missing):
        tests = curve.effect.test_terms()
        tests = (
            tests[tests["term"].str.contains("date")].drop_duplicates("topic").set_index("topic")["q_value"]
        )
        rows["q of the whole curve"] = [f"{one:.3f}" for one in table["topic"].map(tests)]
    return Rows(pd.DataFrame(rows))


def _signed(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "\N{MINUS SIGN}")


def points(value: float, low: float, high: float) -> str:
    """Write a difference of shares in percentage points, with its interval.

    Examples
    --------
    >>> points(0.031, 0.01, 0.0521)
    '+3.1 (+1.0 to +5.2)'
    """
    return f"{_signed(value)} ({_signed(low)} to {_signed(high)})" if np.isfinite(low) else _signed(value)


def describe_moves(moves: Moves | Missing) -> str:
    """Say which topics moved, from when to when, by how much, and how sure that is."""
    if isinstance(moves, Missing):
        return f"Which topics moved cannot be said. {moves.reason}"
    table = moves.telling()
    table = table[table["verdict"] == "moved"].sort_values("q_value", kind="stable")
    tests = len(moves.frame)
    compared = "each issuer compared with itself" if moves.within else "as published"
    if table.empty:
        return f"No topic moved beyond chance, {compared}: {tests} differences between spans were tested."
    said = [
        f"“{one.name}” {points(one.change, one.low, one.high)} from {one.reference} to {one.value} "
        f"({chance(one.q_value)})"
        for one in table.itertuples()
    ]
    return (
        f"{counted(len(table), 'topic')} moved beyond chance, {compared}, in points of the mean share: "
        f"{listed(said, 8)}; {tests} differences between spans were tested."
    )
