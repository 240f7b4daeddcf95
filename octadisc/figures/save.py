"""Save a figure with its numbers and its recipe: PDF, SVG, PNG, CSV and JSON."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from octadisc.drawing.elements import Place, places_of
from octadisc.drawing.style import scale_of
from octadisc.errors import InputError, expect
from octadisc.faces import show
from octadisc.figures.asking import Ask, ask_results, attach_evidence
from octadisc.figures.evidence import (
    ELEMENTS,
    EVIDENCE,
    Evidence,
    check_evidence,
    to_recipe,
    whole_table,
)
from octadisc.figures.files import sha256_of, to_csv, to_json
from octadisc.figures.formats import draw_formats, without_controls
from octadisc.spec import Spec
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Result", "SavedFigure", "Table", "check_name", "figures_folder", "save_figure", "skip_figure"]

_TAKEN = ("index", "corpus", "issues")  # index.json, corpus.json and issues.csv are the page's own
BY_HAND = "numbers put together by hand"
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")


class Result(Protocol):
    """What a figure can be saved with: anything that has its numbers and its recipe."""

    @property
    def spec(self) -> Spec:
        """How it was made."""

    def to_frame(self) -> pd.DataFrame:
        """Give its numbers."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """Numbers that were put together by hand, with the recipes of what they came from.

    Examples
    --------
    >>> corpus = Spec("load_corpus", fingerprint="ab12")
    >>> table = Table.of(pd.DataFrame({"words": [120, 80]}), "length of each release", corpus)
    >>> table.spec.fingerprint, len(table.to_frame())
    ('ab12', 2)
    """

    frame: pd.DataFrame
    spec: Spec

    @classmethod
    def of(cls, frame: pd.DataFrame, what: str, *inputs: Spec, **parameters: Any) -> Table:
        """Make a table from a frame, a few words that say what it holds, and the recipes it rests on."""
        return cls(frame.reset_index(drop=True), Spec(what, parameters, inputs=inputs))

    def to_frame(self) -> pd.DataFrame:
        """Give the numbers as a frame of one's own."""
        return self.frame.copy()

    def __repr__(self) -> str:
        return f"Table({self.spec.function}, {len(self.frame):,} rows)"

    def _repr_html_(self) -> str:
        return show(self, self.frame.head(12), len(self.frame))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SavedFigure:
    """Where a figure was written to; a notebook shows it with its caption.

    Attributes
    ----------
    name, alt, caption : str
    paths : mapping of str to Path
        pdf, svg, png, csv and json; elements.csv, what lies where; with evidence also evidence.csv.
    """

    name: str
    alt: str
    caption: str
    paths: Mapping[str, Path]

    def __repr__(self) -> str:
        return f"SavedFigure({', '.join(path.name for path in self.paths.values())})"

    def _repr_html_(self) -> str:
        """Show the drawing and its caption; as an image, so that nothing in it can do anything."""
        from base64 import b64encode

        picture = b64encode(self.paths["svg"].read_bytes()).decode()
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure><img alt="{escape(self.alt)}" style="max-width:100%;background:#fff" '
            f'src="data:image/svg+xml;base64,{picture}">{caption}</figure>'
        )

    def _repr_png_(self) -> bytes:
        """Give the picture for what is no page, such as a notebook that becomes a PDF by LaTeX."""
        return self.paths["png"].read_bytes()


def figures_folder(folder: str | os.PathLike[str] | None = None) -> Path:
    """Say where figures go: the folder given, $OCTADISC_FIGURES, or ``figures`` of the study.

    The study is the working directory, or the one above if that is called ``notebooks``.
    """
    if folder is not None:
        return Path(folder)
    if os.environ.get("OCTADISC_FIGURES"):
        return Path(os.environ["OCTADISC_FIGURES"])
    here = Path.cwd()
    return (here.parent if here.name == "notebooks" else here) / "figures"


def save_figure(
    fig: Figure,
    name: str,
    *,
    alt: str,
    data: Sequence[Result | pd.DataFrame] | Result | pd.DataFrame = (),
    caption: str | None = None,
    title: str | None = None,
    evidence: Sequence[Evidence] | Evidence = (),
    ask: Ask | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> SavedFigure:
    """Write a figure as PDF, SVG and PNG (300 dpi), its numbers as CSV and its recipe as JSON.

    The bytes depend on the figure and the data alone: no dates, no random ids. Each file appears
    whole or not at all. Text stays text; fonts are embedded.

    Parameters
    ----------
    fig : Figure
    name : str
        Of the files: small letters, digits, ``-`` and ``_``.
    alt : str
        What a reader who cannot see the figure needs to know: kind of figure, axes, the finding.
    data : result, DataFrame, or list of these
        What is drawn; never nothing. A result has ``.to_frame()`` and ``.spec``. A frame of one's own is
        written as it is, and its recipe says that it was put together by hand, of nothing that is known;
        give the results that it was made of beside it.
    caption, title : str, optional
    evidence : list of Evidence, optional
        Sentences behind numbers that are no element of the figure:
        `octadisc.figures.evidence.Evidence("which number", frame)`, the frame as a result's ``.evidence(…)``
        gives it. What is behind the points, bars and cells is asked of the results in `data`. All sentences
        are written to NAME.evidence.csv, and the page has them.
    ask : callable, optional
        Asked first for the evidence of each element drawn: it gets what the element stands for, such as
        ``{"query": "mutual trust", "period": "2008"}``, and gives `Evidence` or None.
    folder : path, optional
        By default ``$OCTADISC_FIGURES``, else the study's ``figures``.

    Returns
    -------
    SavedFigure
        With the paths; shows itself in a notebook.

    Raises
    ------
    InputError
        If the name is no plain one, the alternative text is empty, the data have no recipe, or the evidence
        no sentences.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from octadisc.drawing.marks import draw_bars
    >>> from octadisc.drawing.style import new_figure
    >>> fig, (ax,) = new_figure(width="single", height=30)
    >>> ax = draw_bars(ax, ["Europol", "SELEC"], [3, 2])
    >>> table = Table.of(pd.DataFrame({"issuer": ["Europol", "SELEC"], "releases": [3, 2]}), "releases")
    >>> with TemporaryDirectory() as folder:
    ...     save_figure(fig, "releases", alt="Bars: Europol 3, SELEC 2.", data=table, folder=folder)
    SavedFigure(releases.pdf, releases.svg, releases.png, releases.csv, releases.elements.csv, releases.json)
    """
    from matplotlib.figure import Figure

    results = _checked(name, alt, data)
    expect(fig, Figure, "fig", "that of an Axes is axes.figure")
    listed = check_evidence(name, evidence)
    place = figures_folder(folder)
    title = title or name.replace("-", " ").replace("_", " ").capitalize()
    title, alt, caption = (without_controls(one) for one in (title, alt, caption or ""))
    written = draw_formats(fig, name, title, alt)
    places = places_of(fig)
    asks = [*([ask] if ask else []), ask_results(results)]
    sentences, numbers = attach_evidence(places, asks, listed)
    written["csv"] = to_csv([(one.spec.function, one.to_frame()) for one in results])
    if sentences:
        written[EVIDENCE] = to_csv([("evidence", whole_table(sentences))])
    if places:
        written[ELEMENTS] = to_csv([("elements", _lay_out(places, numbers))])
    for kind in (EVIDENCE, ELEMENTS):
        if kind not in written:
            (place / f"{name}.{kind}").unlink(missing_ok=True)
    width, height = (round(float(inches) * 25.4 * scale_of(fig), 1) for inches in fig.get_size_inches())
    recipe = {
        **_recipe(name, title, caption),
        "alt": alt,
        "width_mm": width,
        "height_mm": height,
        "fingerprint": next((one.spec.fingerprint for one in results if one.spec.fingerprint), ""),
        "results": [one.spec.to_dict() for one in results],
        "evidence": to_recipe(sentences),
        "sha256": {kind: sha256_of(content) for kind, content in written.items()},
        "versions": Spec.versions(),
    }
    written["json"] = to_json(recipe)
    paths = {kind: write_whole(place / f"{name}.{kind}", content) for kind, content in written.items()}
    return SavedFigure(name, alt, caption or "", paths)


def _lay_out(places: Sequence[Place], numbers: Sequence[Sequence[int]]) -> pd.DataFrame:
    """Give a row an element: its box in parts of the figure, what it says, and its evidence."""
    return pd.DataFrame(
        {
            **{side: [getattr(one, side) for one in places] for side in ("x", "y", "width", "height")},
            "says": [one.says for one in places],
            "evidence": [" ".join(map(str, one)) for one in numbers],
        }
    )


def skip_figure(
    name: str, *, title: str, reason: str, folder: str | os.PathLike[str] | None = None
) -> SkippedFigure:
    """Say why a figure was not drawn, in its recipe and where it would have stood on the page."""
    check_name(name)
    place = figures_folder(folder)
    for kind in ("pdf", "svg", "png", "csv", EVIDENCE, ELEMENTS):
        (place / f"{name}.{kind}").unlink(missing_ok=True)
    write_whole(place / f"{name}.json", to_json({**_recipe(name, title, None), "skipped": reason}))
    return SkippedFigure(name, reason)


@dataclass(frozen=True, slots=True)
class SkippedFigure:
    """A figure for which there was not enough data, and why."""

    name: str
    reason: str

    def _repr_html_(self) -> str:
        return f"<p><em>No figure here: {escape(self.reason)}</em></p>"


def _recipe(name: str, title: str, caption: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "caption": caption or "",
        "notebook": os.environ.get("OCTADISC_NOTEBOOK", ""),
    }


def check_name(name: str) -> None:
    """Refuse a name that would not do for files, or is that of a file of the page."""
    if not _SLUG.match(str(name)):
        raise InputError(
            f"{name!r} cannot be a figure's name. Expected small letters, digits, - and _, "
            'for example "terms-over-time"; the files are called after it.'
        )
    if name in _TAKEN:
        raise InputError(f"{name!r} is the name of a file of the page of figures. Give the figure another.")


def _checked(
    name: str, alt: str, data: Sequence[Result | pd.DataFrame] | Result | pd.DataFrame
) -> list[Result]:
    check_name(name)
    if not str(alt or "").strip():
        raise InputError(
            f"The figure {name} has no alternative text. Say in alt= what a reader who cannot see it "
            "should know: the kind of figure, its axes, what it shows."
        )
    results: list[Any] = list(data) if isinstance(data, (list, tuple)) else [data]
    if not results:
        raise InputError(
            f"The figure {name} has no data. Give data= the results that are drawn, or a DataFrame of the "
            "numbers."
        )
    results = [_by_hand(one) if isinstance(one, pd.DataFrame) else one for one in results]
    for one in results:
        if not hasattr(one, "spec") or not hasattr(one, "to_frame"):
            raise InputError(
                f"The figure {name} has data of type {type(one).__name__}, which has no recipe. Expected "
                "results with .to_frame() and .spec, or a DataFrame of numbers of your own."
            )
    return results


def _by_hand(frame: pd.DataFrame) -> Table:
    """Make a table of a frame of one's own; row names are kept as a column, row numbers are not."""
    index = frame.index
    says = any(name is not None for name in index.names) or not pd.api.types.is_integer_dtype(index.dtype)
    clash = set(index.names) & set(frame.columns)
    return Table.of(frame.reset_index() if says and not clash and len(frame) else frame, BY_HAND)
