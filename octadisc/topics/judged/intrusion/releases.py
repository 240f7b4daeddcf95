"""Items that show a release: topic intrusion, label intrusion and the best label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, WrongKindError
from octadisc.tokens.lines.line_table import language_tags
from octadisc.tokens.lines.samples import fill_evenly
from octadisc.tokens.lines.schemes import tidy_label
from octadisc.topics.evidence import check_tokens
from octadisc.topics.judged.intrusion.items import Item, Shown, make_item
from octadisc.topics.judged.intrusion.words import write_words

if TYPE_CHECKING:
    from octadisc.tokens import Tokens
    from octadisc.topics.labels.rankings import Ranking
    from octadisc.topics.model import TopicModel

__all__ = [
    "draw_release_items",
    "need_tokens",
    "read_labels",
    "usable_rows",
    "words_of_topics",
    "write_excerpt",
]

Integers = npt.NDArray[np.int64]
_FAINT = 0.05  # share of a release below which a reader will hardly find a topic in it


def need_tokens(model: TopicModel, tokens: Tokens | None, doing: str) -> Tokens:
    """Give the tokens from which texts are taken, or say that there are none."""
    found = model.tokens if tokens is None else tokens
    if found is None:
        raise InputError(
            f"The model has no tokens, so there is no text to show for {doing}: it was read from a file, or "
            "its counts were made elsewhere. Give them: tokens=tokens, or "
            'od.load_model("model.zip", tokens=tokens).'
        )
    check_tokens(model, found)
    return found


def usable_rows(model: TopicModel) -> Integers:
    """Give the releases that have shares and are no copies left out of the counts."""
    return np.flatnonzero(~np.isnan(model.shares[:, 0]) & (model.release_weights > 0)).astype(np.int64)


def read_labels(model: TopicModel, labels: Any) -> dict[int, str]:
    """Give the label of each topic that has one; the topics' names by default.

    Raises
    ------
    InputError, WrongKindError, UnknownNameError
        If labels are no list or mapping, too many or too few, empty, or the same for two topics.
    """
    if labels is None:
        given: dict[int, Any] = dict(enumerate(model.topics["name"]))
    elif isinstance(labels, Mapping):
        given = {model.number_of(topic): label for topic, label in labels.items()}
    elif isinstance(labels, Sequence) and not isinstance(labels, str):
        if len(labels) != model.n_topics:
            raise InputError(
                f"labels are {len(labels)}, the topics {model.n_topics}. Expected one for each topic, or a "
                'mapping such as {0: "mutual trust"}.'
            )
        given = dict(enumerate(labels))
    else:
        raise WrongKindError(
            f'labels is a {type(labels).__name__}. Expected a mapping such as {{0: "mutual trust"}}, or a '
            "list with a label for each topic."
        )
    made = {topic: tidy_label(label) for topic, label in given.items() if label is not None}
    folded = [label.casefold() for label in made.values()]
    for topic, label in made.items():
        if not label:
            raise InputError(
                f"labels: that of topic {topic} is empty. Expected words, or none for this topic."
            )
        if folded.count(label.casefold()) > 1:
            raise InputError(f"labels: two topics are called {label!r}. Expected labels that differ.")
    return made


def draw_release_items(
    model: TopicModel,
    tokens: Tokens,
    kind: str,
    n: int,
    choices: Mapping[int, str],
    rng: np.random.Generator,
    *,
    evenly: bool,
    letters: int,
) -> tuple[list[Item], list[str]]:
    """Draw releases and show each with choices, of which the last drawn is the right one.

    Parameters
    ----------
    choices : mapping from topic to str
        The words or the label by which each topic is shown; topics without are left out.
    evenly : bool
        Whether releases are drawn evenly over their largest topics.
    letters : int
        How much of a release is shown, at most.
    """
    rows = usable_rows(model)
    order = np.argsort(-model.shares[rows], axis=1, kind="stable")
    n_first = 1 if kind == "best_label" else 3
    known = np.isin(order[:, :n_first], list(choices)).all(axis=1)
    known &= np.take_along_axis(model.shares[rows], order[:, n_first - 1 : n_first], axis=1)[:, 0] > 0
    texts = tokens.corpus.texts
    known &= np.array([bool(texts[row].strip()) for row in rows.tolist()])
    if len(choices) < 4:
        raise NotEnoughDataError(
            f"{len(choices)} topics can be shown, and an item needs four. Label more of them, or fit a model "
            "of more topics."
        )
    notes = []
    if not known.all():
        notes.append(
            "Not drawn from, since they have no text, fewer topics than are shown, or one without a label: "
            f"{int((~known).sum()):,} of {rows.size:,} releases."
        )
    rows, order = rows[known], order[known]
    if not rows.size:
        raise NotEnoughDataError(
            "There is no release with shares, a text, and labels for its largest topics."
        )
    chosen = _choose(order[:, 0], n, rng, evenly=evenly)
    if chosen.size < n:
        notes.append(f"Fewer items than asked for: {chosen.size:,} releases are all there are.")
    missing = sorted(set(choices) - set(order[:, 0].tolist()))
    if missing and evenly:
        some = ", ".join(map(str, missing[:6])) + (" and more" if len(missing) > 6 else "")
        notes.append(f"Largest in no release, and so not judged: topic {some}.")
    if kind != "best_label":
        notes += _say_faint(model.shares[rows[chosen], order[chosen, 2]])
    items = []
    for at in chosen.tolist():
        topics = _choose_topics(kind, order[at], choices, rng)
        shown = show_release(model, tokens, int(rows[at]), topics, letters)
        items.append(make_item(kind, int(order[at, 0]), [choices[one] for one in topics], topics, rng, shown))
    return items, notes


def _say_faint(third: npt.NDArray[np.float64]) -> list[str]:
    """Say where the third topic is hardly there, so that it cannot be told from the intruder."""
    faint = int((third < _FAINT).sum())
    if not faint:
        return []
    return [
        f"In {faint:,} of {third.size:,} items the third topic has less than {_FAINT:.0%} of the release, "
        "and may well be taken for the intruder: of releases about one thing, precision is low for no fault "
        'of the model. With kind="best_label" the first topic alone is asked for.'
    ]


def _choose(topic: Integers, n: int, rng: np.random.Generator, *, evenly: bool) -> Integers:
    """Choose among releases, each of which has its largest topic."""
    if not evenly:
        return np.sort(rng.permutation(topic.size)[:n])
    names, codes = np.unique(topic, return_inverse=True)
    quotas = fill_evenly(np.bincount(codes), n, rng)
    parts = [rng.permutation(np.flatnonzero(codes == one))[: quotas[one]] for one in range(names.size)]
    return np.sort(np.concatenate(parts))


def _choose_topics(
    kind: str, order: Integers, choices: Mapping[int, str], rng: np.random.Generator
) -> list[int]:
    """Give the topics of an item's four choices, the right one last."""
    if kind == "best_label":
        others = [one for one in choices if one != order[0]]
        return [*rng.choice(others, 3, replace=False).tolist(), int(order[0])]
    rest = [one for one in order[3:].tolist() if one in choices]
    low = rest[len(rest) // 2 :] if kind == "topic" else rest
    return [*order[:3].tolist(), int(rng.choice(low))]


def show_release(model: TopicModel, tokens: Tokens, row: int, topics: Sequence[int], letters: int) -> Shown:
    """Give a release as it is shown, and what is known of it."""
    frame = tokens.corpus.frame.iloc[[row]]
    excerpt, start, end = write_excerpt(tokens, row, letters)
    title = _word(frame["title"].iloc[0])
    if title and excerpt.casefold().startswith(title.casefold()):
        title = ""
    date = frame["date"].iloc[0]
    return Shown(
        release=str(frame["release"].iloc[0]),
        date="" if pd.isna(date) else f"{date:%Y-%m-%d}",
        issuer=_word(frame["issuer"].iloc[0]),
        source=_word(frame["source"].iloc[0]),
        title=title,
        excerpt=excerpt,
        start=start,
        end=end,
        language=language_tags(frame)[0],
        shares=tuple(float(model.shares[row, one]) for one in topics),
    )


def _word(value: Any) -> str:
    return "" if pd.isna(value) else " ".join(str(value).split())


def write_excerpt(tokens: Tokens, row: int, letters: int) -> tuple[str, int, int]:
    """Give a release's first sentences, as many as fit, and where they stand.

    A first sentence that is too long is cut at a blank.
    """
    text = tokens.corpus.texts[row]
    bounds = [(int(low), int(high)) for low, high in tokens.sentences_of(row)] or [(0, len(text))]
    start = bounds[0][0]
    fitting = [high for _, high in bounds if high - start <= letters]
    end = fitting[-1] if fitting else bounds[0][1]
    shown = " ".join(text[start:end].split())
    if not fitting and len(shown) > letters:
        shown = shown[:letters].rsplit(" ", 1)[0]
    return (shown if end >= bounds[-1][1] and fitting else f"{shown} …"), start, end


def words_of_topics(model: TopicModel, n_terms: int, by: Ranking) -> dict[int, str]:
    """Give each topic's first words, as a choice."""
    return {
        topic: write_words(model.terms_of(topic, n_terms, by=by)["term"].tolist())
        for topic in range(model.n_topics)
    }
