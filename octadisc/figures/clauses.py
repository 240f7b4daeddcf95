"""A claim in clauses, each with the figure that bears it out: saved beside them, first on their page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from octadisc.figures.files import to_json
from octadisc.figures.save import check_name, figures_folder
from octadisc.writing import write_whole

__all__ = ["Clause", "SavedClaim", "save_claim"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence or two of a claim, and the figure beneath which its evidence stands.

    Examples
    --------
    >>> str(Clause("Trust rose.", "terms-3-course"))
    'Trust rose.'
    """

    text: str
    figure: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SavedClaim:
    """The paragraphs of a claim that was saved; a notebook shows them."""

    paragraphs: tuple[tuple[Clause, ...], ...]

    def _repr_html_(self) -> str:
        made = (" ".join(escape(one.text) for one in clauses) for clauses in self.paragraphs)
        return "\n".join(f"<p>{one}</p>" for one in made)


def save_claim(
    name: str,
    paragraphs: Sequence[Sequence[Clause]],
    *,
    title: str,
    folder: str | os.PathLike[str] | None = None,
) -> SavedClaim:
    """Write a claim, so that the page of figures begins with it.

    Parameters
    ----------
    name : str
        Of the file, as of `od.save_figure`.
    paragraphs : list of list of Clause
    title : str
    folder : path, optional
        As of `od.save_figure`.

    Raises
    ------
    InputError
        If the name is no plain one.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     saved = save_claim("claim", [[Clause("1 < 2.", "a-1")]], title="Claim", folder=folder)
    >>> saved._repr_html_()
    '<p>1 &lt; 2.</p>'
    """
    check_name(name)
    recipe = {
        "name": name,
        "title": title,
        "notebook": os.environ.get("OCTADISC_NOTEBOOK", ""),
        "paragraphs": [
            [{"text": one.text, "figure": one.figure} for one in clauses] for clauses in paragraphs
        ],
    }
    write_whole(figures_folder(folder) / f"{name}.json", to_json(recipe))
    return SavedClaim(tuple(tuple(clauses) for clauses in paragraphs))
