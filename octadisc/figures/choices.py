"""What the notebooks choose by themselves, so that they run on any corpus: periods, concepts, topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import NotEnoughDataError
from octadisc.figures.words import counted
from octadisc.spec import Spec

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.terms.coverage import Coverage
    from octadisc.tokens import Tokens
from octadisc.tokens.queries.concepts import load_concepts

__all__ = [
    "as_table",
    "choose_every",
    "choose_n_topics",
    "choose_queries",
    "concepts",
    "coverage_table",
    "largest",
    "main_language",
    "publishers",
    "with_largest_issuers",
    "without_reissues",
]

MOST_PERIODS = 40
NOT_KNOWN = "not known"
ENOUGH = 8  # releases in a typical month or quarter
ENOUGH_IN_HALF = 20  # and in a half-year: with fewer, years say more


def choose_every(corpus: Corpus) -> str:
    """Choose the finest periods of which there are at most 40, with 8 releases in a typical one.

    Half-years only with 20; years, if these hold fewer.

    Examples
    --------
    >>> from octadisc.corpus import Corpus
    >>> days = pd.date_range("2008-01-01", "2008-12-31")
    >>> choose_every(Corpus.from_frame([{"text": "a", "date": f"{day:%Y-%m-%d}"} for day in days]))
    'month'
    """
    from octadisc.periods import make_periods

    dates = corpus.frame["date"].dropna()
    if not len(dates):
        return "year"
    for every in ("month", "quarter", "half"):
        periods = make_periods(dates, every)
        filled = np.bincount(periods.locate(dates), minlength=len(periods))
        enough = ENOUGH_IN_HALF if every == "half" else ENOUGH
        if len(periods) <= MOST_PERIODS and np.median(filled) >= enough:
            return every
    return "year"


def without_reissues(corpus: Corpus) -> Corpus:
    """Leave out the releases that repeat another (`duplicate_of`), so that nothing counts twice.

    Releases without any text repeat nothing, though they are equal.
    """
    if "duplicate_of" not in corpus.frame:
        return corpus
    again = corpus.frame["duplicate_of"].notna() & (corpus.frame["text"] != "")
    if not again.any():
        return corpus
    kept = corpus.frame[~again]
    return _derived(corpus, kept, "without_reissues", {})


def with_largest_issuers(corpus: Corpus, most: int = 8) -> Corpus:
    """Add a column ``publisher``: the issuer if among those with the most releases, else "12 others".

    Where no release names its issuer, all are of "not known".
    """
    issuer = corpus.frame["issuer"].astype(object)
    named = corpus.frame["issuer"].fillna("").str.strip() != ""
    top, rest = largest(issuer[named], most)
    publisher = issuer.where(issuer.isin(top), rest).where(named, NOT_KNOWN)
    return _derived(corpus, corpus.frame.assign(publisher=publisher), "with_largest_issuers", {"most": most})


def publishers(corpus: Corpus) -> list[str]:
    """Give what `with_largest_issuers` made of the issuers: by number of releases, the others last."""
    sizes = corpus.frame["publisher"].value_counts()
    single = set(corpus.frame["issuer"].dropna())
    return sorted(sizes.index, key=lambda name: (name == NOT_KNOWN, name not in single, -sizes[name], name))


def coverage_table(covered: Coverage, order: list[str]) -> pd.DataFrame:
    """Lay coverage out as rows of groups and columns of periods, for `draw_heat`.

    A period without releases is 0 outside a group's first and last, and NaN between them.
    """
    frame = covered.to_frame()
    periods = list(dict.fromkeys(frame["period"]))
    table = frame.pivot_table("releases", "group", "period", "sum").reindex(index=order, columns=periods)
    counts = table.to_numpy(float)
    begun = np.cumsum(counts, axis=1) > 0
    ended = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1] == 0
    shown = np.where((counts == 0) & begun & ~ended, np.nan, counts)
    return pd.DataFrame(shown, pd.Index(order, name="group"), pd.Index(periods, name="period"))


def _derived(corpus: Corpus, frame: pd.DataFrame, what: str, parameters: dict[str, Any]) -> Corpus:
    from octadisc.corpus import Corpus as Made

    spec = Spec(what, parameters, inputs=(corpus.spec,), fingerprint="derived")
    return Made.from_frame(frame, issues=corpus.issues, dates=corpus.dates, spec=spec)


def largest(values: pd.Series, most: int) -> tuple[list[str], str]:
    """Give the commonest values, equal ones by name, and what to call the rest.

    Examples
    --------
    >>> largest(pd.Series(["a", "b", "b", "c", None]), 1)
    (['b'], '2 others')
    """
    counts = values.dropna().value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], str(name)))
    if len(names) == most + 1:  # a rest of one is no shorter than its name
        most += 1
    rest = len(names) - most
    return [str(name) for name in names[:most]], f"{rest:,} others" if rest > 0 else "others"


def concepts(languages: Any = None) -> dict[str, dict[str, list[str]]]:
    """Give the concepts of regional crime cooperation, each with its wordings by language.

    Parameters
    ----------
    languages : iterable of str, optional
        Only the wordings in these.

    Examples
    --------
    >>> concepts(["en"])["threat assessment"]
    {'en': ['threat assessment*']}
    """
    wanted = None if languages is None else {str(one) for one in languages}
    made = {
        name: {code: list(query) for code, query in by.items() if wanted is None or code in wanted}
        for name, by in load_concepts().items()
    }
    return {name: by for name, by in made.items() if by}


def choose_queries(tokens: Tokens, *, least: int = 3, most: int = 16) -> dict[str, Any]:
    """Choose the concepts that occur in at least so many releases, those in most releases if too many.

    They keep their order. Where the language of no release is known, the English wordings are used for all.
    Where hardly any occurs, there may be none.
    """
    present = {str(one) for one in tokens.languages if one}
    wanted: dict[str, Any] = dict(concepts(present))
    if not present:
        wanted = {name: by["en"] for name, by in concepts(["en"]).items()}
    spread = {name: int((tokens.find(query).counts > 0).sum()) for name, query in wanted.items()}
    enough = min(least, max(1, len(tokens.corpus) // 10))
    found = [name for name in wanted if spread[name] >= enough]
    kept = set(sorted(found, key=lambda name: (-spread[name], name))[:most])
    return {name: wanted[name] for name in found if name in kept}


def main_language(corpus: Corpus) -> str | None:
    """Give the language of most releases; None if none is known.

    Examples
    --------
    >>> from octadisc.corpus import Corpus
    >>> main_language(Corpus.from_frame([{"text": "a", "language": "sl"}, {"text": "b", "language": "sl"}]))
    'sl'
    """
    top, _ = largest(corpus.frame["language"], 1)
    return top[0] if top else None


def choose_n_topics(n_releases: int) -> int:
    """Choose a number of topics that grows slowly with the corpus: 5 for 64 releases, 20 for 9,000.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than 10 releases.

    Examples
    --------
    >>> choose_n_topics(64), choose_n_topics(270), choose_n_topics(9_000)
    (5, 8, 20)
    """
    if n_releases < 10:
        raise NotEnoughDataError(
            f"{counted(n_releases, 'release')}: not enough data for topics, which need at least 10."
        )
    return int(np.clip(round(1.7 * n_releases**0.27), 2, 40))


def as_table(queries: Mapping[str, Any]) -> pd.DataFrame:
    """Show queries as a table: concept, language, wordings."""
    rows = []
    for name, query in queries.items():
        by = query if isinstance(query, Mapping) else {"all": query}
        for code, words in by.items():
            rows.append((name, code, words if isinstance(words, str) else ", ".join(words)))
    return pd.DataFrame(rows, columns=["concept", "language", "wordings"])
