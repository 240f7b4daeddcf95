"""A map of topics: near each other where their words are alike; the same model has the same map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from octadisc.errors import InputError, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.comparison import match_topics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Plane", "TopicMap", "distances_of", "map_topics", "place_on", "scale_down"]

Floats = npt.NDArray[np.float64]

_FOUND = 0.7  # cosine of a topic's words from which on it counts as found again
_FAR = 0.35  # stress, from which on a map is a rough sketch: distances are off by a third in the mean


class Plane(NamedTuple):
    """Places in the plane.

    Attributes
    ----------
    places : array, shape (topics, 2)
    stress : float
        Kruskal's: root of Σ (distance − distance on the map)² / Σ distance²; 0 is exact.
    kept : float
        Share of the squared distances that the two axes hold.
    """

    places: Floats
    stress: float
    kept: float


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicMap:
    """Places of topics; made by `map_topics`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    models : tuple of TopicModel
    distances : tuple of array, shape (topics, topics)
        Of each model: the root of the Jensen–Shannon divergence of words in bits, from 0 to 1.
    stress : tuple of float
        Of each model's map: how far distances on it are from these; 0 is exact.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    models: tuple[TopicModel, ...]
    distances: tuple[Floats, ...]
    stress: tuple[float, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a model and topic.

        Columns: model (0 is the first), topic, name, share, x, y, matched (the first model's topic that it
        is laid on; missing where there is none), cosine (of the words of these), nearest (the name of the
        nearest topic of the same model by words, not on the map), distance (from it).
        """
        return self.frame.copy()

    def plot(self, ax: Axes | None = None, *, names: bool = True) -> Axes:
        """Draw circles by share with names; further models' as rings, with a line from the first's topic."""
        from octadisc.topics.relations.map_plots import plot_map

        return plot_map(self, ax, names=names)

    def __repr__(self) -> str:
        n = len(self.models)
        more = f", {n} models" if n > 1 else ""
        return f"TopicMap({self.models[0].n_topics} topics{more}, stress {self.stress[0]:.2f})"

    def _repr_html_(self) -> str:
        numbers = {"share": "{:.1%}", "x": "{:.2f}", "y": "{:.2f}", "cosine": "{:.2f}", "distance": "{:.2f}"}
        head = self.frame.head(60)
        return show(self, head, len(self.frame), numbers, rows="topics", notes=self.notes)


def map_topics(models: TopicModel | Sequence[TopicModel]) -> TopicMap:
    """Lay topics out in the plane, near each other where their words are alike.

    Parameters
    ----------
    models : TopicModel, or sequence of these
        Of one language, so that words can be compared. The first is mapped; others (refits, other numbers of
        topics) are laid on it.

    Returns
    -------
    TopicMap

    Raises
    ------
    InputError
        If there are no models, one has no terms in common with the first, or the first has fewer than three
        topics.
    WrongKindError
        If something else than models is given.

    Notes
    -----
    Distances are roots of the Jensen–Shannon divergence of words, which is a metric. Places come from
    classical (metric) multidimensional scaling, which has one solution and no random start; `stress` says
    how far distances on the map are from those of words. Each axis is turned so that its place farthest from
    the middle is positive. A further model's map is moved, turned and mirrored, not stretched, so that topics
    that were found again (matched one to one, cosine of words at least .7) lie as near as can be to the
    first's (Procrustes); with fewer than two of them it stays as it is, and a note says so. Terms that one of
    two models has not count as words of no probability.

    References
    ----------
    Torgerson (1952), Psychometrika 17; Kruskal (1964), Psychometrika 29, on stress; Endres and Schindelin
    (2003), IEEE Transactions on Information Theory 49, on the metric; Schönemann (1966), Psychometrika 31.

    Examples
    --------
    >>> import octadisc as od
    >>> matrix = [[6, 2, 0, 0, 1], [0, 6, 2, 0, 1], [0, 0, 6, 0, 1], [0, 0, 0, 8, 1]] * 5
    >>> terms = ["boats", "people", "police", "trust", "europe"]
    >>> counts = od.TermCounts.from_matrix(matrix, terms, [{}] * 20)
    >>> found = map_topics(od.fit_topics(counts, 4, "nmf"))
    >>> found.to_frame()[["model", "topic"]].values.tolist()
    [[0, 0], [0, 1], [0, 2], [0, 3]]
    """
    given: Any = models
    if isinstance(given, str) or not isinstance(given, (TopicModel, Iterable)):
        expect(given, TopicModel, "models", "what od.fit_topics(counts, …) gives, or a list of these")
    several = (models,) if isinstance(models, TopicModel) else tuple(models)
    if not several:
        raise InputError("models is empty. Expected models that od.fit_topics made, the one to map first.")
    for number, model in enumerate(several):
        expect(model, TopicModel, f"models[{number}]", "what od.fit_topics(counts, …) gives")
    if several[0].n_topics < 3:
        raise InputError("Two topics have one distance, and no map. Expected three topics or more.")
    first = several[0]
    distances = tuple(distances_of(one.words) for one in several)
    planes = [scale_down(one) for one in distances]
    notes, parts = [], []
    for number, (model, plane) in enumerate(zip(several, planes, strict=True)):
        places, matched, cosine = plane.places, np.arange(model.n_topics), np.ones(model.n_topics)
        if number:
            matched, cosine = _match(model, first, number)
            sure = (matched >= 0) & (cosine >= _FOUND)
            if sure.sum() >= 2:
                onto = planes[0].places[matched[sure]]
                places = place_on(places[sure], onto, places)
            else:
                notes.append(
                    f"models[{number}] has {int(sure.sum())} topics of the first: too few to lay it on."
                )
        parts.append(_tabulate(number, model, places, distances[number], matched, cosine))
    plane = planes[0]
    rough = " It is a rough sketch: ask the column distance before you speak of near and far."
    notes.insert(
        0,
        f"Stress {plane.stress:.2f}; the two axes hold {plane.kept:.0%} of the squared distances."
        + (rough if plane.stress > _FAR else ""),
    )
    spec = Spec(
        "map_topics", {"names": first.topics["name"].tolist()}, inputs=tuple(one.spec for one in several)
    )
    stress = tuple(one.stress for one in planes)
    return TopicMap(pd.concat(parts, ignore_index=True), spec, tuple(notes), several, distances, stress)


def distances_of(words: Floats) -> Floats:
    """Give the roots of the Jensen–Shannon divergences (bits) between rows, shape (topics, topics).

    Examples
    --------
    >>> distances_of(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])).round(4).tolist()[0]
    [0.0, 1.0, 0.5579]
    """
    n = len(words)
    entropy = -xlogy(words, words).sum(axis=1)
    made = np.zeros((n, n))
    for i in range(n - 1):
        m = (words[i] + words[i + 1 :]) / 2
        mixed = -xlogy(m, m).sum(axis=1)
        made[i, i + 1 :] = np.maximum(mixed - (entropy[i] + entropy[i + 1 :]) / 2, 0.0) / np.log(2)
    return np.asarray(np.sqrt(made + made.T))


def scale_down(distances: Floats) -> Plane:
    """Place points in the plane by classical multidimensional scaling; see `map_topics` for the rules.

    Examples
    --------
    Points of a plane keep their distances:

    >>> points = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    >>> apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    >>> plane = scale_down(apart)
    >>> round(float(np.linalg.norm(plane.places[1] - plane.places[2])), 6), round(plane.stress, 6)
    (5.0, 0.0)
    """
    n = len(distances)
    centre = np.eye(n) - 1 / n
    product = -0.5 * centre @ (distances**2) @ centre
    values, vectors = np.linalg.eigh((product + product.T) / 2)
    best = np.argsort(-values, kind="stable")[:2]
    places = vectors[:, best] * np.sqrt(np.maximum(values[best], 0.0))
    for axis in range(2):
        away = np.abs(places[:, axis])
        # of places as far out as each other the first decides: rounding must not
        farthest = int(np.flatnonzero(away >= away.max() * (1 - 1e-9))[0])
        if places[farthest, axis] < 0:
            places[:, axis] = -places[:, axis]
    rows = np.triu_indices(n, 1)
    drawn = np.linalg.norm(places[:, None] - places[None], axis=2)[rows]
    meant = distances[rows]
    square = float((drawn**2).sum())
    scale = float((drawn * meant).sum()) / square if square > 0 else 1.0
    places, drawn = scale * places, scale * drawn
    total = float((meant**2).sum())
    stress = float(np.sqrt(((meant - drawn) ** 2).sum() / total)) if total > 0 else 0.0
    positive = float(values[values > 0].sum())
    kept = float(np.maximum(values[best], 0).sum()) / positive if positive > 0 else 1.0
    return Plane(np.ascontiguousarray(places), stress, kept)


def place_on(points: Floats, onto: Floats, all_points: Floats) -> Floats:
    """Move, turn and mirror points so that some lie as near as can be to others; give all of them so.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    >>> turned = square @ np.array([[0.0, 1.0], [-1.0, 0.0]]) + 5
    >>> np.allclose(place_on(turned, square, turned), square)
    True
    """
    middle, target = points.mean(axis=0), onto.mean(axis=0)
    left, _, right = np.linalg.svd((points - middle).T @ (onto - target))
    return np.asarray((all_points - middle) @ (left @ right) + target)


def _match(model: TopicModel, first: TopicModel, number: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Give for each topic which of the first model's it is (-1: none is left), and the cosine."""
    words, others = model.words, first.words
    if model.terms != first.terms:
        words, others = _common_words(model, first, number)
    if model.n_topics <= first.n_topics:
        return match_topics(words, others)
    back, near = match_topics(others, words)
    matched, cosine = np.full(model.n_topics, -1), np.full(model.n_topics, np.nan)
    matched[back], cosine[back] = np.arange(first.n_topics), near
    return matched, cosine


def _common_words(model: TopicModel, first: TopicModel, number: int) -> tuple[Floats, Floats]:
    """Give both models' words over the terms of either."""
    if not set(model.terms) & set(first.terms):
        raise InputError(
            f"models[{number}] has no term that models[0] has. Expected models of one language and its forms."
        )
    terms = sorted({*model.terms, *first.terms})
    place = {one: i for i, one in enumerate(terms)}
    made = []
    for one in (model, first):
        words = np.zeros((one.n_topics, len(terms)))
        words[:, [place[term] for term in one.terms]] = one.words
        made.append(words)
    return made[0], made[1]


def _tabulate(
    number: int,
    model: TopicModel,
    places: Floats,
    distances: Floats,
    matched: npt.NDArray[np.int64],
    cosine: Floats,
) -> pd.DataFrame:
    names = model.topics["name"].tolist()
    apart = distances + np.diag(np.full(len(distances), np.inf))
    near = apart.argmin(axis=1)
    found: Any = pd.array(matched, dtype="Int64")
    found[matched < 0] = pd.NA
    return pd.DataFrame(
        {
            "model": number,
            "topic": model.topics["topic"],
            "name": pd.Series(names, dtype="str"),
            "share": model.topics["share"],
            "x": places[:, 0],
            "y": places[:, 1],
            "matched": found,
            "cosine": cosine,
            "nearest": pd.Series([names[k] for k in near], dtype="str"),
            "distance": apart.min(axis=1),
        }
    )
