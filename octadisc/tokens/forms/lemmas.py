"""Lemmas by simplemma's dictionaries, and how many of the words these know."""

from __future__ import annotations

import warnings
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import OctadiscWarning
from octadisc.tokens.forms.variants import SAME_LANGUAGE, Variants, letters_of

__all__ = ["is_known", "lemma_of", "to_coverage", "warn_where_thin"]

_THIN = 0.8  # below this share of known words, lemmas are an announcement rather than a fact


@cache
def _dictionary(language: str) -> str | None:
    """Give simplemma's name for a language; None if it has no dictionary for it."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    name = {"no": "nb"}.get(language, SAME_LANGUAGE.get(language, language))
    return name if name in SUPPORTED_LANGUAGES else None


@lru_cache(maxsize=1 << 17)
def _known_spelling(form: str, language: str, variants: Variants) -> str | None:
    """Give a form, or the first spelling joined to it, that simplemma has in its dictionary."""
    from simplemma import is_known

    name = _dictionary(language)
    if name is None:
        return None
    spellings = [form, *variants.spellings(form)]
    return next((one for one in spellings if is_known(one, name)), None)


def is_known(form: str, language: str, variants: Variants) -> bool:
    """Say whether simplemma has a form, or a spelling that is joined to it, in its dictionary."""
    return _known_spelling(form, language, variants) is not None


def lemma_of(form: str, language: str, variants: Variants) -> str:
    """Give the lemma of a form whose variants are joined: of one form there is one lemma."""
    from simplemma import lemmatize

    name = _dictionary(language)
    if name is None or not any(map(str.isalpha, form)):
        return form
    lemma = lemmatize(_known_spelling(form, language, variants) or form, name).lower()
    if not lemma or any(map(str.isspace, lemma)):
        return form
    return variants.join(letters_of(lemma, language))


def to_coverage(
    languages: list[str], totals: npt.NDArray[np.int64], known: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """Give the table of `Tokens.lemma_coverage` from words and known words of each language."""
    with np.errstate(invalid="ignore"):
        shares = known / totals
    return pd.DataFrame(
        {
            "language": pd.Series([one or None for one in languages], dtype="str"),
            "tokens": totals.astype(np.int64),
            "known": known.astype(np.int64),
            "coverage": shares.astype(float),
            "note": pd.Series(
                [_note(*one) for one in zip(languages, shares.tolist(), known.tolist(), strict=True)],
                dtype="str",
            ),
        }
    )


def _note(language: str, share: float, known: int) -> str:
    if share >= _THIN:
        return ""
    if not known and not language:
        return "language unknown: words stay as they are"
    if not known and _dictionary(language) is None:
        return "no dictionary: words stay as they are"
    return "no words" if np.isnan(share) else "thin: words that are not known stay as they are"


def warn_where_thin(coverage: pd.DataFrame, *, stacklevel: int) -> None:
    """Warn of languages in which few words are known."""
    thin = coverage[coverage["coverage"] < _THIN]
    if thin.empty:
        return
    shares = [
        f"{100 * share:.0f}% of {n:,} words in {'unknown languages' if pd.isna(language) else language}"
        for language, n, share in thin[["language", "tokens", "coverage"]].itertuples(index=False)
    ]
    warnings.warn(
        f"simplemma's dictionaries hold only {', '.join(shares)}. The other words stay as they are, and "
        "their inflected forms are counted apart. Rely on folded forms and queries with * there; "
        "tokens.lemma_coverage() gives the table.",
        OctadiscWarning,
        stacklevel=stacklevel + 1,
    )
