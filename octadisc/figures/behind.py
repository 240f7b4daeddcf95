"""The sentences behind the numbers that notebook 02 draws and tells, figure by figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.figures.company import MENTION, moved_words
from octadisc.figures.drawings import Missing
from octadisc.figures.evidence import Evidence, behind
from octadisc.figures.question import FEW
from octadisc.figures.words import per_cent
from octadisc.terms.scores.term_evidence import evidence_of_term

if TYPE_CHECKING:
    from octadisc.figures.asking import Ask
    from octadisc.figures.question import Question
    from octadisc.figures.turns import Cut
    from octadisc.terms.trends import Trend

__all__ = [
    "ask_rising",
    "behind_audit",
    "behind_cells",
    "behind_event",
    "behind_peaks",
    "behind_rising",
    "behind_sides",
    "behind_words",
]

_MOST = 8  # words of a kind
_MANY = 2000  # occurrences, from which on a word is too common for its sentences to be listed


def behind_peaks(trend: Trend | Missing, value: str) -> list[Evidence]:
    """Give the sentences of each query's highest period, of those with five releases if there are any."""
    if isinstance(trend, Missing):
        return []
    made = []
    for query, part in trend.frame.groupby("query", sort=False):
        solid = part[part["releases"] >= FEW]
        known = (solid if len(solid) else part)[value].dropna()
        if known.empty or not known.max() > 0:
            continue
        top = trend.frame.loc[known.idxmax()]
        said = (
            f"{top['matching_releases']:,.0f} of {top['releases']:,.0f} releases, {per_cent(top['share'])}"
            if value == "share"
            else f"{top['rate']:,.0f} per million words"
        )
        what = f"{query}, highest in {top['period']}: {said}"
        made.append(behind(what, top["count"], trend.evidence, str(query), str(top["period"])))
    return made


def behind_cells(trend: Trend | Missing, column: str, question: Question | Missing) -> list[Evidence]:
    """Give the sentences of each group or period of a question's trend, as many as are counted.

    Parameters
    ----------
    trend : Trend or Missing
    column : "group" or "period"
    question : Question or Missing
    """
    if isinstance(trend, Missing) or isinstance(question, Missing):
        return []
    mine = trend.frame[trend.frame["query"] == question.name]
    sums = mine.groupby(column, sort=False)[["count", "matching_releases", "releases"]].sum()
    return [
        behind(
            f"{question.name}, {name}: {row['matching_releases']:,.0f} of {row['releases']:,.0f} releases",
            row["count"],
            trend.evidence,
            question.name,
            **{column: str(name)},
        )
        for name, row in sums.iterrows()
        if row["count"] > 0
    ]


def behind_sides(sides: Trend | Missing, cut: Cut | Missing, question: Question | Missing) -> list[Evidence]:
    """Give the sentences before and after a cut."""
    return [] if isinstance(cut, Missing) else behind_cells(sides, "period", question)


def behind_event(found: Any) -> list[Evidence]:
    """Give the sentences before and after an event, as far as its lines go."""
    if isinstance(found, Missing):
        return []
    name = str(found.frame["query"].iloc[0])
    return [
        behind(f"{name}, {side} {found.event.words}", None, found.evidence, side=side)
        for side in ("before", "after")
    ]


def behind_words(found: dict[str, Any], cut: Cut | Missing) -> list[Evidence]:
    """Give the sentences of the words that came and went, that stand near, and that go with it."""
    drift, company, keyness = found["drift"], found["company"], found["keyness"]
    made: list[Evidence] = []
    if not isinstance(drift, Missing) and not isinstance(cut, Missing):
        rows = drift.words.drop_duplicates("word").set_index("word")
        for direction, side in (("came", "after"), ("went", "before")):
            words = moved_words(drift, direction, _MOST)
            when = f"{cut.day} and after" if side == "after" else f"before {cut.day}"
            made += [
                behind(
                    f"“{one}” beside it, {when}",
                    rows.loc[one, f"count_{side}"],
                    drift.evidence,
                    one,
                    side=side,
                )
                for one in words
            ]
    if not isinstance(company, Missing):
        best = company.frame[company.frame["low"] > 0].drop_duplicates("collocate").head(_MOST)
        made += [
            behind(f"“{one.collocate}” beside it", one.count_, company.evidence, one.collocate)
            for one in best.rename(columns={"count": "count_"}).itertuples()
        ]
    if not isinstance(keyness, Missing):
        frame = keyness.frame.rename(columns={"count": "count_"})
        sure = frame[(frame["q_value"] <= 0.05) & (frame["log_ratio"] > 0) & (frame["count_"] <= _MANY)]
        made += [
            behind(f"“{one.term}” in {MENTION}", one.count_, keyness.evidence, one.term, MENTION)
            for one in sure.head(_MOST).itertuples()
        ]
    return made


def behind_rising(rising: Any, counts: Any) -> list[Evidence]:
    """Give the sentences of the terms that rose and fell most surely, but for very common ones.

    Parameters
    ----------
    rising : RisingTerms or Missing
    counts : TermCounts or Missing
        What was counted before the question was added.
    """
    if isinstance(rising, Missing) or isinstance(counts, Missing):
        return []
    dated = rising.places >= 0
    frame = rising.frame.rename(columns={"count": "count_"})
    chosen = frame[(frame["count_"] <= _MANY) & ~frame["term"].str.startswith("→ ")]
    parts = [chosen[chosen["direction"] == one].head(_MOST // 2) for one in ("up", "down")]
    return [
        behind(f"“{one.term}”", one.count_, evidence_of_term, counts, one.term, dated)
        for one in pd.concat(parts).itertuples()
    ]


def ask_rising(rising: Any, counts: Any, trend: Trend | Missing, question: Question | Missing) -> Ask:
    """Make what answers for the points of terms that rose and fell, and of the question among them.

    Parameters
    ----------
    rising : RisingTerms or Missing
    counts : TermCounts or Missing
        What was counted before the question was added.
    trend : Trend or Missing
        Of the question, in the same periods.
    question : Question or Missing
    """

    def ask(key: Mapping[str, Any]) -> Evidence | None:
        if isinstance(rising, Missing) or isinstance(counts, Missing) or not {"term", "period"} <= set(key):
            return None
        term, period = str(key["term"]), str(key["period"])
        inside = rising.places == list(rising.periods.labels).index(period)
        if term.startswith("→ "):
            term_counts, name = rising.counts, "" if isinstance(question, Missing) else question.name
            if isinstance(trend, Missing) or period not in set(trend.frame["period"]):
                return None
            found = trend.evidence(name, period)
            known = set(counts.releases["release"])
            found = found[found["release"].isin(known)].reset_index(drop=True)
        else:
            term_counts, found = counts, evidence_of_term(counts, term, inside)
        column = term_counts.matrix[:, term_counts.terms.index(term)]
        return Evidence("", found, float(column[np.flatnonzero(inside)].sum()))

    return ask


def behind_audit(audit: Any) -> list[Evidence]:
    """Give what was judged: rightly and wrongly hit, and missed."""
    if isinstance(audit, Missing):
        return []
    kinds = {"right": "rightly hit", "wrong": "hit, and not about it", "missed": "about it, and not hit"}
    return [behind(f"Judged: {text}", None, audit.evidence, kind) for kind, text in kinds.items()]
