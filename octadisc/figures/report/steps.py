"""What each function does, as a sentence of a methods section, with the works it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from octadisc.figures.words import counted, language_name, listed, period_name

__all__ = ["STEPS", "Step", "Uses"]

Uses = Sequence[Mapping[str, Any]]


class Step(NamedTuple):
    """One function in words.

    Attributes
    ----------
    part : str
        Of the methods section.
    say : callable
        Gives the sentence, from the parameters of each use.
    works : tuple of str
        What is cited, by the names in facts/works.csv.
    """

    part: str
    say: Callable[[Uses], str]
    works: tuple[str, ...] = ()


_KINDS = {
    "structural": "a structural topic model",
    "nmf": "non-negative matrix factorisation",
    "lda": "latent Dirichlet allocation",
}


def _values(uses: Uses, name: str) -> list[Any]:
    """Give the different values of a parameter, in the order of the uses; without those left out."""
    made: list[Any] = []
    for one in uses:
        value = one.get(name)
        if value is not None and value not in made:
            made.append(value)
    return made


def _first(uses: Uses, name: str, default: Any) -> Any:
    return next(iter(_values(uses, name)), default)


def _per_cent(level: float) -> str:
    return f"{100 * level:g}%"


def _load(uses: Uses) -> str:
    text = "The releases were read with their dates, issuers and languages"
    if any(one.get("duplicates") for one in uses):
        text += (
            "; a release that repeats another (the same words, or nearly: shingles compared) was marked as "
            "its re-issue"
        )
    return f"{text}."


def _where(uses: Uses) -> str:
    languages = [language_name(str(one)) for one in _values(uses, "language")]
    return f"What needs one language rests on the releases in {listed(languages)}." if languages else ""


def _units(uses: Uses) -> str:
    return f"For some analyses releases were cut into {listed([f'{one}s' for one in _values(uses, 'unit')])}."


def _count(uses: Uses) -> str:
    parts = []
    least = sorted(one for one in _values(uses, "min_documents") if one > 1)
    if least:
        parts.append(f"in at least {listed([f'{one:,}' for one in least])} releases or units")
    most = sorted(one for one in _values(uses, "max_share") if one < 1)
    if most:
        parts.append(f"in no more than {listed([_per_cent(one) for one in most])} of them")
    if _values(uses, "min_length"):
        parts.append(f"of at least {_first(uses, 'min_length', 1)} letters")
    text = "Terms are words" + (f" {listed(parts)}" if parts else "")
    if _values(uses, "stop_words"):
        text += ", without stop words of the language"
    if any(one.get("numbers") is False for one in uses):
        text += " and without numbers"
    return f"{text}."


def _track(uses: Uses) -> str:
    names = list(dict.fromkeys(str(name) for one in uses for name in _queries(one)))
    every = _values(uses, "every")
    spans = [period_name(one) if isinstance(one, str) else "named span of time" for one in every]
    level = _per_cent(float(_first(uses, "level", 0.95)))
    was = "was" if len(names) == 1 else "were"
    return (
        f"{counted(len(names), 'query', 'queries')} ({listed(names, 8)}) {was} counted by "
        f"{listed(list(dict.fromkeys(spans)))}: "
        "occurrences per million running words, and the share of releases with at least one. "
        f"Intervals of {level} are score intervals, with the dispersion of words within releases and of "
        "releases within issuers. A period without releases has no value."
    )


def _queries(parameters: Mapping[str, Any]) -> list[str]:
    queries = parameters.get("queries")
    return list(queries) if isinstance(queries, Mapping) else [str(one) for one in queries or ()]


def _standardise(uses: Uses) -> str:
    return (
        "To hold still who publishes, trends were standardised to one mix of issuers, the same in every "
        "period "
        "(each issuer by its part of all releases); an issuer that is silent in a period counts with its own "
        "level, moved as the others moved."
    )


def _balance(uses: Uses) -> str:
    present = _per_cent(float(_first(uses, "present", 0.9)))
    return f"A balanced panel has only the issuers that publish in at least {present} of the periods."


def _smooth(uses: Uses) -> str:
    return (
        "Curves are penalised cubic splines of logits of shares, as smooth as restricted likelihood finds "
        "them."
    )


def _changes(uses: Uses) -> str:
    n = int(_first(uses, "n_permutations", 999))
    return (
        "Changes were looked for within issuers: a step at its likeliest period or a slope, whichever fits "
        "better, "
        f"tested by {n:,} permutations of dates that allow for serial correlation; the interval of a "
        "step's place "
        "holds the periods that the likelihood does not exclude. p-values of all queries were adjusted "
        "together "
        "(false discovery rate)."
    )


def _split(uses: Uses) -> str:
    return (
        "The change of a share was split exactly into what issuers say (within) and who publishes (between)."
    )


def _bursts(uses: Uses) -> str:
    return (
        "Bursts are stretches in which issuers speak of something more than they usually do, found by a "
        "two-state model."
    )


def _interrupted(uses: Uses) -> str:
    return (
        "Around events two lines were fitted to shares in a fixed mix of issuers; the same break was tried "
        "at every other "
        "date, and the event's counts only if it stands out among these."
    )


def _rising(uses: Uses) -> str:
    return (
        "All words were tested for a trend within issuers by one rule (score test, variances moderated "
        "across words, "
        "permuted releases; false discovery rate)."
    )


def _compare(uses: Uses) -> str:
    within = [str(one) for one in _values(uses, "within")]
    exchanged = f"within each {listed(within)}" if within else "freely"
    return (
        "Words that mark one group against another: log ratio of rates with its interval, tested by "
        f"permuting whole releases {exchanged} (issuers where each is on one side only); false discovery "
        "rate."
    )


def _collocates(uses: Uses) -> str:
    width = _first(uses, "window", 5)
    return (
        f"Company is what stands within {width} words of an occurrence, against the same words elsewhere; "
        "intervals by the jackknife over releases."
    )


def _drift(uses: Uses) -> str:
    return (
        "Whether company changed is measured by the Jensen-Shannon divergence before and after, against "
        "words as frequent."
    )


def _fit(uses: Uses) -> str:
    told = []
    for one in uses:
        words = _KINDS.get(str(one.get("method")), str(one.get("method")))
        text = f"{words} with {one.get('n_topics')} topics"
        if one.get("prevalence"):
            text += f" and the prevalence formula “{one['prevalence']}”"
        if int(one.get("n_starts") or 1) > 1:
            text += f" (the best of {one['n_starts']} starts)"
        if one.get("keywords"):
            text += ", with keywords"
        told.append(text)
    return f"Topics were found by {listed(list(dict.fromkeys(told)), 8)}."


def _over_time(uses: Uses) -> str:
    weights = "A topic's share in a period is the mean over its releases"
    return f"{weights}; intervals are score intervals that allow for issuers' bursts."


def _effect(uses: Uses) -> str:
    formulas = list(dict.fromkeys(f"“{one.get('formula')}”" for one in uses))
    n = int(_first(uses, "n_draws", 100))
    clusters = _values(uses, "clusters")
    text = (
        f"Effects of covariates on shares ({listed(formulas, 4)}) are regressions on {n:,} draws of the "
        "shares from "
        "the model's posterior, put together by the method of composition"
    )
    if not clusters:
        return f"{text}."
    within = listed([_cluster(one) for one in clusters])
    return f"{text}, with errors that may depend on each other within {within}."


def _cluster(name: Any) -> str:
    return {"unit_of": "a release", "issuer": "an issuer", "publisher": "a publisher"}.get(
        str(name), f"a value of {name}"
    )


def _across(uses: Uses) -> str:
    return (
        "The same effects were estimated in models of other starts and numbers of topics, topics matched "
        "one to one by their words and releases."
    )


def _correct(uses: Uses) -> str:
    return (
        "Counts were corrected for what the query misses and wrongly hits, by judgements of a random sample."
    )


STEPS: dict[str, Step] = {
    "load_corpus": Step("The corpus", _load, ("broder1997",)),
    "without_reissues": Step("The corpus", lambda _: "Re-issues were left out of all counts."),
    "with_largest_issuers": Step(
        "The corpus", lambda _: "Issuers with few releases are shown together; tests know each by itself."
    ),
    "Corpus.where": Step("The corpus", _where),
    "tokenize": Step(
        "Counting",
        lambda _: (
            "Texts were cut into words and sentences; rates are per million running words, stop words "
            "included."
        ),
    ),
    "Tokens.units": Step("Counting", _units),
    "count_terms": Step("Counting", _count),
    "count_shared_terms": Step(
        "Counting",
        lambda uses: (
            f"Words that fewer than {_first(uses, 'issuers', 2)} issuers use were left out of the topics' "
            "words."
        ),
    ),
    "track_terms": Step("Terms over time", _track, ("wilson1927", "rao1992")),
    "standardise": Step("Terms over time", _standardise, ("keiding2014",)),
    "balance": Step("Terms over time", _balance),
    "smooth": Step("Terms over time", _smooth, ("eilers1996",)),
    "find_changes": Step("Terms over time", _changes, ("mantel1963", "worsley1983", "benjamini1995")),
    "split_change": Step("Terms over time", _split, ("kitagawa1955",)),
    "find_bursts": Step("Terms over time", _bursts, ("kleinberg2002",)),
    "interrupted": Step("Terms over time", _interrupted, ("wagner2002", "donald2007")),
    "rising_terms": Step("Words", _rising, ("mantel1963", "smyth2004", "benjamini1995")),
    "compare": Step("Words", _compare, ("hardie2014", "dunning1993", "phipson2010")),
    "find_collocates": Step("Words", _collocates, ("evert2008",)),
    "measure_drift": Step("Words", _drift, ("lin1991",)),
    "audit.correct": Step("Words", _correct, ("rogan1978",)),
    "fit_topics": Step("Topics", _fit, ()),
    "TopicModel.over_time": Step("Topics", _over_time, ("wilson1927",)),
    "estimate_effect": Step("Topics", _effect, ("treier2008", "pustejovsky2018")),
    "TopicTrend.split": Step(
        "Topics",
        lambda _: "The change of a topic's share was split exactly into what issuers say and who publishes.",
        ("kitagawa1955",),
    ),
    "compare_effects": Step("Topics", _across),
}

METHODS = {
    "structural": ("roberts2016", "roberts2019r"),
    "nmf": ("lee2001",),
    "lda": ("blei2003",),
    "keywords": ("eshima2024",),
}
