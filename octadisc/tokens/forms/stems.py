"""Stems: words without their endings, by the Snowball stemmers that nltk has for fifteen languages."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from octadisc.errors import OctadiscWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["stem_of", "warn_where_no_stems"]

_LANGUAGES = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
}
# The Romanian stemmer was written when keyboards had the cedilla for the comma.
_THERE, _BACK = str.maketrans("șț", "şţ"), str.maketrans("şţ", "șț")


@cache
def _stemmer(language: str) -> Any:
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer(_LANGUAGES[language])


def stem_of(word: str, language: str) -> str:
    """Give a word's stem; the word itself where there is no stemmer, and for numbers and abbreviations.

    Examples
    --------
    >>> stem_of("investigations", "en"), stem_of("полиции", "ru"), stem_of("preiskave", "sl")
    ('investig', 'полиц', 'preiskave')
    """
    if language not in _LANGUAGES or not word.replace("'", "").replace("’", "").isalpha():
        return word
    if language == "ro":
        return str(_stemmer(language).stem(word.translate(_THERE))).translate(_BACK) or word
    return str(_stemmer(language).stem(word)) or word


def warn_where_no_stems(
    vocabulary: Sequence[str], languages: Sequence[str], counts: npt.NDArray[np.int64], *, stacklevel: int
) -> None:
    """Say for which share of the words there is no stemmer, and what to do instead.

    Parameters
    ----------
    vocabulary, languages : sequence of str
    counts : array of int, shape (languages, types)
        How often each type stands in each language.
    stacklevel : int
        Of the warning, as seen from here.
    """
    totals = counts[:, np.array([one.isalpha() for one in vocabulary], bool)].sum(axis=1)
    without = {
        language: int(n)
        for language, n in zip(languages, totals, strict=True)
        if n and language not in _LANGUAGES
    }
    if not without:
        return
    shares = [
        f"{language or 'unknown languages'} ({100 * n / totals.sum():.0f}%)"
        for language, n in without.items()
    ]
    warnings.warn(
        f"Snowball has no stemmer for {', '.join(shares)}: of {totals.sum():,} words, "
        f"{sum(without.values()):,} stay as they are, "
        'and their inflected forms are counted apart. Use with_forms("folded") and queries '
        'with * there, or with_forms("lemma") where tokens.lemma_coverage() is high.',
        OctadiscWarning,
        stacklevel=stacklevel + 1,
    )
