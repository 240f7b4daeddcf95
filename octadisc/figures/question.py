"""The question of notebook 02: what is asked of the corpus, of how much of it, and over which time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.figures.drawings import Missing
from octadisc.figures.words import counted, listed, per_cent
from octadisc.terms.groups import MISSING
from octadisc.terms.queries import name_queries, say_silent

if TYPE_CHECKING:
    from octadisc.terms.changes.changes import Changes
    from octadisc.terms.composition.composition import Split
    from octadisc.terms.coverage import Coverage
    from octadisc.tokens import Query, Tokens

__all__ = [
    "Question",
    "choose_question",
    "describe_hits",
    "describe_spans",
    "read_queries",
    "read_question",
]

FEW = 5  # releases in a period, below which nothing should be said of it alone
_SPANNING = 0.9  # of the periods, in which one must publish to span the time


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a query with its name, and how it came to be asked, in words."""

    name: str
    query: Query
    why: str


def read_queries(queries: Any, tokens: Tokens) -> dict[str, Query]:
    """Give queries their names; none for None."""
    if queries is None:
        return {}
    return name_queries(queries, {str(one) for one in tokens.languages})


def read_question(question: Any, queries: dict[str, Query], tokens: Tokens) -> dict[str, Query]:
    """Give a question its name and query: that of a concept, if it is the name of one; none for None."""
    if isinstance(question, str) and question in queries:
        return {question: queries[question]}
    return read_queries(question, tokens)


def choose_question(
    asked: dict[str, Query],
    queries: dict[str, Query],
    tokens: Tokens,
    changes: Changes | Missing,
    split: Split | Missing,
) -> Question | Missing:
    """Take the question that is asked; else the concept with the clearest change, else that most spoken of.

    Parameters
    ----------
    asked : dict
        The question's name and query, if one is asked; the first, if several.
    queries : dict
        All concepts, by name.
    tokens : Tokens
    changes, split : Changes and Split, or Missing
        What `od.find_changes` and `od.split_change` say of the concepts: of those that changed within
        issuers, the one whose share did most is taken.
    """
    for name, query in asked.items():
        return Question(name, query, "It was asked by whoever set QUESTION.")
    if not queries:
        return Missing("There is no query to look for.")
    if not isinstance(changes, Missing) and not isinstance(split, Missing):
        within = split.frame["within"].abs().to_numpy(float)
        size = np.where(changes.frame["kind"].isin(["step", "slope"]) & np.isfinite(within), within, -1.0)
        if size.max() >= 0:
            name = changes.frame["query"].iloc[int(size.argmax())]
            why = (
                f"It is the concept with the clearest change within issuers, of {len(queries)}: a question "
                "found in the data. The q-values below allow for the choice, nothing else does."
            )
            return Question(str(name), queries[str(name)], why)
    spread = {name: int((tokens.find(query).counts > 0).sum()) for name, query in queries.items()}
    name = max(spread, key=lambda one: spread[one])
    return Question(name, queries[name], f"It is the concept that most releases mention, of {len(queries)}.")


def describe_hits(question: Question | Missing, tokens: Tokens) -> str:
    """Say what is asked, why, and how much there is of it."""
    if isinstance(question, Missing):
        return f"{question.reason} Give QUESTION words of your own."
    counts = tokens.find(question.query).counts
    hits, releases = int(counts.sum()), int((counts > 0).sum())
    text = (
        f"The question: how did talk of {question.name} change, and who changed it? {question.why} "
        f"There are {counted(hits, 'occurrence')} in {counted(releases, 'release')} of {len(tokens.corpus):,}"
    )
    issuers = tokens.corpus.frame.loc[counts > 0, "issuer"].dropna().nunique()
    text += f", of {counted(issuers, 'issuer')}." if issuers else "."
    silent = say_silent(tokens, question.name, question.query, tokens.find(question.query))
    return " ".join([text, *silent])


def describe_spans(covered: Coverage | Missing) -> list[str]:
    """Say from who published when what may be asked of a corpus, and what may not."""
    if isinstance(covered, Missing):
        return [covered.reason, "Nothing can be asked about time; who says it, and in which words, can."]
    table = covered.frame.pivot_table("releases", "group", "period", "sum", sort=False)
    total = table.sum(axis=0)
    filled = total > 0
    known = table.drop(index=MISSING, errors="ignore").loc[:, filled]
    said = [_thin_periods(total)]
    if len(known) < 2:
        who = f"{known.index[0]} alone publishes" if len(known) else "Who publishes is not known"
        said.append(
            f"{who}: a change cannot be told from one of who publishes, and nothing can be said of issuers."
        )
        return [one for one in said if one]
    present = (known > 0).mean(axis=1)
    spanning = known.index[present >= _SPANNING]
    periods = int(filled.sum())
    text = f"There are {counted(len(known), 'issuer')} and {counted(periods, 'period')} with releases. "
    text += (
        f"{listed(spanning, 6)} {'publishes' if len(spanning) == 1 else 'publish'} in at least nine tenths "
        f"of the periods, and {'has' if len(spanning) == 1 else 'have'} "
        f"{per_cent(float(known.loc[spanning].to_numpy().sum() / total.sum()))} of the releases. "
        if len(spanning)
        else "Nobody publishes in nine tenths of the periods. "
    )
    said.append(text + _part_on_both_sides(known, total[filled], spans=len(spanning) > 0))
    return [one for one in said if one]


def _thin_periods(total: pd.Series) -> str:
    few, none = total.index[(total > 0) & (total < FEW)], total.index[total == 0]
    text = f"Of {listed(few, 8)} nothing can be said alone: fewer than {FEW} releases. " if len(few) else ""
    return text + (f"Of {listed(none, 8)} there is nothing." if len(none) else "")


def _part_on_both_sides(known: pd.DataFrame, total: pd.Series, *, spans: bool) -> str:
    """Say how many releases are of issuers that can be compared with themselves."""
    if total.size < 2:
        return "With one period there is no change to ask about."
    earlier = (total.cumsum() - total / 2 < total.sum() / 2).to_numpy(bool)
    both = (known.loc[:, earlier].sum(axis=1) > 0) & (known.loc[:, ~earlier].sum(axis=1) > 0)
    part = float(known[both].to_numpy().sum() / total.sum())
    text = (
        f"{per_cent(part)} of the releases are of the {counted(int(both.sum()), 'issuer')} with releases in "
        "both halves of the time: only these can be compared with themselves. "
    )
    if part < 0.5 or not spans:
        text += (
            ("That is little. " if part < 0.5 else "")
            + "Whether the same issuers came to say more can hardly be asked here. Where several "
            "names are one body's (a ministry that was renamed, an office that changed hands), put them "
            "together in a table (a CSV file with the columns issuer and who) or a column of the corpus, "
            "name it in WHO, and run the notebook again."
        )
    return text.strip()
