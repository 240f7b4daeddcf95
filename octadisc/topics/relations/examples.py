"""Examples: the releases or sentences that show a topic best, from as many issuers as wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.groups import code_groups
from octadisc.terms.reissues import number_stories
from octadisc.topics.checks import whole
from octadisc.topics.effects.cases import table_of
from octadisc.topics.evidence import Sentences, score_sentences, tabulate_sentences
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Kind", "TopicExamples", "best_sentences", "find_examples", "take_turns"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["release", "sentence"]
_KINDS = get_args(Kind)

_COLUMNS = [
    "topic",
    "name",
    "rank",
    "release",
    "date",
    "issuer",
    "source",
    "title",
    "share",
    "start",
    "end",
    "sentence",
    "contribution",
]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicExamples:
    """Releases or sentences that show topics best; made by `find_examples`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Give one row an example.

        Columns: topic, name, rank (1 is the first), release, date, issuer, source, title, share (of the topic
        in the release), start, end, sentence (of releases the one that contributes most; missing where the
        model has no tokens), contribution (how many of its words are expected to be the topic's).
        """
        return self.frame.copy()

    def __repr__(self) -> str:
        n, topics = len(self.frame), self.frame["topic"].nunique()
        of = self.spec.parameters["of"]
        return f"TopicExamples({n} {of}{'s' * (n != 1)}, {topics} topic{'s' * (topics != 1)})"

    def _repr_html_(self) -> str:
        head = self.frame.head(40)[["name", "date", "issuer", "title", "share", "sentence"]]
        dated = head.assign(date=head["date"].astype("str").str.slice(0, 10))
        return show(
            self, dated, len(self.frame), {"share": "{:.0%}"}, rows=str(self.spec.parameters["of"]) + "s"
        )


def find_examples(
    model: TopicModel,
    topics: int | str | Iterable[int | str] | None = None,
    n: int = 10,
    *,
    of: Kind = "release",
    spread: str | None = None,
    least: float | None = None,
    min_tokens: int = 0,
    where: Any = None,
) -> TopicExamples:
    """Find the releases or sentences that show topics best.

    Parameters
    ----------
    model : TopicModel
    topics : int, str or list of these, optional
        Numbers or names; all if left out.
    n : int
        How many of each topic; there may be fewer.
    of : {"release", "sentence"}
        Releases by the topic's share in them, or sentences by how many of their words are expected to be the
        topic's (see `TopicModel.evidence`).
    spread : str, optional
        A column of the releases, such as "issuer", whose values take turns: first the best example of each
        value, in order of how good they are, then the second best of each, and so on. So no issuer comes a
        second time before all have come once that have an example.
    least : float, optional
        Least share that the topic must have in the release. With `spread` the topic's mean share if left out,
        so that nobody's turn is filled with what is not about the topic; else 0.
    min_tokens : int
        Least number of running tokens of the release: of a few words, a topic easily has all.
    where : array of bool, shape (releases,), optional
        Which releases to look at; all by default.

    Returns
    -------
    TopicExamples

    Raises
    ------
    InputError, UnknownNameError
        If an argument is not what it should be, or sentences are asked of a model without tokens.

    Notes
    -----
    A text is shown once: further releases of one story (the same `duplicate_cluster`), and sentences that
    repeat one shown already word for word, are passed over.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [("A", "drugs drugs drugs"), ("A", "drugs drugs"), ("B", "drugs trust"), ("B", "trust")]
    >>> corpus = od.Corpus.from_frame([{"issuer": issuer, "text": text} for issuer, text in rows])
    >>> model = od.fit_topics(od.count_terms(od.tokenize(corpus)), 2, "nmf")
    >>> find_examples(model, "drugs", 3).frame["issuer"].tolist()
    ['A', 'A', 'B']
    >>> find_examples(model, "drugs", 3, spread="issuer", least=0.1).frame["issuer"].tolist()
    ['A', 'B', 'A']
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    n = whole("n", n, 1)
    min_tokens = whole("min_tokens", min_tokens, 0)
    if of not in _KINDS:
        raise UnknownNameError(f"of={of!r} is nothing to show.{did_you_mean(str(of), _KINDS)}")
    chosen = model.numbers_of(topics)
    turns = None if spread is None else code_groups(_having(model, spread), spread)[0]
    wanted = _wanted(model, where, min_tokens)
    means = model.topics["share"].to_numpy(float)
    parts = []
    for topic in chosen:
        limit = _check_least(least, 0.0 if spread is None else float(means[topic]))
        mine = wanted & (np.nan_to_num(model.shares[:, topic], nan=-1.0) >= limit)
        found = _rank_releases(model, topic, mine) if of == "release" else None
        picked = (
            _pick_sentences(model, topic, mine, n, turns)
            if found is None
            else _pick_releases(model, topic, found, n, turns)
        )
        parts.append(_tabulate(model, topic, picked))
    parameters = {
        "topics": chosen,
        "n": n,
        "of": of,
        "spread": spread,
        "least": least,
        "min_tokens": min_tokens,
        "where": None if where is None else int(wanted.sum()),
    }
    return TopicExamples(
        pd.concat(parts, ignore_index=True), Spec("find_examples", parameters, inputs=(model.spec,))
    )


def best_sentences(model: TopicModel, topic: int, rows: Integers) -> pd.Series:
    """Give the sentence of each release that contributes most to a topic; missing without tokens."""
    picked = _pick_releases(model, topic, rows, rows.size, None)
    return _tabulate(model, topic, picked)["sentence"]


def take_turns(codes: Integers) -> Integers:
    """Give the order in which values take turns: their firsts, then their seconds, and so on.

    Examples
    --------
    >>> take_turns(np.array([5, 5, 5, 2, 5, 2])).tolist()
    [0, 3, 1, 5, 2, 4]
    """
    turn = pd.Series(codes).groupby(codes).cumcount().to_numpy()
    return np.asarray(np.argsort(turn, kind="stable"), np.int64)


def _having(model: TopicModel, column: str) -> pd.DataFrame:
    table = table_of(model)
    if column not in table:
        near = did_you_mean(str(column), map(str, table.columns))
        raise UnknownNameError(f"spread={column!r}: the releases have no such column.{near}")
    return table


def _check_least(least: Any, otherwise: float) -> float:
    if least is None:
        return otherwise
    if not isinstance(least, (int, float, np.floating)) or not 0 <= least <= 1:
        raise InputError(f"least={least!r} is no share. Expected a number from 0 to 1.")
    return float(least)


def _wanted(model: TopicModel, where: Any, min_tokens: int) -> npt.NDArray[np.bool_]:
    wanted = ~np.isnan(model.shares[:, 0])
    if where is not None:
        given = np.asarray(where)
        if given.dtype != bool or given.shape != wanted.shape:
            raise InputError(
                f"where is of kind {given.dtype} and shape {given.shape}. Expected a True or False for each "
                f"of the {wanted.size:,} releases, such as model.releases['issuer'] == 'Europol'."
            )
        wanted = wanted & given
    if min_tokens and "tokens" in model.releases:
        wanted = wanted & (model.releases["tokens"].to_numpy(float) >= min_tokens)
    return wanted


def _rank_releases(model: TopicModel, topic: int, wanted: npt.NDArray[np.bool_]) -> Integers:
    """Give the wanted releases, the largest share first; of a story the first only."""
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(-model.shares[rows, topic], kind="stable")]
    if "duplicate_cluster" in model.releases and rows.size:
        story = number_stories(model.releases.iloc[rows].drop(columns="unit_of", errors="ignore"), rows * 0)
        rows = rows[np.sort(np.unique(story, return_index=True)[1])]
    return rows


def _pick_releases(
    model: TopicModel, topic: int, rows: Integers, n: int, turns: Integers | None
) -> Sentences:
    """Give the first n releases, each with the sentence that contributes most."""
    if turns is not None:
        rows = rows[take_turns(turns[rows])]
    rows = rows[:n]
    number, contribution = np.full(rows.size, -1), np.full(rows.size, np.nan)
    if model.tokens is not None:
        mine = np.zeros(len(model.releases), bool)
        mine[rows] = True
        found = score_sentences(model, topic, mine)
        best = {int(row): i for i, row in reversed(list(enumerate(found.row)))}
        for place, row in enumerate(rows.tolist()):
            if row in best:
                number[place] = found.number[best[row]]
                contribution[place] = found.contribution[best[row]]
    return Sentences(rows, number, contribution)


def _pick_sentences(
    model: TopicModel, topic: int, wanted: npt.NDArray[np.bool_], n: int, turns: Integers | None
) -> Sentences:
    """Give the first n sentences that say something else than those before."""
    found = score_sentences(model, topic, wanted)
    order = np.arange(found.row.size) if turns is None else take_turns(turns[found.row])
    picked = list(_first_different(model, found, order, n))
    return Sentences(found.row[picked], found.number[picked], found.contribution[picked])


def _first_different(model: TopicModel, found: Sentences, order: Integers, n: int) -> Iterator[int]:
    tokens = model.tokens
    assert tokens is not None  # it has scored sentences
    texts, seen = tokens.corpus.texts, set[str]()
    for i in order.tolist():
        row = int(found.row[i])
        low, high = tokens.sentences_of(row)[int(found.number[i])]
        text = " ".join(texts[row][low:high].split()).casefold()
        if text in seen:
            continue
        seen.add(text)
        yield i
        if len(seen) == n:
            return


def _tabulate(model: TopicModel, topic: int, picked: Sentences) -> pd.DataFrame:
    rows = picked.row
    table = model.releases.reindex(columns=["release", "date", "issuer", "source", "title"])
    table = table.iloc[rows].reset_index(drop=True)
    table = table.assign(
        topic=topic,
        name=pd.Series([model.topics["name"][topic]] * rows.size, dtype="str"),
        rank=np.arange(1, rows.size + 1),
        share=model.shares[rows, topic],
        start=pd.array([None] * rows.size, dtype="Int64"),
        end=pd.array([None] * rows.size, dtype="Int64"),
        sentence=pd.Series([None] * rows.size, dtype="str"),
        contribution=picked.contribution,
    )
    known = np.flatnonzero(picked.number >= 0)
    if known.size:
        said = tabulate_sentences(
            model, Sentences(rows[known], picked.number[known], picked.contribution[known])
        )
        for column in ("start", "end", "sentence"):
            table.loc[known, column] = said[column].to_numpy()
    return table[_COLUMNS]
