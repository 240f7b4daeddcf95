"""Finding phrases: sequences of words measured by their weakest joint, and by how they are spread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.tokens.forms.stop_words import stop_types
from octadisc.tokens.phrases.found_phrases import MEASURES, Phrases
from octadisc.tokens.phrases.phrase_counts import SequenceCounts, count_sequences
from octadisc.tokens.phrases.phrase_measures import measure_sequences
from octadisc.tokens.reissues import weigh_reissues
from octadisc.tokens.tokens import Tokens

__all__ = ["find_phrases"]

Measure = Literal["log_odds", "log_likelihood", "npmi", "log_dice", "t"]

_LONGEST = 10
_MOST_OF = 0.5  # a longer phrase that has more of a phrase's occurrences contains it
_COLUMNS = [
    "phrase", "language", "words", "count", "releases", "issuers", "weakest", "expected", "log_likelihood",
    "npmi", "log_dice", "t", "log_odds", "low", "high", "p_value", "q_value", "part_of",
]  # fmt: skip


def find_phrases(
    tokens: Tokens,
    *,
    measure: Measure = "log_likelihood",
    min_count: int = 5,
    min_releases: int = 3,
    min_issuers: int = 0,
    max_length: int = 4,
    stop_words: Literal["auto"] | Iterable[str] | None = "auto",
    min_length: int = 2,
    numbers: bool = False,
    top: int | None = 1000,
    level: float = 0.95,
    reissues: Literal["keep", "first"] = "keep",
    n_threads: int | None = None,
) -> Phrases:
    """Find words that follow each other more often than chance, in each language on its own.

    A phrase lies inside a sentence and has no punctuation between its words. It neither begins nor ends
    with a stop word, but may hold some: trafficking in human beings.

    Parameters
    ----------
    tokens : Tokens
        With any forms: of lemmas, phrases are sequences of lemmas.
    measure : "log_likelihood", "t", "log_dice", "npmi" or "log_odds"
        What ranks the phrases. ``"log_likelihood"`` and ``"t"`` put what is frequent first, and so the
        phrases that a corpus is about; the others what is exclusive, and so names: ``"npmi"`` and
        ``"log_dice"`` however rare they are, ``"log_odds"`` by the lower end of its interval, so by what is
        certain of the attraction.
    min_count, min_releases, min_issuers : int
        Least number of occurrences, and of releases and issuers that have them, in a language. Releases
        whose issuer is not known count for no issuer.
    max_length : int
        Most words of a phrase, 2 to 10.
    stop_words : "auto", iterable of str or None
        Words that no phrase begins or ends with; ``"auto"``: octadisc's list for each language.
    min_length : int
        Least number of characters of the first and of the last word: initials and the single letters of
        badly scanned pages bound no phrase.
    numbers : bool
        Whether a phrase may begin or end with a word that begins with a digit.
    top : int, optional
        Keep so many, the best; None keeps all.
    level : float
        Coverage of the intervals.
    reissues : "keep" or "first"
        Whether releases that repeat another (duplicate_cluster) count.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Returns
    -------
    Phrases

    Raises
    ------
    NotEnoughDataError
        If no phrase is left.
    InputError
        If an argument is not what it should be.

    Notes
    -----
    A phrase of n words can come apart at n - 1 places. At each, the words before it and those behind it are
    taken for two units, as in a phrase of two words, and the place that lets expect the most occurrences by
    chance decides: a phrase is as firm as its weakest joint. (Ferreira da Silva and Lopes, 1999, average over
    the joints; the least lets no strong pair carry a loose third word.) The four cells are places in the
    text: both units, one only, neither; their total is the number of running words of the language, as in
    NLTK. Languages are never mixed in a table: words of one language would attract each other.

    Neither words nor releases are independent, so G² and t rank but do not test. What is tested is the log
    odds ratio with ½ added to each cell (λ of Blaheta and Johnson, 2001). Its variance is the largest of
    three: theirs, for independent words; that between releases; and, with at least eight issuers, that
    between issuers. The latter two are sums of squared influences, the linear (infinitesimal jackknife)
    estimate for clusters (Efron, 1982): a phrase that one release repeats fifty times rests on one release.
    The interval has Student's quantile, with as many degrees of freedom as releases that have the phrase,
    less one; in one release only, nothing can be told, and it is NaN. q-values are Benjamini and Hochberg's,
    over all sequences that are frequent enough, before those without attraction are left out.

    References
    ----------
    Blaheta and Johnson (2001), Proceedings of the ACL Workshop on Collocations; Dunning (1993),
    Computational Linguistics 19(1); Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans;
    Ferreira da Silva and Lopes (1999), Proceedings of the Sixth Meeting on Mathematics of Language.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = [
    ...     f"{who} trafficking in human beings." for who in ("They fight", "We study", "Police counter")
    ... ]
    >>> tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": ["en"] * 3}))
    >>> found = od.find_phrases(tokens, min_count=3)
    >>> found.to_frame()[["phrase", "count", "releases", "part_of"]].values.tolist()
    [['human beings', 3, 3, 'trafficking in human beings'],
     ['trafficking in human', 3, 3, 'trafficking in human beings'],
     ['trafficking in human beings', 3, 3, nan]]
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    words = tokens.words or tokens
    parameters = {
        "measure": measure,
        "min_count": min_count,
        "min_releases": min_releases,
        "min_issuers": min_issuers,
        "max_length": max_length,
        "stop_words": _read_stop_words(stop_words),
        "min_length": min_length,
        "numbers": numbers,
        "top": top,
        "level": level,
        "reissues": reissues,
    }
    _check(parameters)
    frame = words.corpus.frame
    counted = weigh_reissues(frame, reissues) > 0
    counts = count_sequences(words, min_count, max_length, counted, n_threads)
    found = np.flatnonzero(_may_be_phrase(words, counts, parameters))
    table = measure_sequences(words, counts, found, counted, level, n_threads)
    table["q_value"] = adjust_p_values(table["p_value"])
    enough = (table["releases"] >= min_releases) & (table["issuers"] >= min_issuers)
    table = table[enough & (table["count"] > table["expected"])]
    if table.empty:
        raise NotEnoughDataError(
            f"No phrase stands {min_count:,} times and in {min_releases:,} releases of a language, of "
            f"{words.n_tokens:,} words in {len(frame):,} releases. Lower min_count or min_releases."
        )
    table = table.sort_values(
        [MEASURES[measure], "count", "sequence"], ascending=[False, False, True], na_position="last"
    )
    listed = (table if top is None else table.head(top)).reset_index(drop=True)
    spelled = [_spell(words, counts, one) for one in listed["sequence"].tolist()]
    listed["phrase"] = pd.Series([" ".join(one) for one in spelled], dtype="str")
    cuts = zip(spelled, listed["left"].tolist(), strict=True)
    listed["weakest"] = pd.Series(
        [f"{' '.join(one[:n])} | {' '.join(one[n:])}" for one, n in cuts], dtype="str"
    )
    holders = _find_holders(counts, listed["sequence"].tolist(), set(table["sequence"].tolist()))
    names = [None if one < 0 else " ".join(_spell(words, counts, one)) for one in holders]
    listed["part_of"] = pd.Series(names, dtype="str")
    spec = Spec("find_phrases", parameters, inputs=(words.spec,))
    return Phrases(listed[_COLUMNS], spec, words, spelled, counted)


def _check(given: dict[str, Any]) -> None:
    """Refuse arguments that are not what they should be."""
    if given["measure"] not in MEASURES:
        raise InputError(
            f"measure={given['measure']!r}: expected one of {', '.join(MEASURES)}."
            f"{did_you_mean(str(given['measure']), MEASURES)}"
        )
    least = {"min_count": 2, "min_releases": 1, "min_issuers": 0, "max_length": 2, "min_length": 1, "top": 1}
    for name, smallest in least.items():
        value = given[name]
        if name == "top" and value is None:
            continue
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < smallest:
            raise InputError(f"{name}={value!r}: expected a whole number of at least {smallest}.")
    if given["max_length"] > _LONGEST:
        raise InputError(f"max_length={given['max_length']}: expected 2 to {_LONGEST} words.")
    if not 0 < given["level"] < 1:
        raise InputError(f"level={given['level']!r} is no coverage. Expected a number between 0 and 1.")
    if given["reissues"] == "share":
        raise InputError('reissues="share": phrases are counted whole. Expected "keep" or "first".')


def _read_stop_words(given: Any) -> Any:
    if given is None or given == "auto":
        return given
    if isinstance(given, str):
        raise InputError(f"stop_words={given!r}: expected 'auto', a list of words, or None.")
    expect(given, Iterable, "stop_words", "a list of words, 'auto' or None")
    return sorted({str(one).lower() for one in given})


def _may_be_phrase(tokens: Tokens, counts: SequenceCounts, given: dict[str, Any]) -> npt.NDArray[np.bool_]:
    """Say which sequences have two words or more, of which the first and the last may bound a phrase."""
    single = np.flatnonzero(counts.length == 1)
    bounds = np.zeros(counts.length.size, np.bool_)
    vocabulary = tokens.vocabulary
    for number, language in enumerate(counts.languages):
        barred = stop_types(tokens, language, given["stop_words"])
        for one in single[counts.language[single] == number].tolist():
            word = vocabulary[counts.types[one]]
            bounds[one] = (
                word not in barred
                and len(word) >= given["min_length"]
                and (given["numbers"] or not word[0].isdigit())
            )
    first, last = bounds.copy(), bounds
    for length in range(2, int(counts.length.max(initial=1)) + 1):
        mine = counts.length == length
        first[mine], last[mine] = first[counts.prefix[mine]], last[counts.suffix[mine]]
    return np.asarray((counts.length > 1) & first & last)


def _spell(tokens: Tokens, counts: SequenceCounts, sequence: int) -> tuple[str, ...]:
    return tuple(tokens.vocabulary[one] for one in counts.words(sequence))


def _find_holders(counts: SequenceCounts, sequences: list[int], phrases: set[int]) -> list[int]:
    """Give for each sequence the longest phrase that has most of its occurrences; -1 if there is none."""
    order = np.argsort(counts.counts, kind="stable")
    order = order[counts.length[order] > 1]
    behind, before = np.full((2, counts.length.size), -1, np.int64)
    behind[counts.prefix[order]] = order  # the most frequent sequence with one word more behind, and before
    before[counts.suffix[order]] = order

    def longest(sequence: int, least: float) -> int:
        best = sequence if sequence in phrases else -1
        for longer in (int(behind[sequence]), int(before[sequence])):
            if longer >= 0 and counts.counts[longer] > least:
                found = longest(longer, least)
                if found >= 0 and (best < 0 or counts.length[found] > counts.length[best]):
                    best = found
        return best

    holders = [longest(one, _MOST_OF * int(counts.counts[one])) for one in sequences]
    return [-1 if holder == own else holder for own, holder in zip(sequences, holders, strict=True)]
