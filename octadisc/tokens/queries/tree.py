"""The tree of a query: its words and conditions, and how they are put together."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Both",
    "Choice",
    "Condition",
    "Either",
    "Match",
    "Node",
    "Not",
    "Parsed",
    "Repeat",
    "Sequence",
    "Token",
    "Words",
]


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they would stand in the text, with or without wildcards."""

    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """One condition on a token: that all of its attribute's value matches a regular expression."""

    attribute: str
    pattern: str
    differs: bool = False
    bare: bool = False  # without regard to diacritics
    caseless: bool = False  # where case matters otherwise
    written: str = ""


@dataclass(frozen=True, slots=True)
class Both:
    """Conditions that must all hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions of which one must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    part: Condition


Condition = Match | Both | Either | Not


@dataclass(frozen=True, slots=True)
class Token:
    """One token that meets a condition; any token where there is none (``[]``)."""

    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """One item after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several items."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item several times; without an upper bound where `most` is None."""

    part: Node
    least: int
    most: int | None


Node = Words | Token | Sequence | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query's tree, and how far a hit may reach: ``"s"``, ``"p"`` or ``"release"``."""

    tree: Node
    within: str
