"""IntrusionSheet: items shared out among coders, each in an order of its own, and the key to them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.tokens.lines.line_table import write_many
from octadisc.topics.judged.intrusion.items import Item
from octadisc.topics.judged.intrusion.tasks import TASKS, Kind, Task

__all__ = ["IntrusionSheet", "Orders", "order_items"]

Orders = Mapping[str, tuple[tuple[int, tuple[int, ...]], ...]]  # of each coder: item, order of its choices


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class IntrusionSheet:
    """Questions by which people judge a topic model; made by `od.draw_intrusion`.

    Attributes
    ----------
    kind : {"word", "topic", "word_set", "label", "best_label"}
    items : tuple of Item
        With the right choice of each: not for coders.
    orders : mapping from coder to pairs
        Which items a coder gets, in which order, and in which order the choices of each.
    names : tuple of str
        The topics' names.
    spec : Spec
    notes : tuple of str
        How items were drawn and shared out.
    """

    kind: Kind
    items: tuple[Item, ...]
    orders: Orders
    names: tuple[str, ...]
    spec: Spec
    notes: tuple[str, ...]

    @property
    def task(self) -> Task:
        """What coders are asked."""
        return TASKS[self.kind]

    @property
    def coders(self) -> tuple[str, ...]:
        """Names of the coders."""
        return tuple(self.orders)

    @property
    def n_choices(self) -> int:
        """How many choices each item has: chance is one in so many."""
        return len(self.items[0].choices)

    @property
    def frame(self) -> pd.DataFrame:
        """What coders see; see :meth:`to_frame`."""
        rows = []
        for coder, given in self.orders.items():
            for number, order in given:
                item = self.items[number]
                row = {"line": item.line, "coder": coder}
                if self.task.has_text:
                    row |= {"title": item.shown.title, "excerpt": item.shown.excerpt}
                row |= {f"choice {at}": item.choices[one] for at, one in enumerate(order, 1)}
                rows.append(row)
        frame = pd.DataFrame(rows).astype("str")
        return frame.assign(answer=pd.Series(pd.NA, index=frame.index, dtype="str"))

    @property
    def key(self) -> pd.DataFrame:
        """Give one row an item: line, topic, name, release, date, issuer, source, choices, and the right one.

        The columns are line, topic (that is judged), name, release, date, issuer, source, choices (in the
        order in which answers of coders are compared), target (the right choice), target_topic (its topic).
        """
        rows = [
            {
                "line": item.line,
                "topic": item.topic,
                "name": self.names[item.topic],
                "release": item.shown.release,
                "date": item.shown.date,
                "issuer": item.shown.issuer,
                "source": item.shown.source,
                "choices": " | ".join(item.choices),
                "target": item.choices[item.target],
                "target_topic": item.topics[item.target],
            }
            for item in self.items
        ]
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Give one row an item and coder, as coders get them: line, coder, the choices, and an empty answer.

        Of tasks that show a release there are also title and excerpt. Which choice is the right one is not
        in it, but in `key`.
        """
        return self.frame

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write what coders get into a folder inside, ``for coders``, and the key beside that one.

        Parameters
        ----------
        folder : path
            Gets ``key.json``, which coders are not given, and ``for coders`` with three files for each coder,
            of which one is enough: ``coder A.html`` (a page that works without a network, keeps answers,
            and gives them as a CSV), ``coder A.xlsx`` and ``coder A.csv``.

        Returns
        -------
        list of Path

        Raises
        ------
        InputError
            If a file is there that differs from what would be written: there may be answers in it.
        """
        from octadisc.topics.judged.intrusion.writing import save_sheet

        return save_sheet(self, folder)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"IntrusionSheet({self._summary()})"

    def _summary(self) -> str:
        n_topics = len({item.topic for item in self.items})
        what = f"{write_many(len(self), 'item')} on {write_many(n_topics, 'topic')}"
        return f"{self.kind}: {what}, {self.n_choices} choices each, for {', '.join(self.coders)}"

    def _repr_html_(self) -> str:
        frame = self.frame.drop(columns="answer")
        asked = f"<p>{escape(self.task.question)}</p>"
        return asked + show(self, frame.head(6), len(frame), notes=self.notes)


def order_items(
    n_items: int, n_choices: int, coders: list[str], overlap: float, seed: int
) -> tuple[dict[str, tuple[tuple[int, tuple[int, ...]], ...]], int]:
    """Share items out: each coder gets them, and the choices of each, in an order of its own.

    Returns
    -------
    dict
        As `IntrusionSheet.orders`.
    n_shared : int
        How many items all coders get.

    Examples
    --------
    >>> orders, n_shared = order_items(10, 4, ["A", "B"], 0.5, 0)
    >>> n_shared, len(orders["A"]), len(orders["B"])
    (5, 8, 7)
    """
    rng = np.random.default_rng([seed, 2])
    mixed = rng.permutation(n_items)
    n_shared = n_items if len(coders) == 1 else min(n_items, int(np.ceil(overlap * n_items - 1e-9)))
    orders = {}
    for place, coder in enumerate(coders):
        mine = np.concatenate([mixed[:n_shared], mixed[n_shared:][place :: len(coders)]])
        orders[coder] = tuple(
            (number, tuple(rng.permutation(n_choices).tolist())) for number in rng.permutation(mine).tolist()
        )
    return orders, n_shared
