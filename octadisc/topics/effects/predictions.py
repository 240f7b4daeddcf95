"""Mean shares at chosen values of a covariate, and differences between them, all else as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.topics.effects.inference import stack_inferences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.effects.effects import Effect

__all__ = ["Contrasts", "Curve", "draw_contrasts", "draw_curve"]

Floats = npt.NDArray[np.float64]

_MOST_KINDS = 500  # combinations of the other covariates over which shares are averaged; a sample of more
_MOST_PAIRS = 400
_HARDLY = 1e-9  # of a share: rounding
_NAMED = 5  # topics that a note names


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Curve:
    """Mean shares of topics along a covariate; made by `Effect.curve`."""

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    effect: Effect
    covariate: str
    by: str | None

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic, group and place: topic, name, group, the covariate, share to high, note."""
        return self.frame.copy()

    def evidence(self, topic: int | str, group: str | None = None, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic, of one group of the curve or all."""
        return self.effect.evidence(topic, self.by if group is not None else None, group, n)

    def plot(self, ax: Axes | None = None, topics: int | str | Iterable[int | str] | None = None) -> Axes:
        """Draw curves with their intervals: a line a topic, or a line a group for one topic."""
        from octadisc.topics.effects.plots import plot_curve

        return plot_curve(self, ax, topics)

    def __repr__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        return f"Curve({self.covariate}{by}, {self.frame['topic'].nunique()} topics)"

    def _repr_html_(self) -> str:
        return show(self, self.frame.head(20), len(self.frame), "{:.4f}", notes=self.notes)


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Contrasts:
    """Differences of mean shares between values of a covariate; made by `Effect.contrast`."""

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    effect: Effect
    covariate: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic and pair: topic, name, value, reference, estimate to df, q_value, note."""
        return self.frame.copy()

    def evidence(self, topic: int | str, value: Any, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic in the releases of a value."""
        return self.effect.evidence(topic, self.covariate, value, n)

    def plot(self, ax: Axes | None = None, value: Any = None, reference: Any = None) -> Axes:
        """Draw the differences of one pair of values for all topics, the largest on top."""
        from octadisc.topics.effects.plots import plot_contrasts

        return plot_contrasts(self, ax, value, reference)

    def __repr__(self) -> str:
        pairs = len(self.frame[["value", "reference"]].drop_duplicates())
        return f"Contrasts({self.covariate}, {self.frame['topic'].nunique()} topics, {pairs} pairs)"

    def _repr_html_(self) -> str:
        return show(self, self.frame.head(20), len(self.frame), "{:.4f}", notes=self.notes)


def draw_curve(
    effect: Effect, covariate: str, by: str | None, n_points: int, values: Sequence[Any] | None
) -> Curve:
    """Give mean shares along a covariate; see `Effect.curve`."""
    column = _column(effect, covariate)
    values = _several(values, covariate, "Some")
    if n_points < 2:
        raise InputError(f"n_points={n_points}: expected at least 2.")
    groups: list[Any] = [None] if by is None else _levels(effect, by)
    of_whom = {
        "varies_within": by is None or _varies(effect, by),
        "own": by == effect.case.clusters.column,
    }
    found, across, named = [], [], []
    for group in groups:
        mine = column if group is None else column[effect.case.table[str(by)] == group]
        if _is_number(column):
            places = _places(mine, n_points, values, covariate)
        else:  # a factor: the mean share at each of its levels
            places = [_value(effect, covariate, one) for one in values or _levels(effect, covariate)]
        fixed = {} if by is None else {by: group}
        for weights in _mean_rows(effect, [{**fixed, covariate: one} for one in places]):
            found.append(effect.infer(weights, **of_whom))
        across += places
        named += ["all" if group is None else str(group)] * len(places)
    n_topics = len(effect.topics)
    frame = stack_inferences(found).rename(columns={"estimate": "share"})
    frame = frame[["share", "std_error", "low", "high", "note"]]
    frame.insert(0, covariate, pd.Series(across).iloc[np.repeat(np.arange(len(across)), n_topics)].to_numpy())
    frame.insert(0, "group", np.repeat(named, n_topics))
    frame = _named(effect, frame)
    frame = frame.sort_values(["topic", "group", covariate], kind="stable", ignore_index=True)
    parameters = {"covariate": covariate, "by": by, "n_points": n_points, "values": values}
    spec = Spec("Effect.curve", parameters, inputs=(effect.spec,))
    notes = (*effect.notes, *_say_outside(frame))
    return Curve(frame.astype({"group": "str", "note": "str"}), spec, notes, effect, covariate, by)


def _say_outside(frame: pd.DataFrame) -> list[str]:
    """Say where predicted shares are none: below 0 or above 1."""
    outside = (frame["share"] < -_HARDLY) | (frame["share"] > 1 + _HARDLY)
    if not outside.any():
        return []
    names = [f"“{one}”" for one in dict.fromkeys(frame.loc[outside, "name"])]
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return [
        f"Mean shares below 0 or above 100 per cent at {int(outside.sum()):,} of {len(frame):,} places "
        f"({', '.join(names[:_NAMED])}{more}): the regression is linear and knows no such limits. Read them "
        "as next to nothing, or all. Figures leave them out."
    ]


def draw_contrasts(effect: Effect, covariate: str, values: Sequence[Any] | None, reference: Any) -> Contrasts:
    """Give differences between values of a covariate; see `Effect.contrast`."""
    column = _column(effect, covariate)
    values = _several(values, covariate, "Two or more")
    if values is None:
        chosen = [column.min(), column.max()] if _is_number(column) else _levels(effect, covariate)
    else:
        chosen = [_value(effect, covariate, one) for one in values]
    if reference is not None:
        reference = _value(effect, covariate, reference)
        chosen = [reference, *(one for one in chosen if one != reference)]
    if len(chosen) < 2:
        raise InputError(f"values={values!r}: expected two or more values of {covariate!r}.")
    pairs = (
        [(chosen[0], one) for one in chosen[1:]] if reference is not None else list(combinations(chosen, 2))
    )
    if len(pairs) > _MOST_PAIRS:
        raise InputError(
            f"{len(chosen)} values make {len(pairs):,} pairs. Choose some with values=[…], or one that all "
            f"others "
            f"are compared with: reference={chosen[0]!r}."
        )
    rows = dict(zip(map(str, chosen), _mean_rows(effect, [{covariate: one} for one in chosen]), strict=True))
    own, varies = covariate == effect.case.clusters.column, _varies(effect, covariate)
    parts = []
    for first, second in pairs:
        found = effect.infer(rows[str(second)] - rows[str(first)], varies_within=varies, own=own)
        made = found.to_frame()
        made.insert(0, "reference", [first] * len(made))
        made.insert(0, "value", [second] * len(made))
        parts.append(_named(effect, made))
    frame = pd.concat(parts, ignore_index=True).sort_values("topic", kind="stable", ignore_index=True)
    frame.insert(frame.columns.get_loc("df") + 1, "q_value", adjust_p_values(frame["p_value"]))
    parameters = {"covariate": covariate, "values": values, "reference": reference}
    spec = Spec("Effect.contrast", parameters, inputs=(effect.spec,))
    return Contrasts(frame.astype({"note": "str"}), spec, effect.notes, effect, covariate)


def _several(values: Any, covariate: str, how_many: str) -> list[Any] | None:
    """Give values as a list, or refuse one alone: a string would be read as its letters."""
    if values is None:
        return None
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InputError(
            f"values={values!r} is one value. {how_many} of {covariate!r} are expected, in a list: "
            f"values=[{values!r}, …]."
        )
    return list(values)


def _named(effect: Effect, made: pd.DataFrame) -> pd.DataFrame:
    """Put topics and their names before rows that go through the topics again and again."""
    names = effect.model.topics["name"].tolist()
    topics = effect.topics * (len(made) // len(effect.topics))
    made.insert(0, "name", pd.Series([names[k] for k in topics], dtype="str"))
    made.insert(0, "topic", topics)
    return made


def _column(effect: Effect, covariate: str) -> pd.Series:
    variables = effect.case.design.variables
    if covariate not in variables:
        raise UnknownNameError(
            f"{covariate!r} is not in the formula "
            f"{effect.case.design.formula!r}.{did_you_mean(str(covariate), variables)}"
        )
    return effect.case.table[covariate]


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    if kinds.is_bool_dtype(column):
        return False
    return bool(kinds.is_numeric_dtype(column) or kinds.is_datetime64_any_dtype(column))


def _levels(effect: Effect, name: str) -> list[Any]:
    column = _column(effect, name)
    found = sorted(column.unique().tolist())
    if _is_number(column) and len(found) > 30:
        raise InputError(f"{name!r} has {len(found):,} values, too many for groups. Give a column of few.")
    return found


def _value(effect: Effect, covariate: str, value: Any) -> Any:
    column = _column(effect, covariate)
    if pd.api.types.is_datetime64_any_dtype(column):
        try:
            return pd.Timestamp(value)
        except (TypeError, ValueError):
            raise InputError(f"{value!r} is no date. Expected one such as '2008-03-28'.") from None
    if _is_number(column):
        if isinstance(value, (int, float, np.number)):
            return value
        raise InputError(f"{value!r} is no number, which {covariate!r} is.")
    known = _levels(effect, covariate)
    if value not in known:
        raise UnknownNameError(
            f"No release has {covariate}={value!r}.{did_you_mean(str(value), map(str, known))}"
        )
    return value


def _places(column: pd.Series, n_points: int, values: Sequence[Any] | None, covariate: str) -> list[Any]:
    if values is not None:
        if pd.api.types.is_datetime64_any_dtype(column):
            return [pd.Timestamp(one) for one in values]
        return list(values)
    low, high = column.min(), column.max()
    if not low < high:
        raise InputError(
            f"{covariate!r} has one value only in a group, so there is no curve. See effect.contrast."
        )
    if pd.api.types.is_datetime64_any_dtype(column):
        return list(pd.date_range(low, high, periods=n_points))
    return [float(one) for one in np.linspace(float(low), float(high), n_points)]


def _varies(effect: Effect, covariate: str) -> bool:
    codes = pd.factorize(effect.case.table[covariate])[0].astype(float)
    return effect.case.clusters.varies_within(codes)


def _mean_rows(effect: Effect, settings: Sequence[dict[str, Any]]) -> list[Floats]:
    """Give the mean row of the design at each setting of some covariates, over what the others are."""
    design, table = effect.case.design, effect.case.table
    fixed = list(settings[0])
    others = [one for one in design.variables if one not in fixed]
    weights = effect.case.weights
    if others:
        kinds = (
            table[others].assign(weight=weights).groupby(others, as_index=False, sort=True)["weight"].sum()
        )
        if len(kinds) > _MOST_KINDS:
            drawn = np.random.default_rng(0).choice(
                len(kinds), _MOST_KINDS, replace=False, p=kinds["weight"] / kinds["weight"].sum()
            )
            kinds = kinds.iloc[np.sort(drawn)].assign(weight=1.0)
    else:
        kinds = pd.DataFrame({"weight": [1.0]})
    n = len(kinds)
    long = kinds[others].iloc[np.tile(np.arange(n), len(settings))].reset_index(drop=True)
    for name in fixed:
        values = pd.Series([one[name] for one in settings]).astype(table[name].dtype)
        long[name] = values.iloc[np.repeat(np.arange(len(settings)), n)].to_numpy()
    made = design.apply(long).matrix.reshape(len(settings), n, -1)
    part = kinds["weight"].to_numpy(float)
    return list(np.einsum("snp,n->sp", made, part / part.sum()))
