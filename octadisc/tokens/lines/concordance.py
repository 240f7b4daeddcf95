"""Concordance: every occurrence of a query, or an even sample of them, with the text on either side."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, WrongKindError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.tokens.lines.contexts import (
    MOST_CHARACTERS,
    Places,
    bound_contexts,
    cut_contexts,
    order_lines,
    read_context,
)
from octadisc.tokens.lines.line_table import MOST_LINES, language_tags, to_table, write_many
from octadisc.tokens.lines.samples import draw_sample, lay_cells
from octadisc.tokens.lines.sheets import Sheet, about_page, write_csv
from octadisc.tokens.lines.workbooks import write_workbook
from octadisc.tokens.queries.nearness import why_nothing
from octadisc.tokens.queries.query import Query
from octadisc.tokens.reissues import Reissues, weigh_reissues
from octadisc.tokens.tokens import Tokens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Concordance", "concordance", "wording_of"]

_COLUMNS = ("release", "date", "issuer", "source", "start", "end", "left", "match", "right")
# Line breaks and what else would leave the line: each becomes one blank, so that offsets hold.
_ONE_LINE = dict.fromkeys(map(ord, "\t\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"), " ")


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Basis:
    """What the lines of a concordance were taken from.

    Attributes
    ----------
    tokens : Tokens
    query : Query
    found : array of int64, shape (hits,)
        Row in the corpus of every occurrence found, listed or not.
    rows, cells : array of int64, shape (lines,)
        Of each line, the row in the corpus and in the table of cells.
    """

    tokens: Tokens
    query: Query
    found: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Concordance:
    """Occurrences of a query, each in its line of text; made by `od.concordance`.

    ``lines["left"]`` gives a column, ``len(lines)`` the number of lines listed.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the lines should know: how they were sampled, what was left out.
    n_found : int
        Occurrences found, of which `frame` lists all or a sample.
    cells : DataFrame
        period, issuer (or the column given as `by`), found, listed, weight (found for each listed).
    basis : Basis
        What the lines were taken from.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    n_found: int
    cells: pd.DataFrame
    basis: Basis

    def to_frame(self) -> pd.DataFrame:
        """Give one row a line: release, date, issuer, source, start, end, left, match, right.

        `start` and `end` are the offsets of the match in the release's text; left, match and right are
        that text, with each line break a blank.
        """
        return self.frame.copy()

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """How many occurrences each line stands for, shape (lines,): 1 where everything is listed.

        Within cells of which lines are listed, they add up to what was found there, and a share of the
        lines, weighed by this, estimates the share of these occurrences. A sample that is smaller than
        the number of cells leaves cells without a line: for their occurrences no line stands, so that the
        weights add up to less than `n_found` (a note says by how many), and the share is that of the other
        cells alone.
        """
        return np.asarray(self.cells["weight"].to_numpy(float)[self.basis.cells], float)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw where the occurrences lie over time, a row an issuer, on one Axes.

        A tick is an occurrence, the point their median and the bar their middle half; the grey line
        runs from the issuer's first release to its last, so that silence can be told from absence. All
        occurrences found are drawn, also where only a sample of them is listed.
        """
        from octadisc.tokens.lines.plots import plot_concordance

        return plot_concordance(self, ax)

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the lines as CSV (RFC 4180; UTF-8 with a mark by which Excel knows it).

        A cell that a spreadsheet would run as a formula gets an apostrophe in front.
        """
        return write_csv(path, self.frame)

    def to_xlsx(self, path: str | os.PathLike[str]) -> Path:
        """Write the lines as a workbook, with a second sheet that says how they were made.

        Nothing in it is a formula. Letters that a workbook cannot hold are replaced, and cells of more
        than 32,767 letters cut on the side away from the match; both are said in a warning and a note.

        Raises
        ------
        InputError
            If there are more lines than the 1,048,575 that fit on a sheet.
        """
        lines = Sheet("lines", self.frame)
        return write_workbook(path, [lines], about_page(self._summary(), self.notes, self.spec))

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, column: Any) -> Any:
        for name in (
            [column] if isinstance(column, (str, int)) else column if isinstance(column, list) else ()
        ):
            if isinstance(name, (str, int)) and not isinstance(name, bool) and name not in self.frame:
                raise UnknownNameError(
                    f"A concordance has no column {name!r}.{did_you_mean(str(name), _COLUMNS)} "
                    "Rows are in to_frame()."
                )
        return self.frame[column]

    def __iter__(self) -> Any:
        raise WrongKindError(
            "A concordance is not a sequence. Expected to_frame().itertuples() for its lines, or a column "
            'such as lines["match"].'
        )

    def __repr__(self) -> str:
        return f"Concordance({self._summary()})"

    def _summary(self) -> str:
        of = f" of {self.n_found:,} found" if len(self) < self.n_found else ""
        return f"{wording_of(self.basis.query)!r}: {write_many(len(self), 'line')}{of}"

    def _repr_html_(self) -> str:
        head = self.frame.head(MOST_LINES)
        about = self.basis.tokens.corpus.frame.iloc[self.basis.rows[:MOST_LINES]]
        rest = len(self) - len(head)
        more = (
            f"<p>… and {write_many(rest, 'line')} more: <code>to_frame()</code>, "
            "<code>to_xlsx(path)</code>.</p>"
            if rest
            else ""
        )
        columns = ["date", "issuer", "left", "match", "right", "source"]
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        table = (
            to_table(head, columns, repr(self), languages=language_tags(about), links=about["url"])
            if len(head)
            else ""
        )
        return (table or f"<p>{escape(repr(self))}</p>") + more + notes


def wording_of(query: Query) -> str:
    """Give a query in one line.

    Examples
    --------
    >>> wording_of({"en": ["mutual trust", "confidence"], "sl": "zaupanje"})
    'en: mutual trust | confidence; sl: zaupanje'
    """
    if isinstance(query, Mapping):
        return "; ".join(f"{language}: {wording_of(part)}" for language, part in query.items())
    return query if isinstance(query, str) else " | ".join(str(one) for one in query)


def concordance(
    tokens: Tokens,
    query: Query,
    *,
    width: int | None = None,
    window: int | str | None = None,
    sort: str | Sequence[str] = "text",
    sample: int | None = None,
    every: Any = "year",
    by: str | None = "issuer",
    seed: int = 0,
    reissues: Reissues = "keep",
) -> Concordance:
    """Give each occurrence of a query in its line of text.

    Parameters
    ----------
    tokens : Tokens
    query : str, list of str or mapping from language to those
        See `octadisc.tokens.queries.query.find`.
    width : int, optional
        Characters of context on either side; 60 if neither this nor `window` is given.
    window : int, "sentence" or "paragraph", optional
        Instead of `width`: words of context on either side, or the rest of the sentence or paragraph that
        the match stands in, of which at most 2,000 characters on either side.
    sort : str or sequence of str
        "text" (the order of releases), "left" (by the words before the match, the nearest first), "right",
        "match", "date", "issuer", or the place of a word: "1L" is the one before the match, "2R" the
        second behind it. Several together: ``("right", "left")``. Words are compared without regard to
        case and punctuation, letters with diacritics stand beside those without, and lines that are alike
        (in up to ten words) keep the order of the text.
    sample : int, optional
        List so many lines only, drawn so that each period of each issuer has the same number as far as it
        has so many.
    every : str, intervals or None
        The periods of a sample and of `cells`, as in `od.track_terms`; None: time plays no part.
    by : str, optional
        The column over whose values a sample is even; None, and ``every=None`` too: a simple random sample.
    seed : int
        Decides which lines are drawn.
    reissues : "keep" or "first"
        Whether the lines of every release are listed, or of those that repeat each other
        (duplicate_cluster) only the one that the others repeat: the same releases that
        ``od.track_terms(…, reissues="first")`` counts.

    Returns
    -------
    Concordance

    Raises
    ------
    InputError, UnknownNameError, WrongKindError
        If `width` and `window` are both given, an order, a unit, a column or a kind of period does not
        exist, `reissues` is none of these, or duplicates were not looked for. ``"share"`` is for counts: a
        line is listed or it is not.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"text": "Ministers praised mutual trust between services."}])
    >>> lines = od.concordance(od.tokenize(corpus), "mutual trust", width=8)
    >>> lines
    Concordance('mutual trust': 1 line)
    >>> lines[["left", "match", "right"]].values.tolist()
    [['praised ', 'mutual trust', ' between']]

    Sorted by the word that follows, with two words on either side:

    >>> text = "Trust in police grew. Trust among officers grew. They spoke of trust, and of borders."
    >>> lines = od.concordance(
    ...     od.tokenize(od.Corpus.from_frame([{"text": text}])), "trust", window=2, sort="1R"
    ... )
    >>> lines["right"].tolist()
    [' among officers', ', and of', ' in police']

    The same statement, issued by two offices, is listed once:

    >>> rows = [{"release": one, "text": "They spoke of trust.", "duplicate_cluster": 0} for one in "ab"]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> od.concordance(tokens, "trust", reissues="first")["release"].tolist()
    ['a']
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    tokens = tokens.words or tokens  # where phrases were joined, queries and windows go by the words
    if reissues == "share":
        raise InputError(
            'reissues="share": a concordance lists occurrences, and of an occurrence no half or third can be '
            'listed. Expected "first" (each story once) or "keep" (every copy). What copies weigh stands '
            'beside the sentences of od.track_terms(tokens, query, reissues="share").evidence(query).'
        )
    context = read_context(width, window)
    hits = tokens.find(query)
    frame = tokens.corpus.frame
    kept = weigh_reissues(frame, reissues)[hits.rows] > 0
    found = Places(hits.rows, hits.first, hits.last, hits.starts, hits.ends).take(kept)
    cells = lay_cells(frame, found.rows, every, by)
    listed = np.ones(len(found), bool) if sample is None else draw_sample(cells, sample, seed)
    places = found.take(listed)
    order = order_lines(tokens, places, sort)
    places, codes = places.take(order), cells.codes[listed][order]
    table = cells.to_frame(listed)
    notes = _notes(tokens, query, table, n_repeated=int((~kept).sum()), sampled=sample is not None)
    parameters = {
        "query": query,
        **context.to_parameters(),
        "sort": sort,
        **({} if sample is None else {"sample": int(sample), "every": _as_parameter(every), "by": by}),
        **({} if reissues == "keep" else {"reissues": reissues}),
    }
    spec = Spec("concordance", parameters, None if sample is None else int(seed), inputs=(tokens.spec,))
    lows, highs, n_cut = cut_contexts(places, *bound_contexts(tokens, places, context), context)
    if n_cut:
        notes.append(
            f"The {context.unit} of {write_many(n_cut, 'line')} is longer than is shown: at most "
            f"{MOST_CHARACTERS:,} characters on either side of the match."
        )
    lines = _to_lines(tokens, places, lows, highs)
    basis = Basis(tokens, query, found.rows, places.rows, codes)
    return Concordance(lines, spec, tuple(notes), len(found), table, basis)


def _as_parameter(every: Any) -> Any:
    return every.to_frame() if hasattr(every, "to_frame") else every


def _to_lines(
    tokens: Tokens, places: Places, lows: npt.NDArray[np.int64], highs: npt.NDArray[np.int64]
) -> pd.DataFrame:
    texts = tokens.corpus.texts
    edges = (lows, places.starts, places.ends, highs)
    lines = []
    for row, low, start, end, high in zip(
        places.rows.tolist(), *(one.tolist() for one in edges), strict=True
    ):
        line = texts[row][low:high].replace("\n", " ")
        if not line.isprintable():  # most are; to translate them all takes longer than everything else
            line = line.translate(_ONE_LINE)
        lines.append((line[: start - low], line[start - low : end - low], line[end - low :]))
    about = tokens.corpus.frame[["release", "date", "issuer", "source"]].iloc[places.rows]
    context = pd.DataFrame(lines, columns=["left", "match", "right"], dtype="str")
    return pd.concat(
        [about.reset_index(drop=True).assign(start=places.starts, end=places.ends), context], axis=1
    )


def _notes(tokens: Tokens, query: Query, cells: pd.DataFrame, *, n_repeated: int, sampled: bool) -> list[str]:
    """Say what was left out, and how it can be weighed back."""
    notes = []
    found, listed = int(cells["found"].sum()), int(cells["listed"].sum())
    if n_repeated:
        notes.append(f"Of releases that repeat another, not listed: {write_many(n_repeated, 'occurrence')}.")
    if not found and not n_repeated:
        notes.append(f"Nothing was found: {why_nothing(tokens, query)}")
    if not sampled or listed == found:
        return notes
    left_out = cells["listed"] == 0
    empty, unseen = int(left_out.sum()), int(cells.loc[left_out, "found"].sum())
    over = " × ".join(name for name in cells.columns[:2] if not (cells[name] == "all").all())
    how = f"evenly over {over}: {write_many(len(cells), 'cell')}" if over else "at random"
    notes.append(f"{listed:,} of {found:,} occurrences are listed, drawn {how}.")
    if over:
        notes.append(
            "Shares among the lines are not shares of the occurrences; concordance.weights weighs them back."
        )
    if empty:
        notes.append(
            f"The sample is too small for {empty:,} of the cells, of which no line is listed. The weights "
            f"stand for {found - unseen:,} of {found:,} occurrences, not for the {unseen:,} in these cells."
        )
    return notes
