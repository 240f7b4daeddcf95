"""Alignment: the topics of several models, each beside what it is in the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.alignment.likeness import FOUND, Common, find_common, measure_likeness
from octadisc.topics.alignment.matching import Union, find_unions, match_pairs
from octadisc.topics.checks import several as one_or_several
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Alignment", "align_topics", "read_links"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Alignment:
    """The topics of one model, and which they are in others; made by `od.align_topics`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    models : tuple of TopicModel
        The first is the one whose topics are looked for in the others.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    models: tuple[TopicModel, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic of the first model and other model.

        Columns: topic, name, model (its place in `models`), n_topics, matched (the other's topic, one to one;
        missing where the other has too few), matched_name, cosine (of the words, over the terms in common),
        correlation (of the shares, over the releases in common), found (both are .7 or more), outcome and
        parts. The outcome is "same" where it is found; "split" where the other has it in several topics,
        which `parts` names; "merged" where it is one of several that are one there (`parts` then names the
        first model's); or "lost".
        """
        return self.frame.copy()

    def summary(self) -> pd.DataFrame:
        """Give one row a topic of the first model: how often it is found again.

        Columns: topic, name, share, found (share of the other models), split, merged, lost (likewise), cosine
        and correlation (medians).
        """
        frame = self.frame
        grouped = frame.groupby("topic", sort=True)
        parts = {
            kind: (frame["outcome"] == kind).groupby(frame["topic"]).mean()
            for kind in ("split", "merged", "lost")
        }
        first = self.models[0].topics
        return pd.DataFrame(
            {
                "topic": first["topic"],
                "name": first["name"],
                "share": first["share"],
                "found": grouped["found"].mean().to_numpy(),
                **{kind: one.to_numpy() for kind, one in parts.items()},
                "cosine": grouped["cosine"].median().to_numpy(),
                "correlation": grouped["correlation"].median().to_numpy(),
            }
        )

    def named_models(self) -> tuple[TopicModel, ...]:
        """Give the models with the first one's names for the topics that are the same.

        Others keep their own names; one that would then stand twice gets its number behind it.
        """
        made = [self.models[0]]
        for number, model in enumerate(self.models[1:], 1):
            same = self.frame[(self.frame["model"] == number) & (self.frame["outcome"] == "same")]
            names = dict(zip(same["matched"].astype(int), same["name"], strict=True))
            taken = set(names.values())
            for topic, own in enumerate(model.topics["name"]):
                if topic not in names:
                    names[topic] = f"{own} ({topic})" if own in taken else own
            made.append(model.rename(names))
        return tuple(made)

    def evidence(self, topic: int | str, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic of the first model."""
        return self.models[0].evidence(topic, n=n)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how alike each topic is to its match, as a heat map: a row a topic, a column a model."""
        from octadisc.topics.alignment.plots import plot_alignment

        return plot_alignment(self, ax)

    def __repr__(self) -> str:
        n, others = self.models[0].n_topics, len(self.models) - 1
        found = int(self.frame["found"].sum())
        return f"Alignment({n} topics in {others} other models, {found} of {len(self.frame)} found)"

    def _repr_html_(self) -> str:
        table = self.summary()
        formats = {**dict.fromkeys(table.columns[2:], "{:.2f}"), "share": "{:.1%}"}
        return show(self, table, len(table), formats, rows="topics", notes=self.notes)


def align_topics(
    models: Sequence[TopicModel],
    *,
    links: Iterable[tuple[str, str]] | None = None,
    terms: Mapping[str, str] | None = None,
) -> Alignment:
    """Say for each topic of the first model which it is in each of the others, if any.

    Parameters
    ----------
    models : sequence of TopicModel
        Two or more: other starts, seeds, numbers of topics, methods, releases or terms.
    links : iterable of (str, str), optional
        Releases of the first and of the others that are the same, such as originals and translations; by
        default those of the same id.
    terms : mapping from str to str, optional
        What terms of the first model are called in the others, for models of different languages; terms
        that both have count in any case.

    Returns
    -------
    Alignment

    Raises
    ------
    InputError
        If there are not two models, or two have neither terms nor releases enough in common.

    Notes
    -----
    Topics are alike by their words (cosine, over the terms that both models have) and by the releases that
    have them (correlation of shares over common releases). They are matched one to one so that the mean of
    both is as large as can be (the Hungarian method). One is found again where both are .7 or more: words
    alone also match copies of one topic, whose releases are drawn by chance. A topic that is not found may be
    split or merged: several topics of one model, their words weighed by shares and their shares added up, are
    then as like one of the other as that. In simulated corpora (benchmarks/topic_stability.py) planted topics
    are found in more than nine of ten refits to half of the releases, spurious ones in fewer than three.

    References
    ----------
    Kuhn (1955), Naval Research Logistics Quarterly 2; Roberts, Stewart and Tingley (2016), in Alvarez (ed.),
    Computational Social Science, on alignment across starts.

    Examples
    --------
    >>> import numpy as np
    >>> import octadisc as od
    >>> counts = od.TermCounts.from_matrix(
    ...     np.repeat(np.eye(3) * 9 + 1, 10, axis=0), ["a", "b", "c"], [{}] * 30
    ... )
    >>> od.align_topics([od.fit_topics(counts, 3, "nmf"), od.fit_topics(counts, 3, "nmf", seed=1)])
    Alignment(3 topics in 1 other models, 3 of 3 found)
    """
    models = tuple(one_or_several(models))
    if len(models) < 2:
        raise InputError(f"models has {len(models)}. Expected two or more that od.fit_topics made.")
    for number, model in enumerate(models):
        expect(model, TopicModel, f"models[{number}]", "what od.fit_topics(counts, …) gives")
    first = models[0]
    linked = None if links is None else read_links(links)
    if terms is not None and not hasattr(terms, "items"):
        raise InputError(f'terms={terms!r}: expected a mapping, such as {{"police": "policija"}}.')
    parts = []
    for number, model in enumerate(models[1:], 1):
        common = find_common(first, model, links=linked, terms=terms)
        parts.append(_align(first, model, number, common))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.sort_values(["topic", "model"], kind="stable", ignore_index=True)
    parameters = {
        "links": None if linked is None else len(linked),
        "terms": None if terms is None else len(terms),
    }
    spec = Spec("align_topics", parameters, inputs=tuple(model.spec for model in models))
    return Alignment(frame, spec, tuple(_notes(frame)), models)


def read_links(links: Any) -> list[tuple[str, str]]:
    """Give pairs of releases as text, or refuse what are none."""
    given = one_or_several(links)
    for one in given:
        if isinstance(one, str) or not isinstance(one, Sequence) or len(one) != 2:
            raise InputError(f"links has {one!r}: expected pairs of releases, such as [('en1', 'sl1')].")
    return [(str(a), str(b)) for a, b in given]


def _align(first: TopicModel, model: TopicModel, number: int, common: Common) -> pd.DataFrame:
    likeness = measure_likeness(first, model, common)
    if np.isnan(likeness.cosine).all() and np.isnan(likeness.correlation).all():
        raise InputError(
            f"models[0] and models[{number}] have {common.terms.size:,} terms and {common.releases.size:,} "
            "releases with shares in common: too few to tell which topics are the same. Give links (which "
            "releases are the same) or terms (what terms are called in the other), or fit them alike."
        )
    match = match_pairs(likeness)
    matched = match >= 0
    rows = np.arange(first.n_topics)
    at = np.where(matched, match, 0)
    cosine = np.where(matched, likeness.cosine[rows, at], np.nan)
    correlation = np.where(matched, likeness.correlation[rows, at], np.nan)
    found = matched & likeness.found[rows, at]
    outcome, named = _outcomes(first, model, likeness, common, found)
    return pd.DataFrame(
        {
            "topic": rows,
            "name": first.topics["name"],
            "model": number,
            "n_topics": model.n_topics,
            "matched": pd.array([int(k) if k >= 0 else None for k in match], "Int64"),
            "matched_name": pd.Series(
                [model.topics["name"][k] if k >= 0 else None for k in match], dtype="str"
            ),
            "cosine": cosine,
            "correlation": correlation,
            "found": found,
            "outcome": pd.Series(outcome, dtype="str"),
            "parts": pd.Series(named, dtype="str"),
        }
    )


def _outcomes(
    first: TopicModel, model: TopicModel, likeness: Any, common: Common, found: Any
) -> tuple[list[str], list[str]]:
    """Say what became of each topic, and of which parts it is made or is one."""
    outcome = ["same" if one else "lost" for one in found]
    named = [""] * first.n_topics
    swapped = common._replace(
        terms=common.other_terms,
        other_terms=common.terms,
        releases=common.other_releases,
        other_releases=common.releases,
    )
    merged = find_unions(
        model, first, likeness._replace(cosine=likeness.cosine.T, correlation=likeness.correlation.T), swapped
    )
    for union in sorted(merged, key=_closeness):
        for topic in union.parts:
            named[topic] = _listed(first, union.parts)
            outcome[topic] = "same" if found[topic] else "merged"
    for union in find_unions(first, model, likeness, common):
        if not found[union.topic]:
            outcome[union.topic] = "split"
        if outcome[union.topic] != "merged":
            named[union.topic] = _listed(model, union.parts)
    return outcome, named


def _closeness(union: Union) -> float:
    return float(np.nanmean([union.cosine, union.correlation]))


def _listed(model: TopicModel, parts: Sequence[int]) -> str:
    return " + ".join(f"“{model.topics['name'][k]}”" for k in parts)


def _notes(frame: pd.DataFrame) -> list[str]:
    made = []
    if frame["correlation"].isna().all():
        made.append("There are too few releases in common: topics were matched by their words alone.")
    if frame["cosine"].isna().all():
        made.append("There are too few terms in common: topics were matched by their releases alone.")
    lost = int((frame["outcome"] == "lost").sum())
    if lost:
        made.append(f"Not found again (below {FOUND:g} in words or in releases): {lost} of {len(frame)}.")
    return made
