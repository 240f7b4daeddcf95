"""Averaging a model's shares per period and group."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import OctadiscWarning
from octadisc.spec import Spec
from octadisc.terms.groups import Grid
from octadisc.terms.queries import some_releases
from octadisc.topics.over_time.trend import TopicTrend
from octadisc.topics.over_time.units import lay_grid_over, lay_units, mean_columns
from octadisc.topics.weights import Weights

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["frame_of", "track_topics"]

Floats = npt.NDArray[np.float64]


def track_topics(
    model: TopicModel, every: Any, by: str | None, weights: Weights, *, level: float = 0.95
) -> TopicTrend:
    """Average a model's shares per period and group; see `TopicModel.over_time`.

    Intervals are score intervals of a mean of fractions. How much shares scatter from release to release
    (relative to all-or-nothing ones), and how alike the releases of an issuer are in a period, is pooled over
    the periods of a group, or over all groups where fewer than 20 of its releases have shares; see
    `octadisc.statistics.dispersion`. With token weights a period counts as (Σw)² / Σw² releases. The shares
    are taken as known: what the fit leaves open is not in the interval.

    Copies weigh what they weigh in the counts. Where these are parts of one, those of one period and group
    are taken together as one release, which they are as far as chance goes. So are the units of a release
    (sentences, say), which weigh as units in the mean.
    """
    grid = lay_grid_over(model.releases, every, by)
    units = lay_units(model, grid, by, weights)
    notes = _left_out(grid, ~np.isnan(model.shares[:, 0]), model.release_weights)
    if not units.is_enough:
        notes.append("Not enough data for intervals: too few releases to tell how much shares scatter.")
    parameters = {
        "every": every if isinstance(every, str) else grid.periods.to_frame(),
        "by": by,
        "weights": weights,
        "level": level,
        "names": model.topics["name"].tolist(),
    }
    spec = Spec("TopicModel.over_time", parameters, inputs=(model.spec,))
    frame = frame_of(model, grid, mean_columns(model, units, level, None))
    return TopicTrend(frame, spec, tuple(notes), model, grid, by, weights, level)


def frame_of(model: TopicModel, grid: Grid, columns: Any) -> pd.DataFrame:
    """Put columns of shape (topics, cells) or (cells,) in a table: one row per topic, group and period."""
    one, n_topics = grid.to_frame(), model.n_topics
    frame = one.iloc[np.tile(np.arange(len(one)), n_topics)].reset_index(drop=True)
    frame["topic"] = np.repeat(np.arange(n_topics), len(one))
    names = model.topics["name"].to_numpy(object)
    frame["name"] = pd.Series(np.repeat(names, len(one)), dtype="str")
    for name, values in columns.items():
        frame[name] = values.ravel() if values.ndim == 2 else np.tile(values, n_topics)
    return frame


def _left_out(grid: Grid, known: npt.NDArray[np.bool_], release_weights: Floats) -> list[str]:
    """Say which releases are in no mean; warn of those that have no date."""
    notes = []
    if grid.n_undated:
        some = f"{grid.n_undated:,} release{'s have' if grid.n_undated > 1 else ' has'}"
        notes.append(f"{some} no date and {'are' if grid.n_undated > 1 else 'is'} in no period.")
        warnings.warn(
            f"{notes[-1]} Look at corpus.dates and corpus.issues, and supply dates with "
            'od.load_corpus(…, dates="corrections.csv").',
            OctadiscWarning,
            stacklevel=4,
        )
    if grid.n_outside:
        notes.append(f"Dated outside the periods, and not counted: {some_releases(grid.n_outside)}.")
    for reason, left_out in (
        ("Without a term of the model", ~known & (release_weights > 0)),
        ("Repeating another release", release_weights == 0),
    ):
        if left_out.any():
            notes.append(f"{reason}, and not counted: {some_releases(int(left_out.sum()))}.")
    return notes
