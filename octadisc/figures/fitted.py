"""The model of notebook 04: in what units, of which words, with which covariates, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from octadisc.corpus import Corpus
from octadisc.errors import NotEnoughDataError, OctadiscError
from octadisc.figures.asking import Ask, ask_model, ask_results
from octadisc.figures.choices import NOT_KNOWN, choose_n_topics
from octadisc.figures.drawings import Missing
from octadisc.figures.evidence import Evidence
from octadisc.figures.question import FEW
from octadisc.figures.words import Rows, counted, language_name, listed, per_cent
from octadisc.periods import make_periods
from octadisc.spec import Spec
from octadisc.terms.counting import count_terms
from octadisc.terms.counts import TermCounts
from octadisc.tokens.units.unit_columns import code_releases, to_releases
from octadisc.topics.fit import fit_topics

if TYPE_CHECKING:
    from octadisc.tokens import Tokens
    from octadisc.topics.model import TopicModel

__all__ = [
    "Fitted",
    "choose_formulas",
    "choose_unit",
    "count_shared_terms",
    "describe_fit",
    "describe_left_out",
    "fit_first",
    "tabulate_topics",
    "with_spans",
]

_MANY = 2_000  # releases from which on whole releases are enough
_LEAST_TERM, _TERM_PART = 5, 0.0075  # a term stands in so many units, and in so large a part of them
_LEAST_SPAN = 5  # releases
_STARTS, _LARGE = 5, 4_000  # of which the best is kept; one, from so many units on


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model with what it was fitted to.

    Attributes
    ----------
    model : TopicModel
    counts : TermCounts
    formula : str or None
        Of its prevalence.
    refused : str
        Why fuller formulas could not be used, in words; empty if they could.
    """

    model: TopicModel
    counts: TermCounts
    formula: str | None
    refused: str = ""

    @property
    def unit(self) -> str:
        """What a row of the model is called."""
        frame = self.counts.releases
        return "release" if code_releases(frame) is None else str(self._table["unit"].iloc[0])

    @property
    def releases(self) -> str | None:
        """The column by which units of one release are known to depend on each other."""
        return None if code_releases(self.counts.releases) is None else "unit_of"

    @property
    def issuers(self) -> bool:
        """Whether there are two publishers, so that each can be compared with itself."""
        return "publisher" in self._table and len(set(self._table["publisher"])) > 1

    @property
    def spans(self) -> list[str]:
        """The spans of time that are compared, in their order."""
        table = self._table
        if "span" not in table:
            return []
        dated = table[table["span"].notna()].sort_values("date", kind="stable")
        return list(dict.fromkeys(dated["span"].astype("str")))

    @property
    def corpus(self) -> Corpus:
        """The releases or units that were counted."""
        assert self.counts.tokens is not None  # they were counted here
        return self.counts.tokens.corpus

    def ask(self, *results: Any) -> Ask:
        """Make what asks results of the model for sentences, and gives these as places in whole releases.

        What no result answers, such as a cell of a table, the model does: by topic, and by who publishes.
        """
        asks = [ask_results(results)]
        if "publisher" in self._table:
            asks.append(ask_model(self.model, self._table["publisher"]))
        whole = ask_results([self.model])
        asks.append(lambda key: whole({"topic": key["topic"]}) if "topic" in key else None)

        def ask(key: Mapping[str, Any]) -> Evidence | None:
            found = next((one for one in (ask(key) for ask in asks) if one is not None), None)
            if found is None or self.releases is None:
                return found
            return replace(found, frame=to_releases(found.frame, self.corpus))

        return ask

    @property
    def _table(self) -> pd.DataFrame:
        return self.corpus.frame


def choose_unit(corpus: Corpus) -> Literal["paragraph", "release"]:
    """Choose what words keep company in: paragraphs, or whole releases from 2,000 on.

    A paragraph is about one matter, a release about several; with few releases, words that share releases
    tell occasions and issuers apart and not matters. With many, matters come out of whole releases too.
    """
    return "paragraph" if len(corpus) < _MANY else "release"


def with_spans(corpus: Corpus, every: str = "year", most: int = 3) -> Corpus:
    """Add a column ``span``: which third of the time a release is of, cut where periods begin.

    The spans hold about as many releases each; there are two where periods or releases are few.

    Raises
    ------
    NotEnoughDataError
        If there are not two periods with five releases each.

    Examples
    --------
    >>> rows = [{"text": "a", "date": f"{2001 + i // 5}-05-01"} for i in range(30)]
    >>> list(with_spans(Corpus.from_frame(rows)).frame["span"].unique())
    ['2001–2002', '2003–2004', '2005–2006']
    """
    dates = corpus.frame["date"]
    periods = make_periods(dates, every)
    place = periods.locate(dates)
    filled = np.bincount(place[place >= 0], minlength=len(periods))
    for n in range(most, 1, -1):
        edges = _cut(filled, n)
        sizes = np.add.reduceat(filled, edges[:-1]) if len(edges) == n + 1 else np.zeros(1)
        if sizes.min() >= _LEAST_SPAN:
            break
    else:
        raise NotEnoughDataError(
            f"Not enough data for a comparison over time: there are no two stretches of time with "
            f"{_LEAST_SPAN} releases each."
        )
    labels = []
    for first, last in pairwise(edges):
        inside = first + np.flatnonzero(filled[first:last])
        ends = [periods.labels[inside[0]], periods.labels[inside[-1]]]
        labels.append("\N{EN DASH}".join(dict.fromkeys(ends)))
    span = np.searchsorted(np.asarray(edges[1:]), place, side="right")
    named = pd.Series(
        [labels[i] if at >= 0 else None for i, at in zip(span, place, strict=True)], dtype="str"
    )
    spec = Spec("with_spans", {"every": every, "most": most}, inputs=(corpus.spec,), fingerprint="derived")
    frame = corpus.frame.assign(span=named.to_numpy())
    return Corpus.from_frame(frame, issues=corpus.issues, dates=corpus.dates, spec=spec)


def _cut(filled: Any, n: int) -> list[int]:
    """Give the periods at which so many parts begin, and the end; they hold about as many releases each."""
    below = np.cumsum(filled)
    total = below[-1] if below.size else 0
    inner = [1 + int(np.abs(below[:-1] - total * i / n).argmin()) for i in range(1, n) if below.size > 1]
    return list(dict.fromkeys([0, *inner, len(filled)]))


def count_shared_terms(tokens: Tokens) -> TermCounts:
    """Count the words that issuers share: others tell occasions and issuers apart, and not matters.

    Kept are words of three letters or more, no function words or numbers, in at least three of 400 units
    (and five), in at most six of ten, and used by at least half of the issuers (of the column ``publisher``,
    where those with few releases are one).

    Raises
    ------
    NotEnoughDataError
        If no word is left.
    """
    n = len(tokens)
    least = max(min(_LEAST_TERM, 1 + n // 20), round(_TERM_PART * n))
    counts = count_terms(tokens, least, "auto", max_share=0.6, min_length=3, numbers=False)
    frame = tokens.corpus.frame
    issuer = pd.factorize(frame["publisher"] if "publisher" in frame else frame["issuer"])[0]
    enough = (int(issuer.max(initial=-1)) + 2) // 2  # half of them, rounded up
    if enough < 2:
        return counts
    known = issuer >= 0
    by = sparse.csr_matrix(
        (np.ones(known.sum()), (issuer[known], np.flatnonzero(known))), (issuer.max() + 1, n)
    )
    users = np.asarray(((by @ (counts.matrix > 0)) > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(users >= enough)
    if not kept.size:
        raise NotEnoughDataError(f"No word is shared by {enough} issuers: not enough data for topics.")
    spec = Spec("count_shared_terms", {"issuers": enough}, inputs=(counts.spec,))
    terms = [counts.terms[i] for i in kept]
    return replace(counts, matrix=sparse.csr_matrix(counts.matrix[:, kept]), terms=terms, spec=spec)


def choose_formulas(corpus: Corpus) -> list[str | None]:
    """Give the formulas that a corpus may bear, the fullest first: issuers and a curve over dates, or less.

    Examples
    --------
    >>> rows = [{"text": "a", "date": f"{2001 + i}-05-01", "publisher": "AB"[i % 2]} for i in range(12)]
    >>> choose_formulas(Corpus.from_frame(rows))
    ['~ publisher + s(date)', '~ publisher + date', '~ publisher', '~ s(date)', '~ date', None]
    >>> choose_formulas(Corpus.from_frame(rows[:1]))
    [None]
    """
    frame = corpus.frame
    days = frame["date"].nunique()
    when = (["s(date)"] if days >= 8 else []) + (["date"] if days > 1 else [])
    sizes = frame["publisher"].value_counts() if "publisher" in frame else pd.Series(dtype=int)
    who = ["publisher"] if (sizes >= FEW).sum() > 1 else []
    both = [f"~ {who[0]} + {one}" for one in when] if who else []
    return [*both, *(f"~ {one}" for one in (*who, *when)), None]


def fit_first(
    tokens: Tokens, formulas: Sequence[str | None], n_topics: int | None = None, seed: int = 0
) -> Fitted:
    """Fit a structural topic model with the first formula that the data bear, from the best of five starts.

    Parameters
    ----------
    tokens : Tokens
        Of releases or units.
    formulas : sequence of str or None
    n_topics : int, optional
        By the number of units, if left out: see `octadisc.figures.choices.choose_n_topics`.
    seed : int

    Raises
    ------
    OctadiscError
        If no model can be fitted, whatever the formula.
    """
    counts = count_shared_terms(tokens)
    n = n_topics or choose_n_topics(len(tokens))
    reasons: list[str] = []
    for number, formula in enumerate(formulas):
        try:
            starts = _STARTS if len(tokens) < _LARGE else 1
            model = fit_topics(counts, n, prevalence=formula, seed=seed, n_starts=starts)
        except OctadiscError as error:
            if number == len(formulas) - 1:
                raise
            reasons.append(f"{formula}: {error}")
        else:
            return Fitted(model, counts, formula, " ".join(reasons[:1]))
    raise NotEnoughDataError("There is no formula to fit.")


def describe_fit(fitted: Fitted | Missing, language: str | None, whole: int) -> str:
    """Say what was fitted to how much."""
    if isinstance(fitted, Missing):
        return fitted.reason
    model, frame = fitted.model, fitted._table
    n = frame["unit_of"].nunique() if fitted.releases else len(frame)
    of = f"{language_name(language)} " if language else ""
    units = f", as {counted(len(frame), fitted.unit)}," if fitted.releases else ""
    text = (
        f"{counted(model.n_topics, 'topic')} of {counted(len(model.terms), 'word')} in "
        f"{counted(n, of + 'release')}"
        f"{units} of {whole:,} releases in all. "
    )
    text += f"Shares may depend on {fitted.formula}." if fitted.formula else "Shares depend on no covariate."
    assert model.structure is not None  # it is a structural model
    tried = len(model.structure.starts)
    text += f" Of {counted(tried, 'start')} the one with the best bound was kept." if tried > 1 else ""
    if fitted.refused:
        text += f" A fuller formula could not be used ({fitted.refused.rstrip('.')})."
    return text


def describe_left_out(fitted: Fitted | Missing) -> str:
    """Name and count what the model has not learnt from, and who was put together."""
    if isinstance(fitted, Missing):
        return "Nothing was fitted, so nothing was left out."
    frame = fitted._table
    name = "unit_of" if fitted.releases else "release"
    said = []
    formula = fitted.formula or ""
    undated = list(dict.fromkeys(frame.loc[frame["date"].isna(), name]))
    if undated:
        use = "not learnt from, and in no curve" if "date" in formula else "in no comparison over time"
        said.append(f"{counted(len(undated), 'release')} without a date, {use}: {listed(undated, 5)}.")
    if "publisher" in frame:
        nameless = list(dict.fromkeys(frame.loc[frame["publisher"] == NOT_KNOWN, name]))
        if nameless:
            said.append(
                f"{counted(len(nameless), 'release')} without an issuer, taken as one: {listed(nameless, 5)}."
            )
        single = set(frame["issuer"].dropna())
        rest = [one for one in frame["publisher"].unique() if one not in single and one != NOT_KNOWN]
        for one in rest:
            part = float((frame["publisher"] == one).mean())
            said.append(
                f"{one} with few releases are taken as one issuer ({per_cent(part)} of the {fitted.unit}s)."
            )
    empty = int(np.isnan(fitted.model.shares[:, 0]).sum())
    if empty:
        said.append(f"{counted(empty, fitted.unit)} without any of the words.")
    return f"Left out, or put together: {' '.join(said)}" if said else "Nothing was left out."


def tabulate_topics(fitted: Fitted) -> Rows:
    """Give a row a topic: share, the words that are frequent in it and its own (FREX), and how good it is."""
    model = fitted.model
    table = model.quality(fitted.counts).to_frame()
    frex = [", ".join(model.terms_of(k, 8, by="frex", counts=fitted.counts)["term"]) for k in table["topic"]]
    return Rows(
        pd.DataFrame(
            {
                "topic": [f"{k} · {name}" for k, name in zip(table["topic"], table["name"], strict=True)],
                "share": [per_cent(one) for one in table["share"]],
                "words of its own (FREX)": frex,
                "exclusivity": table["exclusivity"].round(2),
                "coherence": table["coherence"].round(0).astype(int),
            }
        )
    )
