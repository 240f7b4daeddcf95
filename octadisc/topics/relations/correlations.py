"""Which topics stand in the same releases: correlations with intervals, and the network they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.robust import FEWEST_CLUSTERS
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.checks import whole
from octadisc.topics.effects.cases import Case, lay_case
from octadisc.topics.model import TopicModel
from octadisc.topics.relations.correlation_draws import Pairs, draw_pairs
from octadisc.topics.relations.examples import best_sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Measure", "TopicCorrelations", "correlate_topics"]

Floats = npt.NDArray[np.float64]
Measure = Literal["share", "ratio"]
_MEASURES = get_args(Measure)

FEWEST_UNITS = 30  # releases, below which correlations of shares say more about the few than about others


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicCorrelations:
    """Correlations of topics over releases; made by `correlate_topics`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: what the sum of 1 and fitting put into them, and of whom
        intervals speak.
    model : TopicModel
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel

    def to_frame(self) -> pd.DataFrame:
        """Give one row a pair of topics.

        Columns: topic, name, other, other_name, correlation, low, high (both of the correlation over
        releases, with all that the sum of 1 and fitting put into it), built_in (what the sum alone would make
        in a simple case, for orientation; nothing is tested against it), relation ("together" where the
        interval is above 0, else "").
        """
        return self.frame.copy()

    @property
    def matrix(self) -> pd.DataFrame:
        """Correlations as a square table, topics by name."""
        names = self.model.topics["name"].tolist()
        made = np.eye(len(names))
        one, other = self.frame["topic"].to_numpy(int), self.frame["other"].to_numpy(int)
        made[one, other] = made[other, one] = self.frame["correlation"].to_numpy(float)
        return pd.DataFrame(made, index=names, columns=names)

    def to_graph(self, cutoff: float = 0.0) -> Any:
        """Give the network as a networkx Graph, from which GraphML and other files can be written.

        Parameters
        ----------
        cutoff : float
            Edges of a smaller correlation are left out, whatever their intervals.

        Returns
        -------
        networkx.Graph
            Nodes are the topics' numbers, with name, share and terms; edges have weight (the correlation),
            low and high. Only pairs whose intervals are above 0 have one: a correlation below 0 is what the
            sum of 1 makes of topics that have nothing to do with each other.

        Examples
        --------
        ``networkx.write_graphml(correlations.to_graph(), "topics.graphml")``
        """
        import networkx

        graph = networkx.Graph()
        for row in self.model.topics.itertuples():
            graph.add_node(int(row.topic), name=str(row.name), share=float(row.share), terms=str(row.terms))
        for row in self.frame.itertuples():
            if row.relation == "together" and row.correlation >= cutoff:
                numbers = {"low": float(row.low), "high": float(row.high)}
                graph.add_edge(int(row.topic), int(row.other), weight=float(row.correlation), **numbers)
        return graph

    def evidence(self, topic: int | str, other: int | str, n: int = 20) -> pd.DataFrame:
        """Give the releases that make up most of a correlation of shares.

        Returns
        -------
        DataFrame
            release, date, issuer, source, title, share, other_share, contribution (the product of how far
            both shares are above their means; those that speak for the correlation's sign first), sentence,
            other_sentence (those that contribute most to either topic; missing where the model has no
            tokens).

        Raises
        ------
        UnknownNameError
            If there is no such topic.
        """
        model = self.model
        one, two = model.number_of(topic), model.number_of(other)
        if one == two:
            raise InputError(f"topic and other are both {topic!r}. Expected two topics.")
        shares = model.shares[:, [one, two]]
        counted = ~np.isnan(shares[:, 0]) & (model.release_weights > 0)
        weights = np.where(counted, model.release_weights, 0.0)
        away = np.nan_to_num(shares) - np.average(np.nan_to_num(shares), axis=0, weights=weights)
        product = away.prod(axis=1)
        sign = -1.0 if float(weights @ product) < 0 else 1.0
        rows = np.argsort(np.where(counted, -sign * product, np.inf), kind="stable")
        rows = rows[: min(max(n, 0), int(counted.sum()))]
        columns = ["release", "date", "issuer", "source", "title"]
        table = model.releases.reindex(columns=columns).iloc[rows].reset_index(drop=True)
        return table.assign(
            share=shares[rows, 0],
            other_share=shares[rows, 1],
            contribution=product[rows],
            sentence=best_sentences(model, one, rows),
            other_sentence=best_sentences(model, two, rows),
        )

    def plot(self, ax: Axes | None = None, *, cutoff: float = 0.0) -> Axes:
        """Draw the network: circles by share, lines where the interval is above 0.

        Parameters
        ----------
        ax : Axes, optional
        cutoff : float
            As in :meth:`to_graph`.
        """
        from octadisc.topics.relations.correlation_plots import plot_network

        return plot_network(self, ax, cutoff)

    def __repr__(self) -> str:
        together = int((self.frame["relation"] == "together").sum())
        of = "shares" if self.spec.parameters["of"] == "share" else "log ratios"
        n = len(self.frame)
        return f"TopicCorrelations({self.model.n_topics} topics, of {of}; {together} of {n} pairs together)"

    def _repr_html_(self) -> str:
        order = self.frame["correlation"].sort_values(ascending=False, kind="stable").index
        numbers = ["correlation", "low", "high", "built_in"]
        head = self.frame.loc[order].head(20)[["name", "other_name", *numbers, "relation"]]
        return show(
            self, head, len(self.frame), dict.fromkeys(numbers, "{:.2f}"), rows="pairs", notes=self.notes
        )


def correlate_topics(
    model: TopicModel,
    *,
    of: Measure = "share",
    given: str | None = None,
    clusters: str | None = "issuer",
    level: float = 0.95,
    n_draws: int = 999,
    seed: int = 0,
) -> TopicCorrelations:
    """Correlate topics over releases.

    Parameters
    ----------
    model : TopicModel
    of : {"share", "ratio"}
        Shares, as they are in any model; or the logarithms of shares, each less the mean of all topics', as
        the structural model has them, with what it does not know of them. The first are ruled by the few
        releases in which a topic is large, the second by all.
    given : str, optional
        A formula of covariates, such as ``"~ issuer + s(date)"``: correlate what they leave over. Topics of
        one issuer otherwise correlate because it writes of them, be it in different releases.
    clusters : str, optional
        A column whose releases may depend on each other. From eight issuers on, issuers are drawn for the
        intervals, else releases (stories with their copies; units of one release together). None draws
        releases.
    level : float
        Coverage of the intervals.
    n_draws : int
        How often releases or issuers are drawn.
    seed : int

    Returns
    -------
    TopicCorrelations

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If an argument is not what it should be, there are two topics only, or log ratios are asked of a model
        that has none.

    Notes
    -----
    Shares of a release sum to 1: what one topic has, others have not, so that correlations are below 0 even
    of topics that have nothing to do with each other. A negative correlation means little by itself.
    `built_in` says by how much it would be so in a simple case: of shares (Mosimann) if they were parts of
    sums of independent gamma variables of one scale, of log ratios from their variances if the topics were
    independent. Shares seldom are so, and fitting adds correlation of its own: topics that share words take
    them from each other. So `built_in` is for orientation, and there is no test against it: of six
    independent logistic normal topics drawn in 300 releases, such a test at 5 per cent finds a difference in
    one pair in six where there is none, and in one in three of shares as fitted.

    Intervals are tanh(z ± t s), z the inverse hyperbolic tangent of the correlation (Fisher's) and s its
    standard deviation over draws, t Student's with one degree of freedom fewer than there are issuers. They
    are of the correlation that these shares would have over more such releases, which includes what the sum
    of 1 makes and what fitting makes; the shares are taken as they were fitted. One above 0 says that two
    topics stand in the same releases in spite of the sum.

    References
    ----------
    Mosimann (1962), Biometrika 49; Aitchison (1986), The Statistical Analysis of Compositional Data, on
    centred log ratios; Efron and Tibshirani (1993), An Introduction to the Bootstrap. R's
    ``topicCorr(method = "simple")`` gives the correlations of shares, and edges above a cutoff.

    Examples
    --------
    >>> import octadisc as od
    >>> matrix = [[5, 5, 0, 0], [4, 6, 0, 0], [0, 0, 9, 1], [0, 0, 1, 9]] * 20
    >>> counts = od.TermCounts.from_matrix(matrix, ["boats", "people", "drugs", "trust"], [{}] * 80)
    >>> found = correlate_topics(od.fit_topics(counts, 3, "nmf"), clusters=None)
    >>> found.to_frame()[["topic", "other"]].values.tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    if of not in _MEASURES:
        raise UnknownNameError(f"of={of!r} cannot be correlated.{did_you_mean(str(of), _MEASURES)}")
    level = _check_level(level)
    n_draws, seed = whole("n_draws", n_draws, 100), whole("seed", seed, 0)
    if model.n_topics < 3:
        raise InputError(
            "Two topics' shares sum to 1, so they correlate by −1. Expected three topics or more."
        )
    case = lay_case(model, "~ 1" if given is None else given, "release", clusters)
    values, added = _values_of(model, case, of)
    if given is not None:
        values = values - _explained(values, case)
    codes, what = _chance_of(case)
    by_cluster = case.clusters.codes is not None
    n_units = int(codes.max()) + 1
    pairs = draw_pairs(
        values,
        case.weights,
        codes,
        share=model.shares[case.rows] if of == "share" else None,
        added=added,
        level=level,
        n_draws=n_draws,
        seed=seed,
        fewest=FEWEST_CLUSTERS if by_cluster else FEWEST_UNITS,
        df=n_units - 1 if by_cluster else np.inf,
    )
    parameters = {
        "of": of,
        "given": given,
        "clusters": clusters,
        "level": level,
        "n_draws": n_draws,
        "names": model.topics["name"].tolist(),
    }
    spec = Spec("correlate_topics", parameters, seed=seed, inputs=(model.spec,))
    notes = (*_notes(model, case, of, given, n_units, what), *case.notes)
    return TopicCorrelations(_tabulate(model, pairs), spec, notes, model)


def _check_level(level: Any) -> float:
    if not isinstance(level, (int, float, np.floating)) or not 0 < level < 1:
        raise InputError(f"level={level!r} is no coverage. Expected a number between 0 and 1, such as 0.95.")
    return float(level)


def _values_of(model: TopicModel, case: Case, of: Measure) -> tuple[Floats, Floats | None]:
    """Give what is correlated, and the covariance that is not in it."""
    if of == "share":
        return model.shares[case.rows], None
    structure = model.structure
    if structure is None:
        raise InputError(
            'of="ratio" needs the log ratios of a structural model, and this one has none: it is of another '
            'method, was merged, or made by transform. Use of="share".'
        )
    n = model.n_topics
    centre = (np.eye(n) - 1 / n)[:, :-1]
    return structure.eta[case.rows] @ centre.T, centre @ structure.spread @ centre.T


def _explained(values: Floats, case: Case) -> Floats:
    """Give what the covariates make of the values, by weighed least squares."""
    root = np.sqrt(case.weights)[:, None]
    found, *_ = np.linalg.lstsq(case.design.matrix * root, values * root, rcond=None)
    return np.asarray(case.design.matrix @ found)


def _chance_of(case: Case) -> tuple[npt.NDArray[np.int64], str]:
    """Give the number of what each release is drawn with, and what that is called."""
    if case.clusters.codes is not None:
        return case.clusters.codes, f"{case.clusters.column}s"
    if case.stories is not None:
        return case.stories, "stories (a release with its copies)"
    releases = code_releases(case.table)
    if releases is not None:
        return np.unique(releases, return_inverse=True)[1].astype(np.int64).ravel(), "releases"
    return np.arange(len(case.rows)), "releases"


def _notes(
    model: TopicModel, case: Case, of: Measure, given: str | None, n_units: int, what: str
) -> list[str]:
    notes = [
        "Shares of a release sum to 1, so correlations below 0 are built in: "
        f"−{1 / (model.n_topics - 1):.2f} on average for {model.n_topics} topics that have nothing to do "
        "with each other. One below 0 means little by itself. built_in is what the sum makes in a simple "
        "case: it is for orientation, and nothing is tested against it."
    ]
    fewest = FEWEST_UNITS if case.clusters.codes is None else FEWEST_CLUSTERS
    if n_units < fewest:
        notes.append(f"Not enough data for intervals: {n_units} {what}, of {fewest} needed.")
    else:
        notes.append(
            f"Intervals are from drawing {n_units:,} {what}. They are of the correlation over releases, "
            "which includes what the sum makes and what fitting makes."
        )
    if given is not None:
        notes.append(f"Of what is left over by {case.design.formula}.")
    if of == "ratio":
        notes.append("Of the logarithms of shares, each less the mean of all topics'.")
    return notes


def _tabulate(model: TopicModel, pairs: Pairs) -> pd.DataFrame:
    names = model.topics["name"].to_numpy(object)
    one, other = np.triu_indices(model.n_topics, 1)
    relation = np.where(pairs.low > 0, "together", "")
    return pd.DataFrame(
        {
            "topic": one,
            "name": pd.Series(names[one], dtype="str"),
            "other": other,
            "other_name": pd.Series(names[other], dtype="str"),
            "correlation": pairs.value,
            "low": pairs.low,
            "high": pairs.high,
            "built_in": pairs.built_in,
            "relation": pd.Series(relation, dtype="str"),
        }
    )
