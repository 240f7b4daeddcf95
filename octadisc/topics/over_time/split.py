"""Changes of topics' shares, split into what issuers say and who publishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.composition.sides import SPLIT_COLUMNS, halve, number_periods, split_sides
from octadisc.terms.composition.split_noise import spread_of_units
from octadisc.terms.groups import code_groups
from octadisc.topics.over_time.mixes import refuse_standardised
from octadisc.topics.over_time.units import lay_units

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.over_time.trend import TopicTrend

__all__ = ["TopicSplit", "split_shares"]

_COLUMNS = ["group", "topic", "name", *SPLIT_COLUMNS]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicSplit:
    """Changes of topics' shares split into within and between issuers; made by `TopicTrend.split`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : TopicTrend
        What was split; :meth:`evidence` asks it.
    """

    frame: pd.DataFrame
    spec: Spec
    trend: TopicTrend

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and topic.

        Columns: group, topic, name, before_periods, after_periods (what was compared, in words),
        before_releases, after_releases, before, after (mean shares), change, within, between, each of the
        three with _low and _high, n_both (issuers that published on both sides), note.
        within + between = change. Releases are what they weigh: with token weights, as many of mean length.
        """
        return self.frame.copy()

    def evidence(
        self, topic: int | str, period: str | None = None, group: str | None = None, n: int = 20
    ) -> pd.DataFrame:
        """Give the sentences that a row rests on; see `TopicModel.evidence`."""
        return self.trend.evidence(topic, period, group, n)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw within and between as bars, in percentage points, and the whole change as a point."""
        from octadisc.terms.changes.change_plots import plot_split

        drawn: Any = SimpleNamespace(frame=self.frame.rename(columns={"name": "query"}))
        return plot_split(drawn, ax)

    def __repr__(self) -> str:
        n = len(self.frame)
        return f"TopicSplit({n} row{'s' * (n != 1)}, by {self.spec.parameters['by']})"

    def _repr_html_(self) -> str:
        numbers = "before after change within within_low within_high between".split()
        head = self.frame.head(20)[["name", *numbers, "note"]]
        return show(self, head, len(self.frame), dict.fromkeys(numbers, "{:.1%}"))


def split_shares(
    trend: TopicTrend, before: str | Sequence[str] | None, after: str | Sequence[str] | None, by: str
) -> TopicSplit:
    """Split the change of each topic's share; see `TopicTrend.split`.

    As `octadisc.terms.composition.composition.split_change` does for shares of releases: Kitagawa's symmetric
    split, with intervals as wide as the periods of either side scatter. What independent releases would do is
    told by how much their shares scatter within issuers and sides, which is less than shares that are 0 or 1.
    """
    refuse_standardised(trend, "Split")
    if (before is None) != (after is None):
        raise InputError("Only one of before= and after= is given. Expected both, or neither.")
    model, grid = trend.model, trend.grid
    labels = grid.periods.labels
    given = None
    if before is not None:
        given = number_periods(before, labels), number_periods(after, labels)
        if set(given[0]) & set(given[1]):
            raise InputError("A period stands both in before= and in after=. Expected each on one side only.")
    codes, names = code_groups(model.releases, by)
    units = lay_units(model, grid, trend.by, trend.weights, trend.kept)
    codes = units.code(codes)
    rows = []
    for number, group in enumerate(grid.groups):
        there = (units.cell >= 0) & (units.cell // len(labels) == number) & (units.size > 0)
        mine = np.flatnonzero(there)
        period, issuer = units.cell[mine] % len(labels), codes[mine]
        weight, scale, parts = units.size[mine], units.scale[mine], units.parts[mine]
        each = np.arange(mine.size)
        sides = given or halve(period, weight, labels, None)
        for topic, name in enumerate(model.topics["name"]):
            matches = units.shares[mine, topic] * weight
            alike = units.shares[mine, topic] * parts, parts
            spread = spread_of_units(each, period, issuer, *alike, sides, np.ones(mine.size), minimum=0.0)
            made = split_sides(
                period, issuer, matches, weight, scale, sides, labels, names, trend.level, None, spread
            )
            rows.append({"group": group, "topic": topic, "name": name, **made})
    words = ("group", "name", "before_periods", "after_periods", "note")
    table = pd.DataFrame(rows)[_COLUMNS].astype(dict.fromkeys(words, "str"))
    spec = Spec("TopicTrend.split", {"before": before, "after": after, "by": by}, inputs=(trend.spec,))
    return TopicSplit(table, spec, trend)
