"""What people's answers say of a topic model: model precision, topic log odds, agreement, and tests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, WrongKindError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import check_level
from octadisc.tokens.lines.line_table import write_many
from octadisc.topics.judged.intrusion.answers import Answers, read_answers
from octadisc.topics.judged.intrusion.scoring import Interval, Scorer
from octadisc.topics.judged.intrusion.sheet import IntrusionSheet
from octadisc.topics.judged.intrusion.tasks import write_chance
from octadisc.topics.judged.intrusion.writing import FOR_CODERS, read_key

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.model import TopicModel

__all__ = ["IntrusionScores", "score_intrusion"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class IntrusionScores:
    """How often people find what does not belong, in all, by topic and by coder; of `od.score_intrusion`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    agreement : DataFrame
        One row: n_items (that two coders or more answered), agreement, alpha, low, high, note.
    spec : Spec
    notes : tuple of str
        What was left open or not sure, and what intervals and tests take for granted.
    sheet : IntrusionSheet
    answers : Answers
    """

    frame: pd.DataFrame
    agreement: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    sheet: IntrusionSheet
    answers: Answers

    def to_frame(self) -> pd.DataFrame:
        """Give a row for all items together, one a topic and one a coder.

        Columns: over ("all", "topic" or "coder"), topic (number), name (of the topic or coder), n_items,
        n_answers (that name a choice), n_right, precision (n_right of n_answers: model precision), low, high,
        chance, p_value (of as many by chance), q_value (over topics), log_odds (topic log odds, of topic
        intrusion only), n_unsure, n_open, agreement (share of pairs of coders who named the same choice),
        alpha (Krippendorff's, from 10 items that two coders answered), note.
        """
        return self.frame.copy()

    def evidence(self, topic: int | str | None = None) -> pd.DataFrame:
        """List items and answers, a row an item and coder.

        Parameters
        ----------
        topic : int or str, optional
            Number or name; all topics by default.

        Returns
        -------
        DataFrame
            line, topic, name, release, date, issuer, source, start, end, sentence (what was shown of the
            release), choices, target (the right choice), target_topic, coder, answer (missing if left open),
            chosen_topic, right (missing unless a choice was named); of topic intrusion also log_odds.
        """
        from octadisc.topics.judged.intrusion.evidence import list_answers

        number = None if topic is None else _number_of(self.sheet, topic)
        return list_answers(self.sheet, self.answers, number)

    def carry_to(self, model: TopicModel) -> TopicModel:
        """Give the model with what people judged of its topics, so that its figures say it.

        Parameters
        ----------
        model : TopicModel
            The one that the sheet was drawn from.

        Returns
        -------
        TopicModel
            `topics` has five columns more: judged ("7 of 8"; "2 of 8: not beyond chance" if q is .05 or
            more; missing if not judged), precision, precision_low, precision_high, n_judged (answers).
            The plots of the model, of its quality and of its stability write it beside the topic. It
            is saved and loaded with the model, and stays with new names; scores carried before give way.

        Raises
        ------
        InputError
            If the sheet was drawn from another model, or nothing was answered.

        Examples
        --------
        >>> import octadisc as od
        >>> themes = [
        ...     "drugs cocaine heroin seizure border harbour cargo",
        ...     "trust training respect talks visit aid tea",
        ... ]
        >>> corpus = od.Corpus.from_frame([{"text": themes[i % 2]} for i in range(20)])
        >>> model = od.fit_topics(od.count_terms(od.tokenize(corpus)), 2, "nmf")
        >>> sheet = od.draw_intrusion(model, n=6, coders=["Ana"])
        >>> answers = sheet.key[["line", "target"]].rename(columns={"target": "answer"})
        >>> scores = od.score_intrusion(sheet, answers.assign(coder="Ana"))
        >>> scores.carry_to(model).topics["judged"].tolist()
        ['3 of 3', '3 of 3']
        """
        from octadisc.topics.judged.intrusion.carrying import carry_scores

        return carry_scores(self, model)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw model precision with its interval, a row a topic and one for all, beside what chance gives."""
        from octadisc.topics.judged.intrusion.plots import plot_scores

        return plot_scores(self, ax)

    def __repr__(self) -> str:
        whole = self.frame.iloc[0]
        found = "no answers" if np.isnan(whole["precision"]) else f"precision {whole['precision']:.0%}"
        n = write_many(int(whole["n_answers"]), "answer")
        return (
            f"IntrusionScores({self.sheet.kind}: {n} on {write_many(int(whole['n_items']), 'item')}, {found})"
        )

    def _repr_html_(self) -> str:
        shown = [
            "over",
            "name",
            "n_items",
            "n_answers",
            "precision",
            "low",
            "high",
            "p_value",
            "q_value",
            "note",
        ]
        if self.sheet.kind == "topic":
            shown.insert(-1, "log_odds")
        formats = dict.fromkeys(("precision", "low", "high"), "{:.0%}")
        formats |= {"p_value": "{:.2g}", "q_value": "{:.2g}", "log_odds": "{:.2f}"}
        return show(self, self.frame[shown].head(30), len(self.frame), formats, notes=self.notes)


def _number_of(sheet: IntrusionSheet, topic: Any) -> int:
    if isinstance(topic, str):
        if topic not in sheet.names:
            raise UnknownNameError(f"No topic is called {topic!r}.{did_you_mean(topic, sheet.names)}")
        return sheet.names.index(topic)
    if (
        isinstance(topic, bool)
        or not isinstance(topic, int | np.integer)
        or not 0 <= topic < len(sheet.names)
    ):
        raise UnknownNameError(
            f"There is no topic {topic!r}. Expected a number from 0 to {len(sheet.names) - 1}."
        )
    return int(topic)


def score_intrusion(
    sheet: IntrusionSheet | str | os.PathLike[str],
    answers: Any = None,
    *,
    interval: Interval = "items",
    unsure: Literal["apart", "wrong"] = "apart",
    level: float = 0.95,
    n_draws: int = 2000,
    seed: int = 0,
) -> IntrusionScores:
    """Say how often people found what does not belong, and whether that is more than chance.

    Parameters
    ----------
    sheet : IntrusionSheet or path
        What was given out: made again by `od.draw_intrusion`, or the folder it was saved into.
    answers : path, DataFrame, or list of these, optional
        Workbooks and CSV files that came back, folders of such, or frames with line, coder and answer (the
        number of the choice as this coder saw it, its words, or "can't tell"). With a folder as `sheet`, by
        default what is in its folder ``for coders``.
    interval : {"items", "answers"}
        Whether answers of several coders to one item count for as many as they are alike, or all as
        independent (Clopper and Pearson's interval of so many answers).
    unsure : {"apart", "wrong"}
        Whether "can't tell" is no answer, or a wrong one.
    level : float
        Coverage of the intervals.
    n_draws, seed : int
        Of the bootstrap for alpha's interval.

    Returns
    -------
    IntrusionScores

    Raises
    ------
    InputError, MissingFileError, UnreadableError, WrongKindError
        If there is no key or no answer, or an answer cannot be taken: with file, row, what was found and what
        was expected.

    Notes
    -----
    Model precision is the share of coders' answers that name the intruder; topic log odds the mean over
    coders of the logarithm of the intruder's share in the release less that of the topic chosen, and so
    at most 0 [1]_. Of the best label, precision is the share of answers that name the model's label [2]_.

    The test is exact: the intruder was drawn, so by chance it is any of the choices, whatever coders have in
    common (`octadisc.topics.judged.intrusion.estimates.chance_p_value`); of one coder it is the binomial
    test. Intervals are Clopper and Pearson's for the number of independent answers that n answers to shared
    items are worth, n / (1 + (m - 1) r), with m coders an item and r the correlation of their being right,
    over all topics. They speak of these coders, and of other items like these. q-values are Benjamini and
    Hochberg's, over topics. Alpha compares which choice was named, in an order that is the same for
    all coders.

    References
    ----------
    .. [1] Chang, Boyd-Graber, Gerrish, Wang and Blei (2009), Advances in Neural Information Processing
       Systems 22.
    .. [2] Ying, Montgomery and Stewart (2022), Political Analysis 30(4).

    Examples
    --------
    >>> import octadisc as od
    >>> themes = [
    ...     "drugs cocaine heroin seizure border harbour cargo",
    ...     "trust training respect talks visit aid tea",
    ... ]
    >>> corpus = od.Corpus.from_frame([{"text": themes[i % 2]} for i in range(20)])
    >>> model = od.fit_topics(od.count_terms(od.tokenize(corpus)), 2, "nmf")
    >>> from octadisc.topics.judged.intrusion.draw import draw_intrusion
    >>> sheet = draw_intrusion(model, n=4, coders=["Ana"])
    >>> answers = sheet.key[["line", "target"]].rename(columns={"target": "answer"}).assign(coder="Ana")
    >>> scores = score_intrusion(sheet, answers)
    >>> scores
    IntrusionScores(word: 4 answers on 4 items, precision 100%)

    Four of four, of which each is right by chance in one of six:

    >>> round(float(scores.to_frame()["p_value"].iloc[0]), 6), round(6**-4, 6)
    (0.000772, 0.000772)
    """
    if interval not in ("items", "answers"):
        raise InputError(f"interval={interval!r}: expected 'items' or 'answers'.")
    if unsure not in ("apart", "wrong"):
        raise InputError(f"unsure={unsure!r}: expected 'apart' or 'wrong'.")
    check_level(level)
    if isinstance(sheet, str | os.PathLike):
        place = Path(sheet)
        sheet = read_key(place)
        if answers is None:
            answers = (place.parent if place.suffix == ".json" else place) / FOR_CODERS
    if not isinstance(sheet, IntrusionSheet):
        raise WrongKindError(
            f"sheet is a {type(sheet).__name__}. Expected what od.draw_intrusion gives, or the folder that "
            "it was saved into."
        )
    if answers is None:
        raise InputError("answers are missing. Expected the files that came back, or frames.")
    given = read_answers(sheet, answers)
    scorer = Scorer(sheet, given, interval, unsure, level)
    frame = scorer.table()
    agreement = scorer.agreement(n_draws, seed)
    chance = f"By chance {write_chance(sheet.n_choices)} answers is right."
    notes = [chance, *given.notes, *scorer.notes()]
    parameters = {"interval": interval, "unsure": unsure, "level": level, "n_draws": n_draws}
    spec = Spec("score_intrusion", parameters, seed, (sheet.spec,))
    return IntrusionScores(frame, agreement, spec, tuple(notes), sheet, given)
