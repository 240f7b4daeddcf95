"""What a comparison of models comes to, in a paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from octadisc.topics.selection.comparison import ModelComparison

__all__ = ["describe", "leading_starts", "main_measures"]

_NAMES = {"structural": "structural model", "nmf": "NMF", "lda": "LDA"}
_PREFERRED = ("npmi", "c_v", "uci", "u_mass", "mimno", "stm")


def main_measures(comparison: ModelComparison) -> list[str]:
    """Give the columns of coherence, those first that compare best across models."""
    return [f"coherence_{one}" for one in _PREFERRED if f"coherence_{one}" in comparison.frame]


def leading_starts(frame: pd.DataFrame) -> pd.DataFrame:
    """Give of each method and number of topics the start with the best bound, in the order of the frame."""
    rows = frame.groupby(["method", "n_topics"], sort=False)["bound"].idxmax()
    return frame.loc[rows.sort_values()]


def describe(comparison: ModelComparison) -> str:
    """Say what held-out words, coherence, exclusivity, stability and dispersion come to.

    Of several starts of one method and number of topics the one with the best bound is spoken of.
    """
    table = leading_starts(comparison.frame)
    if table["held_out"].isna().all():
        return _without_held_out(comparison, table)
    top = table.loc[table["held_out"].idxmax()]
    said = [_held_out(comparison, table, top)]
    if len(table) > 1:
        said += [_trade(comparison, table, str(top["method"]))]
    said += [_stability(comparison, table, str(top["method"])), _dispersion(table, str(top["method"]))]
    said += [_advice(comparison, table, top)]
    return " ".join(one for one in said if one)


def _held_out(comparison: ModelComparison, table: pd.DataFrame, top: Any) -> str:
    n_splits = comparison.spec.parameters["n_splits"]
    over = f"over {n_splits} splits" if n_splits > 1 else "over releases, of one split"
    error = f"standard error {top['held_out_error']:.3f} {over}"
    if np.isnan(top["held_out_error"]):
        error = "standard error not known"
    value = f"{top['held_out']:.3f} per word, {error}"
    if len(table) == 1:
        name = _call(top)
        return f"{name[0].upper()}{name[1:]}: words kept back have a log-likelihood of {value}."
    known = table["near_best"].astype("boolean")
    near = table[known.fillna(False) & ~_same(table, top)]
    unsure = table[known.isna() & ~_same(table, top)]
    rest = table[~_same(table, top) & ~known.fillna(False)]
    said = f"Words kept back are foretold best by {_call(top)} ({value})."
    if len(unsure):
        said += (
            " The standard error of the difference from it is not known, since too few releases had words "
            f"kept back, and so it is not known whether as good are: {_list(unsure)}."
        )
    if len(near):
        said += f" Within one standard error of the difference from it: {_list(near)}."
    elif not len(unsure):
        said += " None of the others is within one standard error of the difference from it."
    if rest["behind"].notna().any():
        last = rest.loc[rest["behind"].idxmax()]
        said += f" Furthest behind is {_call(last)}, by {last['behind']:.3f}."
    return said


def _without_held_out(comparison: ModelComparison, table: pd.DataFrame) -> str:
    """Say what there is to say where no words could be kept back."""
    said = [
        "How well words kept back are foretold is not known of any model: the releases are too few, or too "
        "short, to keep words back.",
    ]
    methods = list(dict.fromkeys(table["method"]))
    if len(table) > 1:
        said += [_trade(comparison, table, method) for method in methods[:1]]
    for method in methods:
        said += [_stability(comparison, table, method), _dispersion(table, method)]
    said += [
        "There is no true number of topics, and these data speak for none of those tried. Compare again with "
        "more or longer releases, and read the topics before a number is chosen."
    ]
    return " ".join(one for one in said if one)


def _trade(comparison: ModelComparison, table: pd.DataFrame, method: str) -> str:
    """Say how coherence and exclusivity change with the number of topics, of the best method."""
    measure = main_measures(comparison)[0]
    name = f"coherence ({measure.removeprefix('coherence_')})"
    mine = table[table["method"] == method].sort_values("n_topics")
    said = ""
    if len(mine) > 1:
        topics = comparison.topic_frame.merge(mine[["method", "n_topics", "start"]])
        coherence, exclusivity = (_course(mine, topics, one) for one in (measure, "exclusivity"))
        first, last = mine["n_topics"].iloc[0], mine["n_topics"].iloc[-1]
        said = f"From {first} to {last} topics ({_NAMES[method]}) {name} {coherence[1]}, "
        said += f"and exclusivity {exclusivity[1]}"
        against = {coherence[0], exclusivity[0]} == {-1, 1}
        said += ": one is paid for with the other." if against else "."
    methods = list(dict.fromkeys(table["method"]))
    if len(methods) > 1:
        means = table.groupby("method", sort=False)[[measure, "exclusivity"]].mean()
        parts = [
            f"{_NAMES[one]} {means[measure][one]:.2f} and {means['exclusivity'][one]:.2f}"
            for one in means.index
        ]
        said += f" Mean {name} and exclusivity by method: {'; '.join(parts)}."
    return said.strip()


def _course(table: pd.DataFrame, topics: pd.DataFrame, column: str) -> tuple[int, str]:
    """Say whether a column rises (1) or falls (−1) from the fewest topics to the most.

    It does if the means differ by more than the standard error of their difference, over topics.
    """
    first, last = float(table[column].iloc[0]), float(table[column].iloc[-1])
    if not np.isfinite([first, last]).all():
        return 0, "is not known at both ends"
    between = f"from {first:.2f} to {last:.2f}"
    errors = topics.groupby("n_topics")[column].sem()
    if not abs(last - first) > np.hypot(errors.iloc[0], errors.iloc[-1]):
        return 0, f"does not change for certain ({first:.2f}, {last:.2f})"
    return (1, f"rises {between}") if last > first else (-1, f"falls {between}")


def _stability(comparison: ModelComparison, table: pd.DataFrame, method: str) -> str:
    of = "other starts" if comparison.spec.parameters["n_starts"] > 1 else "the fits to the splits"
    mine = table[table["method"] == method].sort_values("n_topics").dropna(subset=["stability"])
    if not len(mine):
        return ""
    values = [f"{one.stability:.2f} with {one.n_topics}" for one in mine.itertuples()]
    return f"Topics come back in {of} with a mean cosine of {_join(values)} topics ({_NAMES[method]})."


def _dispersion(table: pd.DataFrame, method: str) -> str:
    mine = table[table["method"] == method].sort_values("n_topics").dropna(subset=["dispersion"])
    if not len(mine):
        return "The dispersion of residuals is not known: the releases are too short for so many shares."
    least, most = float(mine["dispersion"].min()), float(mine["dispersion"].max())
    between = f"{least:.2f}" if f"{least:.2f}" == f"{most:.2f}" else f"{least:.2f} to {most:.2f}"
    if least <= 1:
        return f"The dispersion of residuals is {between}; at 1 or below the topics account for all there is."
    return (
        f"The dispersion of residuals is {between} ({_NAMES[method]}): above 1 words vary more than topics "
        "account for, as they nearly always do in running text, where a word said once is said again."
    )


def _advice(comparison: ModelComparison, table: pd.DataFrame, top: Any) -> str:
    """Recommend a range of numbers, and say what it rests on."""
    said = "There is no true number of topics."
    mine = table[table["method"] == top["method"]].sort_values("n_topics")
    if len(mine) < 2:
        return f"{said} Compare several before one is chosen."
    known = mine["near_best"].astype("boolean")
    if (known.isna() & ~_same(mine, top)).any():
        return (
            f"{said} Nor do these data speak for any of those tried: too few releases had words kept back. "
            "Compare again with a larger part, or more releases."
        )
    near = mine[known.fillna(False) | _same(mine, top)]
    numbers = near["n_topics"].tolist()
    low, high = min(numbers), max(numbers)
    span = f"{low} topics" if low == high else f"{low} to {high} topics"
    largest, smallest = high == mine["n_topics"].max(), low == mine["n_topics"].min()
    span = f"{low} topics or more" if largest else f"{high} topics or fewer" if smallest else span
    said += f" These data speak for {span} ({_NAMES[top['method']]}); that rests on words kept back alone"
    if low != high:
        measure = main_measures(comparison)[0]
        best = {
            "coherence": _best(near, measure),
            "exclusivity": _best(near, "exclusivity"),
            "stability": _best(near, "stability"),
        }
        parts = [f"{name} is best with {number}" for name, number in best.items() if number is not None]
        said += f". Among them {_join(parts)}"
    said += "."
    if largest:
        said += f" {high} was the largest number tried, and more topics may foretell words better still."
    elif smallest:
        said += f" {low} was the smallest number tried."
    return f"{said} Read the topics of two or three models of that range before one is chosen."


def _best(table: pd.DataFrame, column: str) -> int | None:
    known = table.dropna(subset=[column])
    return int(known.loc[known[column].idxmax(), "n_topics"]) if len(known) else None


def _same(table: pd.DataFrame, row: Any) -> Any:
    return (table["method"] == row["method"]) & (table["n_topics"] == row["n_topics"])


def _call(row: Any) -> str:
    article = "the " if row["method"] == "structural" else ""
    return f"{article}{_NAMES[row['method']]} with {row['n_topics']} topics"


def _list(table: pd.DataFrame) -> str:
    parts = [
        f"{_NAMES[str(method)]} with {_join([str(one) for one in sorted(part['n_topics'])])}"
        for method, part in table.groupby("method", sort=False)
    ]
    return f"{'; '.join(parts)} topics"


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
