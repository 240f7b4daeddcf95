"""Whether a covariate's effect is more than fitting: the same model with the covariate dealt out anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.formulas import Design
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.alignment.likeness import measure_likeness
from octadisc.topics.alignment.matching import match_pairs
from octadisc.topics.alignment.refits import fit_again, refuse_others
from octadisc.topics.checks import whole
from octadisc.topics.effects.effects import estimate_effect
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.covariates import covariate_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.counts import TermCounts

__all__ = ["CovariatePermutation", "permute_covariate"]

_FEWEST = 8  # issuers, or releases


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class CovariatePermutation:
    """Effects in models whose covariate was dealt out anew; made by `od.permute_covariate`.

    Attributes
    ----------
    frame : DataFrame
        One row a permutation and topic: permutation (0 is the data as they are), topic, name, matched,
        cosine, estimate, ratio (to its standard error).
    spec : Spec
    notes : tuple of str
    model : TopicModel
    term : str
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    term: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic: its effect, what it is by permutation, and p-values.

        Columns: topic, name, estimate, ratio (of it to its standard error), least, most (of the ratios by
        permutation, of the topic that it is most like there), p_value (share of the permutations, the data
        themselves among them, in which that ratio is as large or larger), p_family (likewise, of the largest
        ratio of any topic: allows for all topics having been looked at).
        """
        own = self.frame[self.frame["permutation"] == 0].set_index("topic")
        drawn = self.frame[self.frame["permutation"] > 0]
        largest = drawn["ratio"].abs().groupby(drawn["permutation"]).max().dropna().to_numpy()
        rows = []
        for topic, part in drawn.groupby("topic", sort=True):
            size = abs(float(own.loc[topic, "ratio"]))
            part = part[part["ratio"].notna()]  # in some the effect may not be told from chance
            n = len(part) + 1
            rows.append(
                {
                    "topic": topic,
                    "name": own.loc[topic, "name"],
                    "estimate": own.loc[topic, "estimate"],
                    "ratio": own.loc[topic, "ratio"],
                    "least": part["ratio"].min(),
                    "most": part["ratio"].max(),
                    "p_value": (1 + int((part["ratio"].abs() >= size).sum())) / n,
                    "p_family": (1 + int((largest >= size).sum())) / (len(largest) + 1),
                }
            )
        return pd.DataFrame(rows).astype({"name": "str"})

    def evidence(self, topic: int | str, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic."""
        return self.model.evidence(topic, n=n)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each topic's effect beside its effects by permutation."""
        from octadisc.topics.alignment.plots import plot_permutation

        return plot_permutation(self, ax)

    def __repr__(self) -> str:
        n = int(self.frame["permutation"].max())
        return f"CovariatePermutation({self.term!r}, {self.model.n_topics} topics, {n} permutations)"

    def _repr_html_(self) -> str:
        table = self.to_frame()
        return show(self, table, len(table), "{:.3f}", rows="topics", notes=self.notes)


def permute_covariate(
    model: TopicModel,
    counts: TermCounts,
    covariate: str,
    *,
    formula: str | None = None,
    term: str | None = None,
    n_permutations: int = 39,
    clusters: str | None = "issuer",
    n_draws: int = 25,
    tolerance: float | None = None,
    seed: int = 0,
    progress: bool = False,
    n_threads: int | None = None,
) -> CovariatePermutation:
    """Deal a covariate out anew, fit the model again, and see what effects come of that alone.

    A model whose topics may depend on a covariate shapes topics by it. If effects as large as those found
    also come out where the covariate is chance, they are the fit's doing.

    Parameters
    ----------
    model : TopicModel
        Of any method; where topics cannot depend on the covariate, fitting again leaves them as they are.
    counts : TermCounts
        What it was fitted to.
    covariate : str
        A column of the releases.
    formula : str, optional
        As in `od.estimate_effect`; the covariate alone if left out.
    term : str, optional
        Column of the formula; the covariate's first if left out.
    n_permutations : int
        How often; with 39 the smallest p-value is .025.
    clusters : str or None
        The column that says who publishes. A covariate that is constant within issuers is dealt out among
        issuers, others among releases.
    n_draws : int
        Of the method of composition, for each fit.
    tolerance : float, optional
        Where the fits have settled; that of the model if left out.
    seed : int
    progress : bool
        Show a bar.
    n_threads : int, optional

    Returns
    -------
    CovariatePermutation

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If the counts are not the model's, there is no such column or term, the covariate does not vary, or
        fewer than eight issuers have it where it is constant within each.

    References
    ----------
    Roberts, Stewart and Tingley (2019), Journal of Statistical Software 91(2), ``permutationTest``; here with
    any covariate, clusters, and effects in standard errors.

    Examples
    --------
    >>> import numpy as np
    >>> import octadisc as od
    >>> kind = np.repeat(["a", "b"], 40)
    >>> matrix = np.where((kind == "a")[:, None], [6, 3, 1, 1], [1, 1, 3, 6])
    >>> counts = od.TermCounts.from_matrix(matrix, ["drugs", "border", "trust", "talk"], {"kind": kind})
    >>> model = od.fit_topics(counts, 2, prevalence="~ kind")
    >>> permuted = permute_covariate(model, counts, "kind", clusters=None, n_permutations=19)
    >>> permuted.to_frame()["p_value"].tolist()
    [0.05, 0.05]
    """
    refuse_others(model, counts)
    n_permutations = whole("n_permutations", n_permutations, 9)
    table = _covariates(counts)
    if covariate not in table:
        raise UnknownNameError(
            f"covariate={covariate!r} is no column of the releases.{did_you_mean(covariate, map(str, table))}"
        )
    formula = formula or f"~ {covariate}"
    options: dict[str, Any] = {"clusters": clusters, "n_draws": n_draws}
    effect = estimate_effect(model, formula, seed=seed, **options)
    own = effect.frame
    term = _choose_term(effect.case.design, covariate, term)
    if own.loc[own["term"] == term, "std_error"].isna().all():
        raise NotEnoughDataError(f"The effect itself cannot be told from chance. {' '.join(effect.notes)}")
    notes, dealt = _deal(table, covariate, clusters)
    rng = np.random.default_rng(seed)
    parts = [_row(own, term, 0, model, np.arange(model.n_topics), np.ones(model.n_topics))]
    for number in _count(n_permutations, progress):
        values = table[covariate].iloc[dealt(rng)].array
        changed = replace(counts, releases=table.assign(**{covariate: values}), tokens=None)
        again = fit_again(model, changed, tolerance=tolerance, n_threads=n_threads)
        likeness = measure_likeness(model, again)
        match = match_pairs(likeness)
        found = estimate_effect(again, formula, seed=seed + number, **options).frame
        cosine = likeness.cosine[np.arange(model.n_topics), match]
        parts.append(_row(found, term, number, model, match, cosine))
    frame = pd.concat(parts, ignore_index=True)
    parameters = {"covariate": covariate, "formula": formula, "term": term, "n_permutations": n_permutations,
                  "clusters": clusters}  # fmt: skip
    spec = Spec("permute_covariate", parameters, seed=seed, inputs=(model.spec, counts.spec))
    return CovariatePermutation(frame, spec, notes, model, term)


def _covariates(counts: TermCounts) -> pd.DataFrame:
    return covariate_table(counts).reset_index(drop=True)


def _choose_term(design: Design, covariate: str, term: str | None) -> str:
    """Choose a column of the design: the first that the covariate makes."""
    if term is None:
        mine = [
            one
            for name, place in design.terms.items()
            if covariate in design.variables_in(name)
            for one in design.columns[place]
        ]
        if not mine:
            raise InputError(
                f"The formula has no {covariate!r}: its columns are {', '.join(design.columns)}."
            )
        return str(mine[0])
    if term not in design.columns:
        raise UnknownNameError(f"term={term!r} is not in the formula.{did_you_mean(term, design.columns)}")
    return term


def _row(
    found: pd.DataFrame,
    term: str,
    number: int,
    model: TopicModel,
    match: npt.NDArray[np.int64],
    cosine: npt.NDArray[np.float64],
) -> pd.DataFrame:
    mine = found[found["term"] == term].set_index("topic").reindex(match)
    return pd.DataFrame(
        {
            "permutation": number,
            "topic": np.arange(model.n_topics),
            "name": model.topics["name"],
            "matched": match,
            "cosine": cosine,
            "estimate": mine["estimate"].to_numpy(float),
            "ratio": (mine["estimate"] / mine["std_error"]).to_numpy(float),
        }
    )


def _deal(table: pd.DataFrame, covariate: str, clusters: str | None) -> tuple[tuple[str, ...], Any]:
    """Give a function that deals rows out anew: among issuers where a value is theirs, or among releases.

    What varies between the units of a release is dealt out among these.
    """
    values = table[covariate]
    if values.nunique(dropna=False) < 2:
        raise InputError(f"{covariate!r} has one value only: there is nothing to deal out.")
    rows = np.arange(len(table))
    code = code_releases(table)
    release = rows if code is None else np.asarray(code)
    if clusters is not None and clusters in table and clusters != covariate:
        issuer = pd.factorize(table[clusters].astype("str").fillna("(missing)"))[0]
        if _constant(values, issuer):
            said = f"{covariate} is constant within each {clusters}: it was dealt out among them."
            return (said,), _among(issuer, f"{clusters}s", covariate)
    if _constant(values, release):
        return (f"{covariate} was dealt out among releases.",), _among(release, "releases", covariate)
    order = np.argsort(release, kind="stable")

    def within(rng: np.random.Generator) -> npt.NDArray[np.int64]:
        mixed = np.lexsort((rng.random(len(rows)), release))  # in each release another order
        made = np.empty(len(rows), np.int64)
        made[order] = mixed
        return made

    return (f"{covariate} varies within releases: it was dealt out among the units of each.",), within


def _constant(values: pd.Series, of: npt.NDArray[np.int64]) -> bool:
    return bool(values.groupby(of).nunique(dropna=False).max() == 1)


def _among(of: npt.NDArray[np.int64], what: str, covariate: str) -> Any:
    """Give a function that deals whole groups of rows out."""
    _, first, place = np.unique(of, return_index=True, return_inverse=True)
    if len(first) < _FEWEST:
        raise NotEnoughDataError(
            f"Not enough data: {len(first)} {what}, at least {_FEWEST} needed to deal out {covariate}."
        )

    def deal(rng: np.random.Generator) -> npt.NDArray[np.int64]:
        return np.asarray(first[rng.permutation(len(first))][place.ravel()])

    return deal


def _count(n: int, progress: bool) -> Iterator[int]:
    if not progress:
        return iter(range(1, n + 1))
    from tqdm.auto import tqdm

    return iter(tqdm(range(1, n + 1), desc="Dealing out anew", unit="fit"))
