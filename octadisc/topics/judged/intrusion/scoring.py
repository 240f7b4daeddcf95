"""Counts of coders' answers, and the rows of precision, tests and agreement that are made of them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.statistics.agreement import FEWEST_UNITS, agreement_interval, count_coincidences
from octadisc.statistics.tests import adjust_p_values
from octadisc.topics.judged.intrusion.answers import OPEN, UNSURE, Answers
from octadisc.topics.judged.intrusion.estimates import (
    LEAST_SHARE,
    Spread,
    chance_p_value,
    clopper_pearson,
    estimate_likeness,
    log_odds,
    shared_size,
)
from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

__all__ = ["Interval", "Scorer"]

Integers = npt.NDArray[np.int64]
Interval = Literal["items", "answers"]
_COLUMNS = (
    "over topic name n_items n_answers n_right precision low high chance p_value q_value log_odds n_unsure "
    "n_open agreement alpha note"
).split()


class Scorer:
    """Counts of answers, and rows made of them."""

    def __init__(
        self, sheet: IntrusionSheet, answers: Answers, interval: Interval, unsure: str, level: float
    ) -> None:
        self.sheet, self.chosen, self.level = sheet, answers.chosen, level
        self.coders, self.counts_unsure = answers.coders, unsure == "wrong"
        self.targets = np.array([item.target for item in sheet.items], np.int64)
        self.topics = np.array([item.topic for item in sheet.items], np.int64)
        self.right = self.chosen == self.targets[:, None]
        self.named = (self.chosen >= 0) | (self.counts_unsure & (self.chosen == UNSURE))
        self.odds = np.full(len(sheet.items), np.nan)
        if sheet.kind == "topic":
            shares = np.array([item.shown.shares for item in sheet.items], float)
            self.odds = log_odds(shares, self.chosen, self.targets)
            self.has_zero = bool((shares < LEAST_SHARE).any())
        n, hits = self.named.sum(axis=1), self.right.sum(axis=1)
        self.likeness = (
            Spread(0.0, "asked for") if interval == "answers" else estimate_likeness(hits, n, self.topics)
        )

    def table(self) -> pd.DataFrame:
        """Give all rows: of all items, of topics, and of coders."""
        everything = np.ones(len(self.topics), bool)
        rows = [{"over": "all", "name": "all topics", **self._row(everything)}]
        for topic in np.unique(self.topics).tolist():
            name = self.sheet.names[topic]
            rows.append({"over": "topic", "topic": topic, "name": name, **self._row(self.topics == topic)})
        for place, coder in enumerate(self.coders):
            rows.append({"over": "coder", "name": coder, **self._row(everything, place)})
        frame = pd.DataFrame(rows).reindex(columns=_COLUMNS)
        frame = frame.astype({"over": "str", "name": "str", "note": "str", "topic": "Int64"})
        mine = (frame["over"] == "topic").to_numpy(bool)
        frame.loc[mine, "q_value"] = adjust_p_values(frame.loc[mine, "p_value"])
        return frame

    def _row(self, items: npt.NDArray[np.bool_], coder: int | None = None) -> dict[str, Any]:
        who = slice(None) if coder is None else slice(coder, coder + 1)
        chosen, named, right = self.chosen[items, who], self.named[items, who], self.right[items, who]
        n, hits = int(named.sum()), int(right.sum())
        row: dict[str, Any] = {
            "n_items": int((chosen >= OPEN).any(axis=1).sum()),
            "n_answers": n,
            "n_right": hits,
            "precision": hits / n if n else np.nan,
            "chance": 1 / self.sheet.n_choices,
            "n_unsure": int((chosen == UNSURE).sum()),
            "n_open": int((chosen == OPEN).sum()),
            "note": "" if n else "No answer names a choice.",
        }
        size = shared_size(named.sum(axis=1), self.likeness.likeness if coder is None else 0.0)
        if n:
            row["low"], row["high"] = clopper_pearson(hits / n * size, size, self.level)
        row["p_value"] = self._p_value(chosen, self.targets[items])
        if self.sheet.kind == "topic":
            part = self.odds[items] if coder is None else self._own_odds(coder)
            row["log_odds"] = float(np.nanmean(part)) if np.isfinite(part).any() else np.nan
        if coder is None:
            made = count_coincidences(_labels(chosen).T)
            if len(made.counts):
                row["agreement"] = float(made.agreeing().mean())
            if len(made.counts) >= FEWEST_UNITS:
                row["alpha"] = float(made.alpha()[0])
        return row

    def _p_value(self, chosen: Integers, targets: Integers) -> float:
        """Test the answers that name a choice against chance."""
        n_choices = self.sheet.n_choices
        counts = np.stack([(chosen == one).sum(axis=1) for one in range(n_choices)], axis=1)
        return chance_p_value(counts, targets)

    def _own_odds(self, coder: int) -> npt.NDArray[np.float64]:
        shares = np.array([item.shown.shares for item in self.sheet.items], float)
        return log_odds(shares, self.chosen[:, coder : coder + 1], self.targets)

    def agreement(self, n_draws: int, seed: int) -> pd.DataFrame:
        """Give agreement and alpha over all items, with alpha's interval."""
        made = count_coincidences(_labels(self.chosen).T)
        row: dict[str, Any] = {"n_items": len(made.counts), "agreement": np.nan, "alpha": np.nan}
        if len(made.counts):
            row |= {"agreement": float(made.agreeing().mean()), "alpha": float(made.alpha()[0])}
        low, high, note = agreement_interval(made, level=self.level, n_draws=n_draws, seed=seed)
        return pd.DataFrame([{**row, "low": low, "high": high, "note": note}]).astype({"note": "str"})

    def notes(self) -> list[str]:
        """Say what the numbers take for granted."""
        notes = []
        if (self.chosen == UNSURE).any():
            how = "counts as wrong in precision" if self.counts_unsure else "is no answer: not in precision"
            notes.append(f'"Can\'t tell" {how}.')
        if len(self.coders) > 1 and self.likeness.reason not in ("asked for", "one coder"):
            said = f" ({self.likeness.reason})" if self.likeness.reason else ""
            notes.append(
                f"Two answers to one item are alike in being right by {self.likeness.likeness:.2f}{said}: "
                "intervals count them for as much."
            )
        if self.sheet.kind == "topic" and self.has_zero:
            notes.append(f"Shares below {LEAST_SHARE:g} are taken for that in log odds.")
        return notes


def _labels(chosen: Integers) -> npt.NDArray[np.object_]:
    """Give choices as values to be compared, missing where none is named."""
    made = chosen.astype(object)
    made[chosen < 0] = None
    return made
