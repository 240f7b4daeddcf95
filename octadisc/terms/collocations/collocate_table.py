"""Tables of collocates: which types are listed, and a row for each of them in each period and group."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import NotEnoughDataError
from octadisc.terms.collocations.collocate_measures import Counted, count_cells, measure_table, with_intervals
from octadisc.terms.collocations.company import Company
from octadisc.terms.reissues import have_parts

__all__ = ["MEASURES", "keep_best", "to_table"]

# The column by which each measure ranks: of the log ratio, what is certain of it.
MEASURES = {
    "g2": "g2",
    "log_ratio": "low",
    "log_dice": "log_dice",
    "mi": "mi",
    "mi3": "mi3",
    "t": "t",
    "delta_p": "delta_p_from_node",
}
_THIN = "not enough data for an interval: fewer than two releases have both"
_NOTHING = "not enough data: the node is not in this period and group"


def keep_best(company: Company, given: dict[str, Any]) -> Company:
    """Keep the types that are attracted and in enough releases, over all cells; the best first."""
    stories = company.stories(copies=False)
    whole = np.where(company.weights > 0, 0, -1)
    by_interval = MEASURES[given["measure"]] == "low"
    counted = count_cells(company, stories, whole, 1, issuers=by_interval)
    table = measure_table(counted)
    _, low, _ = with_intervals(counted, given["level"])
    ranks = {**table, "low": low}[MEASURES[given["measure"]]][:, 0]
    enough = (counted.holders[:, 0] >= given["min_releases"]) & (counted.near > table["expected"])[:, 0]
    if not enough.any():
        raise NotEnoughDataError(
            f"No word stands near {given['node']!r} more often than expected, {given['min_count']:,} times "
            f"and in {given['min_releases']:,} releases. The node occurs {len(company.windows.hits):,} "
            "times. Lower min_count or min_releases, or widen the window."
        )
    order = pd.DataFrame({"rank": -ranks, "near": -counted.near[:, 0], "word": company.words})
    order = order[enough].sort_values(["rank", "near", "word"], na_position="last", kind="stable")
    chosen = order.index.to_numpy(np.int64)[: given["top"]]
    mask = np.zeros(len(company.types), bool)
    mask[chosen] = True
    company = company.keep(mask)
    place = np.argsort(np.argsort(chosen))  # kept in their old order: where each of the best now is
    return company.arrange(place)


def to_table(company: Company, counted: Counted, given: dict[str, Any]) -> pd.DataFrame:
    """Give a row for each type, group and period."""
    n_types, n_cells = counted.near.shape
    cells = company.grid.to_frame()
    frame = cells.iloc[np.tile(np.arange(n_cells), n_types)].reset_index(drop=True)
    whole = not have_parts(company.weights)
    names = [company.languages[one] or None for one in company.types[:, 0].tolist()]
    ratio, low, high = with_intervals(counted, given["level"])
    table = measure_table(counted)
    columns: dict[str, npt.NDArray[Any]] = {
        "count": counted.near,
        "releases": counted.holders,
        "frequency": counted.near + counted.far,
        "window_tokens": counted.near_size,
        "tokens": counted.near_size + counted.far_size,
    }
    if whole:
        columns = {name: values.astype(np.int64) for name, values in columns.items()}
    columns |= {"expected": table.pop("expected"), "log_ratio": ratio, "low": low, "high": high, **table}
    frame.insert(0, "node", pd.Series([given["node"]] * len(frame), dtype="str"))
    for name, given_names in (("collocate", company.words), ("language", names)):
        frame[name] = pd.Series(np.repeat(np.array(given_names, object), n_cells), dtype="str")
    for column, values in columns.items():
        frame[column] = values.ravel()
    notes = np.where(np.isnan(low), _THIN, "")
    notes = np.where(counted.near_size == 0, _NOTHING, notes)
    frame["note"] = pd.Series(notes.ravel().astype(object), dtype="str")
    return frame
