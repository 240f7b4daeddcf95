"""Where figures are for: an article, a report or slides; and colours that stay with names across a study."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from octadisc.errors import InputError, UnknownNameError, did_you_mean

__all__ = ["STYLES", "Style", "chosen_style", "fix_colours", "fixed_names", "use_style"]


@dataclass(frozen=True, slots=True)
class Style:
    """How large figures and their letters are.

    Attributes
    ----------
    name : str
    single, double : float
        Widths of the finished figure, in millimetres: of one column and of two.
    letters : float
        Size of the letters of the finished figure, in points: that of labels; numbers are a little smaller.
    """

    name: str
    single: float
    double: float
    letters: float

    @property
    def scale(self) -> float:
        """How much larger the finished figure is than the sheet on which it is laid out."""
        return self.letters / _LETTERS

    def sheet(self, width: float | str) -> float:
        """Give the millimetres of the sheet for a width: a name, or millimetres of the finished figure."""
        finished = getattr(self, width) if width in ("single", "double") else width
        return float(finished) / self.scale


_LETTERS = 7.5  # points in which figures are laid out
STYLES = {
    "article": Style("article", 89.0, 183.0, 7.5),  # one and two columns of a journal
    "report": Style("report", 105.0, 165.0, 8.5),  # the text of an A4 page
    "slides": Style("slides", 160.0, 300.0, 16.0),  # of a slide of 339 mm, read from the last row
}


class _Session:
    """What is in use now. Not a context variable: those that a notebook's cell sets end with the cell."""

    style: Style | None = None
    names: tuple[str, ...] = ()


class _Use:
    """Something in use: until the end of the ``with`` block, or of the session without one."""

    def __init__(self, name: str, value: Any, says: str) -> None:
        self._name, self._before, self._says = name, getattr(_Session, name), says
        self._value = value
        setattr(_Session, name, value)

    def __enter__(self) -> Any:
        return self._value

    def __exit__(self, *_: object) -> None:
        setattr(_Session, self._name, self._before)

    def __repr__(self) -> str:
        return self._says


def use_style(name: str = "article", *, width: float | None = None) -> _Use:
    """Choose what figures are made for; from then on all of octadisc's figures are made so.

    Parameters
    ----------
    name : "article", "report" or "slides"
        An article has columns of 89 and 183 mm and letters of 7.5 points, a report has A4 pages (165 mm, 8.5
        points), slides are read from afar (300 mm, 16 points).
    width : float, optional
        Of a whole page's figure, in millimetres, where it is another; figures of one column keep their part.

    Returns
    -------
    context manager
        In a ``with`` block the style holds for the block, else for the session.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such style, or no figure can be so wide.

    Notes
    -----
    Matplotlib's own settings stay as they are. Figures are laid out on a sheet on which letters have 7.5
    points, and written larger: so everything in them keeps its proportions.

    Examples
    --------
    >>> with use_style("slides") as style:
    ...     style.double, round(style.scale, 2)
    (300.0, 2.13)
    >>> with use_style("report", width=150):
    ...     chosen_style().double
    150.0
    >>> chosen_style().name
    'article'
    """
    style = _style_of(name, width, "use_style")
    says = f"{style.single:g} and {style.double:g} mm wide, letters of {style.letters:g} points"
    return _Use("style", style, f"use_style({name!r}): {says}")


def _style_of(name: str, width: float | None, where: str) -> Style:
    if name not in STYLES:
        raise UnknownNameError(f"{where}: no style is called {name!r}.{did_you_mean(str(name), STYLES)}")
    style = STYLES[name]
    if width is None:
        return style
    if not 40 <= width <= 1000:
        raise InputError(
            f"{where}: width={width!r}. Expected the millimetres of a page's figure, 40 to 1000."
        )
    return replace(style, single=style.single * width / style.double, double=float(width))


def chosen_style() -> Style:
    """Give the style in use: that of `use_style`, else the study's whose notebook runs, else an article's."""
    if _Session.style is not None:
        return _Session.style
    width = os.environ.get("OCTADISC_WIDTH")
    try:
        number = float(width) if width else None
    except ValueError:
        raise InputError(f"OCTADISC_WIDTH is {width!r}. Expected millimetres.") from None
    return _style_of(os.environ.get("OCTADISC_STYLE") or "article", number, "OCTADISC_STYLE")


def fix_colours(names: Sequence[Any]) -> _Use:
    """Give names (issuers, topics, concepts) the same colour, dash and marker in every figure from now on.

    Parameters
    ----------
    names : sequence
        The first gets the first colour, and so on; names that are not among them get those that are left.

    Returns
    -------
    context manager
        In a ``with`` block the colours hold for the block, else for the session.

    Examples
    --------
    >>> from octadisc.drawing.style import cues_for
    >>> with fix_colours(["SELEC", "Europol"]):
    ...     cues_for(["Europol"])["Europol"].colour
    '#D55E00'
    >>> cues_for(["Europol"])["Europol"].colour
    '#0072B2'
    """
    if isinstance(names, str):
        raise InputError(
            f"fix_colours: expected a list of names, found the text {names!r}. Write [{names!r}]."
        )
    fixed = tuple(dict.fromkeys(str(one) for one in names))
    return _Use("names", fixed, f"fix_colours({list(fixed)!r})")


def fixed_names() -> tuple[str, ...]:
    """Give the names whose colours are fixed, in their order."""
    if _Session.names or not os.environ.get("OCTADISC_ORDER"):
        return _Session.names
    return tuple(str(one) for one in json.loads(os.environ["OCTADISC_ORDER"]))
