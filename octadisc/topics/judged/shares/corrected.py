"""Topic shares corrected by what people say of a sample, the correction's own uncertainty included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from octadisc.errors import InputError, WrongKindError
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.table import name_rows
from octadisc.terms.arguments import check_level
from octadisc.tokens.lines.line_table import write_many
from octadisc.tokens.lines.samples import read_seed
from octadisc.topics.evidence import rows_of
from octadisc.topics.judged.shares.codes import Said, read_said
from octadisc.topics.judged.shares.sample import ShareSample
from octadisc.topics.judged.shares.tables import VALUES, Estimates
from octadisc.topics.model import TopicModel
from octadisc.topics.over_time.trend import TopicTrend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CorrectedShares", "correct_shares"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class CorrectedShares:
    """Shares of topics by period, as the model has them and as people do; made by `od.correct_shares`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    whole : DataFrame
        One row a topic, of all periods together: topic, name, releases, share, corrected, corrected_low,
        corrected_high, n_coded, note.
    spec : Spec
    notes : tuple of str
    trend : TopicTrend
        What was corrected.
    said : Said
        What people said, release by release.
    """

    frame: pd.DataFrame
    whole: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    trend: TopicTrend
    said: Said

    def to_frame(self) -> pd.DataFrame:
        """Give one row per topic, group and period.

        Columns: period, start, end, group, topic, name, releases, share, share_low, share_high (as the model
        has it), corrected, corrected_low, corrected_high (part of the releases that are mainly about it, as
        people say), n_coded (releases of the cell that were judged), note. A topic that is missing is "none
        of these", of which the model knows nothing.
        """
        return self.frame.copy()

    def evidence(
        self, topic: int | str | None = None, period: str | None = None, group: str | None = None
    ) -> pd.DataFrame:
        """List the releases that were judged.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end, sentence (the text that was read), said (by coders),
            judged (part of the coders who say that it is about the topic), share (the model's); sorted so
            that those come first where they differ most. Without a topic the last two are of the topic that
            most coders named.
        """
        model, said = self.trend.model, self.said
        inside = rows_of(self.trend.grid, period, group)[said.rows]
        if topic is None:
            at = said.truth.argmax(axis=1)
        else:
            number = model.number_of(topic)
            if number not in said.topics:
                raise InputError(f"topic={topic!r}: it was not asked about. Asked about: {said.topics}.")
            at = np.full(said.rows.size, said.topics.index(number))
        judged = said.truth[np.arange(at.size), at]
        topics = np.array(said.topics)[at]
        share = np.where(topics < 0, np.nan, model.shares[said.rows, np.maximum(topics, 0)])
        names = ["release", "date", "issuer", "source"]
        table = model.releases.reindex(columns=names).iloc[said.rows].reset_index(drop=True)
        tokens = model.tokens
        texts = ["" if tokens is None else tokens.corpus.texts[row] for row in said.rows.tolist()]
        table = table.assign(
            start=0,
            end=[len(one) for one in texts],
            sentence=pd.Series([" ".join(one.split()) for one in texts], dtype="str"),
            said=pd.Series(said.words, dtype="str"),
            judged=judged,
            share=share,
        )
        order = np.argsort(-np.abs(judged - np.nan_to_num(share)), kind="stable")
        return table.iloc[order[inside[order]]].reset_index(drop=True)

    def plot(
        self, ax: Axes | None = None, topic: int | str | None = None, *, group: str | None = None
    ) -> Axes:
        """Draw a topic's shares as the model has them and as corrected, with intervals, on one Axes.

        Parameters
        ----------
        ax : Axes, optional
        topic : int or str, optional
            The largest of those asked about by default.
        group : str, optional
            The first by default.
        """
        from octadisc.topics.judged.shares.plots import plot_corrected_shares

        return plot_corrected_shares(self, ax, topic, group)

    def __repr__(self) -> str:
        n_periods = self.frame["period"].nunique()
        asked = write_many(len([one for one in self.said.topics if one >= 0]), "topic")
        judged = write_many(self.said.rows.size, name_rows(self.trend.model.releases, 1))
        return f"CorrectedShares({asked}, {write_many(n_periods, 'period')}, {judged} judged)"

    def _repr_html_(self) -> str:
        head = self.whole.head(12)
        formats = dict.fromkeys(VALUES, "{:.1%}")
        return show(self, head, len(self.whole), formats, notes=self.notes)


def correct_shares(
    trend: TopicTrend | TopicModel,
    codes: Any,
    *,
    sample: ShareSample | None = None,
    topic: int | str | None = None,
    labels: Any = None,
    variable: str | None = None,
    every: Any = "year",
    by: str | None = None,
    speak_of: Literal["process", "releases"] = "process",
    level: float = 0.95,
    seed: int = 0,
) -> CorrectedShares:
    """Correct shares of topics by period by what people say of a random sample.

    Parameters
    ----------
    trend : TopicTrend or TopicModel
        What `TopicModel.over_time` gives; of a model, by `every` and `by`.
    codes : Codes, DataFrame or path
        What `od.read_codes` gives; a folder or file of filled-in sheets; or a table with release (or line),
        what was said, and a row for each coder if there were several.
    sample : ShareSample, optional
        What was judged: it knows with which probabilities releases were drawn. Without it they are taken for
        random ones of all.
    topic : int or str, optional
        Without a sample: the one that was asked about, yes or no. By default codes are main topics.
    labels : list or mapping from topic to str, optional
        Without a sample: what topics are called in the codes; the model's names by default.
    variable : str, optional
        Which variable, or column, says what releases are about.
    every, by
        As in `TopicModel.over_time`, where a model is given.
    speak_of : {"process", "releases"}
        Whether releases are taken for a sample of what such issuers publish, as in all intervals of octadisc,
        or intervals speak of these releases only: what reading all of them would have given.
    level : float
        Coverage of the intervals.
    seed : int
        Of the folds.

    Returns
    -------
    CorrectedShares

    Raises
    ------
    InputError, UnknownNameError, WrongKindError
        If codes cannot be joined to releases or topics, or the trend is standardised.

    Notes
    -----
    A difference estimator: the mean over all releases of a period of what the model lets one expect (a line
    fitted to the other folds), and the weighted mean of what that is off in the judged ones. It is right on
    average in each period, whatever the model's errors there, as long as the sample was drawn at random; it
    does not take errors for the same in all periods. Fewer than 10 judged in a period are not enough.
    `octadisc.topics.judged.shares.estimates.correct_mean` says how intervals are made. Over all periods,
    shares of topics and of "none of these" add up to 1 but for the fitted lines.

    Where issuers' releases of a period are alike, "process" widens intervals by as much as those of the
    trend are.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, chapter 6; Angelopoulos and others
    (2023), Science 382.

    Examples
    --------
    The model sees drugs in half of the releases; people say that a quarter is about something else:

    >>> import octadisc as od
    >>> themes = ["drugs cocaine heroin seizure", "mutual trust training respect"]
    >>> rows = [{"text": themes[i % 2], "date": f"{2001 + i // 40}-05-01"} for i in range(160)]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> model = od.fit_topics(od.count_terms(tokens), 2, "nmf")
    >>> drugs = int(model.shares[0].argmax())
    >>> said = {0: "yes", 1: "no", 2: "no", 3: "no"}
    >>> codes = pd.DataFrame(
    ...     {"release": model.releases["release"], "about": [said[i % 4] for i in range(160)]}
    ... )
    >>> made = correct_shares(model, codes, topic=drugs, speak_of="releases")
    >>> made
    CorrectedShares(1 topic, 4 periods, 160 releases judged)
    >>> made.to_frame()[["period", "share", "corrected"]].round(2).values.tolist()[0]
    ['2001', 0.5, 0.25]
    """
    check_level(level)
    if not isinstance(trend, TopicTrend | TopicModel):
        raise WrongKindError(
            f"trend is a {type(trend).__name__}. Expected what model.over_time(…) gives, or a topic model."
        )
    if isinstance(trend, TopicModel):
        trend = trend.over_time(every, by, level=level)
    if trend.spec.function == "standardise":
        raise InputError(
            "The trend is standardised to a fixed mix, which is not that of the judged releases. Pass the "
            "trend that it was made from, without .standardise()."
        )
    if sample is not None and not isinstance(sample, ShareSample):
        raise WrongKindError(
            f"sample is a {type(sample).__name__}. Expected what od.draw_share_sample gives."
        )
    if speak_of not in ("process", "releases"):
        raise InputError(f"speak_of={speak_of!r}: expected 'process' or 'releases'.")
    seed = read_seed(seed)
    model = trend.model
    if sample is not None and sample.rows.max(initial=0) >= len(model.releases):
        raise InputError("The sample is of other releases than the trend's model.")
    said = read_said(model, codes, sample, topic, labels, variable)
    made = Estimates(trend, said, speak_of, level, seed)
    frame, whole = made.table(), made.whole()
    notes = [*trend.notes, *said.notes, *_notes(frame, sample, speak_of)]
    parameters = {"topic": topic, "variable": variable, "speak_of": speak_of, "level": level}
    given: tuple[Any, ...] = (trend, sample, codes)
    inputs = tuple(one.spec for one in given if hasattr(one, "spec"))
    spec = Spec("correct_shares", parameters, seed, inputs)
    return CorrectedShares(frame, whole, spec, tuple(notes), trend, said)


def _notes(frame: pd.DataFrame, sample: ShareSample | None, speak_of: str) -> list[str]:
    notes = [
        "corrected is the part of releases that are mainly about a topic as people say; share the mean part "
        "of releases that the model gives to it. The two may differ without an error of the model."
    ]
    if speak_of == "releases":
        notes.append("Intervals speak of these releases: of what reading all of them would have given.")
    few = int(frame["note"].str.startswith("Not enough").sum())
    if few:
        hint = "" if sample is not None and sample.spec.parameters["every"] else " Draw by period: every=."
        notes.append(f"Not enough data in {few:,} of {len(frame):,} rows.{hint}")
    return notes
