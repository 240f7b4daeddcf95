"""TopicCoherence: how coherent lists of terms are, by one measure or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.checks import whole
from octadisc.topics.quality.coherence import (
    BY_RELEASES,
    ORDERS,
    WINDOWS,
    Order,
    coherence_from,
    leading_terms,
)
from octadisc.topics.quality.windows import Meetings, meet_in_releases, meet_in_windows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["TopicCoherence", "Window", "check_measures", "measure_coherence", "score_lists"]

Floats = npt.NDArray[np.float64]
Window = int | Literal["release"] | None

_NAMED = 5  # terms that a note names


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicCoherence:
    """How coherent topics are; made by `od.measure_coherence`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic: topic, name, a column for each measure, n_terms, terms.

        `n_terms` is how many terms were looked at, `terms` which, in their order.
        """
        return self.frame.copy()

    def plot(self, ax: Axes | None = None, *, measure: Order | None = None) -> Axes:
        """Draw one measure, the first unless another is named: a point a topic, the most coherent on top."""
        from octadisc.topics.quality.plots import plot_coherence

        return plot_coherence(self, ax, measure)

    def __repr__(self) -> str:
        return f"TopicCoherence({len(self.frame)} topics, {', '.join(self.spec.parameters['measures'])})"

    def _repr_html_(self) -> str:
        return show(self, self.frame, len(self.frame), "{:.3f}", notes=self.notes)


def measure_coherence(
    topics: TopicModel | Sequence[Sequence[str]],
    counts: TermCounts,
    measures: Order | Sequence[Order] = "npmi",
    n_terms: int = 10,
    *,
    window: Window = None,
    exact: bool = False,
) -> TopicCoherence:
    """Measure how coherent topics are, of a model or of terms found elsewhere.

    Parameters
    ----------
    topics : TopicModel, or list of lists of str
        Terms of each topic, the most probable first.
    counts : TermCounts
        Of the releases to look in: those the model was fitted to, or others.
    measures : str or list of {"mimno", "stm", "u_mass", "npmi", "uci", "c_v"}
        What they are: `octadisc.topics.quality.coherence.coherence_from`.
    n_terms : int
        How many of each topic's terms are looked at, at most.
    window : int or "release", optional
        For npmi, uci and c_v: how many tokens a window has; 10, 10 and 110 by default. "release" takes whole
        releases, as counted; it needs no tokens.
    exact : bool
        Whether every window counts that has a term. By default windows are counted as gensim counts them,
        which forgets a term when its first occurrence leaves the window, though it may stand there again:
        terms that are often repeated count for less, and numbers compare with those published from gensim.

    Returns
    -------
    TopicCoherence

    Raises
    ------
    InputError, UnknownNameError
        If there is no such measure, an argument is not what it should be, none of the terms occur, or a
        window is to slide over counts that have no tokens.

    Notes
    -----
    A window slides over all running tokens of a release (those of ``counts.tokens``, with joined phrases as
    one), also those that were left out of the counts: how near two terms are in the text does not depend on
    which words are called stop words. In gensim that is ``texts`` of all tokens, as
    `TermCounts.to_gensim` says. A release shorter than the window is one window, also an empty one. Releases
    that repeat others count what they count in the counts. Terms that stand in none of the windows are left
    out, and named.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = ["drugs and cocaine", "cocaine drugs seized", "mutual trust", "trust and mutual respect"]
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts})))
    >>> made = measure_coherence([["drugs", "cocaine"], ["trust", "cocaine"]], counts, ["mimno", "npmi"])
    >>> made.to_frame()[["mimno", "npmi"]].round(3).values.tolist()
    [[0.405, 1.0], [-0.693, -0.95]]
    """
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    chosen = check_measures(measures, counts, window)
    n_terms = whole("n_terms", n_terms, 2)
    if isinstance(topics, TopicModel):
        given = leading_terms(topics.words, np.ones(len(topics.terms), bool), n_terms)
        lists = [[topics.terms[i] for i in one] for one in given]
        names = topics.topics["name"].tolist()
        inputs: tuple[Spec, ...] = (topics.spec, counts.spec)
    else:
        lists = [one[:n_terms] for one in _check_lists(topics)]
        names = [", ".join(one[:3]) for one in lists]
        inputs = (counts.spec,)
    leading, gone = _find(lists, counts)
    scores = score_lists(leading, counts, chosen, window=window, exact=exact)
    frame = pd.DataFrame(
        {
            "topic": np.arange(len(lists)),
            "name": pd.Series(names, dtype="str"),
            **scores,
            "n_terms": [len(one) for one in leading],
            "terms": pd.Series([", ".join(counts.terms[i] for i in one) for one in leading], dtype="str"),
        }
    )
    parameters: dict[str, Any] = {"measures": list(chosen), "n_terms": n_terms}
    parameters |= {} if window is None else {"window": window}
    parameters |= {"exact": True} if exact else {}
    if not isinstance(topics, TopicModel):
        parameters["topics"] = lists
    return TopicCoherence(frame, Spec("measure_coherence", parameters, inputs=inputs), tuple(_notes(gone)))


def check_measures(measures: Any, counts: TermCounts, window: Any = None) -> tuple[Order, ...]:
    """Give the measures, or refuse those that there are not, or that the counts do not allow."""
    given = (measures,) if isinstance(measures, str) else measures
    if not isinstance(given, Iterable) or not (chosen := tuple(dict.fromkeys(given))):
        raise InputError(f"measures={measures!r}: expected one of {', '.join(ORDERS)}, or several.")
    for one in chosen:
        if one not in ORDERS:
            raise UnknownNameError(f"{one!r} is no measure of coherence.{did_you_mean(str(one), ORDERS)}")
    if window is not None and window != "release":
        if isinstance(window, str):
            raise InputError(f'window={window!r}: expected a number of tokens, or "release".')
        whole("window", window, 2)
        wrong = [one for one in chosen if one in BY_RELEASES]
        if wrong:
            raise InputError(
                f"window={window}: {wrong[0]} looks at whole releases. Measure it in a call of its own, "
                "without window."
            )
    sliding = [one for one in chosen if one in WINDOWS]
    if counts.tokens is None and sliding and window != "release":
        raise InputError(
            f"{sliding[0]} slides a window over running text, and these counts have no tokens. Count with "
            'od.count_terms(od.tokenize(corpus)), or take whole releases: "npmi" with window="release".'
        )
    if window == "release" and "c_v" in chosen and counts.tokens is None:
        raise InputError(
            "c_v is defined by windows of running text, and these counts have no tokens. Take "
            '"npmi" with window="release".'
        )
    return chosen


def score_lists(
    leading: list[list[int]],
    counts: TermCounts,
    measures: Sequence[Order],
    *,
    window: Window = None,
    exact: bool = False,
) -> dict[str, Floats]:
    """Give the coherence of topics, given as columns of the counts, by each of several measures.

    Windows of one width are counted once, and releases once.
    """
    found: dict[int, Meetings] = {}
    made = {}
    for one in measures:
        width = 0 if one in BY_RELEASES or window == "release" else int(window or WINDOWS[one])
        if width not in found:
            found[width] = (
                meet_in_windows(leading, counts, width, exact=exact)
                if width
                else meet_in_releases(leading, counts.matrix, counts.release_weights)
            )
        made[str(one)] = coherence_from(leading, found[width], one)
    return made


def _check_lists(topics: Any) -> list[list[str]]:
    """Give lists of terms, or say what is wrong with them."""
    usable = not isinstance(topics, str) and isinstance(topics, Iterable)
    given = list(topics) if usable else []
    if not given:
        raise InputError("topics is empty or no list. Expected a TopicModel, or lists of terms.")
    lists = []
    for number, one in enumerate(given):
        if isinstance(one, str) or not isinstance(one, Iterable):
            raise InputError(f"Topic {number} is {one!r}. Expected a list of its terms.")
        terms = [str(term) for term in one]
        twice = [term for term in terms if terms.count(term) > 1]
        if twice:
            raise InputError(f"Topic {number} has the term {twice[0]!r} twice. Leave one of them out.")
        lists.append(terms)
    return lists


def _find(lists: list[list[str]], counts: TermCounts) -> tuple[list[list[int]], list[str]]:
    """Give the columns of terms that occur, and the terms that do not."""
    total = np.asarray(counts.matrix.sum(axis=0)).ravel()
    place = {term: i for i, term in enumerate(counts.terms) if total[i] > 0}
    gone = list(dict.fromkeys(term for one in lists for term in one if term not in place))
    leading = [[place[term] for term in one if term in place] for one in lists]
    if not any(leading):
        raise InputError(
            f"None of the topics' terms ({', '.join(gone[:_NAMED])}) occurs in the counts. Give counts of "
            "the same language and forms."
        )
    return leading, gone


def _notes(gone: list[str]) -> list[str]:
    if not gone:
        return []
    said = ", ".join(gone[:_NAMED]) + (f" and {len(gone) - _NAMED:,} more" if len(gone) > _NAMED else "")
    return [f"Terms that occur in no release of the counts, and were left out: {said}."]
