"""Topics and tags that people gave: how far they sort releases alike, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.reissues import have_parts, number_stories
from octadisc.topics.evidence import rank_sentences
from octadisc.topics.model import TopicModel
from octadisc.topics.relations.tag_agreement import agreement_of, fit_of_tags
from octadisc.topics.relations.tag_reading import read_tags

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FEWEST_OF_TAG", "TagComparison", "compare_tags"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FEWEST_OF_TAG = 5  # releases, below which a tag's best topic is what chance makes it
_FEWEST = 10  # releases with one tag, below which there is no agreement to speak of
_TOLD = 3  # tags told of each topic


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TagComparison:
    """How topics and tags sort releases; made by `compare_tags`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    agreement : DataFrame
        measure, value, low, high, by_chance, releases; of releases with one tag.
    topics : DataFrame
        One row a topic: topic, name, releases (tagged ones in which it is the largest), tag (its commonest),
        part (of these releases that have it), tags (the commonest in words).
    spec : Spec
    notes : tuple of str
    model : TopicModel
    tags : tuple of str
    has : array of bool, shape (releases, tags)
    """

    frame: pd.DataFrame
    agreement: pd.DataFrame
    topics: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    tags: tuple[str, ...]
    has: Mask

    def to_frame(self) -> pd.DataFrame:
        """Give one row a tag, the commonest first.

        Columns: tag, releases (that have it), topic and name (of the topic with the best F1), precision
        (share of the topic's releases that have the tag), recall (share of the tag's releases that are the
        topic's), f1, each with _low and _high, share (mean share of the topic in the tag's releases), note.
        """
        return self.frame.copy()

    def table(self) -> pd.DataFrame:
        """Give the share of each tag's releases in which each topic is the largest; a row a tag."""
        largest = _largest(self.model)
        counted = self.has.any(axis=1)
        both = self.has[counted].T.astype(float) @ np.eye(self.model.n_topics)[largest[counted]]
        names = self.model.topics["name"].tolist()
        table = pd.DataFrame(both / both.sum(axis=1, keepdims=True), index=list(self.tags), columns=names)
        return table.loc[self.frame["tag"].tolist()]

    def disagreements(self, n: int = 20, tag: str | None = None) -> pd.DataFrame:
        """Give the releases in which tags and topics differ most.

        Parameters
        ----------
        n : int
        tag : str, optional
            Only releases with this tag.

        Returns
        -------
        DataFrame
            release, date, issuer, source, title, tags, topic, name, share (of the largest topic), expected,
            expected_name, expected_share (of the topic that fits its tags, the largest of these),
            disagreement (the difference of both shares).
        """
        best = self.frame[self.frame["releases"] >= FEWEST_OF_TAG].set_index("tag")["topic"].dropna()
        place = {one: i for i, one in enumerate(self.tags)}
        wanted = self.has.any(axis=1) if tag is None else self.has[:, place[self._known(tag)]]
        shares = np.nan_to_num(self.model.shares)
        fits = np.full(self.has.shape, -1.0)
        topic_of = np.full(len(self.tags), -1)
        for one, topic in best.items():
            topic_of[place[str(one)]] = int(topic)
            mine = self.has[:, place[str(one)]]
            fits[mine, place[str(one)]] = shares[mine, int(topic)]
        expected = topic_of[fits.argmax(axis=1)]
        wanted = wanted & (fits.max(axis=1) >= 0)
        largest = _largest(self.model)
        rows = np.arange(len(shares))
        gap = shares[rows, largest] - np.maximum(fits.max(axis=1), 0.0)
        chosen = np.flatnonzero(wanted & (gap > 0))
        chosen = chosen[np.argsort(-gap[chosen], kind="stable")][: max(0, n)]
        names = self.model.topics["name"].to_numpy(object)
        columns = ["release", "date", "issuer", "source", "title"]
        table = self.model.releases.reindex(columns=columns).iloc[chosen].reset_index(drop=True)
        said = [
            ", ".join(t for t, mine in zip(self.tags, self.has[row], strict=True) if mine) for row in chosen
        ]
        return table.assign(
            tags=pd.Series(said, dtype="str"),
            topic=largest[chosen],
            name=pd.Series(names[largest[chosen]], dtype="str"),
            share=shares[chosen, largest[chosen]],
            expected=expected[chosen],
            expected_name=pd.Series(names[expected[chosen]], dtype="str"),
            expected_share=fits.max(axis=1)[chosen],
            disagreement=gap[chosen],
        )

    def evidence(self, tag: str, topic: int | str | None = None, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic in the releases of a tag.

        The tag's best topic, if `topic` is left out. See `TopicModel.evidence`.
        """
        name = self._known(tag)
        row = self.frame[self.frame["tag"] == name].iloc[0]
        number = int(row["topic"]) if topic is None else self.model.number_of(topic)
        return rank_sentences(self.model, number, self.has[:, self.tags.index(name)], n)

    def _known(self, tag: str) -> str:
        if tag not in self.tags:
            raise UnknownNameError(f"No release has the tag {tag!r}.{did_you_mean(str(tag), self.tags)}")
        return tag

    def plot(self, ax: Axes | None = None, *, n: int = 20) -> Axes:
        """Draw the n commonest tags and their topics as a heat map: per cent of the tag's releases."""
        from octadisc.topics.relations.tag_plots import plot_tags

        return plot_tags(self, ax, n)

    def __repr__(self) -> str:
        value, n = self.agreement["value"].iloc[0], self.agreement["releases"].iloc[0]
        topics = self.model.n_topics
        return f"TagComparison({len(self.tags)} tags, {topics} topics, NMI {value:.2f} on {n:,} releases)"

    def _repr_html_(self) -> str:
        numbers = ["precision", "recall", "f1", "f1_low", "f1_high"]
        head = self.frame.head(30)[["tag", "releases", "name", *numbers, "note"]]
        said = ". ".join(
            f"{row.measure.upper() if row.measure != 'purity' else 'Purity'} {row.value:.2f} "
            f"[{row.low:.2f}, {row.high:.2f}]"
            for row in self.agreement.itertuples()
        )
        formats = dict.fromkeys(numbers, "{:.2f}")
        return show(self, head, len(self.frame), formats, rows="tags", notes=(f"{said}.", *self.notes))


def compare_tags(
    model: TopicModel, tags: Any, *, separator: str | None = None, level: float = 0.95
) -> TagComparison:
    """Compare topics with tags that people gave.

    Parameters
    ----------
    model : TopicModel
    tags : str, mapping, Series or sequence
        A column of the releases; or tags by release, such as ``{"r1": "Tax", "r2": ["Tax", "Fraud"]}``, or a
        Series with the releases as its index; or one entry for each release, in order. An entry is a tag, a
        list of them, or missing. A Series whose index holds none of the releases is taken in order.
    separator : str, optional
        What stands between several tags in one text, such as ``";"``. Without it a text is one tag.
    level : float
        Coverage of intervals.

    Returns
    -------
    TagComparison

    Raises
    ------
    InputError, UnknownNameError
        If tags are not what they should be, or their releases are not the model's.
    NotEnoughDataError
        If fewer than ten releases have one tag, or all of these the same.

    Notes
    -----
    A release's topic is the one with the largest share in it. Agreement is of releases with one tag; what
    is said of single tags, of all releases with a tag. Untagged releases are not looked at: where tags are
    given to some only, those without are not known to be about something else. A story counts once where
    the counts say so (``reissues="first"`` or ``"share"``); with ``reissues="keep"`` each of its copies
    counts, and intervals are too narrow if there are many. A tag's best topic is the best of many, so its
    F1 is on the high side; intervals take the topic as given, and releases for independent.

    References
    ----------
    Vinh, Epps and Bailey (2010), Journal of Machine Learning Research 11; the mean in NMI is the arithmetic
    one, as in scikit-learn.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [{"release": str(i), "text": ["tax fraud", "hate crime"][i % 2]} for i in range(20)]
    >>> model = od.fit_topics(od.count_terms(od.tokenize(od.Corpus.from_frame(rows))), 2, "nmf")
    >>> found = compare_tags(model, {str(i): ["Tax", "Civil Rights"][i % 2] for i in range(20)})
    >>> found
    TagComparison(2 tags, 2 topics, NMI 1.00 on 20 releases)
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    level = _check_level(level)
    given = read_tags(model, tags, separator)
    counted = ~np.isnan(model.shares[:, 0]) & (model.release_weights > 0)
    if have_parts(model.release_weights) and "duplicate_cluster" in model.releases:
        story = number_stories(model.releases, np.zeros(len(given), np.int64))
        first = np.zeros(len(given), bool)
        mine = np.flatnonzero(counted)
        first[mine[np.unique(story[mine], return_index=True)[1]]] = True
        counted &= first
    names = sorted({one for each, kept in zip(given, counted, strict=True) if kept for one in each})
    place = {one: i for i, one in enumerate(names)}
    has = np.zeros((len(given), len(names)), bool)
    for row in np.flatnonzero(counted):
        has[row, [place[one] for one in given[row]]] = True
    single = np.flatnonzero(has.sum(axis=1) == 1)
    if single.size < _FEWEST or np.unique(has[single].argmax(axis=1)).size < 2:
        raise NotEnoughDataError(
            f"{single.size} releases have one tag, of {len(names)} tags in all. Expected at least {_FEWEST}, "
            'of two tags or more. If several tags stand in one text, say what is between: separator=";".'
        )
    largest = _largest(model)
    agreement = agreement_of(has[single].argmax(axis=1), largest[single], level)
    notes = _notes(model, given, counted, has, agreement, single.size)
    joined = [one for one in names if ";" in one or "|" in one]
    if separator is None and len(joined) > len(names) / 10:
        notes = (
            *notes,
            f"{len(joined)} of {len(names)} tags look like several in one, such as {joined[0]!r}: say what "
            'is between them, such as separator=";".',
        )
    parameters = {
        "tags": tags
        if isinstance(tags, str)
        else f"{len(names)} tags of {int(has.any(axis=1).sum())} releases",
        "separator": separator,
        "level": level,
        "names": model.topics["name"].tolist(),
    }
    spec = Spec("compare_tags", parameters, inputs=(model.spec,))
    frame = _tabulate_tags(model, names, has, largest, level)
    topics = _tabulate_topics(model, names, has, largest)
    return TagComparison(frame, agreement, topics, spec, notes, model, tuple(names), has)


def _check_level(level: Any) -> float:
    if not isinstance(level, (int, float, np.floating)) or not 0 < level < 1:
        raise InputError(f"level={level!r} is no coverage. Expected a number between 0 and 1, such as 0.95.")
    return float(level)


def _largest(model: TopicModel) -> npt.NDArray[np.int64]:
    return np.asarray(np.nan_to_num(model.shares).argmax(axis=1), np.int64)


def _tabulate_tags(
    model: TopicModel, names: list[str], has: Mask, largest: npt.NDArray[np.int64], level: float
) -> pd.DataFrame:
    counted = np.flatnonzero(has.any(axis=1))
    found = fit_of_tags(has[counted], np.eye(model.n_topics, dtype=bool)[largest[counted]], level)
    number = has.sum(axis=0)
    means = (has.T.astype(float) @ np.nan_to_num(model.shares)) / np.maximum(number, 1)[:, None]
    best = np.array([np.lexsort((-means[i], -np.nan_to_num(found["f1"][i])))[0] for i in range(len(names))])
    rows = np.arange(len(names))
    frame = pd.DataFrame(
        {
            "tag": pd.Series(names, dtype="str"),
            "releases": number,
            "topic": best,
            "name": pd.Series(model.topics["name"].to_numpy(object)[best], dtype="str"),
            **{one: values[rows, best] for one, values in found.items()},
            "share": means[rows, best],
        }
    )
    few = frame["releases"] < FEWEST_OF_TAG
    frame["note"] = pd.Series(np.where(few, "not enough data", ""), dtype="str")
    frame.loc[few, [one for one in found if one.endswith(("_low", "_high"))]] = np.nan
    return frame.sort_values("releases", ascending=False, kind="stable", ignore_index=True)


def _tabulate_topics(
    model: TopicModel, names: list[str], has: Mask, largest: npt.NDArray[np.int64]
) -> pd.DataFrame:
    rows = []
    for topic, name in enumerate(model.topics["name"]):
        mine = has[(largest == topic) & has.any(axis=1)]
        counts = mine.sum(axis=0)
        best = [int(i) for i in np.argsort(-counts, kind="stable")[:_TOLD] if counts[i] > 0]
        said = ", ".join(f"{names[i]} {counts[i] / len(mine):.0%}" for i in best)
        first = (names[best[0]], counts[best[0]] / len(mine)) if best else (None, np.nan)
        rows.append((topic, name, len(mine), *first, said))
    columns = ["topic", "name", "releases", "tag", "part", "tags"]
    return pd.DataFrame(rows, columns=columns).astype({"name": "str", "tag": "str", "tags": "str"})


def _notes(
    model: TopicModel,
    given: list[tuple[str, ...]],
    counted: Mask,
    has: Mask,
    agreement: pd.DataFrame,
    n_single: int,
) -> tuple[str, ...]:
    tagged = int(has.any(axis=1).sum())
    chance = float(agreement["by_chance"].iloc[0])
    notes = [
        f"Of {int(counted.sum()):,} releases {tagged:,} have a tag, {n_single:,} of them one. Untagged ones "
        "are not looked at."
    ]
    if np.isfinite(chance):
        notes.append(
            f"By chance NMI would be {chance:.2f} with as many releases of each tag and topic: it compares "
            "only with others on the same releases. AMI takes that out."
        )
    lost = sum(bool(one) for one, kept in zip(given, counted, strict=True) if not kept)
    if lost:
        notes.append(
            f"Tagged releases without shares of topics, or repeating another, and left out: {lost:,}."
        )
    return tuple(notes)
