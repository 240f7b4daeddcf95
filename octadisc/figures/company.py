"""In which words a question is spoken of: the company of its wordings, and the releases that have them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.corpus import Corpus
from octadisc.drawing.axes import entitle
from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.words import chance, listed
from octadisc.spec import Spec

if TYPE_CHECKING:
    from octadisc.terms.drift.drift import Drift
    from octadisc.terms.keyness.keyness import Keyness
    from octadisc.tokens import Query, Tokens

__all__ = [
    "MENTION", "OTHERS", "describe_words", "draw_words", "mark_mentions", "moved_words", "own_words",
    "without_own",
]  # fmt: skip

MENTION, OTHERS = "releases that mention it", "the others"
_N_WORDS = 12
_BEYOND = 0.05
_WORD = re.compile(r"\w+")


def mark_mentions(tokens: Tokens, query: Query) -> Corpus:
    """Add a column ``mentions`` to a corpus: whether a release mentions what is asked, in words."""
    corpus = tokens.corpus
    there = tokens.find(query).counts > 0
    column = np.where(there, MENTION, OTHERS).astype(object)
    spec = Spec("mark_mentions", {"query": query}, inputs=(corpus.spec,), fingerprint="derived")
    frame = corpus.frame.assign(mentions=column)
    return Corpus.from_frame(frame, issues=corpus.issues, dates=corpus.dates, spec=spec)


def without_own(keyness: Keyness, tokens: Tokens, query: Query) -> Keyness:
    """Leave out the words that the query itself matches: that they stand where it does says nothing."""
    kept = ~keyness.frame["term"].str.casefold().isin(own_words(tokens, query))
    return replace(keyness, frame=keyness.frame[kept].reset_index(drop=True))


def own_words(tokens: Tokens, query: Query) -> set[str]:
    """Give the words that a query matches, case-folded."""
    hits = tokens.find(query)
    texts = tokens.corpus.texts
    own: set[str] = set()
    for row, start, end in zip(hits.rows.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True):
        own.update(_WORD.findall(texts[row][start:end].casefold()))
    return own


def moved_words(drift: Drift | Missing, direction: str, most: int = 6) -> list[str]:
    """Give the words that came to a query's company, or went, the clearest first."""
    if isinstance(drift, Missing) or drift.frame["kind"].iloc[0] == "not enough data":
        return []
    words = drift.words[
        (drift.words["direction"] == direction) & (drift.words["part"] > drift.words["by_chance"])
    ]
    return [str(one) for one in words["word"].head(most)]


def draw_words(found: dict[str, Any]) -> Drawing:
    """Draw how the company changed (or, with too little for that, what it is), and what goes with it.

    Parameters
    ----------
    found : dict
        "drift", "company" and "keyness": each a result or Missing.

    Raises
    ------
    NotEnoughDataError
        If there is neither company nor keyness.
    """
    drift, company, keyness = found["drift"], found["company"], found["keyness"]
    moved = not isinstance(drift, Missing) and drift.frame["kind"].iloc[0] != "not enough data"
    left = drift if moved else company
    there = [one for one in (left, keyness) if not isinstance(one, Missing)]
    if not there:
        raise NotEnoughDataError(str(left.reason))
    fig, axes = new_figure(
        1, len(there), width="double", height=104, shared=False, width_ratios=[1, 1.35][-len(there) :]
    )
    alt, captions = [], []
    if there[0] is left:
        if moved:
            left.plot(axes[0], n=_N_WORDS - 2)
            entitle(axes[0], "What came to its company, and went", letters=40)
            came, went = (listed(moved_words(drift, one), 6) for one in ("came", "went"))
            alt.append(f"Words that came to its company: {came or 'none'}; that went: {went or 'none'}.")
            captions.append(
                "words within five of its wordings, those that came and those that went, with how often they "
                "stood there before and after"
            )
        else:
            left.plot(axes[0], n=_N_WORDS)
            entitle(axes[0], "In its company", letters=40)
            best = list(dict.fromkeys(left.frame["collocate"]))
            alt.append(f"Words in its company: {listed(best, 6)}.")
            captions.append(
                "words that stand within five of its wordings more often than elsewhere, with 95% intervals"
            )
    if there[-1] is keyness:
        keyness.plot(axes[-1], group=MENTION, n=_N_WORDS)
        entitle(axes[-1], "Less  ←  in releases with it  →  more", letters=50)
        alt.append(_say_key(keyness))
        captions.append(
            "words that releases with it have more often (right) and less often (left) than the same "
            "issuers' other releases, with 95% intervals; its own wordings are left out; full: beyond "
            "chance, false discovery rate .05"
        )
    sides = ("Left: ", "Right: ") if len(captions) > 1 else ("", "")
    caption = ". ".join(
        f"{side}{text if side else text[:1].upper() + text[1:]}"
        for side, text in zip(sides, captions, strict=False)
    )
    return Drawing(fig, " ".join(alt), f"{caption}.", there)


def describe_words(found: dict[str, Any]) -> list[str]:
    """Say which words came and went, whether that is more than the language did, and what goes with it."""
    drift, company, keyness = found["drift"], found["company"], found["keyness"]
    said = []
    if isinstance(drift, Missing):
        said.append(f"Whether its company changed cannot be said: {drift.reason}")
    else:
        said.append(_say_drift(drift))
    if not isinstance(company, Missing):
        best = company.frame[company.frame["low"] > 0]
        names = list(dict.fromkeys(best["collocate"]))
        said.append(
            f"Over the whole time {listed(names, 8)} stand near it more often than elsewhere."
            if names
            else "No word stands near it more often than elsewhere, beyond its interval."
        )
    said.append(keyness.reason if isinstance(keyness, Missing) else _say_key(keyness))
    return said


def _say_drift(drift: Drift) -> str:
    row = drift.frame.iloc[0]
    if row["kind"] == "not enough data":
        return f"Whether its company changed cannot be said. Not enough data: {row['note']}."
    interval = f"95% interval {row['low']:.2f} to {row['high']:.2f}"
    numbers = f"{row['drift']:.2f} bits, {interval}, {chance(row['p_value'], 'p')}"
    if row["kind"] == "none":
        return f"Its company did not change beyond chance ({numbers})."
    came, went = (listed(moved_words(drift, one), 8) for one in ("came", "went"))
    moved = f"Its company changed ({numbers}): {came or 'nothing'} came, {went or 'nothing'} went."
    if row["kind"] == "moved with the language":
        return (
            f"{moved} So did that of words as frequent: {row['as_much']:.0%} of them changed as much, so "
            "that it is no change of its own."
        )
    return moved


def _say_key(keyness: Keyness) -> str:
    sure = keyness.frame[keyness.frame["q_value"] <= _BEYOND]
    more, less = (list(sure.loc[sure["log_ratio"] * sign > 0, "term"]) for sign in (1, -1))
    text = (
        f"Beyond chance, releases that mention it have more of {listed(more, 8)}"
        if more
        else (
            "No word stands in releases that mention it more often than in the same issuers' others, "
            "beyond chance"
        )
    )
    return text + (f"; less of {listed(less, 6)}." if less else ".")
