"""Whether topics depend on how words were counted: stop words, lemmas, trimming, re-issues."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, OctadiscError
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.counting import count_terms
from octadisc.topics.alignment.alignment import Alignment, align_topics
from octadisc.topics.alignment.changed_pairs import score_preparations
from octadisc.topics.alignment.refits import fit_again, refuse_others
from octadisc.topics.checks import whole
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.counts import TermCounts
    from octadisc.topics.effects.across import EffectsAcross

__all__ = ["PreparationComparison", "choose_preparations", "compare_preparations"]

_ARGUMENTS = ("min_documents", "stop_words", "max_share", "min_length", "numbers", "reissues")
_EXAMPLE = 'expected names and what is changed, such as {"stems": {"forms": "stem"}}.'
_DEFAULTS: dict[str, Any] = {
    "min_documents": 1, "stop_words": None, "max_share": 1.0, "min_length": 1, "numbers": True,
    "reissues": "keep",
}  # fmt: skip


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class PreparationComparison:
    """A model's topics in other ways of counting; made by `od.compare_preparations`.

    Attributes
    ----------
    alignment : Alignment
        The first model is the one in question.
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What could not be counted or fitted, and others.
    """

    alignment: Alignment
    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]

    @property
    def models(self) -> tuple[TopicModel, ...]:
        """The model, and those fitted to what was counted in other ways."""
        return self.alignment.models

    def to_frame(self) -> pd.DataFrame:
        """Give one row a way of counting.

        Columns: model (0 is the one in question), preparation, terms (how many), words (running words that
        they are), found (share of the model's topics that are found again), split, merged, lost (likewise),
        score (of Denny and Spirling: how unusual it is in which releases it brings together or apart, 0 for
        not at all; NaN for the one in question).
        """
        return self.frame.copy()

    def summary(self) -> pd.DataFrame:
        """Give one row a topic of the model: in what share of the ways of counting it is found again."""
        return self.alignment.summary()

    def compare_effects(self, formula: str, term: str | None = None, **options: Any) -> EffectsAcross:
        """Estimate an effect in every model; see `od.compare_effects`."""
        from octadisc.topics.effects.across import compare_effects

        return compare_effects(self.models, formula, term, **options)

    def evidence(self, topic: int | str, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic of the model."""
        return self.models[0].evidence(topic, n=n)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw in which ways of counting each topic is found again, as a heat map."""
        from octadisc.topics.alignment.plots import plot_alignment

        return plot_alignment(self.alignment, ax, self.frame["preparation"].tolist()[1:])

    def __repr__(self) -> str:
        n, ways = self.models[0].n_topics, len(self.models) - 1
        return f"PreparationComparison({n} topics, counted in {ways} other ways)"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("found", "split", "merged", "lost", "score"), "{:.2f}")
        return show(self, self.frame, len(self.frame), formats, rows="ways", notes=self.notes)


def compare_preparations(
    model: TopicModel,
    counts: TermCounts,
    preparations: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    n_pairs: int = 50,
    tolerance: float | None = None,
    seed: int = 0,
    n_threads: int | None = None,
) -> PreparationComparison:
    """Count the words in other ways, fit again, and say which topics that leaves as they are.

    Parameters
    ----------
    model : TopicModel
        The one in question.
    counts : TermCounts
        What it was fitted to, with its tokens.
    preparations : mapping, optional
        Names of ways to count, each with the arguments of `od.count_terms` that differ from those of
        `counts`, and ``forms="lemma"`` or ``"stem"`` for `Tokens.with_forms`. By default each choice is
        changed by itself; see `choose_preparations`.
    n_pairs : int
        Of releases, for the score.
    tolerance : float, optional
        Where the fits have settled; that of the model if left out.
    seed : int
        Of the releases drawn for the score, at most 500.
    n_threads : int, optional

    Returns
    -------
    PreparationComparison

    Raises
    ------
    InputError, NotEnoughDataError
        If the counts are not the model's or have no tokens, a preparation has an unknown argument, or no
        other way can be counted and fitted.

    Notes
    -----
    Topics are the same where words (of those counted in both ways) and releases agree; see `od.align_topics`.
    The score, after preText: for each way, the 50 pairs of releases whose cosine distance changes most in
    rank against the counts in question; and how far down the order of changes these pairs stand in the other
    ways, as a part of all pairs. Where it is large, the way does to the releases what no other does.

    References
    ----------
    Denny and Spirling (2018), Political Analysis 26, 168.
    """
    refuse_others(model, counts)
    base = _arguments_of(counts)
    n_pairs = whole("n_pairs", n_pairs, 1)
    if preparations is not None and not hasattr(preparations, "items"):
        raise InputError(f"preparations={preparations!r}: {_EXAMPLE}")
    ways = dict(choose_preparations(counts) if preparations is None else preparations)
    made: dict[str, tuple[TermCounts, TopicModel]] = {}
    notes = []
    for name, changes in ways.items():
        _check_changes(str(name), changes)
        try:
            other = _count(counts, base | dict(changes))
            made[name] = other, fit_again(model, other, tolerance=tolerance, n_threads=n_threads)
        except OctadiscError as error:
            notes.append(f"{name}: {error}")
    if not made:
        raise InputError(f"No other way could be counted and fitted. {' '.join(notes)}".rstrip())
    alignment = align_topics([model, *(one for _, one in made.values())])
    scores = score_preparations([counts, *(one for one, _ in made.values())], n_pairs, seed)
    outcome = pd.crosstab(alignment.frame["model"], alignment.frame["outcome"], normalize="index")
    outcome = outcome.reindex(columns=["same", "split", "merged", "lost"], fill_value=0.0)
    others = [one for one, _ in made.values()]
    frame = pd.DataFrame(
        {
            "model": np.arange(len(made) + 1),
            "preparation": pd.Series(["as it is", *made], dtype="str"),
            "terms": [len(one.terms) for one in (counts, *others)],
            "words": [int(one.matrix.sum()) for one in (counts, *others)],
            "found": [1.0, *outcome["same"]],
            "split": [0.0, *outcome["split"]],
            "merged": [0.0, *outcome["merged"]],
            "lost": [0.0, *outcome["lost"]],
            "score": scores,
        }
    )
    parameters = {"preparations": {name: dict(one) for name, one in ways.items()}, "n_pairs": n_pairs}
    spec = Spec("compare_preparations", parameters, seed=seed, inputs=(model.spec, counts.spec))
    return PreparationComparison(alignment, frame, spec, (*notes, *alignment.notes))


def choose_preparations(counts: TermCounts) -> dict[str, dict[str, Any]]:
    """Give ways to count that differ from one's own by one choice each.

    Stop words in or out; terms in twice as many releases; none too frequent to be left out, or those in half
    of the releases; numbers in or out; lemmas and stems; repeated releases once or always.

    Examples
    --------
    >>> import octadisc as od
    >>> tokens = od.tokenize(od.Corpus.from_frame({"text": ["Police and trust.", "Police and customs."]}))
    >>> list(choose_preparations(od.count_terms(tokens)))[:3]
    ['without stop words', 'terms in 2 releases', 'without terms in half of the releases']
    """
    base = _arguments_of(counts)
    made: dict[str, dict[str, Any]] = {
        "with stop words" if base["stop_words"] is not None else "without stop words": {
            "stop_words": None if base["stop_words"] is not None else "auto"
        },
        f"terms in {2 * base['min_documents']:,} releases": {"min_documents": 2 * base["min_documents"]},
        "without terms in half of the releases": {"max_share": 0.5},
        "frequent terms too": {"max_share": 1.0},
        "without numbers" if base["numbers"] else "with numbers": {"numbers": not base["numbers"]},
        "lemmas": {"forms": "lemma"},
        "stems": {"forms": "stem"},
    }
    if "duplicate_cluster" in _frame(counts):
        kept = base["reissues"] == "keep"
        made["repeated releases once" if kept else "repeated releases too"] = {
            "reissues": "first" if kept else "keep"
        }
    return {name: one for name, one in made.items() if any(base.get(key) != x for key, x in one.items())}


def _frame(counts: TermCounts) -> pd.DataFrame:
    if counts.tokens is None:
        raise InputError(
            "The counts have no tokens, so their words cannot be counted in other ways. Give what "
            "od.count_terms(tokens) made."
        )
    return counts.tokens.corpus.frame


def _arguments_of(counts: TermCounts) -> dict[str, Any]:
    """Give the arguments of `count_terms` that made the counts, or that one of their inputs was made by."""
    _frame(counts)
    spec = counts.spec
    while spec.function != "count_terms" and spec.inputs:
        spec = spec.inputs[0]
    given = {name: value for name, value in spec.parameters.items() if name in _ARGUMENTS}
    return _DEFAULTS | given


def _check_changes(name: str, changes: Mapping[str, Any]) -> None:
    if not hasattr(changes, "items"):
        raise InputError(f"preparations[{name!r}]={changes!r}: {_EXAMPLE}")
    unknown = [one for one in changes if one not in (*_ARGUMENTS, "forms")]
    if unknown:
        raise InputError(
            f"preparations[{name!r}]: there is no choice {unknown[0]!r}. Expected some of "
            f"{', '.join((*_ARGUMENTS, 'forms'))}."
        )


def _count(counts: TermCounts, arguments: dict[str, Any]) -> TermCounts:
    tokens = counts.tokens
    assert tokens is not None  # _arguments_of has refused that
    forms = arguments.pop("forms", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if forms is not None:
            tokens = tokens.with_forms(forms)
        return count_terms(tokens, **arguments)
