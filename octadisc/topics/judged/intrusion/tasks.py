"""The tasks that people are given to judge a topic model by: what is shown, and what is asked."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from octadisc.errors import UnknownNameError, did_you_mean

__all__ = ["CANNOT_TELL", "TASKS", "Kind", "Task", "read_kind", "write_chance"]

Kind = Literal["word", "topic", "word_set", "label", "best_label"]
CANNOT_TELL = "can't tell"
_NUMBERS = {4: "four", 5: "five", 6: "six"}


class Task(NamedTuple):
    """One kind of task.

    Attributes
    ----------
    title : str
        What it is called.
    question : str
        What coders are asked.
    how : str
        What they must know besides.
    target : str
        What the right choice is.
    n_terms : int
        Words that show a topic, unless said otherwise; 0 where labels do.
    has_text : bool
        Whether a release is shown.
    """

    title: str
    question: str
    how: str
    target: str
    n_terms: int
    has_text: bool


_READ = "Read the text, which is the beginning of a press release, and then the choices."
TASKS: dict[str, Task] = {
    "word": Task(
        "Word intrusion",
        "Which word does not belong with the others?",
        "All words but one come from one list of words that often stand together.",
        "intruder",
        5,
        False,
    ),
    "topic": Task(
        "Topic intrusion",
        "Which group of words has least to do with this text?",
        f"{_READ} Each is a group of words that often stand together; all groups but one fit the text.",
        "intruder",
        8,
        True,
    ),
    "word_set": Task(
        "Word set intrusion",
        "Which group of words does not belong with the others?",
        "All groups but one come from one list of words that often stand together.",
        "intruder",
        4,
        False,
    ),
    "label": Task(
        "Label intrusion",
        "Which label has least to do with this text?",
        f"{_READ} All labels but one fit the text.",
        "intruder",
        0,
        True,
    ),
    "best_label": Task(
        "Best label",
        "Which label fits this text best?",
        _READ,
        "model's label",
        0,
        True,
    ),
}


def read_kind(kind: Any) -> Task:
    """Give the task of a kind, or refuse what is none.

    Examples
    --------
    >>> read_kind("word").title
    'Word intrusion'
    >>> read_kind("words")
    Traceback (most recent call last):
    octadisc.errors.UnknownNameError: kind='words' is no task. Did you mean 'word'?
    """
    if not isinstance(kind, str) or kind not in TASKS:
        raise UnknownNameError(f"kind={kind!r} is no task.{did_you_mean(str(kind), TASKS)}")
    return TASKS[kind]


def write_chance(n_choices: int) -> str:
    """Say how often one is right by chance.

    Examples
    --------
    >>> write_chance(6)
    'one in six'
    """
    return f"one in {_NUMBERS.get(n_choices, n_choices)}"
