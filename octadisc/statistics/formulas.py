"""Formulas: from columns to the rows of a regression, in R's manner, with the spline `s` of R's stm."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean

__all__ = ["ORIGIN", "Design", "make_design", "variables_of"]

Floats = npt.NDArray[np.float64]

ORIGIN = 2000  # dates in formulas are years since the first of January of this year
_YEAR = 365.25
_DAY = 86_400
_MOST_DF = 10  # of s(x), as in R's stm


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Design:
    """What a formula makes of a table; made by `make_design`.

    Attributes
    ----------
    formula : str
        Its right side.
    matrix : array of float, shape (rows, columns)
        Of the rows that have a value of all variables.
    columns : list of str
        "Intercept", "issuer[T.Europol]", "s(date)[1]" and so on.
    rows : array of int
        Which rows of the table they are.
    variables : list of str
        Columns of the table that the formula asks for.
    """

    formula: str
    matrix: Floats
    columns: list[str]
    rows: npt.NDArray[np.int64]
    variables: list[str]
    _spec: Any

    def apply(self, table: pd.DataFrame) -> Design:
        """Give the design of other rows, with the levels and knots of this one.

        Raises
        ------
        InputError, UnknownNameError
            If a column or its kind differs, or a level is new.
        """
        frame = _as_numbers(_require(table, self.variables, "data"))
        kept = _complete(frame, self.variables)
        part = frame.iloc[kept].reset_index(drop=True)
        for name, column in part.items():
            _refuse_new_levels(self._spec, str(name), column)

        def materialise(data: pd.DataFrame) -> Any:
            return self._spec.get_model_matrix(data, context={"s": _spline()})

        made = _materialise(materialise, self.formula, part)
        return Design(self.formula, np.asarray(made, float), self.columns, kept, self.variables, self._spec)

    def __repr__(self) -> str:
        return f"Design({self.formula!r}, {len(self.rows):,} rows × {len(self.columns)} columns)"


def make_design(formula: str, table: pd.DataFrame, *, argument: str = "formula") -> Design:
    """Read a formula and give its design over a table.

    Parameters
    ----------
    formula : str
        Such as ``"~ issuer + s(date)"``: columns, interactions (``a * b``, ``a:b``), ``C(year)`` for a number
        as a factor, ``s(x)`` or ``s(x, 5)`` for a smooth curve, and formulaic's other functions. A left side
        is passed over. The first level of a factor, by code point, is what the others are compared with; have
        another with ``C(issuer, contr.treatment("Europol"))``.
    table : DataFrame
        Dates in it count as years since 1 January 2000, so 2008.5 would be 8.5; truth values as 0 and 1.
    argument : str
        What the formula is called in errors.

    Returns
    -------
    Design
        Rows without a value of some variable are not in it; see `rows`.

    Raises
    ------
    InputError
        If the formula cannot be read, or a column says nothing that the others do not.
    UnknownNameError
        If the table has no such column.
    NotEnoughDataError
        If no row has a value of every variable.

    Notes
    -----
    ``s(x)`` is a cubic B-spline with min(10, number of values − 1) columns and knots at quantiles, as in R's
    stm and ``splines::bs``. Beyond the values it was made from it goes on as the outermost polynomial.

    Examples
    --------
    >>> table = pd.DataFrame({"issuer": ["A", "B", "B", None], "year": [1, 2, 3, 4]})
    >>> design = make_design("~ issuer + year", table)
    >>> design, design.columns
    (Design('issuer + year', 3 rows × 3 columns), ['Intercept', 'issuer[T.B]', 'year'])
    >>> design.matrix.tolist(), design.rows.tolist()
    ([[1.0, 0.0, 1.0], [1.0, 1.0, 2.0], [1.0, 1.0, 3.0]], [0, 1, 2])
    """
    right = _right_side(formula, argument)
    variables = variables_of(formula, argument=argument)
    frame = _as_numbers(_require(table, variables, argument))
    kept = _complete(frame, variables)
    if not kept.size:
        raise NotEnoughDataError(f"No row has a value of all that is in {argument}={formula!r}.")
    part = frame.iloc[kept].reset_index(drop=True)
    from formulaic import model_matrix

    def materialise(data: pd.DataFrame) -> Any:
        return model_matrix(right, data, context={"s": _spline()}, na_action="raise")

    made = _materialise(materialise, formula, part, argument)
    columns = [str(one) for one in made.columns]
    matrix = np.asarray(made, float)
    _refuse_redundant(matrix, columns, formula, argument)
    return Design(right, matrix, columns, kept, variables, made.model_spec)


def variables_of(formula: str, *, argument: str = "formula") -> list[str]:
    """Give the columns that a formula asks for, sorted.

    Examples
    --------
    >>> variables_of("~ issuer * s(date, 5) + C(year)")
    ['date', 'issuer', 'year']
    """
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    right = _right_side(formula, argument)
    try:
        made = Formula(right)
        found = {str(one) for one in made.required_variables if not _is_called(one)}
        for term in made:
            for factor in term.factors:
                if not factor.required_variables:  # it looks into none of its own functions, such as bs()
                    found |= _names_in(factor.expr)
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise _unreadable(formula, argument, error) from None
    return sorted(found)


def _is_called(variable: Any) -> bool:
    return {str(one.value) for one in variable.roles} == {"callable"}


def _names_in(expression: str) -> set[str]:
    """Give the names in an expression that are not called."""
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    called = {id(one.func) for one in nodes if isinstance(one, ast.Call)}
    return {one.id for one in nodes if isinstance(one, ast.Name) and id(one) not in called}


def _right_side(formula: Any, argument: str) -> str:
    right = str(formula).split("~")[-1].strip() if isinstance(formula, str) else ""
    if not right:
        raise InputError(f"{argument}={formula!r}: expected columns, such as '~ issuer + s(date)'.")
    return right


def _unreadable(formula: str, argument: str, error: Exception) -> InputError:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"{argument}={formula!r} cannot be read: {said.rstrip('.')}.")


def _require(table: pd.DataFrame, variables: Sequence[str], argument: str) -> pd.DataFrame:
    for one in variables:
        if one not in table:
            near = did_you_mean(one, map(str, table.columns))
            raise UnknownNameError(f"{argument}: there is no column {one!r}.{near}")
    return table[list(variables)]


def _as_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Give dates as years and truth values as numbers, and leave the rest as it is."""
    made = {}
    for name, column in table.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            seconds = (column - pd.Timestamp(ORIGIN, 1, 1, tz=column.dt.tz)).dt.total_seconds()
            made[name] = seconds / _DAY / _YEAR
        elif pd.api.types.is_bool_dtype(column):
            made[name] = column.astype(float)
        else:
            made[name] = column
    return pd.DataFrame(made, index=table.index)


def _complete(frame: pd.DataFrame, variables: Sequence[str]) -> npt.NDArray[np.int64]:
    numbers = frame.select_dtypes("number")
    whole = frame[list(variables)].notna().all(axis=1).to_numpy(bool, copy=True)
    whole &= np.isfinite(numbers.to_numpy(float, na_value=np.nan)).all(axis=1)
    return np.flatnonzero(whole)


def _materialise(make: Any, formula: str, data: pd.DataFrame, argument: str = "formula") -> Any:
    from formulaic.errors import FormulaicError

    try:
        return make(data)
    except (InputError, NotEnoughDataError):
        raise
    except (FormulaicError, SyntaxError, ValueError, TypeError, NameError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, (InputError, NotEnoughDataError)) else None
        raise cause or _unreadable(formula, argument, error) from None


def _refuse_new_levels(spec: Any, name: str, column: pd.Series) -> None:
    state = spec.encoder_state.get(name)
    known = state[1].get("categories") if state else None
    if known is None:
        return
    new = [one for one in pd.unique(column) if one not in list(known)]
    if new:
        raise InputError(
            f"{name}={new[0]!r} was not in the data that the formula was fitted to. Expected one of: "
            f"{', '.join(map(str, list(known)[:8]))}{' and others' if len(known) > 8 else ''}."
        )


def _refuse_redundant(matrix: Floats, columns: list[str], formula: str, argument: str) -> None:
    """Say which column is made up of those before it."""
    from scipy.linalg import qr

    scale = np.linalg.norm(matrix, axis=0)
    empty = np.flatnonzero(scale == 0)
    scaled = matrix / np.where(scale > 0, scale, 1.0)
    triangle = np.abs(np.diag(qr(scaled, mode="r")[0]))
    small = np.flatnonzero(triangle < 1e-9)
    at = int(empty[0]) if empty.size else int(small[0]) if small.size else len(triangle)
    if at < len(columns):
        raise InputError(
            f"{argument}={formula!r}: the column {columns[at]!r} says nothing that those before it do not "
            "(an issuer that has one value of the covariate throughout, perhaps, or a combination that no "
            "release has). Leave out one of the two."
        )


def _spline() -> Any:
    """Give the `s` of formulas."""
    from formulaic.transforms import basis_spline
    from formulaic.utils.stateful_transforms import stateful_transform

    @stateful_transform  # type: ignore[untyped-decorator]  # formulaic does not say what it gives
    def s(x: Any, df: int | None = None, _state: dict[str, Any] | None = None) -> Any:
        state: dict[str, Any] = {} if _state is None else _state
        try:
            values = np.asarray(x, float)
        except (TypeError, ValueError):
            raise InputError("s() takes numbers or dates, and was given words.") from None
        if "df" not in state:
            n = int(np.unique(values).size)
            if n < 2:
                raise InputError("s() takes at least two different values, and was given one.")
            state["df"] = min(_MOST_DF, n - 1) if df is None else int(df)
        if state["df"] < 3:  # too few values for a curve: a straight line
            return values
        return basis_spline(values, df=state["df"], extrapolation="extend", _state=state)

    return s
