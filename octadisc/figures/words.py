"""Sentences with numbers in them, as notebooks and the page of figures write them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

__all__ = [
    "Rows",
    "Sentence",
    "chance",
    "counted",
    "language_name",
    "listed",
    "per_cent",
    "period_name",
    "quoted",
]

_LANGUAGES = {
    "bg": "Bulgarian", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fr": "French",
    "hbs": "Bosnian/Croatian/Montenegrin/Serbian", "hu": "Hungarian", "it": "Italian", "mk": "Macedonian",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sl": "Slovenian",
    "sq": "Albanian", "tr": "Turkish", "uk": "Ukrainian",
}  # fmt: skip


def language_name(code: str) -> str:
    """Give a language's English name; its code if it is not one of ours.

    Examples
    --------
    >>> language_name("mk"), language_name("xx")
    ('Macedonian', 'xx')
    """
    return _LANGUAGES.get(code, code)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "release"), counted(8754, "release"), counted(2, "query", "queries")
    ('1 release', '8,754 releases', '2 queries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Any, most: int = 6) -> str:
    """Write names as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed("abcdefgh", most=3)
    ('a, b and c', 'a, b, c and 5 more')
    """
    texts = [str(one) for one in names]
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def quoted(names: Any) -> list[str]:
    """Put names that hold commas, such as those of topics, between quotation marks.

    Examples
    --------
    >>> listed(quoted(["trust, police", "drugs, seized"]))
    '“trust, police” and “drugs, seized”'
    """
    return [f"\N{LEFT DOUBLE QUOTATION MARK}{one}\N{RIGHT DOUBLE QUOTATION MARK}" for one in names]


def period_name(every: Any) -> str:
    """Say what a period is called in a sentence.

    Examples
    --------
    >>> period_name("half"), period_name("year"), period_name([("before", "2000", "2008")])
    ('half-year', 'year', 'period')
    """
    return {"half": "half-year"}.get(every, every) if isinstance(every, str) else "period"


def per_cent(share: float) -> str:
    """Write a share as a percentage, with as many digits as it bears.

    Examples
    --------
    >>> per_cent(0.254), per_cent(0.031), per_cent(0.0)
    ('25%', '3.1%', '0%')
    """
    return f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}"


def chance(value: float, letter: str = "q") -> str:
    """Write a p- or q-value, very small ones as below a thousandth.

    Examples
    --------
    >>> chance(0.0314), chance(2e-5), chance(float("nan"), "p")
    ('q = 0.031', 'q < 0.001', 'p not known')
    """
    if value != value:
        return f"{letter} not known"
    return f"{letter} = {value:.3f}" if value >= 0.0005 else f"{letter} < 0.001"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text that a notebook shows as a paragraph; what stands in it is text, whatever it looks like.

    Examples
    --------
    >>> Sentence("1 < 2")._repr_html_()
    '<p>1 &lt; 2</p>'
    """

    text: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.text)}</p>"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A frame that a notebook shows in full, without row numbers; what stands in it is text."""

    frame: pd.DataFrame

    def _repr_html_(self) -> str:
        shown = self.frame.copy()
        for column in shown.columns:
            if pd.api.types.is_datetime64_any_dtype(shown[column]):
                shown[column] = shown[column].dt.strftime("%Y-%m-%d")
        with pd.option_context("display.max_colwidth", None):
            table: str = shown.to_html(index=False, na_rep="–", border=0, escape=True, justify="left")
        return table
