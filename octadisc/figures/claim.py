"""What may be claimed of a question, in one paragraph made from its results, and what may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.figures.courses import describe_turns
from octadisc.figures.drawings import Missing
from octadisc.figures.measured import rates_of
from octadisc.figures.panels import describe_issuers
from octadisc.figures.question import FEW
from octadisc.figures.rise import row_of
from octadisc.figures.turns import describe_sides
from octadisc.figures.words import chance, counted, listed, per_cent

if TYPE_CHECKING:
    from octadisc.figures.question import Question
    from octadisc.terms.trends import Trend

__all__ = ["find_peak", "write_claim"]

_FOUND = ("step", "slope")


def write_claim(question: Question | Missing, found: dict[str, Any]) -> list[str]:
    """Write what was found, each clause with its number and interval, then what may be claimed and what not.

    Parameters
    ----------
    question : Question or Missing
    found : dict
        "trend" (of all concepts), "smooth", "by_issuer", "changes", "split", "sides", "cut", "event",
        "drift", "rising" and "audit": each a result or Missing.

    Returns
    -------
    list of str
        Paragraphs: what was found, what happened at the event if there is one, what may be claimed.
    """
    if isinstance(question, Missing):
        return [f"{question.reason} Nothing may be claimed."]
    trend = found["trend"]
    if isinstance(trend, Missing):
        return [f"Of {question.name} over time nothing may be claimed: {trend.reason}"]
    if isinstance(found["changes"], Missing):
        return [f"Of a change of {question.name} nothing may be claimed: {found['changes'].reason}"]
    row, seeming = _change_of(found["changes"], question.name)
    said = [
        _how_much(trend, question),
        describe_turns(found["smooth"]) if row["kind"] != "not enough data" else "",
        describe_issuers(found["by_issuer"]),
        _whether(row, seeming, found["changes"]),
        _made_of(found["split"], question.name),
        describe_sides(found["sides"], found["cut"]) if row["kind"] != "not enough data" else "",
        _company(found["drift"], found["cut"]),
        _among_all(found["rising"], question),
    ]
    paragraphs = [" ".join(one for one in said if one)]
    event = found["event"]
    if not isinstance(event, Missing):
        paragraphs.append(f"At the event: {event.claim()}{_placebo(event)}")
    may, not_ = _may(row, seeming, question, trend), _may_not(row, question, found)
    paragraphs.append(f"Of the whole course may be claimed: {may} May not be claimed: {not_}")
    return paragraphs


def find_peak(trend: Trend | Missing, question: Question | Missing) -> pd.Series | Missing:
    """Give the row of a question's highest share, among periods with five releases if there are any."""
    for one in (question, trend):
        if isinstance(one, Missing):
            return one
    mine = trend.frame[trend.frame["query"] == question.name]  # type: ignore[union-attr]
    solid = mine[mine["releases"] >= FEW]
    ordered = (solid if len(solid) else mine[mine["releases"] > 0]).sort_values(
        "share", ascending=False, kind="stable"
    )
    return ordered.iloc[0] if len(ordered) else Missing("No dated release is in a language that it is for.")


def _change_of(changes: Any, name: str) -> tuple[Any, str | None]:
    at = changes.frame["query"].tolist().index(name)
    return changes.frame.iloc[at], changes.apparent[at]


def _how_much(trend: Trend, question: Question) -> str:
    mine = trend.frame[trend.frame["query"] == question.name]
    matching, releases = int(mine["matching_releases"].sum()), int(mine["releases"].sum())
    name = f"{question.name[:1].upper()}{question.name[1:]}"
    text = f"{name} is mentioned in {matching:,} of {counted(releases, 'dated release')}"
    text += f" ({per_cent(matching / releases)})" if releases else ""
    peak = find_peak(trend, question)
    if isinstance(peak, Missing) or not matching or len(mine) < 2:
        return f"{text}."
    text += f", most often in {peak['period']}: {per_cent(peak['share'])}"
    if np.isfinite(peak["share_low"]):
        text += f" (95% interval {per_cent(peak['share_low'])} to {per_cent(peak['share_high'])})"
    return f"{text}."


def _whether(row: Any, seeming: str | None, changes: Any) -> str:
    """Say whether issuers changed, with the interval for the place and the q-value."""
    tested = counted(int(changes.frame["p_value"].notna().sum()), "query", "queries")
    q = f"{chance(row['q_value'])}, of {tested} tested"
    moved = f"from {per_cent(row['before'])} to {per_cent(row['after'])}"
    if row["kind"] == "step":
        place = (
            f"within {row['change']}"
            if row["low"] == row["high"]
            else f"between {row['low']} and {row['high']}"
        )
        return (
            f"Each issuer compared with itself, the share changes in one step at {row['change']}, {moved} "
            f"(95% interval for the place: {place}; {q})."
        )
    if row["kind"] == "slope":
        doubt = f"; {row['note'].split('; ')[-1].rstrip('.')}" if "cannot be ruled out" in row["note"] else ""
        return f"Each issuer compared with itself, the share changes little by little, {moved} ({q}{doubt})."
    if row["kind"] == "none":
        seems = f"All releases together seem to change from {seeming} on, but " if seeming else ""
        none = "no change within issuers can be told from chance"
        return f"{seems}{none if seems else none.capitalize()} ({q})."
    return str(row["note"])


def _made_of(split: Any, name: str) -> str:
    """Say how much of the change is within issuers, and how much in who publishes, with intervals."""
    if isinstance(split, Missing):
        return ""
    row = split.frame[split.frame["query"] == name].iloc[0]
    if not np.isfinite(row["change"]) or not row["n_both"]:
        return str(row["note"])
    within, between = (
        f"{_points(row[one])} ({_points(row[f'{one}_low'])} to {_points(row[f'{one}_high'])})"
        for one in ("within", "between")
    )
    return (
        f"From {_dash(row['before_periods'])} to {_dash(row['after_periods'])} the share of all releases "
        f"changed by {_points(row['change'])} points: {within} within issuers, {between} by who publishes "
        "(95% intervals)."
    )


def _placebo(event: Any) -> str:
    """Say where a break that is beyond chance is no clearer than at other dates."""
    rows = event.frame[event.frame["term"].isin(["level_change", "slope_change"])]
    others = (rows["placebo_p_value"] * rows["n_placebo"]).round() > 1
    sure = rows[(rows["p_value"] <= 0.05) & (rows["placebo_p_value"] > 0.05) & others]
    said = [
        f"the change of {one.term.split('_')[0]} "
        f"(placebo p = {one.placebo_p_value:.2g}, of {one.n_placebo:,.0f} dates)"
        for one in sure.itertuples()
    ]
    if not said:
        return ""
    return f" Nothing singles the event out from other dates by {listed(said)}."


def _points(value: float) -> str:
    return f"{100 * value:+.0f}".replace("-", "\N{MINUS SIGN}")


def _dash(periods: str) -> str:
    return periods.replace(" to ", "\N{EN DASH}")


def _company(drift: Any, cut: Any) -> str:
    if isinstance(drift, Missing) or isinstance(cut, Missing):
        return ""
    row = drift.frame.iloc[0]
    if row["kind"] == "not enough data":
        return "Whether its company changed: not enough data."
    size = f"{row['drift']:.2f} bits, {row['low']:.2f} to {row['high']:.2f}"
    if row["kind"] == "none":
        return f"The words in its company did not change beyond chance ({size})."
    more = "by more" if row["kind"] == "moved" else "but no more"
    return f"The words in its company changed ({size}), {more} than the company of words as frequent."


def _among_all(rising: Any, question: Question) -> str:
    found = row_of(rising, question)
    if found is None:
        return ""
    place, of, row = found
    way = "rose" if row.direction == "up" else "fell"  # type: ignore[attr-defined]
    sure = "beyond chance" if row.q_value <= 0.05 else "not beyond chance"  # type: ignore[attr-defined]
    return (
        f"By the rule for single words it {way} as number {place:,} of {of:,} that {way}, {sure} when all "
        f"are tested ({chance(row.q_value)})."  # type: ignore[attr-defined]
    )


def _may(row: Any, seeming: str | None, question: Question, trend: Trend) -> str:
    if row["kind"] in _FOUND:
        several = len(set(trend.basis.tokens.corpus.frame["issuer"].dropna())) > 1
        more = "more" if row["after"] > row["before"] else "less"
        when = f", from {row['change']} on" if row["kind"] == "step" else ""
        return f"that these issuers came to speak of {question.name} {more} often{when}, beyond chance" + (
            " and apart from who publishes." if several else "; who they are is not in it."
        )
    if seeming is not None:
        return (
            f"that the share of {question.name} in all these releases together changed from {seeming} on. "
            "Not that the same issuers changed: that cannot be told from chance, nor that they did not."
        )
    if row["kind"] == "none":
        return "no change that can be told from chance; nor that there was none."
    return "nothing about change: not enough data."


def _may_not(row: Any, question: Question, found: dict[str, Any]) -> str:
    reasons = []
    if row["kind"] == "step" and isinstance(found["event"], Missing):
        reasons.append("why it changed, for the date was found in these releases and not given beforehand")
    elif row["kind"] in _FOUND:
        reasons.append("why it changed")
    if not question.why.startswith("It was asked"):
        reasons.append("that this concept was singled out beforehand")
    audit = found["audit"]
    if isinstance(audit, Missing):
        reasons.append("that the words measure the idea: nobody has judged how often they are right")
        return f"{'; '.join(reasons)}."
    whole = audit.frame.iloc[0]
    rates = rates_of(whole)
    reasons.append("that the words are the idea: " + (listed(rates) if rates else str(whole["note"])))
    return f"{'; '.join(reasons)}."
