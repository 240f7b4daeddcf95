"""Items: what one question shows, and what the right choice is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from octadisc.tokens.lines.coding import line_ids

__all__ = ["Item", "Shown", "make_item", "number_lines"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The release of an item, as it is shown and as it is known.

    Attributes
    ----------
    release, date, issuer, source : str
        Empty where not known.
    title, excerpt : str
        What coders see.
    start, end : int
        Place of the excerpt in the release's text.
    language : str
        Tag by which a browser reads it out.
    shares : tuple of float
        Of each choice's topic in the release.
    """

    release: str = ""
    date: str = ""
    issuer: str = ""
    source: str = ""
    title: str = ""
    excerpt: str = ""
    start: int = 0
    end: int = 0
    language: str = ""
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes
    ----------
    line : str
        Its id: twelve letters, made from what is shown.
    topic : int
        Which topic it judges: the one whose words are shown; of a release its largest.
    choices : tuple of str
        In an order of chance, the same for all coders: what they choose is compared by these places.
    topics : tuple of int
        The topic that each choice is from; -1 of a label that is no topic's.
    target : int
        Place of the right choice.
    shown : Shown
    """

    line: str
    topic: int
    choices: tuple[str, ...]
    topics: tuple[int, ...]
    target: int
    shown: Shown = Shown()


def make_item(
    kind: str,
    topic: int,
    choices: Sequence[str],
    topics: Sequence[int],
    rng: np.random.Generator,
    shown: Shown | None = None,
) -> Item:
    """Make an item of choices of which the last is the right one, in an order of chance."""
    order = rng.permutation(len(choices)).tolist()
    content = json.dumps([kind, sorted(choices), shown.release if shown else ""], ensure_ascii=False)
    line = line_ids(pd.DataFrame({"release": [content], "start": [0], "end": [0]})).iloc[0]
    if shown is not None and shown.shares:
        shares = tuple(float(shown.shares[at]) for at in order)
        shown = replace(shown, shares=shares)
    return Item(
        str(line),
        int(topic),
        tuple(str(choices[at]) for at in order),
        tuple(int(topics[at]) for at in order),
        order.index(len(choices) - 1),
        shown or Shown(),
    )


def number_lines(items: Sequence[Item]) -> dict[str, int]:
    """Give the number of the item with each id."""
    return {item.line: number for number, item in enumerate(items)}
