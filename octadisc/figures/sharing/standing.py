"""What running text is sought in, and what may stand at any length all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from octadisc.figures.sharing.stripping import Rules

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["names_that_may_stand", "texts_of", "titles_of"]


def texts_of(corpus: Corpus, rules: Rules) -> Iterator[str]:
    """Give the texts, pages and titles of the releases, one by one."""
    for column in ("text", "page", *(() if rules.titles else ("title",))):
        if column in corpus.frame:
            yield from (one for one in corpus.frame[column] if isinstance(one, str))


def names_that_may_stand(corpus: Corpus, queries: Mapping[str, Any]) -> list[str]:
    """Give the issuers' names and the queries' words: long ones are no running text."""
    columns = [one for one in ("issuer", "issuer_as_written") if one in corpus.frame]
    names = {str(one) for column in columns for one in corpus.frame[column].dropna().unique()}
    made = [*sorted(names), *queries]
    for query in queries.values():
        for part in query.values() if isinstance(query, Mapping) else [query]:
            made += [part] if isinstance(part, str) else [str(one) for one in part]
    return made


def titles_of(corpus: Corpus) -> dict[str, str]:
    """Give the releases' titles, by release, as evidence has them in place of a sentence."""
    if "title" not in corpus.frame:
        return {}
    pairs = zip(corpus.frame["release"], corpus.frame["title"], strict=True)
    return {str(release): title for release, title in pairs if isinstance(title, str) and title}
