"""Keywords in a fitted model: how their topics use them, and what that says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.drawing.marks import draw_bars
from octadisc.drawing.style import new_axes
from octadisc.faces import show
from octadisc.topics.structural.fitting import State
from octadisc.topics.structural.keywords import Asked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.model import TopicModel

__all__ = ["Keywords", "measure_keywords", "note_held", "note_keywords"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_HARDLY = 0.005  # rate below which a topic hardly speaks of its keywords
_NAMED = 5  # keywords that a note names


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Keywords:
    """How topics that were given keywords use them; `model.structure.keywords`.

    Attributes
    ----------
    names : list of str
        What the keyword topics were called.
    topics : array of int, shape (keyword topics,)
        Their numbers in the model.
    rates : array of float, shape (keyword topics,)
        How often a word of the topic is one of its keywords, and spoken as such; the π of the keyword
        assisted topic model. Near 0 the topic is not about its keywords.
    rows : DataFrame
        One row a keyword; see :meth:`to_frame`.
    """

    names: list[str]
    topics: Ints
    rates: Floats
    rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give one row a keyword topic and keyword.

        Columns: topic (number), name (as given), keyword, terms (of the counts, that it stands for), count
        (how often it occurs in the releases that the model was learnt from), used (how often it is expected
        to be used in the topic), elsewhere (the part of its uses that is other topics'), other (number of
        the topic that has most of these, −1 if none has any), other_used (how many they are), probability
        (in the topic), rate (of the topic, the same in each of its rows).
        """
        place = self.rows["seed"].to_numpy()
        names = pd.Series([self.names[i] for i in place], dtype="str")
        found = self.rows.drop(columns="seed").assign(
            topic=self.topics[place],
            name=names,
            terms=pd.Series([", ".join(one) for one in self.rows["terms"]], dtype="str"),
            rate=self.rates[place],
        )
        columns = ["topic", "name", "keyword", "terms", "count", "used", "elsewhere", "other", "other_used"]
        return found[[*columns, "probability", "rate"]]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw for each keyword how much of its uses is its own topic's, in per cent, as bars."""
        frame = self.to_frame()
        labels = [f"{one.name}: {one.keyword}" for one in frame.itertuples(index=False)]
        ax = new_axes(ax, height=min(220.0, 18.0 + 6.5 * len(frame)))
        draw_bars(ax, labels, 100 * (1 - frame["elsewhere"].to_numpy(float)), letters=34)
        ax.set_xlim(0, 100)
        ax.set_xlabel("of the keyword's uses, in its own topic, per cent")
        return ax

    def reorder(self, order: Ints) -> Keywords:
        """Give the same with topics in another order."""
        place = np.argsort(order)
        other = self.rows["other"].to_numpy()
        moved = self.rows.assign(other=np.where(other >= 0, place[other], -1))
        return replace(self, topics=place[self.topics], rows=moved)

    def in_order(self, n_topics: int) -> Ints:
        """Give the order of topics in which the keyword topics are the first, as they were asked for."""
        rest = np.setdiff1d(np.arange(n_topics), self.topics)
        return np.concatenate([self.topics, rest]).astype(np.int64)

    def give_names(self, names: list[str]) -> list[str]:
        """Give names of topics, of which the keyword topics' are as they were given.

        Examples
        --------
        >>> rows = pd.DataFrame({"seed": []})
        >>> Keywords(["trust"], np.array([1]), np.array([0.1]), rows).give_names(["trust", "a, b, c"])
        ['trust (0)', 'trust']
        """
        own = dict(zip(self.topics.tolist(), self.names, strict=True))
        return [own.get(k, f"{name} ({k})" if name in self.names else name) for k, name in enumerate(names)]

    def is_of(self, asked: Asked | None) -> bool:
        """Say whether these are the keywords that are asked for."""
        if asked is None:
            return False
        rows = [(self.names[i], one) for i, one in zip(self.rows["seed"], self.rows["keyword"], strict=True)]
        given = zip(asked.names, asked.keywords, strict=True)
        return rows == [(name, one) for name, several in given for one in several]

    def rename_terms(self, names: dict[str, str]) -> Keywords:
        """Give the same with terms called otherwise."""
        terms = [[names[one] for one in several] for several in self.rows["terms"]]
        return replace(self, rows=self.rows.assign(terms=pd.Series(terms, dtype=object)))

    def __repr__(self) -> str:
        return f"Keywords({len(self.rows)} keywords of {len(self.names)} topics)"

    def _repr_html_(self) -> str:
        formats = {
            "count": "{:,.0f}",
            "used": "{:,.1f}",
            "elsewhere": "{:.0%}",
            "other_used": "{:,.1f}",
            "probability": "{:.2%}",
            "rate": "{:.2%}",
        }
        return show(self, self.to_frame(), len(self.rows), formats)


def measure_keywords(asked: Asked, state: State) -> Keywords:
    """Say how topics use their keywords; they are the first topics of the state."""
    spoken = state.spoken
    assert spoken is not None  # there has been a pass
    rows: list[dict[str, Any]] = []
    for k, (keywords, columns, terms) in enumerate(
        zip(asked.keywords, asked.columns, asked.terms, strict=True)
    ):
        for keyword, mine, words in zip(keywords, columns, terms, strict=True):
            uses = spoken.expected[np.searchsorted(spoken.terms, mine)].sum(axis=0)
            total, own = float(uses.sum()), float(uses[k])
            others = uses.copy()
            others[k] = -1.0
            other = int(others.argmax())
            rows.append(
                {
                    "seed": k,
                    "keyword": keyword,
                    "terms": words,
                    "count": total,
                    "used": own,
                    "elsewhere": 1 - own / total if total > 0 else np.nan,
                    "other": other if others[other] > 0 else -1,
                    "other_used": max(float(others[other]), 0.0),
                    "probability": float(state.words[0][mine, k].sum()),
                }
            )
    table = pd.DataFrame(rows).astype({"keyword": "str"})
    return Keywords(asked.names, np.arange(len(asked.names)), spoken.rates, table)


def note_held(asked: Asked | None, state: State, least: float) -> list[str]:
    """Name the keyword topics that would have less of their keywords if they were not held."""
    if asked is None or state.spoken is None:
        return []
    held = [
        f"{name!r} ({part:.1%})"
        for name, part in zip(asked.names, state.spoken.parts, strict=True)
        if part < least
    ]
    if not held:
        return []
    return [
        f"Topics held at {least:.0%} keywords, of which texts would make another topic: {', '.join(held)}, "
        "in brackets what part of their words the keywords would be. Read their other words before you use "
        "the names."
    ]


def note_keywords(model: TopicModel) -> list[str]:
    """Say which keyword topics, and which keywords, the data do not bear out."""
    keywords = None if model.structure is None else model.structure.keywords
    if keywords is None:
        return []
    frame, names = keywords.to_frame(), model.topics["name"].tolist()
    notes, single = [], []
    for topic, mine in frame.groupby("topic", sort=False):
        name, rate = names[int(str(topic))], float(mine["rate"].iloc[0])
        away = mine[mine["other_used"] > mine["used"]]
        used, counted = float(mine["used"].sum()), float(mine["count"].sum())
        where = f"Look at model.structure.keywords and model.evidence({name!r})."
        if len(away) > len(mine) / 2 and 2 * used < counted:
            most = away.groupby("other")["other_used"].sum().idxmax()
            notes.append(
                f"The data do not bear {name!r} out: {1 - used / counted:.0%} of the uses of its keywords "
                f"are other topics', most of them those of {names[int(str(most))]!r}. {where}"
            )
        elif rate < _HARDLY:
            notes.append(
                f"The data hardly bear {name!r} out: its keywords are {rate:.2%} of its words. {where}"
            )
        else:
            single += [
                f"{one.keyword!r} of {name!r} ({one.elsewhere:.0%} elsewhere, most in {names[one.other]!r})"
                for one in away.itertuples()
            ]
    if single:
        more = f" and {len(single) - _NAMED} more" if len(single) > _NAMED else ""
        notes.append(
            f"Keywords that another topic uses more than their own: {', '.join(single[:_NAMED])}{more}."
        )
    return notes
