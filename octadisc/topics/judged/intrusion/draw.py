"""Drawing the items by which people judge a topic model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.errors import InputError, NotEnoughDataError, WrongKindError, expect
from octadisc.spec import Spec
from octadisc.terms.arguments import check_part, check_whole
from octadisc.tokens.lines.line_table import write_many
from octadisc.tokens.lines.samples import fill_evenly, read_seed
from octadisc.tokens.lines.schemes import tidy_label
from octadisc.topics.judged.intrusion.carrying import shares_of_topics
from octadisc.topics.judged.intrusion.releases import (
    draw_release_items,
    need_tokens,
    read_labels,
    words_of_topics,
)
from octadisc.topics.judged.intrusion.sheet import IntrusionSheet, order_items
from octadisc.topics.judged.intrusion.tasks import Kind, read_kind, write_chance
from octadisc.topics.judged.intrusion.words import draw_word_items, draw_word_set_items
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from octadisc.tokens import Tokens
    from octadisc.topics.labels.rankings import Ranking

__all__ = ["draw_intrusion", "read_coders"]

_WORD_ITEMS, _ITEMS = 3, 4  # a topic: with fewer not even all answers right are surely more than chance


def draw_intrusion(
    model: TopicModel,
    kind: Kind = "word",
    *,
    n: int | None = None,
    coders: int | Sequence[str] = ("A", "B"),
    n_terms: int | None = None,
    labels: Any = None,
    by: Ranking = "probability",
    overlap: float = 1.0,
    evenly: bool = True,
    letters: int = 700,
    tokens: Tokens | None = None,
    seed: int = 0,
) -> IntrusionSheet:
    """Draw questions by which people judge whether topics mean something, and whether releases have them.

    Parameters
    ----------
    model : TopicModel
    kind : {"word", "topic", "word_set", "label", "best_label"}
        What coders look for:

        - "word": among a topic's first words, one that is improbable in it and probable in another topic;
        - "word_set": among three sets of a topic's words, a set of another topic's;
        - "topic": beside the beginning of a release, among its three largest topics, shown by their first
          words, one of those with the smallest shares;
        - "label": the same with labels in place of words, and any other topic's label as the intruder;
        - "best_label": beside the beginning of a release, which label fits best: that of its largest topic,
          or one of three others.
    n : int, optional
        How many items, shared evenly over topics; by default four a topic, of "word" three.
    coders : int or sequence of str
        How many, or their names.
    n_terms : int, optional
        Words that show a topic: 5 for "word", 8 for "topic", 4 in each set for "word_set".
    labels : list or mapping from topic to str, optional
        For "label" and "best_label": what topics are called; the model's names by default. Of topics
        without a label no release is shown.
    by : {"probability", "frex", "keyness", "lift", "score"}
        Which words come first. The papers take the most probable ones.
    overlap : float
        Part of the items that all coders get, the others one each. Agreement is measured on the former.
    evenly : bool
        Where releases are shown: whether they are drawn evenly over their largest topics, so that each topic
        is judged, or all with the same chance, so that the whole speaks of the corpus.
    letters : int
        How much of a release is shown, at most: whole sentences from its beginning.
    tokens : Tokens, optional
        Where the texts are, if the model has none.
    seed : int
        Decides on items, intruders, their places, and the order for each coder.

    Returns
    -------
    IntrusionSheet
        ``sheet.save(folder)`` writes what coders get; `od.score_intrusion` reads what comes back.

    Raises
    ------
    InputError, UnknownNameError, WrongKindError, NotEnoughDataError
        If an argument is not what it should be, a release must be shown and there are no tokens, or the
        model has too few topics or terms.

    Notes
    -----
    Word intrusion takes the five most probable words of a topic and an intruder at random from the words that
    are in the less probable half of this topic's and among the 20 most probable of another. Topic intrusion
    shows title and beginning of a release (not the sentences that speak for its topics, which would favour
    the model), its three largest topics by their eight most probable words, and an intruder at random from
    the lower half of the others [1]_. Random 4 word set intrusion (R4WSI) draws 12 words from a topic's 20
    most probable ones, each as often as it is probable, deals them out into three sets, and draws four words
    of another topic likewise; words that are shown already are passed over here. Label intrusion takes the
    intruder from all other topics, and the best label stands among three of any others [2]_.

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
    >>> sheet = draw_intrusion(model, n=4)
    >>> sheet
    IntrusionSheet(word: 4 items on 2 topics, 6 choices each, for A, B)
    >>> item = sheet.items[0]
    >>> themes_of = [sum(word in theme for word in item.choices) for theme in themes]
    >>> sorted(themes_of), item.choices[item.target] in item.choices
    ([1, 5], True)
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, n_topics) gives")
    task = read_kind(kind)
    names, seed = read_coders(coders), read_seed(seed)
    check_part("overlap", overlap, "the items that all coders get", zero=True, one=True)
    check_whole("letters", letters, 50)
    if n_terms is None:
        n_terms = task.n_terms
    elif task.n_terms:
        check_whole("n_terms", n_terms, 2)
    else:
        raise InputError(f"n_terms={n_terms!r}: with kind={kind!r} labels are shown, and no words.")
    if labels is not None and task.n_terms:
        raise InputError(f'labels: with kind={kind!r} words are shown. Take kind="label" or "best_label".')
    if n is None:
        n = (_WORD_ITEMS if kind == "word" else _ITEMS) * model.n_topics
    check_whole("n", n, 1)
    rng = np.random.default_rng([seed, 1])
    if task.has_text:
        texts = need_tokens(model, tokens, task.title.lower())
        _refuse_few(model, 4)
        choices = words_of_topics(model, n_terms, by) if n_terms else read_labels(model, labels)
        items, notes = draw_release_items(
            model, texts, kind, n, choices, rng, evenly=evenly, letters=int(letters)
        )
    else:
        _refuse_few(model, 2)
        quotas = fill_evenly(np.full(model.n_topics, n), n, rng)
        draw = draw_word_items if kind == "word" else draw_word_set_items
        items, notes = draw(model, quotas, n_terms, by, rng)
    orders, n_shared = order_items(len(items), len(items[0].choices), names, overlap, seed)
    notes = [*notes, *_say(len(items), n_shared, names, task.target, len(items[0].choices))]
    if task.has_text and not n_terms and labels is None:
        notes.append("Labels are the model's names: unless topics were renamed, their own words.")
    parameters: dict[str, Any] = {
        "kind": kind,
        "n": n,
        "coders": names,
        "n_terms": n_terms,
        "by": by,
        "overlap": overlap,
    }
    if task.has_text:
        # a copy: what the caller does to them later is not what was drawn
        kept: Any = dict(labels) if isinstance(labels, Mapping) else None if labels is None else list(labels)
        parameters |= {"labels": kept, "evenly": evenly, "letters": letters}
    parameters["shares"] = shares_of_topics(model)  # two fits may have one recipe
    spec = Spec("draw_intrusion", parameters, seed, (model.spec,))
    topics = tuple(str(one) for one in model.topics["name"])
    return IntrusionSheet(kind, tuple(items), orders, topics, spec, tuple(notes))


def read_coders(coders: Any) -> list[str]:
    """Give the names of coders.

    Examples
    --------
    >>> read_coders(2), read_coders(["Ana ", "Boris"])
    (['A', 'B'], ['Ana', 'Boris'])
    """
    if isinstance(coders, int | np.integer) and not isinstance(coders, bool):
        if not 1 <= coders <= 26:
            raise InputError(f"coders={coders!r}: expected 1 to 26, or their names.")
        return [chr(ord("A") + number) for number in range(int(coders))]
    if isinstance(coders, str | bool) or not isinstance(coders, Sequence):
        raise WrongKindError(
            f"coders is a {type(coders).__name__}. Expected how many, or a list of their names."
        )
    names = [tidy_label(one) for one in coders]
    if not names or not all(names) or len({one.casefold() for one in names}) < len(names):
        raise InputError(f"coders={list(coders)!r}: expected names that differ.")
    return names


def _refuse_few(model: TopicModel, least: int) -> None:
    if model.n_topics < least:
        raise NotEnoughDataError(
            f"The model has {model.n_topics} topics, and an item needs {least}. Fit one of more topics."
        )


def _say(n: int, n_shared: int, names: list[str], target: str, n_choices: int) -> list[str]:
    """Say how items were shared out."""
    who = ", ".join(names)
    notes = [f"The {target} is at a place of chance, another for each coder: {write_chance(n_choices)}."]
    if len(names) == 1:
        notes.append(f"All items go to {who}; agreement needs a second coder.")
    elif n_shared == n:
        notes.append(f"Every item goes to each of {who}.")
    else:
        notes.append(f"{write_many(n_shared, 'item')} of {n:,} to each of {who}; the others to one of them.")
    return notes
