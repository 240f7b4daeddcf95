"""Merging topics: what several topics have together, without fitting again."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, expect
from octadisc.spec import Spec
from octadisc.topics.judged.beside import JUDGED
from octadisc.topics.labels.names import telling_terms
from octadisc.topics.labels.rankings import Ranking
from octadisc.topics.model import TopicModel
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["MergedModel", "merge_topics", "parts_of", "restore_merged", "unmerge"]

Floats = npt.NDArray[np.float64]

FILE_VERSION = 4  # of the model's file: one that knows nothing of merging must not read it as unmerged


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MergedModel(TopicModel):
    """A topic model some of whose topics are sums of others; made by `od.merge_topics`.

    It is used as any `TopicModel`. `structure` is None: what was fitted is that of `unmerged`.

    Attributes
    ----------
    unmerged : TopicModel
        What was fitted.
    into : tuple of int
        For each topic of `unmerged`, which topic here it is part of.
    """

    unmerged: TopicModel = field(kw_only=True)
    into: tuple[int, ...] = field(kw_only=True)

    @property
    def sums(self) -> npt.NDArray[np.float64]:
        """Matrix of 0 and 1, shape (topics of `unmerged`, topics): shares there × this are those here."""
        return np.eye(self.n_topics)[list(self.into)]

    @property
    def merged(self) -> pd.DataFrame:
        """One row a topic that was fitted: topic and name of the whole, part, part_name, part_share."""
        parts = self.unmerged.topics
        names = self.topics["name"].tolist()
        table = pd.DataFrame(
            {
                "topic": list(self.into),
                "name": pd.Series([names[k] for k in self.into], dtype="str"),
                "part": parts["topic"],
                "part_name": parts["name"],
                "part_share": parts["share"],
            }
        )
        return table.sort_values(["topic", "part"], kind="stable", ignore_index=True)

    def terms_of(
        self,
        topic: int | str,
        n: int = 10,
        *,
        by: Ranking = "keyness",
        weight: float = 0.5,
        level: str | None = None,
        counts: TermCounts | None = None,
    ) -> pd.DataFrame:
        """Give a topic's terms, the most telling first; see `TopicModel.terms_of`."""
        if level is not None:
            raise InputError(
                "The words of merged topics are not told apart by level. Ask the model before merging: "
                "model.unmerged.terms_of(topic, level=…)."
            )
        return TopicModel.terms_of(self, topic, n, by=by, weight=weight, counts=counts)

    def content_terms(self, n: int = 10) -> pd.DataFrame:
        """Give the terms that deviate most, of the topics before merging; see `TopicModel.content_terms`."""
        return self.unmerged.content_terms(n)

    def transform(self, counts: TermCounts, *, n_threads: int | None = None) -> TopicModel:
        """Read the shares of new releases, and merge them as these; see `TopicModel.transform`."""
        new = self.unmerged.transform(counts, n_threads=n_threads)
        spec = Spec(self.spec.function, self.spec.parameters, inputs=(new.spec,))
        return _merge(new, self.into, self.topics["name"].tolist(), spec)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model before merging and what was merged to one zip file; `od.load_model` reads it."""
        with tempfile.TemporaryDirectory() as folder:
            whole = self.unmerged.save(Path(folder) / "model.zip").read_bytes()
        made = BytesIO()
        with zipfile.ZipFile(BytesIO(whole)) as given, zipfile.ZipFile(made, "w") as archive:
            for entry in given.infolist():
                data = given.read(entry)
                if entry.filename == "model.json":
                    record = json.loads(data)
                    data = _to_json({**record, "version": FILE_VERSION, "base_version": record["version"]})
                archive.writestr(entry, data)
            entry = zipfile.ZipInfo("merged.json", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            judged = self.topics.reindex(columns=[one for one in JUDGED if one in self.topics])
            merged = {
                "into": list(self.into),
                "names": self.topics["name"].tolist(),
                "spec": self.spec.to_dict(),
                "notes": list(self.notes),
                "judged": judged.astype(object).where(judged.notna(), None).to_dict("list"),
            }
            archive.writestr(entry, _to_json(merged))
        return write_whole(Path(path), made.getvalue())

    def __repr__(self) -> str:
        return f"{TopicModel.__repr__(self)[:-1]}, merged from {self.unmerged.n_topics})"


def merge_topics(model: TopicModel, groups: Mapping[str, Iterable[int | str]]) -> MergedModel:
    """Put topics together that say the same for the question at hand.

    Parameters
    ----------
    model : TopicModel
        Of any method; one that was merged already can be merged further.
    groups : mapping of name to topics
        Such as ``{"smuggling": [1, "boats, people"]}``: the new topic's name, and the topics (numbers or
        names) that it is made of. Topics in no group stay as they are and keep their names.

    Returns
    -------
    MergedModel
        A `TopicModel` in which a merged topic's shares are the sums of its parts' (rows still add up to 1),
        and its words the means of theirs, weighed by their mean shares. Topics stand in order of their share
        again, so their numbers change: `merged.merged` says which is which.

    Raises
    ------
    InputError
        If a topic is in two groups, a group is empty, names would stand twice, or one topic only is left.
    UnknownNameError
        If there is no such topic.

    Notes
    -----
    Nothing is fitted again. Sums of shares are exact, and so is :meth:`TopicModel.evidence`, which adds up
    what the parts contribute in each release. The words are exact in the mean only: releases that have more
    of one part than of the other use other words, which `terms_of` and `terms_over_time` do not tell apart.
    `od.estimate_effect` adds up draws of the parts' shares.

    Examples
    --------
    >>> import octadisc as od
    >>> matrix = [[4, 1, 0, 0], [0, 1, 3, 0], [0, 1, 0, 5], [2, 1, 2, 0]]
    >>> counts = od.TermCounts.from_matrix(matrix, ["boats", "police", "drugs", "trust"], [{}] * 4)
    >>> model = od.fit_topics(counts, 3, "nmf")
    >>> model.topics["name"].tolist()
    ['drugs, police', 'boats', 'trust']
    >>> merged = merge_topics(model, {"smuggling": [0, "boats"]})
    >>> merged.topics["name"].tolist()
    ['smuggling', 'trust']
    >>> merged.shares.sum(axis=1).round(12).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    expect(groups, Mapping, "groups", 'such as {"smuggling": [1, "boats, people"]}')
    if not groups:
        raise InputError('groups is empty. Expected such as {"smuggling": [1, "boats, people"]}.')
    names = model.topics["name"].tolist()
    home: dict[int, str] = {}
    for name, topics in groups.items():
        if not isinstance(topics, (str, int, np.integer)) and not isinstance(topics, Iterable):
            raise InputError(
                f"groups[{name!r}] is {topics!r}. Expected topics, by number or name, in a list."
            )
        parts = [topics] if isinstance(topics, (str, int, np.integer)) else list(topics)
        if not str(name).strip() or not parts:
            raise InputError(f"groups[{name!r}]: expected a name in words, and at least one topic.")
        for one in parts:
            number = model.number_of(one)
            if number in home:
                raise InputError(
                    f"Topic {number} ({names[number]!r}) stands in groups[{home[number]!r}] and in "
                    f"groups[{name!r}]. Expected each topic in one group."
                )
            home[number] = name
    made = [str(one).strip() for one in groups] + [
        name for number, name in enumerate(names) if number not in home
    ]
    twice = sorted({one for one in made if made.count(one) > 1})
    if twice:
        raise InputError(f"Two topics would be called {twice[0]!r}. Give each a name of its own.")
    if len(made) < 2:
        raise InputError("All topics would be one. Leave at least two: one topic tells no releases apart.")
    place = {name: i for i, name in enumerate(made)}
    into = [place[home[k].strip() if k in home else names[k]] for k in range(model.n_topics)]
    share = np.bincount(into, model.topics["share"], len(made))
    order = np.argsort(-share.round(12), kind="stable")
    new = np.argsort(order)
    said = {str(name).strip(): [k for k in sorted(home) if home[k] == name] for name in groups}
    method = model.spec.parameters.get("method", "?")
    spec = Spec("merge_topics", {"groups": said, "method": method}, inputs=(model.spec,))
    base, before = (model.unmerged, model.into) if isinstance(model, MergedModel) else (model, None)
    whole = tuple(int(new[one]) for one in into)
    if before is not None:
        whole = tuple(whole[one] for one in before)
    return _merge(base, whole, [made[i] for i in order], spec)


def _merge(base: TopicModel, into: tuple[int, ...], names: list[str], spec: Spec) -> MergedModel:
    """Put a model's topics together: each goes into one of the named."""
    sums = np.eye(len(names))[list(into)]
    share = base.topics["share"].to_numpy(float)
    total = share @ sums
    # a topic of which there is nothing counts as much as the others of its group
    heavy = np.where((total > 0)[list(into)], share, 1.0)
    words = (sums * heavy[:, None]).T @ base.words
    words /= words.sum(axis=1, keepdims=True)
    best = telling_terms(words, total, base.terms)
    topics = pd.DataFrame(
        {
            "topic": np.arange(len(names)),
            "name": pd.Series(names, dtype="str"),
            "share": total,
            "terms": pd.Series([", ".join(one) for one in best], dtype="str"),
        }
    )
    alone = [one for one in range(len(names)) if into.count(one) == 1]
    for name in (one for one in JUDGED if one in base.topics):  # what was judged of a part is not of the sum
        column = base.topics[name].iloc[[into.index(one) for one in alone]].set_axis(alone)
        column = column.reindex(range(len(names)))
        topics[name] = column.fillna(0).astype("int64") if name == "n_judged" else column
    return MergedModel(
        shares=np.ascontiguousarray(base.shares @ sums),
        words=np.ascontiguousarray(words),
        terms=base.terms,
        topics=topics,
        bound=base.bound,
        releases=base.releases,
        release_weights=base.release_weights,
        spec=spec,
        weights=base.weights,
        notes=base.notes,
        tokens=base.tokens,
        structure=None,
        unmerged=base,
        into=into,
    )


def restore_merged(model: TopicModel, record: Mapping[str, Any]) -> MergedModel:
    """Merge a model that was read from a file as `merged.json` in it says."""
    into = tuple(int(one) for one in record["into"])
    names = [str(one) for one in record["names"]]
    if len(into) != model.n_topics or sorted(set(into)) != list(range(len(names))):
        raise ValueError(f"merged.json puts {len(into)} topics into {len(names)}, of {model.n_topics}")
    made = _merge(model, into, names, Spec.from_dict(record["spec"]))
    told = record.get("judged", {})
    judged = {
        name: pd.Series(told[name], dtype="str" if name == "judged" else "float64")
        for name in JUDGED
        if name in told
    }
    if "n_judged" in judged:
        judged["n_judged"] = judged["n_judged"].astype("int64")
    notes = tuple(str(one) for one in record.get("notes", made.notes))
    return replace(made, topics=made.topics.assign(**judged), notes=notes)


def unmerge(model: TopicModel) -> tuple[TopicModel, Floats | None]:
    """Give the model that was fitted, and the matrix by which its shares become this one's; None if it is."""
    return (model.unmerged, model.sums) if isinstance(model, MergedModel) else (model, None)


def parts_of(model: TopicModel, topic: int) -> tuple[TopicModel, list[int]]:
    """Give the model that was fitted, and which of its topics make up a topic."""
    if not isinstance(model, MergedModel):
        return model, [topic]
    return model.unmerged, [k for k, one in enumerate(model.into) if one == topic]


def _to_json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode("utf-8", "surrogatepass")
