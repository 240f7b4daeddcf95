"""From an element of a figure to the sentences behind it: the results that were drawn are asked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import OctadiscError
from octadisc.figures.evidence import Evidence
from octadisc.terms.groups import MISSING, code_groups

__all__ = ["Ask", "ask_model", "ask_results", "ask_rows", "attach_evidence"]

Ask = Callable[[Mapping[str, Any]], Evidence | None]
_LEAST = 0.1  # words, which a sentence contributes at least if the best contributes a whole one
_MOST = 20  # sentences of a number that is no count
_SAMPLED = 200  # of what a number was estimated from and need not add up to
_RANKED = (
    "ranked by contribution: how many of a sentence's words are expected to come from the topic; "
    "the first of them are shown"
)
_EITHER = "of the first of {n} results of this figure that have such a number"
_LANGUAGES = "in all languages that have the term; the number is of one of them"
_COUNTS = (("count", "occurrence"), ("releases", "release"), ("cases", "case"))


def ask_results(results: Sequence[Any]) -> Ask:
    """Make what asks results for their evidence: of an element, that which its key names.

    The key's names are those of `.evidence(…)`'s arguments: a point of a trend with the key query and period
    gets ``trend.evidence(query=…, period=…)``. The first result that answers counts; if another of its kind
    answers otherwise, nobody knows which of them the element shows, and the evidence says so.

    Parameters
    ----------
    results : sequence
        Those without ``.evidence`` are passed over.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"date": "2008-03-28", "text": "Trust. And trust again."}])
    >>> ask = ask_results([od.track_terms(od.tokenize(corpus), "trust")])
    >>> ask({"query": "trust", "period": "2008"}).says
    '2 occurrences in 1 release, as many as counted'
    >>> ask({"label": "trust"}) is None
    True
    """
    asked = [(one, *_arguments(one)) for one in results if hasattr(one, "evidence")]

    def ask(key: Mapping[str, Any]) -> Evidence | None:
        answers: list[tuple[Any, Evidence]] = []
        for result, known, needed in asked:
            given = {name: key[name] for name in known if name in key}
            if not given or not needed <= set(given) or (answers and type(result) is not type(answers[0][0])):
                continue
            try:
                found = result.evidence(**given)
            except OctadiscError:
                continue
            if isinstance(found, pd.DataFrame) and "sentence" in found:
                answers.append((result, _judge(result, given, found)))
        if not answers:
            return None
        first = answers[0][1]
        if all(_same(first, other) for _, other in answers[1:]):
            return first
        return replace(first, count=None, releases=None, rule=_EITHER.format(n=len(answers)))

    return ask


def _same(one: Evidence, other: Evidence) -> bool:
    return one.count == other.count and len(one.frame) == len(other.frame)


def _arguments(result: Any) -> tuple[list[str], set[str]]:
    """Give the names that a result's evidence can be asked by, and those that it must be."""
    parameters = inspect.signature(result.evidence).parameters.values()
    named = [
        one for one in parameters if one.kind is not one.VAR_KEYWORD and one.name not in ("n", "every", "by")
    ]
    return [one.name for one in named], {one.name for one in named if one.default is one.empty}


def _judge(result: Any, given: Mapping[str, Any], found: pd.DataFrame) -> Evidence:
    """Put evidence beside the count that it should add up to, or say by which rule it was chosen."""
    what = ", ".join(str(one) for one in given.values())
    if "contribution" in found:
        return Evidence(what, _telling(found), rule=_RANKED)
    if {"term", "period"} <= set(given) and hasattr(result, "places"):
        count = _count_in_period(result, given)
        return Evidence(what, found, count, rule=_LANGUAGES if count is None else "")
    frames = [getattr(result, name, None) for name in ("frame", "words")]
    columns = set(given) - {"side"}
    frame = next((one for one in frames if isinstance(one, pd.DataFrame) and columns <= set(one)), None)
    if frame is None:
        return _sampled(what, found)
    side = given.get("side")
    mine = pd.Series(True, index=frame.index)
    for name, value in given.items():
        if name in frame:
            mine &= frame[name].astype("str") == str(value)
    rows = frame[mine]
    if "matching" in rows and len(rows):
        # a burst within a burst that begins with it counts no release twice
        whole = rows.drop_duplicates([one for one in ("group", "query", "start") if one in rows])
        return Evidence(what, found, releases=float(whole["matching"].sum()))
    counts = [(f"{column}_{side}" if side else column, unit) for column, unit in _COUNTS]
    counts += [(f"{side}_{column}", unit) for column, unit in _COUNTS if side]
    column, unit = next(((column, unit) for column, unit in counts if column in frame), ("", ""))
    if rows.empty or not column or (unit == "release" and found["release"].duplicated().any()):
        return _sampled(what, found)
    released = float(rows["matching_releases"].sum()) if "matching_releases" in rows else None
    return Evidence(what, found, float(rows[column].sum()), unit=unit, releases=released)


def _count_in_period(rising: Any, given: Mapping[str, Any]) -> float | None:
    """Count a term in the releases of one period, in the language of its rate; None if it has several."""
    counts, frame = rising.counts, rising.frame
    inside = rising.places == rising.periods.labels.index(str(given["period"]))
    rows = frame["term"] == given["term"]
    if "group" in given:
        inside = inside & rising.groups[given["group"]]
        rows &= frame["group"] == given["group"]
    languages = frame.loc[rows, "language"].unique().tolist()
    codes, names = code_groups(counts.releases, "language")
    if len(languages) != 1:
        return None
    mine = languages[0] if languages[0] in names else MISSING
    inside = inside & (codes == names.index(mine))
    return float(counts.matrix[inside][:, [counts.terms.index(given["term"])]].sum())


def _telling(found: pd.DataFrame) -> pd.DataFrame:
    """Leave out sentences that contribute next to nothing: a tenth of a word, or of what the best does."""
    least = min(_LEAST, 0.1 * float(found["contribution"].max())) if len(found) else 0.0
    return found[found["contribution"] >= least].reset_index(drop=True)


def _sampled(what: str, found: pd.DataFrame) -> Evidence:
    """Give some of what a number was estimated from, evenly drawn over time, if it is much."""
    n = len(found)
    if n <= _SAMPLED:
        return Evidence(what, found, rule="all that the number was estimated from")
    rows = np.linspace(0, n - 1, _SAMPLED).round().astype(int)
    drawn = found.sort_values("date", kind="stable").iloc[rows].reset_index(drop=True)
    return Evidence(
        what, drawn, rule=f"evenly drawn over time from {n:,}, that the number was estimated from"
    )


def ask_model(model: Any, groups: pd.Series) -> Ask:
    """Make what answers for a topic in the releases of a group.

    Parameters
    ----------
    model : TopicModel
    groups : Series
        The group of each of its releases.
    """

    from octadisc.topics.evidence import rank_sentences  # slow to import, and few figures need it

    def ask(key: Mapping[str, Any]) -> Evidence | None:
        if not {"topic", "group"} <= set(key):
            return None
        mine = (groups.astype("str") == str(key["group"])).to_numpy(bool)
        if not mine.any():
            return None
        return Evidence("", _telling(rank_sentences(model, int(key["topic"]), mine, _MOST)), rule=_RANKED)

    return ask


def ask_rows(
    name: str, counts: pd.Series, rows: Callable[[Any], pd.DataFrame], *, unit: str = "release"
) -> Ask:
    """Make what answers with the releases themselves, for figures that count these.

    Parameters
    ----------
    name : str
        Of the key that says which.
    counts : Series
        The numbers drawn, by the key's values; the rows are to add up to them.
    rows : callable
        Gives the evidence of a value: a row a release, or another unit.
    """

    def ask(key: Mapping[str, Any]) -> Evidence | None:
        if key.get(name) not in counts.index:
            return None
        return Evidence("", rows(key[name]), float(counts[key[name]]), unit=unit)

    return ask


def attach_evidence(
    places: Iterable[Any], asks: Sequence[Ask], listed: Sequence[Evidence]
) -> tuple[list[Evidence], list[list[int]]]:
    """Ask for the evidence of every element; give all evidence, and which of it is behind which element.

    Parameters
    ----------
    places : iterable of Place
    asks : sequence of callable
        Asked in this order, until one answers.
    listed : sequence of Evidence
        What the figure has besides, such as the sentences that its text speaks of; it comes last.

    Returns
    -------
    list of Evidence, list of list of int
        The second has an entry an element.
    """
    found: list[Evidence] = []
    numbers: list[list[int]] = []
    known: dict[str, int | None] = {}
    for place in places:
        mark = repr(sorted((name, str(value)) for name, value in place.key.items()))
        if mark not in known:
            made = next((one for one in (ask(place.key) for ask in asks) if one is not None), None)
            known[mark] = None
            if made is not None and len(made.frame):
                known[mark] = len(found)
                found.append(made.named(place.says))
        number = known[mark]
        numbers.append([] if number is None else [number])
    return [*found, *listed], numbers
