"""Shares as a model has them beside those of people, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.statistics.intervals import share_size
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.judged.shares.codes import Said
from octadisc.topics.judged.shares.estimates import (
    FEWEST_CODED,
    Corrected,
    Judged,
    Population,
    correct_mean,
)
from octadisc.topics.judged.shares.sample import NONE
from octadisc.topics.weights import weight_releases

if TYPE_CHECKING:
    from octadisc.topics.over_time.trend import TopicTrend

__all__ = ["VALUES", "Estimates"]

Floats = npt.NDArray[np.float64]
VALUES = "share share_low share_high corrected corrected_low corrected_high".split()
_COLUMNS = ["period", "start", "end", "group", "topic", "name", "releases", *VALUES, "n_coded", "note"]
_FOLDS = 5


class Estimates:
    """Means of what people say, topic by topic."""

    def __init__(self, trend: TopicTrend, said: Said, speak_of: str, level: float, seed: int) -> None:
        self.trend, self.said, self.speak_of, self.level = trend, said, speak_of, level
        model = trend.model
        self.weights = weight_releases(model.releases, model.release_weights, trend.weights)
        known = ~np.isnan(model.shares[:, 0])
        if trend.kept is not None:
            known &= trend.kept
        self.cell = np.where(known, trend.grid.cell, -1)
        self.everywhere = np.where(known, 0, -1)
        release = code_releases(model.releases)
        self.cluster = np.arange(len(model.releases)) if release is None else release
        names, of = np.unique(self.cluster[said.rows], return_inverse=True)
        mixed = np.random.default_rng(seed).permutation(np.arange(names.size) % _FOLDS)
        self.judged = Judged(said.rows, said.chance, mixed[of].astype(np.int64))

    def estimate(self, at: int, cell: npt.NDArray[np.int64], n_cells: int) -> Corrected:
        """Correct one of the topics asked about."""
        topic, model = self.said.topics[at], self.trend.model
        share = np.zeros(len(model.releases)) if topic < 0 else model.shares[:, topic]
        spread = self._spread(topic) if self.speak_of == "process" else None
        population = Population(self.weights, cell, self.cluster, n_cells)
        return correct_mean(
            share, self.said.truth[:, at], population, self.judged, spread=spread, level=self.level
        )

    def _spread(self, topic: int) -> float:
        """Give how much wider the trend's intervals are than those of independent releases."""
        trend, shares = self.trend, self.trend.model.shares
        if topic < 0:
            return max(self._spread(one) for one in self.said.topics if one >= 0)
        rows = trend.frame[trend.frame["topic"] == topic]
        share, low, high = (rows[one].to_numpy(float) for one in ("share", "low", "high"))
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = share * (1 - share) / share_size(share, low, high, trend.level)
        inside = self.cell >= 0
        cell, weight = self.cell[inside], self.weights[inside]
        n = np.maximum(np.bincount(cell, weight, trend.grid.n_cells), 1e-300)
        off = shares[inside, topic] - (np.bincount(cell, weight * shares[inside, topic], n.size) / n)[cell]
        alone = np.bincount(cell, (weight * off) ** 2, n.size) / n**2
        known = np.isfinite(variance) & (alone > 0)
        if not known.any():
            return 1.0
        return float(max(variance[known].sum() / alone[known].sum(), 1.0))

    def table(self) -> pd.DataFrame:
        """Give all rows: topics × groups × periods."""
        parts = []
        for at, topic in enumerate(self.said.topics):
            one = self.trend.frame[self.trend.frame["topic"] == max(topic, 0)].reset_index(drop=True)
            one = one.rename(columns={"low": "share_low", "high": "share_high"})
            if topic < 0:
                one = one.assign(name=NONE, share=np.nan, share_low=np.nan, share_high=np.nan)
            made = self.estimate(at, self.cell, self.trend.grid.n_cells)
            number = pd.Series([pd.NA if topic < 0 else topic] * len(one), dtype="Int64")
            parts.append(one.assign(topic=number, **_columns(made, one["releases"].to_numpy(float))))
        frame = pd.concat(parts, ignore_index=True)[_COLUMNS]
        return frame.astype({"name": "str", "note": "str"})

    def whole(self) -> pd.DataFrame:
        """Give a row a topic, of all releases with shares."""
        model = self.trend.model
        inside = self.everywhere >= 0
        weight = self.weights[inside]
        releases = float(model.release_weights[inside].sum())
        rows = []
        for at, topic in enumerate(self.said.topics):
            made = _columns(self.estimate(at, self.everywhere, 1), np.array([releases]))
            share = np.nan if topic < 0 else float(np.average(model.shares[inside, topic], weights=weight))
            name = NONE if topic < 0 else str(model.topics["name"].iloc[topic])
            about = {
                "topic": pd.NA if topic < 0 else topic,
                "name": name,
                "releases": releases,
                "share": share,
            }
            rows.append({**about, **{key: value[0] for key, value in made.items()}})
        return pd.DataFrame(rows).astype({"topic": "Int64", "name": "str", "note": "str"})


def _columns(made: Corrected, releases: Floats) -> dict[str, Any]:
    value = np.clip(made.value, 0.0, 1.0)
    return {
        "corrected": value,
        "corrected_low": np.fmin(made.low, value),
        "corrected_high": np.fmax(made.high, value),
        "n_coded": made.n,
        "note": [_note(*one) for one in zip(made.value, made.n, releases, strict=True)],
    }


def _note(value: float, n: int, releases: float) -> str:
    if not releases:
        return "No releases."
    if n < FEWEST_CODED:
        return f"Not enough data: {n} judged, at least {FEWEST_CODED} needed."
    if value < 0:
        return "The correction leads below 0 and is held there."
    if value > 1:
        return "The correction leads above 100% and is held there."
    return ""
