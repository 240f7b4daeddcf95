"""Samples of releases of which people say what they are about, so that a model's shares can be corrected."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.table import name_rows
from octadisc.terms.arguments import check_whole
from octadisc.tokens.lines.coding import CodingSheet, coding_sheet, line_ids
from octadisc.tokens.lines.concordance import Basis, Concordance
from octadisc.tokens.lines.samples import draw_sample, lay_cells, read_seed
from octadisc.topics.judged.intrusion.releases import need_tokens, read_labels, usable_rows, words_of_topics
from octadisc.topics.judged.shares.estimates import FEWEST_CODED
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from octadisc.tokens import Tokens

__all__ = ["NONE", "ShareSample", "ShareSheet", "draw_share_sample"]

NONE = "none of these"
_N_TERMS = 8
_NAMED = 6  # strata that a note names
_COLUMNS = "line release start end period group found listed probability".split()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ShareSheet(CodingSheet):
    """What coders fill in to say what releases are about; see `CodingSheet`.

    Attributes
    ----------
    topics : tuple of (label, words)
        What the labels stand for.
    """

    topics: tuple[tuple[str, str], ...] = ()

    def _instructions(self) -> list[tuple[str, str]]:
        """Say what a coder does, one row after the other."""
        unit = str(self.spec.inputs[0].parameters["unit"])
        (name,) = self.codes
        beside = "its title in the column left"
        if unit != "release":
            beside = (
                "what stands before and after it in the columns left and right, for the sake of its sense"
            )
        asked = f"say in the column {name} which of the topics below it is mainly about"
        if len(self.topics) == 1:
            asked = f"say in the column {name} whether it is mainly about the topic below"
        what = [
            f"Each row is one {unit}. All of it stands in the column match; {beside}.",
            f"Read the whole {unit} and {asked}; the cell has a list of what may stand in it.",
            "Go by what it says. The words of a topic are those that often stand where it is spoken of: it "
            "may be spoken of without them.",
            "Leave a cell empty if you have not decided. Do not change the columns line and coder.",
            "Rows may be sorted, and columns added for remarks. Code alone, and compare afterwards.",
        ]
        return [("how", one) for one in what] + [("topic", f"{one}: {words}") for one, words in self.topics]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class ShareSample:
    """Releases to be judged, each with the probability that it was drawn; made by `od.draw_share_sample`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    sheet : ShareSheet
        What coders fill in: ``sample.sheet.to_folder(folder)`` writes it, and the key, which they do not get.
    strata : DataFrame
        period, group, found, listed: what was drawn from.
    rows : array of int64, shape (releases,)
        Row of each among the model's releases.
    topic : int or None
        The topic that is asked about; all of them if None.
    labels : dict of topic to str
        What topics are called in the sheet.
    spec : Spec
    notes : tuple of str
        Of which strata too few are drawn.
    """

    frame: pd.DataFrame
    sheet: ShareSheet
    strata: pd.DataFrame
    rows: npt.NDArray[np.int64]
    topic: int | None
    labels: dict[int, str]
    spec: Spec
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Give one row a release drawn.

        Columns: line, release, start, end, period, group, found, listed (releases there are in its stratum,
        and that were drawn), probability.
        """
        return self.frame.copy()

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        asked = "main topic" if self.topic is None else f"about {self.labels[self.topic]!r}"
        unit = str(self.spec.parameters["unit"])
        return f"ShareSample({len(self):,} {unit}s, {asked}, for {', '.join(self.sheet.coders)})"

    def _repr_html_(self) -> str:
        return show(
            self,
            self.strata.head(20),
            len(self.strata),
            rows="strata",
            notes=(*self.sheet.notes, *self.notes),
        )


def draw_share_sample(
    model: TopicModel,
    n: int,
    *,
    topic: int | str | None = None,
    labels: Any = None,
    every: Any = None,
    by: str | None = None,
    coders: int | Sequence[str] = ("A", "B"),
    overlap: float = 1.0,
    path: str | os.PathLike[str] | None = None,
    tokens: Tokens | None = None,
    seed: int = 0,
) -> ShareSample:
    """Draw releases with known probabilities, of which coders say what they are about.

    Parameters
    ----------
    model : TopicModel
    n : int
        How many releases (or sentences, if the model is of these).
    topic : int or str, optional
        Coders say whether a release is mainly about this topic, yes or no. By default they choose its main
        topic among all, or "none of these".
    labels : list or mapping from topic to str, optional
        What topics are called; the model's names by default. What has no label is not asked about.
    every, by
        Strata: the sample is even over periods, and over the values of a column. For shares by year draw by
        year: at least 10 a year are needed, and 30 are few.
    coders, overlap, path
        As in `od.coding_sheet`.
    tokens : Tokens, optional
        Where the texts are, if the model has none.
    seed : int

    Returns
    -------
    ShareSample
        ``sample.sheet.to_folder(folder)`` writes the coders' workbooks; `od.read_codes` reads them, and
        `od.correct_shares` takes what it gives.

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If an argument is not what it should be, there is no text, or `n` is fewer than the strata.

    Notes
    -----
    Within a stratum every release that has shares is drawn with the same probability, without replacement;
    copies that the counts leave out are not drawn. Which topics the model sees in a release plays no part.

    Examples
    --------
    >>> import octadisc as od
    >>> themes = ["drugs cocaine heroin seizure", "mutual trust training respect"]
    >>> rows = [{"text": themes[i % 2], "date": f"{2001 + i // 20}-05-01"} for i in range(80)]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> model = od.fit_topics(od.count_terms(tokens), 2, "nmf")
    >>> sample = draw_share_sample(model, 40, every="year", labels=["drugs", "trust"])
    >>> sample
    ShareSample(40 releases, main topic, for A, B)
    >>> sample.strata.values.tolist()[0], sample.sheet.codes
    (['2001', 'all', 20, 10], {'topic': ('drugs', 'trust', 'none of these')})
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, n_topics) gives")
    check_whole("n", n, 2)
    seed = read_seed(seed)
    given = need_tokens(model, tokens, "coders")
    asked = None if topic is None else model.number_of(topic)
    known = read_labels(model, labels)
    if asked is not None:
        if asked not in known:
            raise InputError(f"labels: topic {asked}, which is asked about, has none.")
        known = {asked: known[asked]}
    rows = usable_rows(model)
    texts = given.corpus.texts
    rows = rows[np.array([bool(texts[row].strip()) for row in rows.tolist()], bool)]
    if rows.size < 2:
        raise NotEnoughDataError(
            f"{rows.size} releases have shares and a text: there is nothing to draw from."
        )
    cells = lay_cells(model.releases, rows, every, by)
    if n < len(cells.frame):
        raise InputError(
            f"n={n} is fewer than the {len(cells.frame):,} strata, so that some would have no release. Draw "
            "more, or take longer periods (every=) or fewer groups (by=)."
        )
    chosen = draw_sample(cells, n, seed)
    strata = cells.to_frame(chosen).rename(columns={by or "group": "group"}).drop(columns="weight")
    mine = rows[chosen]
    shown = _texts(given, mine)
    unit = name_rows(model.releases, 1)
    parameters = {"n": int(n), "topic": topic, "labels": dict(known), "every": every, "by": by, "unit": unit}
    spec = Spec("draw_share_sample", parameters, seed, (model.spec,))
    sheet = _to_sheet(model, given, shown, mine, strata, known, asked, coders, overlap, seed, spec)
    drawn = strata.iloc[cells.codes[chosen]].reset_index(drop=True)
    frame = shown[["release", "start", "end"]].join(drawn)
    frame = frame.assign(line=line_ids(shown), probability=frame["listed"] / frame["found"])
    made = frame[_COLUMNS].astype({"line": "str", "release": "str"})
    if path is not None:
        _write(sheet, path)
    return ShareSample(made, sheet, strata, mine, asked, known, spec, _say_few(strata, every, by))


def _say_few(strata: pd.DataFrame, every: Any, by: str | None) -> tuple[str, ...]:
    """Say of which strata so few are drawn that no share will be given for them."""
    if every is None and by is None:
        return ()
    few = strata[strata["listed"] < FEWEST_CODED]
    if not len(few):
        return ()
    named = [one.period if by is None else f"{one.period} {one.group}" for one in few.itertuples()]
    more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
    small = int((few["found"] < FEWEST_CODED).sum())
    there = f" ({small:,} have no more than that.)" if small else ""
    return (
        f"Fewer than {FEWEST_CODED} are drawn of {len(few):,} of {len(strata):,} strata "
        f"({', '.join(named[:_NAMED])}{more}), for which od.correct_shares by these gives no number. Draw "
        f"n={FEWEST_CODED * len(strata):,} or more, or take longer periods or fewer groups.{there}",
    )


def _texts(tokens: Tokens, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Give release, start, end, left, match and right: the text, its title, or what stands beside a unit."""
    frame, texts = tokens.corpus.frame, tokens.corpus.texts
    about = frame[["release", "date", "issuer", "source"]].iloc[rows].reset_index(drop=True)
    left = frame["title"].iloc[rows].fillna("").astype("str").tolist()
    right = [""] * rows.size
    if "unit_of" in frame:
        of = frame["unit_of"].astype("str").to_numpy(object)
        for at, row in enumerate(rows.tolist()):
            left[at] = texts[row - 1] if row and of[row - 1] == of[row] else ""
            right[at] = texts[row + 1] if row + 1 < len(of) and of[row + 1] == of[row] else ""
    match = [texts[row] for row in rows.tolist()]
    words = {
        name: pd.Series([" ".join(one.split()) for one in part], dtype="str")
        for name, part in {"left": left, "match": match, "right": right}.items()
    }
    return about.assign(start=0, end=[len(one) for one in match], **words)


def _to_sheet(
    model: TopicModel,
    tokens: Tokens,
    shown: pd.DataFrame,
    rows: npt.NDArray[np.int64],
    strata: pd.DataFrame,
    labels: dict[int, str],
    topic: int | None,
    coders: Any,
    overlap: float,
    seed: int,
    spec: Spec,
) -> ShareSheet:
    codes = {"about": ["yes", "no"]} if topic is not None else {"topic": [*labels.values(), NONE]}
    basis = Basis(tokens, "", rows, rows, np.zeros(rows.size, np.int64))
    lines = Concordance(shown, spec, (), len(shown), strata, basis)
    made = coding_sheet(lines, codes, coders=coders, overlap=overlap, seed=seed)
    words = words_of_topics(model, _N_TERMS, "probability")
    topics = tuple((label, words[one]) for one, label in labels.items())
    return ShareSheet(made.frame, made.lines, made.codes, made.spec, made.notes, made.languages, topics)


def _write(sheet: ShareSheet, path: str | os.PathLike[str]) -> None:
    """Write a sheet by the ending of the name, as `od.coding_sheet` does."""
    from octadisc.tokens.files.paths import as_path

    place = as_path(path, "path", "results/sheet.xlsx")
    kinds = {".xlsx": sheet.to_xlsx, ".csv": sheet.to_csv}
    kinds.get(place.suffix.lower(), sheet.to_folder)(place)
