"""Models of several languages side by side: which topics are the same, and how they moved in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.alignment.alignment import Alignment, align_topics, read_links
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LanguageAlignment", "align_languages"]

_NAMED = 5  # releases that a note names


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class LanguageAlignment:
    """Topics of one language and what they are in others; made by `od.align_languages`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    models : dict of str to TopicModel
        By language, the reference first.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    models: dict[str, TopicModel]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic of the first language and other language.

        Columns: topic, name, language, n_topics, matched, matched_name, cosine, correlation, found, outcome,
        parts; see `Alignment.to_frame`.
        """
        return self.frame.copy()

    def over_time(self, topic: int | str, every: Any = "year") -> pd.DataFrame:
        """Give a topic's mean share of the releases over time, language by language.

        Shares of releases compare between languages; rates of words do not.

        Returns
        -------
        DataFrame
            language, topic, name (of that language's model), period, start, end, share, low, high, releases.
            Languages in which the topic is not found have no rows.
        """
        first = next(iter(self.models))
        number = self.models[first].number_of(topic)
        found = self.frame[(self.frame["topic"] == number) & self.frame["found"]]
        places = {first: number} | {one.language: int(one.matched) for one in found.itertuples()}
        parts = []
        for language, place in places.items():
            trend = self.models[language].over_time(every, weights="release").to_frame()
            parts.append(trend[trend["topic"] == place].assign(language=language))
        columns = ["language", "topic", "name", "period", "start", "end", "share", "low", "high", "releases"]
        return pd.concat(parts, ignore_index=True)[columns]

    def evidence(self, topic: int | str, language: str | None = None, n: int = 20) -> pd.DataFrame:
        """Give the sentences that a topic of the first language rests on, in that language or another.

        Raises
        ------
        UnknownNameError
            If there is no such topic or language, or the topic is not found there.
        """
        first = next(iter(self.models))
        number = self.models[first].number_of(topic)
        language = first if language is None else language
        if language not in self.models:
            raise UnknownNameError(f"There is no model of {language!r}.{did_you_mean(language, self.models)}")
        if language != first:
            row = self.frame[(self.frame["topic"] == number) & (self.frame["language"] == language)].iloc[0]
            if not row["found"]:
                raise UnknownNameError(
                    f"Topic {topic!r} is not found in {language!r}: it is {row['outcome']}."
                )
            number = int(row["matched"])
        return self.models[language].evidence(number, n=n)

    def plot(self, ax: Axes | None = None, topic: int | str = 0, every: Any = "year") -> Axes:
        """Draw a topic's mean share over time, a line a language."""
        from octadisc.drawing.axes import entitle
        from octadisc.drawing.marks import draw_lines
        from octadisc.drawing.style import new_axes

        frame = self.over_time(topic, every)
        frame["middle"] = frame["start"] + (frame["end"] - frame["start"]) / 2
        frame[["share", "low", "high"]] *= 100
        ax = new_axes(ax, width="double", height=70.0)
        draw_lines(ax, frame, x="middle", y="share", group="language")
        ax.set_ylabel("mean share of releases, per cent")
        entitle(ax, str(frame["name"].iloc[0]))
        return ax

    def __repr__(self) -> str:
        first = next(iter(self.models))
        n = self.models[first].n_topics
        return f"LanguageAlignment({n} topics of {first!r}, {int(self.frame['found'].sum())} found elsewhere)"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("cosine", "correlation"), "{:.2f}")
        return show(self, self.frame, len(self.frame), formats, notes=self.notes)


def align_languages(
    models: Mapping[str, TopicModel],
    *,
    links: Iterable[tuple[str, str]] | None = None,
    terms: Mapping[str, Mapping[str, str]] | None = None,
) -> LanguageAlignment:
    """Say which topics of one language are which of others, each fitted on its own.

    Parameters
    ----------
    models : mapping from language to TopicModel
        The first is the reference.
    links : iterable of (str, str), optional
        Releases of the reference and their versions in other languages. By default what the corpora
        say in the column translation_of, either way round.
    terms : mapping, optional
        For other languages, what terms of the reference are called there:
        ``{"sl": {"police": "policija", "trust": "zaupanje"}}``. Names, numbers and abbreviations that are
        written alike count in any case, if the counts have kept them.

    Returns
    -------
    LanguageAlignment

    Raises
    ------
    InputError
        If there are not two models, two have too little in common, or no link is of releases that they have.

    Notes
    -----
    Topics are matched by the releases that are versions of each other (correlation of shares, at least 20
    pairs) and by terms that are the same (cosine, at least 10), whichever there are; see `od.align_topics`. A
    match by terms alone rests on few words: read the evidence in both languages.
    """
    if not hasattr(models, "items") or len(models) < 2:
        raise InputError('models: expected two or more by language, such as {"en": model, "sl": model}.')
    for language, model in models.items():
        expect(model, TopicModel, f"models[{language!r}]", "what od.fit_topics(counts, …) gives")
    given = {str(language): model for language, model in models.items()}
    if terms is not None and not hasattr(terms, "items"):
        raise InputError(
            f'terms={terms!r}: expected terms by language, such as {{"sl": {{"police": "policija"}}}}.'
        )
    unknown = [one for one in terms or {} if one not in list(given)[1:]]
    if unknown:
        hint = did_you_mean(unknown[0], given)
        raise UnknownNameError(f"terms has {unknown[0]!r}, which is none of the other languages.{hint}")
    reference, others = next(iter(given.values())), list(given.items())[1:]
    pairs = None if links is None else read_links(links)
    parts: list[pd.DataFrame] = []
    notes = [] if pairs is None else _strange_links(pairs, given)
    for language, model in others:
        mine = _linked(reference, model) if pairs is None else pairs
        if not mine and pairs is None and (reference.tokens is None or model.tokens is None):
            notes.append(
                f"{language}: a loaded model does not know which releases are translations. Give links."
            )
        made: Alignment = align_topics([reference, model], links=mine, terms=(terms or {}).get(language))
        parts.append(made.frame.drop(columns="model").assign(language=language))
        notes += [f"{language}: {note}" for note in made.notes]
    frame = pd.concat(parts, ignore_index=True).sort_values("topic", kind="stable", ignore_index=True)
    columns = [
        "topic",
        "name",
        "language",
        *[one for one in frame if one not in ("topic", "name", "language")],
    ]
    parameters = {"languages": list(given), "links": None if pairs is None else len(pairs),
                  "terms": {language: len(one) for language, one in (terms or {}).items()}}  # fmt: skip
    spec = Spec("align_languages", parameters, inputs=tuple(model.spec for model in given.values()))
    return LanguageAlignment(frame[columns], spec, tuple(notes), given)


def _strange_links(pairs: list[tuple[str, str]], models: Mapping[str, TopicModel]) -> list[str]:
    """Say which links name releases that no model has; refuse them if all do."""
    first = next(iter(models))
    mine = set(models[first].releases["release"].astype("str"))
    theirs: set[str] = set()
    for language, model in models.items():
        theirs |= set(model.releases["release"].astype("str")) if language != first else set()
    strange = [[one for one, known in ((a, mine), (b, theirs)) if one not in known] for a, b in pairs]
    named = list(dict.fromkeys(one for several in strange for one in several))
    n = sum(bool(one) for one in strange)
    if not n:
        return []
    more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
    said = f"{', '.join(map(repr, named[:_NAMED]))}{more}"
    if n == len(pairs):
        raise InputError(
            f"links: each names a release that the models do not have ({said}). Expected pairs of a release "
            f"of {first!r} and its version in another language, by the ids in model.releases."
        )
    return [f"Links passed over, as they name releases that the models do not have: {n:,} of {len(pairs):,} "
            f"({said})."]  # fmt: skip


def _linked(reference: TopicModel, model: TopicModel) -> list[tuple[str, str]]:
    """Give the releases that are versions of each other, by the column translation_of of either."""
    made = []
    for one, turned in ((reference, True), (model, False)):
        table = one.releases if one.tokens is None else one.tokens.corpus.frame
        if "translation_of" in table:
            known = table[table["translation_of"].notna()]
            pairs = zip(known["translation_of"], known["release"], strict=True)
            made += [(str(b), str(a)) if turned else (str(a), str(b)) for a, b in pairs]
    return list(dict.fromkeys(made))
