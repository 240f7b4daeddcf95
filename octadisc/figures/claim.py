"""What may be claimed of a question, in clauses made from its results, and what may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.figures.clauses import Clause
from octadisc.figures.company import moved_words
from octadisc.figures.courses import describe_turns
from octadisc.figures.drawings import Missing
from octadisc.figures.measured import rates_of
from octadisc.figures.panels import describe_issuers
from octadisc.figures.question import FEW
from octadisc.figures.rise import row_of
from octadisc.figures.stretch_words import describe_pairs
from octadisc.figures.stretches import describe_speakers
from octadisc.figures.turns import describe_sides
from octadisc.figures.words import chance, counted, listed, per_cent

if TYPE_CHECKING:
    from octadisc.figures.question import Question
    from octadisc.terms.trends import Trend
    from octadisc.terms.turning_points import Turns

__all__ = ["find_peak", "name_of_event", "write_claim"]

# the figures that bear the clauses out
SHARES, COURSE, ISSUERS, STRETCHES = (
    "terms-1-shares",
    "terms-3-course",
    "terms-4-issuers",
    "terms-4-stretches",
)
CHANGES, SIDES, WORDS, PAIRS = (
    "terms-5-changes",
    "terms-6-before-after",
    "terms-7-words",
    "terms-7-words-in-stretches",
)
RISING = "terms-8-rising"

_FOUND = ("step", "slope")
_WORDS = 8  # that came or went, and are named


def write_claim(question: Question | Missing, found: dict[str, Any]) -> list[list[Clause]]:
    """Write what was found, each clause with its number and interval, then what may be claimed and what not.

    Parameters
    ----------
    question : Question or Missing
    found : dict
        "trend" (of all concepts), "turns", "fixed_turns", "by_issuer", "speakers", "changes", "split",
        "sides", "cut", "drift", "pairs", "rising" and "audit": each a result or Missing; "events": a list
        of these; "bodies": a sentence, or an empty one.

    Returns
    -------
    list of list of Clause
        Paragraphs: when it rose and fell, who speaks, in which words, what changed, what happened at each
        event, what may be claimed. Each clause names the figure that bears it out.
    """
    reason = _nothing(question, found)
    if reason or isinstance(question, Missing):
        return [[Clause(reason)]]
    trend = found["trend"]
    row, seeming = _change_of(found["changes"], question.name)
    enough = row["kind"] != "not enough data"
    told = describe_turns(found["turns"], found["fixed_turns"]) if enough else ""
    speakers, pairs = found["speakers"], found["pairs"]
    turning = _n_turns(found["turns"]) if enough else 0
    as_one = "Taken as one change over the whole time, which knows no turns: " if turning > 1 else ""
    paragraphs = [
        [Clause(_how_much(trend, question), SHARES), Clause(told, COURSE)],
        [
            Clause(found.get("bodies", "")),
            Clause(describe_issuers(found["by_issuer"]), ISSUERS),
            *(Clause(one, STRETCHES) for one in _if_there(speakers, describe_speakers)),
        ],
        [
            Clause(_company(found["drift"], found["cut"]), WORDS),
            *(Clause(one, PAIRS) for one in _if_there(pairs, describe_pairs)),
        ],
        [
            Clause(_lower(as_one, _whether(row, seeming, found["changes"])), CHANGES),
            Clause(_made_of(found["split"], question.name), CHANGES),
            Clause(describe_sides(found["sides"], found["cut"]) if enough else "", SIDES),
            Clause(_among_all(found["rising"], question), RISING),
        ],
    ]
    for number, event in enumerate(found["events"]):
        if not isinstance(event, Missing):
            paragraphs.append([Clause(f"At the event: {event.claim()}", name_of_event(number))])
    may, not_ = _may(row, seeming, question, trend, turning), _may_not(row, question, found)
    paragraphs.append([Clause(f"Of the whole course may be claimed: {may} May not be claimed: {not_}")])
    kept = [[one for one in clauses if one.text] for clauses in paragraphs]
    return [clauses for clauses in kept if clauses]


def name_of_event(number: int) -> str:
    """Give the name of the figure of an event, counted from 0."""
    return SIDES if number == 0 else f"{SIDES}-{number + 1}"


def _nothing(question: Question | Missing, found: dict[str, Any]) -> str:
    """Say why nothing may be claimed at all; empty if something may."""
    if isinstance(question, Missing):
        return f"{question.reason} Nothing may be claimed."
    if isinstance(found["trend"], Missing):
        return f"Of {question.name} over time nothing may be claimed: {found['trend'].reason}"
    if isinstance(found["changes"], Missing):
        return f"Of a change of {question.name} nothing may be claimed: {found['changes'].reason}"
    return ""


def _if_there(result: Any, describe: Callable[[Any], list[str]]) -> list[str]:
    return [] if isinstance(result, Missing) else describe(result)


def _n_turns(turns: Turns | Missing) -> int:
    return 0 if isinstance(turns, Missing) else int(turns.frame["turn"].isin(["peak", "trough"]).sum())


def _lower(before: str, text: str) -> str:
    return f"{before}{text[:1].lower()}{text[1:]}" if before else text


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
    return (
        f"The words in its company changed ({size}), {more} than the company of words as frequent"
        f"{_moved(drift, cut)}."
    )


def _moved(drift: Any, cut: Any) -> str:
    """Name the words that came and went, with how often they stood there before the cut and after."""
    rows = drift.words.drop_duplicates("word").set_index("word")[["count_before", "count_after"]]
    said = []
    for direction in ("came", "went"):
        words = moved_words(drift, direction, _WORDS)
        named = [f"{one} ({rows.loc[one].iloc[0]:,.0f} → {rows.loc[one].iloc[1]:,.0f})" for one in words]
        said += [f"{', '.join(named)} {direction}"] if words else []
    return (
        f": as parts of all such words, from before {cut.day} to after it, {'; '.join(said)}" if said else ""
    )


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


def _may(row: Any, seeming: str | None, question: Question, trend: Trend, turning: int) -> str:
    turned = (
        f"that the share in all these releases together turned {counted(turning, 'time')} as told above, "
        "each turn beyond chance; "
        if turning
        else ""
    )
    return turned + _may_in_all(row, seeming, question, trend)


def _may_in_all(row: Any, seeming: str | None, question: Question, trend: Trend) -> str:
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
    if row["kind"] == "step" and not any(found["events"]):
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
