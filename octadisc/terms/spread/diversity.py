"""Diversity: how varied the words of a group's releases are, at equal windows and equal sample sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import check_level, check_whole
from octadisc.terms.groups import lay_grid
from octadisc.terms.queries import some_releases
from octadisc.terms.reissues import Reissues, as_parameter, weigh_reissues
from octadisc.terms.spread.diversity_cells import cells_of, measure_cell
from octadisc.tokens import Tokens
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Diversity", "measure_diversity"]

_VALUES = ("mattr", "types", "hapaxes", "yule_k")
_BOUNDS = [f"{value}{side}" for value in _VALUES for side in ("", "_low", "_high")]
_COLUMNS = ["period", "start", "end", "group", "language", "tokens", "releases", "sample", *_BOUNDS, "note"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Diversity:
    """How varied words are per period and group; made by `od.measure_diversity`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: releases left out.
    tokens : Tokens
        What was measured; :meth:`evidence` looks it up.
    rows : tuple of array
        Rows of the corpus that each row of the frame rests on.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    tokens: Tokens
    rows: tuple[npt.NDArray[np.int64], ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group, language and period.

        Columns: period, start, end (exclusive), group, language, tokens and releases (of the cell), sample
        (the tokens at which types, hapaxes and Yule's K are measured, the same for all cells of a language),
        mattr, types, hapaxes (words that stand once), yule_k (the larger, the more is repeated), each with
        _low and _high, note. Cells with too little are missing values, and the note says so.
        """
        return self.frame.copy()

    def evidence(
        self, period: str | None = None, group: str | None = None, language: str | None = None, n: int = 20
    ) -> pd.DataFrame:
        """Give the windows of the releases that move a MATTR most, the strongest first.

        Parameters
        ----------
        period, group, language : str, optional
            All cells if left out, each release against its own cell.
        n : int
            How many releases.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end (of the release's least varied window, or its most
            varied one where it raises the MATTR), sentence (in which that begins), mattr (of the release),
            contribution: the release's difference from its cell's MATTR times its part of the windows.

        Raises
        ------
        UnknownNameError
            If there is no such period, group or language.
        """
        from octadisc.terms.spread.diversity_evidence import rank_windows

        keep = np.ones(len(self.frame), bool)
        for column, wanted in (("period", period), ("group", group), ("language", language)):
            if wanted is not None:
                known = self.frame[column].unique().tolist()
                if str(wanted) not in known:
                    raise UnknownNameError(
                        f"There is no {column} {wanted!r}.{did_you_mean(str(wanted), known)}"
                    )
                keep &= (self.frame[column] == str(wanted)).to_numpy(bool)
        cells = [self.rows[i] for i in np.flatnonzero(keep)]
        return rank_windows(self.tokens, cells, self.spec.parameters["window"], n)

    def plot(self, ax: Axes | None = None, *, value: str = "mattr") -> Axes:
        """Draw lines with their intervals: a line a group and language; cells with too little are gaps.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        value : "mattr", "types", "hapaxes" or "yule_k"
        """
        from octadisc.terms.spread.diversity_plots import plot_diversity

        if value not in _VALUES:
            raise UnknownNameError(f"value={value!r} cannot be drawn.{did_you_mean(value, _VALUES)}")
        return plot_diversity(self, ax, value)

    def __repr__(self) -> str:
        n_lines = len(self.frame[["group", "language"]].drop_duplicates())
        periods, missing = self.frame["period"].nunique(), int((self.frame["note"] != "").sum())
        few = f", {missing:,} cells with a note" if missing else ""
        lines = f"{n_lines:,} group{'s' * (n_lines != 1)}"
        return f"Diversity({lines}, {periods:,} period{'s' * (periods != 1)}{few})"

    def _repr_html_(self) -> str:
        head = self.frame.head(12)
        head = head[["period", "group", "language", "tokens", "releases", "sample", *_BOUNDS, "note"]]
        formats = {one: "{:.3f}" if one.startswith("mattr") else "{:,.1f}" for one in _BOUNDS}
        return show(self, head, len(self.frame), formats, notes=self.notes)


def measure_diversity(
    tokens: Tokens,
    every: Any = "year",
    by: str | None = None,
    seed: int = 0,
    *,
    window: int = 100,
    sample: int | None = None,
    min_tokens: int = 2_000,
    n_draws: int = 200,
    level: float = 0.95,
    reissues: Reissues = "keep",
) -> Diversity:
    """Measure per period and group how varied the words are, each language apart.

    Parameters
    ----------
    tokens : Tokens
        Types are as they stand there: take ``tokens.with_forms("lemma")`` where endings are many.
    every, by, seed, level
        As in `od.track_terms`.
    window : int
        Tokens of a window of the moving-average type-token ratio. Windows do not cross from one release to
        the next, and shorter releases have none.
    sample : int, optional
        Tokens at which types, hapaxes and Yule's K are measured. By default four tenths of the smallest cell
        of the language that has enough.
    min_tokens : int
        Cells with fewer tokens get no measures, nor do those with fewer than 10 releases.
    n_draws : int
        How often the releases are put in random order and dealt out to samples.
    reissues : "keep", "first" or "share"
        Whether releases that repeat another count; "share" counts the first of them here, since a part of
        a release has no types.

    Returns
    -------
    Diversity

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError, WrongKindError
        If an argument is not what it should be, or no release has a date.

    Notes
    -----
    Types rise with the number of words, and so do hapaxes; only equal sizes compare. MATTR takes the mean
    type-token ratio of all windows: it looks within releases. Its interval takes releases as the units
    (the jackknife for a ratio of sums). Types, hapaxes and Yule's K look across releases too: they are the
    mean over samples of whole releases, of which the last is cut at the common size. Their intervals come
    from how much samples that share no release differ; see `octadisc.statistics.diversity.rarefy`.

    Languages are never pooled, and their numbers do not compare: a language with more endings has more types.

    References
    ----------
    Covington and McFall (2010), Journal of Quantitative Linguistics 17; Yule (1944), The Statistical Study
    of Literary Vocabulary; Gotelli and Colwell (2001), Ecology Letters 4.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = ["one one two one one two one"] * 10 + ["one two three four five six seven"] * 10
    >>> years = ["2007-05-01"] * 10 + ["2008-05-01"] * 10
    >>> corpus = od.Corpus.from_frame({"date": years, "text": texts, "language": "en"})
    >>> diversity = od.measure_diversity(od.tokenize(corpus), window=2, min_tokens=50)
    >>> diversity.to_frame()[["period", "tokens", "sample", "mattr", "types"]].round(3).values.tolist()
    [['2007', 70, 28, 0.833, 2.0], ['2008', 70, 28, 1.0, 7.0]]
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    _check(window, sample, min_tokens, n_draws, level)
    seed = read_seed(seed)
    frame = tokens.corpus.frame
    grid = lay_grid(tokens.corpus, every, by)
    weights = weigh_reissues(frame, reissues)
    counted = (weigh_reissues(frame, "first") if reissues == "share" else weights) > 0
    cells = cells_of(tokens, grid, counted, min_tokens=min_tokens, sample=sample)
    if not cells:
        raise NotEnoughDataError("No release in the periods has words, so nothing in them can be diverse.")
    times = grid.periods.to_frame()
    rows = []
    for i, cell in enumerate(cells):
        made = measure_cell(tokens, cell, window, n_draws, np.random.default_rng([seed, i]), level)
        when = times.iloc[cell.period]
        rows.append({**when.to_dict(), "group": cell.group, "language": cell.language, **made})
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table = table.astype(dict.fromkeys(("period", "group", "language", "note"), "str"))
    table[["start", "end"]] = table[["start", "end"]].astype("datetime64[s]")
    parameters = {
        "every": every if isinstance(every, str) else times,
        "by": by,
        "window": window,
        "sample": sample,
        "min_tokens": min_tokens,
        "n_draws": n_draws,
        "level": level,
        **as_parameter(reissues),
    }
    spec = Spec("measure_diversity", parameters, seed, (tokens.spec,))
    left = int((grid.period < 0).sum())
    note = f"Without a date, or dated outside the periods, and not counted: {some_releases(left)}."
    return Diversity(table, spec, (note,) if left else (), tokens, tuple(cell.rows for cell in cells))


def _check(window: Any, sample: Any, min_tokens: Any, n_draws: Any, level: Any) -> None:
    for name, value, least in (
        ("window", window, 2),
        ("min_tokens", min_tokens, 2),
        ("n_draws", n_draws, 20),
    ):
        check_whole(name, value, least)
    if sample is not None and (not isinstance(sample, int) or sample < 2):
        raise InputError(f"sample={sample!r}: expected a number of tokens of at least 2, or None.")
    check_level(level)
