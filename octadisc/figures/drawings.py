"""Results that may be missing, and figures drawn of them: a notebook says why there is none, and goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from octadisc.errors import OctadiscError
from octadisc.figures.asking import Ask
from octadisc.figures.evidence import collect
from octadisc.figures.save import Result, SavedFigure, SkippedFigure, save_figure, skip_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Drawing", "Missing", "attempt"]


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """A result that could not be made, and why; it counts as false.

    Examples
    --------
    >>> missing = Missing("Not enough data: 3 releases.")
    >>> bool(missing), str(missing)
    (False, 'Not enough data: 3 releases.')
    """

    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.reason

    def save(self, name: str, *, title: str, evidence: Any = (), ask: Any = None) -> SkippedFigure:
        """Say in the figure's place why it was not drawn."""
        return skip_figure(name, title=title, reason=self.reason)

    def _repr_html_(self) -> str:
        return f"<p><em>{escape(self.reason)}</em></p>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drawing:
    """A figure with what it takes to save it.

    Attributes
    ----------
    fig : Figure
    alt, caption : str
    data : list of results
        What is drawn; they are asked for the sentences behind each element.
    ask : callable, optional
        Is asked before them; see `od.save_figure`.
    """

    fig: Figure
    alt: str
    caption: str
    data: list[Result]
    ask: Ask | None = None

    def save(self, name: str, *, title: str, evidence: Any = (), ask: Ask | None = None) -> SavedFigure:
        """Write the files; see `od.save_figure`. Evidence that is missing is left out."""
        return save_figure(
            self.fig,
            name,
            title=title,
            alt=self.alt,
            caption=self.caption,
            data=self.data,
            evidence=collect(evidence),
            ask=ask or self.ask,
        )


def attempt(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call a function; where the data do not bear it, give a `Missing` with the reason instead.

    If something that it is given is missing, the result is missing for the same reason. Other errors than
    octadisc's own are raised as they are.

    Examples
    --------
    >>> import octadisc as od
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": "Trust."}]))
    >>> trend = attempt(od.track_terms, tokens, "trust")
    >>> trend.reason.split(",")[0]
    'No release has a date'
    >>> attempt(od.find_changes, trend) is trend
    True
    """
    for one in (*given, *named.values()):
        if isinstance(one, Missing):
            return one
    try:
        return function(*given, **named)
    except OctadiscError as error:
        return Missing(str(error))
