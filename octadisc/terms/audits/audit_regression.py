"""Regressions of what is said, where only a sample of it was read: design-based supervised learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.periods import make_periods
from octadisc.spec import Spec
from octadisc.statistics.formulas import make_design
from octadisc.statistics.robust import FEWEST_CLUSTERS, fit_clustered
from octadisc.terms.arguments import check_level
from octadisc.terms.audits.audit_rates import FEWEST_CODED
from octadisc.terms.changes.change_cases import some
from octadisc.terms.groups import code_groups
from octadisc.tokens.lines.samples import read_seed
from octadisc.tokens.units.unit_columns import code_releases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.audits.audit import Audit

__all__ = ["AuditedRegression", "design_adjusted", "regress_audited"]

Floats = npt.NDArray[np.float64]
_FOLDS = 5
_COLUMNS = (
    "query term estimate std_error df low high p_value naive_estimate naive_low naive_high n n_coded "
    "n_clusters note"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class AuditedRegression:
    """Coefficients of what is said, corrected for the query's errors; made by `Audit.regress`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    audit : Audit
        :meth:`evidence` asks it.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    audit: Audit

    def to_frame(self) -> pd.DataFrame:
        """Give one row a coefficient.

        Columns: query, term, estimate (of the share that is about it), std_error, df, low, high, p_value,
        naive_estimate, naive_low, naive_high (of what the query hits, as if that were it), n, n_coded,
        n_clusters, note.
        """
        return self.frame.copy()

    def evidence(self, kind: str | None = None) -> pd.DataFrame:
        """Give the units whose codes the correction rests on; see `Audit.evidence`."""
        return self.audit.evidence(kind)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each coefficient but the constant, corrected and not, with intervals, on one Axes."""
        from octadisc.terms.audits.audit_plots import plot_regression

        return plot_regression(self, ax)

    def __repr__(self) -> str:
        formula = self.spec.parameters["formula"]
        return f"AuditedRegression({self.frame['query'].iloc[0]!r} ~ {str(formula).lstrip('~ ')})"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(_COLUMNS[2:11], "{:.4f}")
        return show(self, self.frame.head(30), len(self.frame), formats, notes=self.notes)


def regress_audited(
    audit: Audit,
    formula: str,
    *,
    every: Any = "year",
    clusters: str | None = "issuer",
    level: float = 0.95,
    seed: int = 0,
) -> AuditedRegression:
    """Regress whether units are about what the query is for on columns of the corpus.

    Parameters
    ----------
    audit : Audit
        With a sample of known probabilities (`od.audit_sample`), or one that is taken for random.
    formula : str
        The right side, in Wilkinson's notation: ``"~ year + issuer"``. Known are the columns of the corpus,
        `period` (its label) and `year` (the date in years, with fractions, from the first of January of the
        middle year).
    every : str or intervals
        The periods.
    clusters : str, optional
        The column whose values may make units depend on each other. With fewer than eight, or None, releases.
    level : float
    seed : int
        Of the folds.

    Returns
    -------
    AuditedRegression

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If occurrences were coded, the formula cannot be read, some kind of unit could not be drawn, or fewer
        than 10 hits or 10 others were coded.

    Notes
    -----
    Least squares on g + (truth - g) / probability for coded units and g for the others, where g is what the
    query lets one expect: the part of hits, or of others, that was coded as about it, in the other four of
    five folds of releases. As the probabilities are known, this is unbiased however wrong the query is, and
    it is more precise than the coded units alone where the query is good. Standard errors are cluster-robust
    (CR2, with Satterthwaite's degrees of freedom). Coefficients are those of a linear probability model.

    References
    ----------
    Egami, Hinck, Stewart and Wei (2023), Advances in Neural Information Processing Systems 36; Robins,
    Rotnitzky and Zhao (1994), Journal of the American Statistical Association 89.
    """
    check_level(level)
    seed = read_seed(seed)
    coded = audit.basis.coded
    if coded.probabilities is None:
        raise InputError(
            "Occurrences were coded. A regression wants releases or sentences, hit and not: draw them with "
            "od.audit_sample(tokens, query, n)."
        )
    for side, what in ((True, "hits"), (False, "others")):
        n = int((coded.hit == side).sum())
        if n < FEWEST_CODED:
            raise NotEnoughDataError(f"Coded {what}: {n}, at least {FEWEST_CODED} needed for a regression.")
    frame, notes = _covariates(audit, every)
    defined = audit.basis.hits.defined & (audit.basis.tokens.lengths > 0)
    hit = (audit.basis.hits.counts > 0).astype(float)
    drawable = coded.probabilities > 0
    lost = int((defined & ~drawable).sum())
    if lost:
        notes.append(f"Could not be drawn, and not in the regression: {some(lost, coded.unit)}.")
    releases = code_releases(audit.basis.tokens.corpus.frame)
    release = np.arange(len(frame)) if releases is None else releases
    outcome = design_adjusted(
        hit, coded.rows, coded.truth, coded.probabilities, release, np.random.default_rng(seed)
    )
    design, names, rows = _design(frame, formula, defined & drawable, notes)
    cluster, n_clusters, word = _clusters(frame, release, clusters, rows, notes)
    made = fit_clustered(outcome[rows], design, cluster)
    naive = fit_clustered(hit[rows], design, cluster)
    records = []
    for number, name in enumerate(names):
        one = made.contrast(number, level=level, noun=word)
        two = naive.contrast(number, level=level, noun=word)
        records.append(
            {
                "query": audit.frame["query"].iloc[0],
                "term": name,
                **one._asdict(),
                "naive_estimate": two.estimate,
                "naive_low": two.low,
                "naive_high": two.high,
                "n": rows.size,
                "n_coded": int(np.isin(coded.rows, rows).sum()),
                "n_clusters": n_clusters,
            }
        )
    table = pd.DataFrame(records, columns=_COLUMNS).astype(dict.fromkeys(("query", "term", "note"), "str"))
    parameters = {"formula": formula, "every": every, "clusters": clusters, "level": level}
    spec = Spec("Audit.regress", parameters, seed, (audit.spec,))
    return AuditedRegression(table, spec, tuple(notes), audit)


def design_adjusted(
    hit: Any, rows: Any, truth: Any, probabilities: Any, releases: Any, rng: np.random.Generator
) -> Floats:
    """Give each unit's outcome: what the query lets one expect, and for coded ones what that is off, weighed.

    Parameters
    ----------
    hit : array of float, shape (units,)
        What the query says, 0 or 1.
    rows : array of int, shape (coded,)
    truth : array, shape (coded,)
    probabilities : array of float, shape (units,)
        With which each was to be coded.
    releases : array of int, shape (units,)
        Units of a release are in the same fold.
    rng : numpy.random.Generator

    Examples
    --------
    With every unit coded, the outcome is what was coded:

    >>> made = design_adjusted(
    ...     [1, 0, 1, 0], np.arange(4), [1, 1, 0, 0], np.ones(4), np.arange(4), np.random.default_rng(0)
    ... )
    >>> made.tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    said, rows, y = np.asarray(hit, float), np.asarray(rows, np.int64), np.asarray(truth, float)
    chance, of = np.asarray(probabilities, float), np.asarray(releases, np.int64)[rows]
    weight = 1 / chance[rows]
    names = np.unique(of)
    fold_of = rng.permutation(np.arange(names.size) % _FOLDS)
    fold = fold_of[np.searchsorted(names, of)]
    expected = np.zeros((_FOLDS, 2))
    for number in range(_FOLDS):
        for side in (0, 1):
            others = (fold != number) & (said[rows] == side)
            whole = weight[others].sum()
            expected[number, side] = (weight[others] @ y[others]) / whole if whole > 0 else float(side)
    sides = said.astype(np.int64)
    outcome = expected.mean(axis=0)[sides]
    own = expected[fold, sides[rows]]
    outcome[rows] = own + (y - own) * weight
    return np.asarray(outcome)


def _covariates(audit: Audit, every: Any) -> tuple[pd.DataFrame, list[str]]:
    frame = audit.basis.tokens.corpus.frame.copy()
    dates = frame["date"]
    notes = list(audit.notes)
    if dates.notna().any():
        periods = make_periods(dates, every)
        place = periods.locate(dates)
        labels = np.array([*periods.labels, None], object)
        frame["period"] = pd.Series(labels[place], index=frame.index, dtype="str")
        middle = int(dates.dt.year.median())
        days = (dates - pd.Timestamp(middle, 1, 1)).dt.total_seconds() / 86400
        frame["year"] = days / 365.25
        notes.append(f"year is counted from 1 January {middle}.")
    return frame, notes


def _design(
    frame: pd.DataFrame, formula: str, usable: npt.NDArray[np.bool_], notes: list[str]
) -> tuple[Floats, list[str], npt.NDArray[np.int64]]:
    """Give the design's rows, the names of its columns, and which units they are."""
    rows = np.flatnonzero(usable)
    design = make_design(formula, frame.iloc[rows].reset_index(drop=True))
    if design.rows.size < rows.size:
        lost = some(rows.size - design.rows.size, "unit")
        notes.append(f"Without a value of what is in the formula, and not in the regression: {lost}.")
    return design.matrix, design.columns, rows[design.rows]


def _clusters(
    frame: pd.DataFrame,
    release: npt.NDArray[np.int64],
    clusters: str | None,
    rows: npt.NDArray[np.int64],
    notes: list[str],
) -> tuple[npt.NDArray[np.int64], int, str]:
    if clusters is not None and clusters in frame and frame[clusters].notna().any():
        codes, _ = code_groups(frame, clusters)
        n = np.unique(codes[rows]).size
        if n >= FEWEST_CLUSTERS:
            return codes[rows], n, clusters
        notes.append(
            f"{some(n, clusters)}, fewer than {FEWEST_CLUSTERS}: standard errors take releases for "
            f"independent, and speak of these {clusters}s."
        )
    elif clusters is not None and clusters not in frame:
        raise UnknownNameError(
            f"clusters={clusters!r}: the corpus has no such column."
            f"{did_you_mean(clusters, map(str, frame.columns))}"
        )
    return release[rows], int(np.unique(release[rows]).size), "release"
