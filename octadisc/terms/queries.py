"""What queries are called, and what is said when one finds nothing."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from octadisc.errors import InputError, OctadiscWarning
from octadisc.tokens import Hits, Query, Tokens, why_nothing
from octadisc.tokens.forms.folding import SAME_LANGUAGE
from octadisc.tokens.forms.stop_words import languages_with_stop_words

__all__ = ["check_query", "name_of", "name_queries", "say_silent", "some_releases"]

_UNLIKELY = 0.05  # chance of no match in a language, were a concept as common there as elsewhere


def name_queries(queries: Any, languages: set[str]) -> dict[str, Query]:
    """Give each query its name: what the caller called it, else its wording.

    A mapping whose keys are all codes of languages is one query with a wording for each language, if the
    corpus has one of these languages; else the keys are names: "it" may be Italian, or what is asked.

    Examples
    --------
    >>> name_queries({"en": "mutual trust", "sl": "medsebojno zaupanje"}, {"en"})
    {'mutual trust': {'en': 'mutual trust', 'sl': 'medsebojno zaupanje'}}
    >>> name_queries({"it": "mutual trust"}, {"en"})
    {'it': 'mutual trust'}
    """
    if isinstance(queries, str) or _is_by_language(queries, languages):
        return {name_of(queries): queries}
    if isinstance(queries, Mapping):
        pairs = [(str(name), query) for name, query in queries.items()]
    elif isinstance(queries, Sequence) or hasattr(queries, "__iter__"):
        pairs = [(name_of(query), query) for query in queries]
    else:
        raise InputError(
            f"queries={queries!r} are no queries. Expected words, for example ['trust', 'traffick*']."
        )
    if not pairs:
        raise InputError("There is no query. Expected words, for example ['trust', 'traffick*'].")
    names = [name for name, _ in pairs]
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise InputError(
            f"The query {twice[0]!r} stands twice. Give each a name of its own: {{'name': query}}."
        )
    return dict(pairs)


def _is_by_language(queries: Any, languages: set[str]) -> bool:
    codes = languages | set(SAME_LANGUAGE) | set(languages_with_stop_words())
    if not isinstance(queries, Mapping) or not queries or not set(queries) <= codes:
        return False
    spoken = languages - {"", "None", "nan"}
    return not spoken or any(SAME_LANGUAGE.get(str(one), one) in spoken for one in queries)


def name_of(query: Any) -> str:
    """Give a query's wording: that of its first language, alternatives with ``|`` between.

    Examples
    --------
    >>> name_of({"en": ["mutual trust", "confidence"], "sl": "zaupanje"})
    'mutual trust | confidence'
    """
    if isinstance(query, Mapping):
        return name_of(next(iter(query.values()), ""))
    return query if isinstance(query, str) else " | ".join(str(one) for one in query)


def check_query(tokens: Tokens, name: str, query: Query, hits: Hits) -> list[str]:
    """Say for which releases a concept is not defined; warn of a query without a match, with what is near."""
    undefined = int((~hits.defined).sum())
    if len(hits):
        more = f"In languages for which {name!r} is not defined, and not counted: {some_releases(undefined)}."
        silent = say_silent(tokens, name, query, hits)
        for one in silent:
            warnings.warn(one, OctadiscWarning, stacklevel=3)
        return [*([more] if undefined else []), *silent]
    found = f"The query {name!r} matches nothing in {some_releases(len(hits.defined) - undefined)}"
    hint = why_nothing(tokens, query)
    warnings.warn(f"{found}: {hint} Its rows are kept, with counts of 0.", OctadiscWarning, stacklevel=3)
    return [f"{found}."]


def say_silent(tokens: Tokens, name: str, query: Query, hits: Hits) -> list[str]:
    """Say which of a concept's languages have no match where one was to be expected.

    That is so if the chance of finding none would be under 5%, were the concept as common there as in its
    other languages.
    """
    if not isinstance(query, Mapping) or len(query) < 2:
        return []
    languages = np.array([one or "" for one in tokens.languages], object)
    mentioned = np.zeros(len(languages), bool)
    mentioned[hits.rows] = True
    said = []
    for language, wording in query.items():
        mine, others = (languages == language) & hits.defined, (languages != language) & hits.defined
        if not mine.any() or not others.any() or mentioned[mine].any():
            continue
        share = float(mentioned[others].mean())
        if share > 0 and (1 - share) ** int(mine.sum()) < _UNLIKELY:
            hint = why_nothing(tokens, {str(language): wording})
            n = some_releases(int(mine.sum()))
            said.append(
                f"The wordings of {name!r} in {language!r} match nothing in {n}, and those in its other "
                f"languages match in {share:.0%}: {hint}"
            )
    return said


def some_releases(n: int) -> str:
    """Give a number of releases in words.

    Examples
    --------
    >>> some_releases(1), some_releases(1200)
    ('1 release', '1,200 releases')
    """
    return f"{n:,} release{'s' * (n != 1)}"
