"""What sets two topics apart, or one topic as two kinds of issuers write of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.checks import whole
from octadisc.topics.evidence import rank_sentences
from octadisc.topics.labels.voices import content_of, releases_at, voice_of
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Side", "TopicComparison", "compare_topics", "divergence_parts"]

Floats = npt.NDArray[np.float64]

_COLUMNS = ["side", "term", "probability", "other_probability", "log_ratio", "keyness", "part"]


class Side(NamedTuple):
    """One side of a comparison.

    Attributes
    ----------
    label : str
    topic : int
    level : str or None
        Of the content covariate.
    words : array, shape (terms,)
    size : float
        How many running words are expected to be the topic's.
    """

    label: str
    topic: int
    level: str | None
    words: Floats
    size: float


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicComparison:
    """What sets two topics apart; made by `compare_topics`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    model : TopicModel
    sides : tuple of two Side
    distance : float
        Jensen–Shannon divergence of the two in bits: 0 where the words are the same, 1 where they share none.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    sides: tuple[Side, Side]
    distance: float

    def to_frame(self) -> pd.DataFrame:
        """Give one row a term, the most telling of the first side first, then those of the second.

        Columns: side (which has it more often), term, probability (in the first), other_probability (in the
        second), log_ratio (to the base 2, shrunk; above 0 the first has it more often), keyness (in bits;
        above 0 for terms of the first), part (of the distance that the term makes up).
        """
        return self.frame.copy()

    def evidence(self, side: int | str, n: int = 20, *, term: str | None = None) -> pd.DataFrame:
        """Give the sentences that contribute most to one side, or its occurrences of one term do.

        Parameters
        ----------
        side : {0, 1} or str
            The first or the second, or its name.
        n : int
        term : str, optional
            By what occurrences of this term contribute.

        Raises
        ------
        UnknownNameError
            If there is no such side or term.
        """
        labels = [one.label for one in self.sides]
        number = labels.index(side) if side in labels else side
        if number not in (0, 1):
            raise UnknownNameError(f"There is no side {side!r}.{did_you_mean(str(side), labels)}")
        if term is not None and term not in self.model.terms:
            raise UnknownNameError(
                f"The model has no term {term!r}.{did_you_mean(term, map(str, self.model.terms))}"
            )
        mine = self.sides[int(number)]
        wanted = np.ones(len(self.model.releases), bool)
        if mine.level is not None:
            wanted = releases_at(self.model, mine.level)
        return rank_sentences(self.model, mine.topic, wanted, n, term=term)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the terms on an axis from one side to the other, the larger the more frequent."""
        from octadisc.topics.relations.comparison_plots import plot_comparison

        return plot_comparison(self, ax)

    def __repr__(self) -> str:
        one, other = (side.label for side in self.sides)
        return f"TopicComparison({one!r} and {other!r}, {self.distance:.2f} of 1 bit apart)"

    def _repr_html_(self) -> str:
        formats = {
            "probability": "{:.4f}",
            "other_probability": "{:.4f}",
            "log_ratio": "{:.1f}",
            "keyness": "{:.4f}",
            "part": "{:.1%}",
        }
        return show(self, self.frame.head(60), len(self.frame), formats, notes=self.notes)


def compare_topics(
    model: TopicModel,
    a: int | str,
    b: int | str | None = None,
    n: int | None = 15,
    *,
    levels: tuple[str, str] | None = None,
    level: str | None = None,
    prior: float = 100.0,
) -> TopicComparison:
    """Say what sets two topics apart, or one topic at two levels of a content covariate.

    Parameters
    ----------
    model : TopicModel
    a, b : int or str
        Two topics, by number or name; or one topic and `levels`.
    n : int or None
        How many terms of each side at most; None for all.
    levels : tuple of two str, optional
        Values of the content covariate, such as ``("Europol", "SELEC")``, between which topic `a` is
        compared.
    level : str, optional
        A value of the content covariate: compare the two topics as releases of this value word them.
    prior : float
        Words that are added to either side before the log ratio is taken, spread as those of all topics are.
        0 does not shrink.

    Returns
    -------
    TopicComparison

    Raises
    ------
    InputError, UnknownNameError
        If an argument is not what it should be, or words depend on no covariate.

    Notes
    -----
    With p and r the probabilities of a term in the one and the other, and m their mean, its part in the
    Jensen–Shannon divergence is ½ p log₂(p / m) + ½ r log₂(r / m). `keyness` is this part, below 0 where r is
    larger; without signs they add up to the distance. So frequent terms that differ much come first, not
    rare ones with large ratios. The log ratio is log₂ of (E p + w q) / (E + w) over the same of the other
    side, where E is how many running words the topic is expected to have, w the prior and q the probability
    in all topics, weighed by their shares: for what a small topic hardly ever says, the ratio is drawn
    towards 1.

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37, on the divergence; Monroe, Colaresi and Quinn
    (2008), Political Analysis 16, on priors that spread as all words do. R's stm draws such a comparison
    with ``plot(type = "perspectives")``.

    Examples
    --------
    >>> import octadisc as od
    >>> matrix = [[4, 2, 0], [4, 2, 0], [0, 2, 4], [0, 2, 4]]
    >>> counts = od.TermCounts.from_matrix(matrix, ["boats", "police", "drugs"], [{}] * 4)
    >>> model = od.fit_topics(counts, 2, "nmf").rename({0: "smuggling", 1: "narcotics"})
    >>> found = compare_topics(model, "smuggling", "narcotics")
    >>> found
    TopicComparison('smuggling' and 'narcotics', 0.67 of 1 bit apart)
    >>> found.to_frame()["term"].tolist()
    ['boats', 'drugs']
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    n = None if n is None else whole("n", n, 1)
    prior = _check_prior(prior)
    sides = _sides(model, a, b, levels, level)
    common = model.topics["share"].to_numpy(float) @ model.words
    frame, distance = _tabulate(model.terms, sides, common, prior, n)
    parameters = {
        "topics": [one.topic for one in sides],
        "levels": [one.level for one in sides],
        "n": n,
        "prior": prior,
        "names": [one.label for one in sides],
    }
    spec = Spec("compare_topics", parameters, inputs=(model.spec,))
    note = (
        f"Divergence {distance:.2f} of 1 bit. The terms shown make up {frame['part'].sum():.0%} of it. "
        f"Expected words: {sides[0].size:,.0f} of {sides[0].label!r}, {sides[1].size:,.0f} of "
        f"{sides[1].label!r}."
    )
    return TopicComparison(frame, spec, (note,), model, sides, distance)


def divergence_parts(p: Floats, r: Floats) -> Floats:
    """Give each term's part in the Jensen–Shannon divergence of two sets of words, in bits.

    Examples
    --------
    >>> divergence_parts(np.array([1.0, 0.0]), np.array([0.0, 1.0])).tolist()
    [0.5, 0.5]
    """
    m = (p + r) / 2
    parts = xlogy(p, p) + xlogy(r, r) - 2 * xlogy(m, m)
    return np.asarray(np.maximum(parts, 0.0) / (2 * np.log(2)))


def _check_prior(prior: Any) -> float:
    if isinstance(prior, bool) or not isinstance(prior, (int, float, np.number)) or not 0 <= prior < np.inf:
        raise InputError(f"prior={prior!r}: expected a number of words of at least 0, such as 100.")
    return float(prior)


def _sides(model: TopicModel, a: Any, b: Any, levels: Any, level: str | None) -> tuple[Side, Side]:
    names = model.topics["name"].tolist()
    first = model.number_of(a)
    if levels is not None:
        if b is not None or level is not None:
            raise InputError("levels compares one topic at two levels. Leave b and level out, or levels.")
        content_of(model)
        several = isinstance(levels, Iterable) and not isinstance(levels, str)
        if not several or len(tuple(levels)) != 2 or len({str(one) for one in levels}) != 2:
            raise InputError(
                f"levels={levels!r}: expected two different values, such as ('Europol', 'SELEC')."
            )
        one, other = (_side(model, first, str(at), str(at)) for at in levels)
        return one, other
    if b is None:
        raise InputError("b is left out. Expected a second topic, or levels= to compare one topic between.")
    second = model.number_of(b)
    if first == second:
        raise InputError(f"a and b are both {names[first]!r}. Expected two topics.")
    return _side(model, first, level, names[first]), _side(model, second, level, names[second])


def _side(model: TopicModel, topic: int, level: str | None, label: str) -> Side:
    words = voice_of(model, level).words[topic]
    here = ~np.isnan(model.shares[:, 0])
    if level is not None:
        here &= releases_at(model, level)
    length = model.release_weights
    if "tokens" in model.releases:
        tokens = model.releases["tokens"].to_numpy(float)
        if (tokens[here] >= 0).all() and tokens[here].any():
            length = tokens
    return Side(label, topic, level, words, float(length[here] @ model.shares[here, topic]))


def _tabulate(
    terms: list[str], sides: tuple[Side, Side], common: Floats, prior: float, n: int | None
) -> tuple[pd.DataFrame, float]:
    p, r = (one.words for one in sides)
    parts = divergence_parts(p, r)
    distance = float(parts.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        shrunk = [(one.size * one.words + prior * common) / (one.size + prior) for one in sides]
        ratio = np.log2(shrunk[0] / shrunk[1])
    labels = np.array([one.label for one in sides], object)
    frame = pd.DataFrame(
        {
            "side": pd.Series(labels[(p < r).astype(int)], dtype="str"),
            "term": pd.Series(terms, dtype="str"),
            "probability": p,
            "other_probability": r,
            "log_ratio": ratio,
            "keyness": np.where(p < r, -parts, parts),
            "part": parts / distance if distance > 0 else 0.0,
        }
    )[_COLUMNS]
    some = frame[parts > 1e-15]
    made = []
    for sign in (1, -1):
        mine = some[np.sign(some["keyness"]) == sign]
        mine = mine.sort_values("part", ascending=False, kind="stable")
        made.append(mine if n is None else mine.head(n))
    return pd.concat(made, ignore_index=True), distance
