"""Keywords: what the caller says that topics are about, looked up among the terms of the counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError, did_you_mean
from octadisc.tokens.scan.patterns import as_expression
from octadisc.topics.structural.keyword_words import Seeds

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["Asked", "find_keywords", "read_keywords"]

Ints = npt.NDArray[np.int64]

_EXAMPLE = 'Expected names and words, such as {"trafficking": ["traffick*", "victims"]}.'
_OF_QUERIES = frozenset('|()[]{}"/')  # signs of the query language that mean nothing here
_NAMED = 5  # keywords that a note names
_MOST_SPELLINGS = 1000  # of a keyword of several words, each of which may have several forms


class Asked(NamedTuple):
    """Keyword topics, as they were found in counts; topics are the first of the model, in this order.

    Attributes
    ----------
    names : list of str
    keywords : list of lists of str
        Of each topic; those alone that are used.
    columns : list of lists of arrays of int
        The terms of each keyword.
    terms : list of lists of lists of str
        The same as words.
    notes : list of str
        Which keywords nobody uses, and which are two topics'.
    """

    names: list[str]
    keywords: list[list[str]]
    columns: list[list[Ints]]
    terms: list[list[list[str]]]
    notes: list[str]

    @property
    def seeds(self) -> Seeds:
        """Give each topic's terms."""
        return tuple(np.unique(np.concatenate(one)) for one in self.columns)


def read_keywords(given: Any) -> dict[str, list[str]] | None:
    """Give keywords as a mapping from names to lists of words.

    Raises
    ------
    InputError
        If they are something else.

    Examples
    --------
    >>> read_keywords({"trafficking": ["traffick*", "victims"], "trust": "mutual trust"})
    {'trafficking': ['traffick*', 'victims'], 'trust': ['mutual trust']}
    """
    if given is None:
        return None
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"keywords={given!r} are no topics' keywords. {_EXAMPLE}")
    made: dict[str, list[str]] = {}
    for key, words in given.items():
        name = str(key).strip()
        if not isinstance(key, str) or not name:
            raise InputError(f"keywords: {key!r} is no name of a topic. {_EXAMPLE}")
        if name in made:
            raise InputError(f"keywords: two topics would be called {name!r}. Give each a name of its own.")
        if isinstance(words, Mapping):
            raise InputError(
                f"keywords of {name!r} are a mapping. Expected a list of words, those of the language that "
                "was counted."
            )
        listed = [words] if isinstance(words, str) else words
        if not isinstance(listed, Iterable):
            raise InputError(f"keywords of {name!r} are {words!r}. {_EXAMPLE}")
        plain = [" ".join(one.split()) if isinstance(one, str) else one for one in listed]
        wrong = [one for one in plain if not isinstance(one, str) or not re.sub(r"[*?\s_]", "", one)]
        if wrong or not plain:
            found = f"{wrong[0]!r} is no word" if wrong else "there is none"
            raise InputError(f"keywords of {name!r}: {found}. {_EXAMPLE}")
        made[name] = list(dict.fromkeys(plain))
    return made


def find_keywords(keywords: Mapping[str, list[str]], counts: TermCounts, n_topics: int) -> Asked:
    """Look keywords up among the terms of counts.

    Raises
    ------
    InputError
        If there are more keyword topics than topics, no keyword of a topic is used, or one is no plain word.
    """
    if len(keywords) > n_topics:
        raise InputError(
            f"n_topics={n_topics}, and keywords are given for {len(keywords)}. n_topics counts all topics, "
            "those with keywords and those without: ask for as many or more."
        )
    terms = [str(one) for one in counts.terms]
    lower = np.array([one.lower() for one in terms], object)
    totals = np.asarray(sparse.csr_matrix(counts.matrix).sum(axis=0), float).ravel()
    made = Asked([], [], [], [], [])
    unused = []
    for name, words in keywords.items():
        found = {}
        for word in words:
            columns = _columns_of(word, counts, lower)
            columns = columns[totals[columns] > 0]
            if columns.size:
                found[word] = columns
            else:
                _refuse_signs(name, word)
                unused.append(f"{word!r} of {name!r}{_nearest(word, terms)}")
        if not found:
            raise InputError(
                f"None of the keywords of {name!r} is used: {_list(unused[-len(words) :])}. Expected terms "
                "of the counts; what is rare, or a stop word, may have been left out there."
            )
        made.names.append(name)
        made.keywords.append(list(found))
        made.columns.append(list(found.values()))
        made.terms.append([[terms[i] for i in one.tolist()] for one in found.values()])
    if unused:
        made.notes.append(
            f"Keywords that nobody uses, and that are passed over: {_list(unused)}. They are no terms of the "
            "counts; what is rare, or a stop word, may have been left out there."
        )
    made.notes.extend(_note_shared(made, terms))
    return made


def _columns_of(keyword: str, counts: TermCounts, lower: npt.NDArray[Any]) -> Ints:
    """Give the columns of the terms that a keyword stands for, in the forms of the counts."""
    found: set[int] = set()
    place: dict[str, list[int]] = {}
    for i, one in enumerate(lower.tolist()):
        place.setdefault(one, []).append(i)
    tokens = counts.tokens
    if tokens is not None and tokens.folding is not None and set("*?") & set(keyword) and " " not in keyword:
        terms = [str(one) for one in counts.terms]
        for language in np.unique(tokens.languages.astype(str)).tolist():
            found.update(tokens.folding.alike(keyword.lower(), terms, language))
    for spelling in _spellings(keyword, counts):
        if set("*?") & set(spelling):
            matches = as_expression(spelling).fullmatch
            found.update(i for i, one in enumerate(lower.tolist()) if matches(one))
        else:
            found.update(place.get(spelling, ()))
    return np.array(sorted(found), np.int64)


def _spellings(keyword: str, counts: TermCounts) -> set[str]:
    """Give how a keyword may be spelled among the terms: in lower case, folded, with phrases joined."""
    words = unicodedata.normalize("NFC", keyword).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    parts = words.lower().split()
    choices = [[{one} for one in parts]]
    joiners = [" ", "_"]
    tokens = counts.tokens
    if tokens is not None:
        joiners = [" ", str(tokens.spec.parameters.get("joiner", "_"))]
        folding = tokens.folding
        if folding is not None:
            choices += [
                [
                    {folding.spell(one, language)} if set("*?") & set(one) else folding.answers(one, language)
                    for one in parts
                ]
                for language in np.unique(tokens.languages.astype(str)).tolist()
            ]
    made: set[str] = set()
    for forms in choices:
        for number, several in enumerate(product(*map(sorted, forms))):
            if number == _MOST_SPELLINGS:
                break
            made.update(joiner.join(several) for joiner in joiners)
    return made


def _refuse_signs(name: str, word: str) -> None:
    signs = sorted(_OF_QUERIES & set(word))
    if signs:
        raise InputError(
            f"keywords of {name!r}: {word!r} has {signs[0]!r} in it. Expected plain words, which may have "
            "the wildcards * and ?; give alternatives as words of their own."
        )


def _nearest(word: str, terms: list[str]) -> str:
    hint = did_you_mean(word, terms) if not set("*?") & set(word) else ""
    return f" (did you mean {hint[14:-1]}?)" if hint.startswith(" Did you mean") else ""


def _list(said: list[str]) -> str:
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    return ", ".join(said[:_NAMED]) + more


def _note_shared(made: Asked, terms: list[str]) -> list[str]:
    """Name the terms that are keywords of two topics."""
    seeds = made.seeds
    counted = np.bincount(np.concatenate(seeds), minlength=len(terms))
    shared = []
    for i in np.flatnonzero(counted > 1).tolist():
        holders = [name for name, one in zip(made.names, seeds, strict=True) if i in one]
        shared.append(f"{terms[i]!r} ({', '.join(holders)})")
    return [f"Keywords of two topics or more: {_list(shared)}."] if shared else []
