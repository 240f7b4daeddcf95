"""Effects: how shares of topics go with covariates, with what is not known of shares and issuers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.counts import TermCounts
from octadisc.topics.checks import whole
from octadisc.topics.effects.cases import Case, lay_case
from octadisc.topics.effects.draws import UNCERTAINTIES, Uncertainty, draw_shares, posterior_roots
from octadisc.topics.effects.inference import Inference, infer_contrast
from octadisc.topics.effects.regressions import Pooled, regress_shares
from octadisc.topics.model import TopicModel
from octadisc.topics.relations.merging import unmerge
from octadisc.topics.weights import Weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.effects.predictions import Contrasts, Curve

__all__ = ["Effect", "estimate_effect"]

Floats = npt.NDArray[np.float64]

_COLUMNS = ["topic", "name", "term", "estimate", "std_error", "statistic", "p_value", "low", "high"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Effect:
    """Regressions of topics' shares on covariates; made by `od.estimate_effect`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: releases left out, of whom intervals speak.
    model : TopicModel
    topics : list of int
    case : Case
    pooled : Pooled
    level : float
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    topics: list[int]
    case: Case
    pooled: Pooled
    level: float

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic and column of the formula.

        Columns: topic, name, term, estimate (difference of shares for one unit more, or between a level and
        the first), std_error, statistic, p_value, low, high, df (degrees of freedom), q_value (over the
        topics, for this term), note. Coefficients of a spline say little one by one; see :meth:`curve`.
        """
        return self.frame.copy()

    def curve(
        self,
        covariate: str,
        by: str | None = None,
        *,
        n_points: int = 60,
        values: Sequence[Any] | None = None,
    ) -> Curve:
        """Give the mean share of each topic along a covariate, all else as it is in the releases.

        Parameters
        ----------
        covariate : str
            A number or a date in the formula.
        by : str, optional
            A factor in the formula: a curve for each of its levels.
        n_points : int
            How many places, evenly from the least to the largest value (for each level, of its releases).
        values : sequence, optional
            Places instead.

        Returns
        -------
        Curve
            With `to_frame`: topic, name, group, the covariate, share, std_error, low, high; and `plot`.
        """
        from octadisc.topics.effects.predictions import draw_curve

        return draw_curve(self, covariate, by, n_points, values)

    def contrast(
        self, covariate: str, values: Sequence[Any] | None = None, *, reference: Any = None
    ) -> Contrasts:
        """Give differences of mean shares between values of a covariate, all else as it is in the releases.

        Parameters
        ----------
        covariate : str
            In the formula.
        values : sequence, optional
            Two or more; all levels of a factor, or the least and largest of a number or date, if left out.
        reference : optional
            The value that all others are compared with; each pair is, if left out.

        Returns
        -------
        Contrasts
            With `to_frame`: topic, name, value, reference, estimate, std_error, statistic, p_value, low,
            high, df, q_value (over all rows), note; and `plot`.
        """
        from octadisc.topics.effects.predictions import draw_contrasts

        return draw_contrasts(self, covariate, values, reference)

    def test_terms(self) -> pd.DataFrame:
        """Test whether all coefficients of a term are 0: all levels of a factor, all columns of a spline.

        Returns
        -------
        DataFrame
            One row a topic and term of the formula: topic, name, term ("issuer", "s(date)", "rating:date"),
            statistic (F), df_numerator, df_denominator, p_value, q_value (over the topics, for this term),
            note (why there is no test, or of whom it speaks).

        Notes
        -----
        Wald's test with the covariance that the coefficients' intervals have. Where it is CR2's, Hotelling's
        T² with degrees of freedom as Pustejovsky and Tipton (2018) have them; it needs more issuers than the
        term has columns.
        """
        from octadisc.topics.effects.joint import examine_terms

        return examine_terms(self)

    def evidence(
        self, topic: int | str, column: str | None = None, value: Any = None, n: int = 20
    ) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic in the releases of one value of a column.

        See `TopicModel.evidence`; all releases that the effect is estimated from without a column.
        """
        from octadisc.topics.evidence import rank_sentences

        wanted = np.zeros(len(self.model.releases), bool)
        mine = np.ones(len(self.case.rows), bool)
        if column is not None:
            if column not in self.case.table:
                near = did_you_mean(column, map(str, self.case.table.columns))
                raise UnknownNameError(f"column={column!r}: the releases have no such column.{near}")
            mine = _have(self.case.table[column], value)
            if not mine.any():
                near = did_you_mean(str(value), self.case.table[column].dropna().astype("str").unique())
                raise UnknownNameError(f"No release has {column}={value!r}.{near}")
        wanted[self.case.rows[mine]] = True
        return rank_sentences(self.model, self.model.number_of(topic), wanted, n)

    def plot(self, ax: Axes | None = None, term: str | None = None) -> Axes:
        """Draw the estimates of one term for all topics, with intervals, the largest on top.

        Parameters
        ----------
        ax : Axes, optional
        term : str, optional
            As in the frame; the first but the intercept if left out.
        """
        from octadisc.topics.effects.plots import plot_effect

        return plot_effect(self, ax, term)

    def infer(self, weights: Floats, *, varies_within: bool, own: bool) -> Inference:
        """Infer a weighted sum of coefficients of all topics; see `octadisc.topics.effects.inference`."""
        return infer_contrast(
            self.pooled, self.case.clusters, weights, self.level, varies_within=varies_within, own=own
        )

    def __repr__(self) -> str:
        n = len(self.case.rows)
        return f"Effect({self.case.design.formula!r}, {len(self.topics)} topics, {n:,} releases)"

    def _repr_html_(self) -> str:
        return show(self, self.frame.head(40), len(self.frame), "{:.4f}", notes=self.notes)


def estimate_effect(
    model: TopicModel,
    formula: str,
    n_draws: int = 100,
    seed: int = 0,
    *,
    topics: int | str | Iterable[int | str] | None = None,
    uncertainty: Uncertainty = "global",
    clusters: str | None = "issuer",
    weights: Weights | None = None,
    counts: TermCounts | None = None,
    level: float = 0.95,
    n_threads: int | None = None,
) -> Effect:
    """Regress the shares of topics on covariates, with what is not known of the shares.

    Shares are drawn from what is known of each release once its words are seen, and regressed; again and
    again, and the regressions pooled.

    Parameters
    ----------
    model : TopicModel
        Of any method; only the structural model knows how uncertain shares are, so for others they are taken
        as they are.
    formula : str
        Such as ``"~ issuer + s(date)"``; see `octadisc.statistics.formulas.make_design`. It may have other
        covariates than the model's `prevalence`; those that are in neither are drawn towards no effect.
    n_draws : int
        Of the shares.
    seed : int
    topics : int, str or list of these, optional
        All if left out.
    uncertainty : {"global", "local", "none"}
        One covariance of the shares' logarithms for all releases; each release's own (which takes `counts`;
        standard errors are smaller); or shares as they were fitted.
    clusters : str, optional
        A column whose releases may depend on each other. From eight issuers on, standard errors are CR2's
        with Satterthwaite's degrees of freedom (Imbens and Kolesár's, which are fewer, for what is constant
        within issuers); below, what does not vary within issuers has no interval.
        None takes all releases for independent, as R's stm does.
    weights : {"release", "token"}, optional
        What the regression weighs alike; as the model's mean shares do, if left out.
    counts : TermCounts, optional
        Those that the model was fitted to, for ``uncertainty="local"``.
    level : float
        Coverage of intervals.
    n_threads : int, optional

    Returns
    -------
    Effect

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If the formula cannot be used with these releases, or an argument is not what it should be.

    Notes
    -----
    With ``~ issuer`` the intervals say how the releases of these issuers differ, taken for independent of
    each other: one has seen all there is of each issuer, and nothing of others. A difference between kinds
    of issuers (a column constant within issuers) is one between issuers, of which there are few, however
    many releases.

    References
    ----------
    Treier and Jackman (2008), American Journal of Political Science 52; Roberts, Stewart and Tingley (2019),
    Journal of Statistical Software 91(2); Pustejovsky and Tipton (2018), Journal of Business and Economic
    Statistics 36; Imbens and Kolesár (2016), Review of Economics and Statistics 98.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {
    ...         "date": f"{2000 + i % 10}-05-01",
    ...         "text": "drugs seized border" if i % 10 < 5 else "mutual trust built",
    ...     }
    ...     for i in range(60)
    ... ]
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    >>> model = od.fit_topics(counts, 2, "nmf")
    >>> effect = od.estimate_effect(model, "~ date", clusters=None)
    >>> effect
    Effect('date', 2 topics, 60 releases)
    >>> drugs = model.shares[0].argmax()
    >>> float(effect.to_frame().query("term == 'date'")["estimate"].iloc[drugs].round(2))
    -0.15
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    if uncertainty not in UNCERTAINTIES:
        raise UnknownNameError(
            f"uncertainty={uncertainty!r} is not known.{did_you_mean(str(uncertainty), UNCERTAINTIES)}"
        )
    level = _check_level(level)
    n_draws = whole("n_draws", n_draws, 2)
    seed = whole("seed", seed, 0)
    chosen = model.numbers_of(topics)
    if counts is not None:
        expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    weights = weights or model.weights
    case = lay_case(model, formula, weights, clusters)
    notes = list(case.notes)
    base, sums = unmerge(model)
    if base.structure is None and uncertainty != "none":
        uncertainty = "none"
        notes.append(
            "This method does not say how uncertain shares are; they are taken as they are, so that "
            "standard errors are too small for short releases."
        )
    roots = posterior_roots(base, case.rows, uncertainty, counts, n_threads)
    drawn = draw_shares(base, case.rows, n_draws, seed, roots, case.stories)
    # merged topics have what their parts have together, draw by draw
    draws = ((one if sums is None else one @ sums)[:, chosen] for one in drawn)
    pooled = regress_shares(draws, case.design.matrix, case.weights, case.clusters.codes)
    parameters = {
        "formula": case.design.formula,
        "n_draws": n_draws,
        "topics": chosen,
        "uncertainty": uncertainty,
        "clusters": clusters,
        "weights": weights,
        "level": level,
        "names": model.topics["name"].tolist(),
    }
    spec = Spec("estimate_effect", parameters, seed=seed, inputs=(model.spec,))
    frame = _coefficients(model, chosen, case, pooled, level)
    return Effect(frame, spec, tuple(notes), model, chosen, case, pooled, level)


def _check_level(level: Any) -> float:
    if not isinstance(level, (int, float, np.floating)) or not 0 < level < 1:
        raise InputError(f"level={level!r} is no coverage. Expected a number between 0 and 1, such as 0.95.")
    return float(level)


def _have(column: pd.Series, value: Any) -> npt.NDArray[np.bool_]:
    """Say which rows have a value, be it given as it is or as it is written."""
    said = column.astype("str") == str(value)
    if pd.api.types.is_datetime64_any_dtype(column):
        said |= column == pd.to_datetime(value, errors="coerce")
    elif pd.api.types.is_numeric_dtype(column):
        said |= column == pd.to_numeric(value, errors="coerce")
    return np.asarray(said.to_numpy(bool))


def _coefficients(
    model: TopicModel, topics: list[int], case: Case, pooled: Pooled, level: float
) -> pd.DataFrame:
    names = model.topics["name"].tolist()
    design, clusters = case.design, case.clusters
    asked = [design.variables_in(one) for one, part in design.terms.items() for _ in design.columns[part]]
    parts = []
    for number, term in enumerate(design.columns):
        column = design.matrix[:, number]
        own = clusters.column in asked[number]
        varies = term == "Intercept" or clusters.varies_within(column)
        weights = np.eye(len(design.columns))[number]
        found = infer_contrast(pooled, clusters, weights, level, varies_within=varies, own=own)
        parts.append(
            found.to_frame().assign(topic=topics, name=[names[k] for k in topics], term=term, number=number)
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["q_value"] = frame.groupby("term", sort=False)["p_value"].transform(adjust_p_values)
    frame = frame.sort_values(["topic", "number"], kind="stable", ignore_index=True)
    frame = frame.astype({"name": "str", "term": "str", "note": "str"})
    return frame[[*_COLUMNS, "df", "q_value", "note"]]
