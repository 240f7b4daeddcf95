"""A corpus of five plain themes with a model of it, and sheets made by hand."""

import numpy as np
import pandas as pd

import octadisc as od
from octadisc.spec import Spec
from octadisc.topics.judged.intrusion.items import Item, Shown
from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

THEMES = [
    "drugs cocaine heroin seizure harbour cargo customs smuggling courier powder".split(),
    "trust training respect talks visit minister school teacher lesson exchange".split(),
    "cars vehicles stolen garage wheels engine plates thief workshop number".split(),
    "bank card fraud money account transfer loan cheque cash signature".split(),
    "fire forest smoke rescue helicopter water brigade village roof hose".split(),
]


def write_corpus(n=100, seed=0):
    """Give releases of three themes each: 60, 30 and 10 per cent of their words, in five sentences."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        themes = [i % 5, *rng.permutation([one for one in range(5) if one != i % 5])[:2]]
        words = np.concatenate(
            [rng.choice(THEMES[one], size) for one, size in zip(themes, (30, 15, 5), strict=True)]
        )
        rng.shuffle(words)
        sentences = [" ".join(words[at : at + 10]).capitalize() + "." for at in range(0, 50, 10)]
        rows.append(
            {
                "release": f"r{i:03d}",
                "text": " ".join(sentences),
                "title": f"Title {i}",
                "date": f"{2001 + i * 5 // n}-03-0{1 + i % 9}",
                "issuer": "AB"[i % 2],
                "language": "en",
            }
        )
    return od.Corpus.from_frame(rows)


def fit(n=100, seed=0):
    """Give a model of five topics, one a theme."""
    return od.fit_topics(od.count_terms(od.tokenize(write_corpus(n, seed))), 5, "lda", seed=1)


def make_sheet(kind, items, coders=("A", "B"), names=("nought", "one", "two")):
    """Give a sheet in which each coder sees the choices as they are: choice 1 is the first of the item."""
    orders = {
        coder: tuple((n, tuple(range(len(one.choices)))) for n, one in enumerate(items)) for coder in coders
    }
    spec = Spec("draw_intrusion", {"kind": kind}, 0)
    return IntrusionSheet(kind, tuple(items), orders, tuple(names), spec, ())


def make_items(targets, topics, n_choices=6, shares=None):
    """Give items whose choices are a0, a1, …, of the second b0, b1, …; the right ones are at `targets`."""
    made = []
    for at, (target, topic) in enumerate(zip(targets, topics, strict=True)):
        letter = "abcdefghijklmnopqrst"[at]
        shown = (
            Shown() if shares is None else Shown(release=f"r{at}", excerpt="Text.", shares=tuple(shares[at]))
        )
        choices = tuple(f"{letter}{one}" for one in range(n_choices))
        made.append(Item("bcdfghjklmnp"[at] * 12, topic, choices, tuple([topic] * n_choices), target, shown))
    return made


def answer(sheet, given):
    """Give a frame of answers: of each coder a list, an item each."""
    rows = [
        {"line": item.line, "coder": coder, "answer": one}
        for coder, answers in given.items()
        for item, one in zip(sheet.items, answers, strict=True)
    ]
    return pd.DataFrame(rows)
