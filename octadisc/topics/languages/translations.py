"""One model for several languages: topics of translations, with evidence in the original."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.tokens import tokenize

__all__ = ["find_originals", "use_translation"]


def use_translation(corpus: Corpus, column: str, *, language: str = "en") -> Corpus:
    """Put translations in the place of texts, and keep the originals beside them.

    Parameters
    ----------
    corpus : Corpus
    column : str
        Where the translations are. Releases that are in `language` already need none.
    language : str
        Of the translations.

    Returns
    -------
    Corpus
        Whose texts are in one language, with the columns original (the text as published) and
        original_language. Releases of other languages without a translation are left out; `issues` names
        each.

    Raises
    ------
    UnknownNameError, NotEnoughDataError
        If there is no such column, or no text in that language.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {
    ...         "release": "a",
    ...         "text": "Policija je zaplenila drogo.",
    ...         "language": "sl",
    ...         "en": "Police seized drugs.",
    ...     },
    ...     {"release": "b", "text": "Police met.", "language": "en", "en": None},
    ... ]
    >>> used = use_translation(od.Corpus.from_frame(rows), "en")
    >>> used.frame[["text", "original"]].values.tolist()
    [['Police seized drugs.', 'Policija je zaplenila drogo.'], ['Police met.', 'Police met.']]
    """
    expect(corpus, Corpus, "corpus", "what od.load_corpus(path) gives")
    frame = corpus.frame
    if column not in frame:
        raise UnknownNameError(
            f"The corpus has no column {column!r}.{did_you_mean(column, map(str, frame))} Expected one that "
            "holds a translation of each text."
        )
    given = frame[column].astype("str").where(frame[column].notna())
    given = given.where(given.str.strip() != "")
    own = (frame["language"] == language).to_numpy(bool)
    there = given.notna().to_numpy(bool) | own
    if not there.any():
        raise NotEnoughDataError(f"No release has a translation in {column!r}, or is in {language!r} itself.")
    text = given.where(given.notna(), frame["text"])
    spent = [one for one in (column, "page", "spans", "annotation", "script", "variety") if one in frame]
    made = frame.drop(columns=spent).assign(
        text=text, language=language, original=frame["text"], original_language=frame["language"]
    )
    lost = frame.loc[~there, "release"]
    issues = pd.DataFrame(
        {
            "release": lost,
            "source": frame.loc[~there, "source"],
            "what": "no translation",
            "found": f"nothing in the column {column}",
            "done": "left out",
        }
    )
    said = pd.concat([corpus.issues, issues], ignore_index=True) if len(lost) else corpus.issues
    parameters = {"column": column, "language": language}
    spec = Spec("use_translation", parameters, inputs=(corpus.spec,), fingerprint="derived")
    kept = made[there].reset_index(drop=True)
    return Corpus.from_frame(kept, issues=said.astype(corpus.issues.dtypes), dates=corpus.dates, spec=spec)


def find_originals(evidence: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Find the sentences of the originals that sentences of translations stand for.

    Parameters
    ----------
    evidence : DataFrame
        With the columns release, start and end: what `model.evidence` gives, of translations.
    corpus : Corpus
        Made by `use_translation`.

    Returns
    -------
    DataFrame
        The same with further columns: original (the sentence as published, or sentences), original_language,
        original_start, original_end (in the original text), and exact: whether the two texts have as many
        sentences, so that the one of the same number is meant. If not, they are the sentences that lie where
        this one lies, by how much text there is before it and after it: read them before you quote.

    Raises
    ------
    InputError
        If the corpus has no originals, or the evidence is none.
    """
    expect(corpus, Corpus, "corpus", "what od.use_translation(corpus, column) gives")
    expect(evidence, pd.DataFrame, "evidence", "what model.evidence(topic) gives")
    frame = corpus.frame
    if "original" not in frame:
        raise InputError("The corpus has no originals. Expected one that od.use_translation made.")
    missing = [one for one in ("release", "start", "end") if one not in evidence]
    if missing:
        raise InputError(f"evidence has no column {missing[0]!r}. Expected what model.evidence(topic) gives.")
    rows = [corpus.row_of(one) for one in evidence["release"]]
    used = sorted(set(rows))
    place = {row: i for i, row in enumerate(used)}
    columns = frame.iloc[used][["release", "original", "original_language"]].reset_index(drop=True)
    originals = tokenize(
        Corpus.from_frame(columns.rename(columns={"original": "text", "original_language": "language"}))
    )
    translated = tokenize(Corpus.from_frame(frame.iloc[used][["release", "text", "language"]]))
    made = []
    for row, start, end in zip(rows, evidence["start"], evidence["end"], strict=True):
        text, read = str(frame["original"].iloc[row]), str(frame["text"].iloc[row])
        own, other = translated.sentences_of(place[row]), originals.sentences_of(place[row])
        first, last, exact = _find(own, other, (int(start), int(end)), len(text) / max(len(read), 1))
        made.append((text[first:last], frame["original_language"].iloc[row], first, last, exact))
    names = ["original", "original_language", "original_start", "original_end", "exact"]
    return evidence.assign(**{name: [one[i] for one in made] for i, name in enumerate(names)})


def _find(own: Any, other: Any, place: tuple[int, int], ratio: float) -> tuple[int, int, bool]:
    """Give where the original of a sentence begins and ends, and whether sentences could be counted off."""
    start, end = place
    if not len(other):
        return 0, 0, False
    if len(own) == len(other):
        i = int(np.clip(np.searchsorted(own[:, 0], start, side="right") - 1, 0, len(own) - 1))
        j = int(np.clip(np.searchsorted(own[:, 0], max(end - 1, start), side="right") - 1, i, len(own) - 1))
        return int(other[i, 0]), int(other[j, 1]), True
    meets = np.flatnonzero((other[:, 1] > start * ratio) & (other[:, 0] < end * ratio))
    meets = meets if meets.size else np.array([np.abs(other[:, 0] - start * ratio).argmin()])
    return int(other[meets[0], 0]), int(other[meets[-1], 1]), False
