"""Audits: a query is a classifier, and a coded sample says how often it is right and what it misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.misclassification import Accuracy
from octadisc.terms.arguments import check_level, check_whole
from octadisc.terms.audits.audit_basis import Basis, estimate_inside, groups_of
from octadisc.terms.audits.audit_codes import read_judgements
from octadisc.terms.audits.audit_sample import AuditSample
from octadisc.terms.queries import name_of
from octadisc.terms.trends import Trend
from octadisc.tokens import Query, Tokens
from octadisc.tokens.lines.concordance import Concordance
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.audits.audit_regression import AuditedRegression
    from octadisc.terms.audits.audit_trend import CorrectedTrend

__all__ = ["Audit", "audit"]

_RATES = ("precision", "recall", "specificity", "prevalence")
_COLUMNS = [
    "query",
    "group",
    "n",
    *(f"{name}{side}" for name in _RATES[:3] for side in ("", "_low", "_high")),
    "note",
    "over",
    "n_hits",
    "n_others",
    *(f"prevalence{side}" for side in ("", "_low", "_high")),
]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Audit:
    """How often a query is right, and how much it misses; made by `od.audit`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What was not counted, and what is taken for granted.
    basis : Basis
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    basis: Basis

    def to_frame(self) -> pd.DataFrame:
        """Give a row for all units together, and one for each period and group.

        Columns: query, group ("all", a period, or a group's name), n (coded units), precision (of the units
        hit, those that are about it), recall (of the units about it, those hit), specificity (of the others,
        those passed over), each with _low and _high, note, over ("all", "period" or the column's name),
        n_hits and n_others (coded units that are hit, and not), prevalence (units about it as a part of all)
        with _low and _high.
        """
        return self.frame.copy()

    def evidence(self, kind: str | None = None) -> pd.DataFrame:
        """Give the coded units in their own words: release, date, issuer, source, start, end, sentence, kind.

        Parameters
        ----------
        kind : str, optional
            "right" or "wrong" (of what the query hits), "missed" or "passed over" (of the rest).

        Returns
        -------
        DataFrame
            For units that are hit the sentences of the hits; for the others the unit itself.
        """
        kinds = ("right", "wrong", "missed", "passed over")
        if kind is not None and kind not in kinds:
            raise UnknownNameError(f"kind={kind!r} is none of an audit's.{did_you_mean(kind, kinds)}")
        basis, coded = self.basis, self.basis.coded
        frame = basis.tokens.corpus.frame
        parts = []
        for name, hit, truth in zip(
            kinds, (True, True, False, False), (True, False, True, False), strict=True
        ):
            rows = np.unique(coded.rows[(coded.hit == hit) & (coded.truth == truth)])
            if kind not in (None, name) or not rows.size:
                continue
            if hit:
                mine = np.isin(basis.hits.rows, rows)
                found = basis.tokens.evidence(
                    basis.hits.rows[mine], basis.hits.starts[mine], basis.hits.ends[mine]
                )
            else:
                found = frame[["release", "date", "issuer", "source"]].iloc[rows].reset_index(drop=True)
                texts = [" ".join(basis.tokens.corpus.texts[row].split()) for row in rows.tolist()]
                ends = [len(basis.tokens.corpus.texts[row]) for row in rows.tolist()]
                found = found.assign(start=0, end=ends, sentence=pd.Series(texts, dtype="str"))
            parts.append(found.assign(kind=pd.Series([name] * len(found), dtype="str")))
        columns = ["release", "date", "issuer", "source", "start", "end", "sentence", "kind"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def correct(
        self,
        trend: Trend,
        *,
        by_period: bool = False,
        level: float = 0.95,
        n_draws: int = 4000,
        seed: int = 0,
    ) -> CorrectedTrend:
        """Correct a trend's shares for what the query hits wrongly and misses.

        See `octadisc.terms.audits.audit_trend.correct_trend`.

        Examples
        --------
        >>> import octadisc as od
        >>> words = ["trust", "trust", "confidence", "police", "police"]
        >>> rows = [{"date": f"{2007 + i % 2}-05-01", "text": words[i % 5]} for i in range(200)]
        >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
        >>> judged = pd.DataFrame({"release": [str(i + 1) for i in range(100)]})
        >>> judged["judgement"] = ["yes" if i % 5 < 3 else "no" for i in range(100)]
        >>> made = audit(tokens, "trust", judged).correct(od.track_terms(tokens, "trust"))
        >>> made.to_frame()[["period", "share", "corrected"]].round(2).values.tolist()
        [['2007', 0.4, 0.6], ['2008', 0.4, 0.6]]
        """
        from octadisc.terms.audits.audit_trend import correct_trend

        return correct_trend(self, trend, by_period=by_period, level=level, n_draws=n_draws, seed=seed)

    def regress(
        self,
        formula: str,
        *,
        every: Any = "year",
        clusters: str | None = "issuer",
        level: float = 0.95,
        seed: int = 0,
    ) -> AuditedRegression:
        """Regress what is said, rather than what is hit, on columns of the corpus.

        See `octadisc.terms.audits.audit_regression.regress_audited`.
        """
        from octadisc.terms.audits.audit_regression import regress_audited

        return regress_audited(self, formula, every=every, clusters=clusters, level=level, seed=seed)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw precision and recall with their intervals, a row a period or group, on one Axes."""
        from octadisc.terms.audits.audit_plots import plot_audit

        return plot_audit(self, ax)

    def __repr__(self) -> str:
        whole = self.frame.iloc[0]
        said = [f"{name} {whole[name]:.0%}" for name in ("precision", "recall") if np.isfinite(whole[name])]
        unit = self.basis.coded.unit
        n = int(whole["n"])
        rates = ", ".join(said) or "not enough data"
        return f"Audit({whole['query']!r}: {n:,} {unit}{'s' * (n != 1)} coded, {rates})"

    def _repr_html_(self) -> str:
        shown = [one for one in _COLUMNS if one not in ("over", "n_hits", "n_others") and "preva" not in one]
        formats = dict.fromkeys(
            [f"{name}{side}" for name in _RATES for side in ("", "_low", "_high")], "{:.0%}"
        )
        return show(self, self.frame[shown].head(20), len(self.frame), formats, notes=self.notes)


def audit(
    tokens: Tokens | Trend,
    query: Query,
    codes: Any,
    *,
    sample: AuditSample | Concordance | None = None,
    variable: str | None = None,
    positive: Any = None,
    every: Any = None,
    by: str | None = None,
    level: float = 0.95,
    n_draws: int = 4000,
    seed: int = 0,
) -> Audit:
    """Say how often a query is right, and how much it misses, from units that people have judged.

    Parameters
    ----------
    tokens : Tokens or Trend
        The corpus that the query is for; of units (``tokens.units("sentence")``), if these were judged.
    query : str, list of str, mapping; or the name of a trend's query
    codes : Codes or DataFrame
        What `od.read_codes` gives; or a table with release (or line) and a judgement, yes or no, in a column
        of any name. Where coders disagree the majority counts, and a tie does not.
    sample : AuditSample or Concordance, optional
        What was coded: it knows with which probabilities units were drawn. Of a concordance occurrences are
        judged, and so nothing is known of what is missed. Without it, the coded units are taken for random
        ones, of those hit and of the others.
    variable : str, optional
        Which variable, or column, is the judgement. The first by default.
    positive : str or list of str, optional
        The codes that mean that the unit is about what the query is for: "yes" and the like, else the first
        label.
    every, by
        Whether also by periods, and by the values of a column such as "language".
    level : float
        Coverage of the intervals.
    n_draws, seed : int
        Of recall and specificity, which put together what is uncertain in two samples.

    Returns
    -------
    Audit

    Raises
    ------
    InputError, UnknownNameError
        If codes cannot be joined to the corpus, or a variable, label or column does not exist.

    Notes
    -----
    Precision is a share of the hits, recall needs what was not hit as well: with N1 hits and N0 others in the
    corpus, both counted, and the parts p1 and p0 of them that are about it, recall is N1 p1 / (N1 p1 + N0
    p0). p1 and p0 are estimated from the coded units, each weighed by how many it stands for.

    The interval of precision is Wilson's; with strata of different weights, or several units of a release, it
    is that of the number of independent units that would have the same variance. Intervals of recall and
    specificity are quantiles of draws of p1 and p0 (Jeffreys' prior, the same numbers of units). Fewer than
    10 coded hits, or 10 others, are not enough. benchmarks/audit.py says what is covered.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24, for intervals of proportions by effective sample size.

    Examples
    --------
    Of 20 releases that were judged, the query hits 10, of which 9 are about it; of the others 2 are:

    >>> import octadisc as od
    >>> rows = [{"text": "trust" if i % 2 else "police"} for i in range(200)]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> judged = pd.DataFrame({"release": [str(i + 1) for i in range(20)]})
    >>> judged["about_trust"] = [i in (0, 2) or (i % 2 == 1 and i != 1) for i in range(20)]
    >>> found = audit(tokens, "trust", judged)
    >>> found
    Audit('trust': 20 releases coded, precision 90%, recall 82%)
    >>> found.evidence("wrong")["sentence"].tolist()
    ['trust']
    """
    check_level(level)
    check_whole("n_draws", n_draws, 100)
    seed = read_seed(seed)
    if isinstance(tokens, Trend):
        known = tokens.basis.hits
        name = name_of(query)
        if name not in known:
            raise UnknownNameError(f"The trend has no query {name!r}.{did_you_mean(name, known)}")
        hits, tokens = known[name], tokens.basis.tokens
    else:
        expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) or od.track_terms gives")
        if isinstance(sample, AuditSample):
            tokens = sample.units
        name, hits = name_of(query), tokens.find(query)
    if isinstance(sample, AuditSample) and len(sample.units) != len(tokens):
        raise InputError(
            f"The sample is of {len(sample.units):,} {sample.spec.parameters['unit']}s, the trend of "
            f"{len(tokens):,} rows. Expected a trend of the same units: od.track_terms(sample.units, query)."
        )
    coded = read_judgements(tokens, hits, codes, sample, variable, positive)
    rng = np.random.default_rng(seed)
    draws: dict[tuple[str, str], Accuracy] = {}
    rows = []
    for over, group, inside in groups_of(tokens, every, by):
        made = estimate_inside(tokens, hits, coded, inside, level, n_draws, rng)
        if made.draws is not None:
            draws[over, group] = made.draws
        rows.append({"query": name, "group": group, "over": over, **made.row})
    frame = pd.DataFrame(rows, columns=_COLUMNS).astype(
        dict.fromkeys(("query", "group", "over", "note"), "str")
    )
    parameters = {
        "query": query,
        "variable": variable,
        "positive": positive,
        "every": every,
        "by": by,
        "level": level,
        "n_draws": n_draws,
        "unit": coded.unit,
        "n_coded": int(coded.rows.size),
    }
    inputs = tuple(one.spec for one in (tokens, codes, sample) if one is not None and hasattr(one, "spec"))
    spec = Spec("audit", parameters, seed, inputs)
    return Audit(frame, spec, coded.notes, Basis(tokens, hits, coded, draws))
