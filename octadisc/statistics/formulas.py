"""Formulas: from columns to the rows of a regression, in R's manner, with the spline `s` of R's stm."""

from __future__ import annotations

import ast
import re
import warnings
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
_LEAST_DF = 3  # of a cubic curve


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
    terms : dict of str to slice
        Which columns of the design each term of the formula has: "Intercept", "issuer", "s(date)" and so on.
    """

    formula: str
    matrix: Floats
    columns: list[str]
    rows: npt.NDArray[np.int64]
    variables: list[str]
    terms: dict[str, slice]
    _spec: Any

    def variables_in(self, term: str) -> set[str]:
        """Give the columns of the table that a term asks for; none for the intercept."""
        found = {_name_of(one): one for one in self._spec.term_slices}
        return _variables_in(found[term]) if term in found else set()

    def apply(self, table: pd.DataFrame) -> Design:
        """Give the design of other rows, with the levels and knots of this one.

        Raises
        ------
        InputError, UnknownNameError
            If a column or its kind differs, or a level is new.
        """
        frame = _as_numbers(_require(table, self.variables, "data"))
        kept = _complete(frame, self.variables)
        part = _take(frame, kept)
        _refuse_new_levels(self._spec, part)

        def materialise(data: pd.DataFrame) -> Any:
            return self._spec.get_model_matrix(data, context={"s": _spline()})

        made = _materialise(materialise, self.formula, part)
        matrix = np.asarray(made, float)
        return Design(self.formula, matrix, self.columns, kept, self.variables, self.terms, self._spec)

    def __repr__(self) -> str:
        return f"Design({self.formula!r}, {len(self.rows):,} rows × {len(self.columns)} columns)"


def make_design(formula: str, table: pd.DataFrame, *, argument: str = "formula") -> Design:
    """Read a formula and give its design over a table.

    Parameters
    ----------
    formula : str
        Such as ``"~ issuer + s(date)"``: columns, interactions (``a * b``, ``a:b``), ``C(year)`` for a number
        as a factor, ``s(x)`` or ``s(x, 5)`` for a smooth curve, and formulaic's other functions. A name left
        of ~ is passed over. The first level of a factor, by code point (or of its categories), is what the
        others are compared with; have another with ``C(issuer, contr.treatment("Europol"))``. Names that are
        no words stand between backticks.
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
    part = _take(frame, kept)
    from formulaic import model_matrix

    def materialise(data: pd.DataFrame) -> Any:
        return model_matrix(right, data, context={"s": _spline()}, na_action="raise")

    made = _materialise(materialise, formula, part, argument)
    columns = [str(one) for one in made.columns]
    _refuse_one_level(made.model_spec, columns, formula, argument)
    matrix = np.asarray(made, float)
    _refuse_redundant(matrix, columns, formula, argument)
    return Design(right, matrix, columns, kept, variables, _terms_of(made.model_spec), made.model_spec)


def _terms_of(spec: Any) -> dict[str, slice]:
    """Give the columns of each term, those without any left out."""
    slices: dict[Any, slice] = spec.term_slices
    return {_name_of(term): part for term, part in slices.items() if part.stop > part.start}


def _name_of(term: Any) -> str:
    return "Intercept" if str(term) == "1" else str(term)


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
    found: set[str] = set()
    try:
        for term in Formula(right):
            found |= _variables_in(term)
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise _unreadable(formula, argument, error) from None
    return sorted(found)


def _variables_in(term: Any) -> set[str]:
    """Give the columns that a term asks for."""
    from formulaic.parser.types.factor import Factor

    found: set[str] = set()
    for factor in term.factors:
        if factor.eval_method is Factor.EvalMethod.LOOKUP:
            found.add(factor.expr)
        elif factor.eval_method is Factor.EvalMethod.PYTHON:
            found |= _names_in(factor.expr)
    return found


def _names_in(expression: str) -> set[str]:
    """Give the columns in an expression: names between backticks, and those that are no functions."""
    quoted = re.findall(r"`([^`]+)`", expression)
    tree = list(ast.walk(ast.parse(re.sub(r"`[^`]+`", "0", expression), mode="eval")))
    called = {id(one.func) for one in tree if isinstance(one, ast.Call)}
    owners = {id(one.value) for one in tree if isinstance(one, ast.Attribute)}  # np in np.log(x)
    names = {
        one.id
        for one in tree
        if isinstance(one, ast.Name)
        and id(one) not in called
        and not (id(one) in owners and one.id in _functions())
    }
    return names.union(quoted)


def _functions() -> set[str]:
    """Give the names that formulas take for functions."""
    from formulaic.transforms import TRANSFORMS

    return set(TRANSFORMS)


def _right_side(formula: Any, argument: str) -> str:
    left, _, right = formula.rpartition("~") if isinstance(formula, str) else ("", "", "")
    if left.strip() and not left.strip().isidentifier():
        raise InputError(
            f"{argument}={formula!r}: nothing is expected left of ~ but a name, and {left.strip()!r} would "
            "be passed over. Topics are chosen by topics=[0, 2], numbered from 0, or by name."
        )
    right = right.strip()
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
        if one in _functions():
            raise InputError(
                f"{argument}: the column {one!r} is called as a function is. Give it another name."
            )
    return table[list(variables)]


def _as_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Give dates as years, truth values as numbers, words as plain ones, and leave the rest as it is."""
    made = {}
    for name, column in table.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            seconds = (column - pd.Timestamp(ORIGIN, 1, 1, tz=column.dt.tz)).dt.total_seconds()
            made[name] = seconds / _DAY / _YEAR
        elif pd.api.types.is_bool_dtype(column) or _are_truths(column):
            made[name] = column.astype(float)
        elif pd.api.types.is_string_dtype(column) and not isinstance(column.dtype, pd.CategoricalDtype):
            made[name] = column.astype(object).where(column.notna(), None)  # formulaic knows not all kinds
        else:
            made[name] = column
    return pd.DataFrame(made, index=table.index)


def _are_truths(column: pd.Series) -> bool:
    """Say whether a column without a kind holds truth values and nothing else."""
    known = column.dropna() if column.dtype == object else column.iloc[:0]
    return len(known) > 0 and all(isinstance(one, (bool, np.bool_)) for one in known)


def _take(frame: pd.DataFrame, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Give some rows, with the categories that these have."""
    part = frame.iloc[rows].reset_index(drop=True)
    for name, column in part.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            part[name] = column.cat.remove_unused_categories()
    return part


def _complete(frame: pd.DataFrame, variables: Sequence[str]) -> npt.NDArray[np.int64]:
    numbers = frame.select_dtypes("number")
    whole = frame[list(variables)].notna().all(axis=1).to_numpy(bool, copy=True)
    whole &= np.isfinite(numbers.to_numpy(float, na_value=np.nan)).all(axis=1)
    return np.flatnonzero(whole)


def _materialise(make: Any, formula: str, data: pd.DataFrame, argument: str = "formula") -> Any:
    from formulaic.errors import DataMismatchWarning, FormulaicError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DataMismatchWarning)
            return make(data)
    except (InputError, NotEnoughDataError):
        raise
    except (FormulaicError, SyntaxError, ValueError, TypeError, NameError, Warning) as error:
        cause = error.__cause__ if isinstance(error.__cause__, (InputError, NotEnoughDataError)) else None
        raise cause or _unreadable(formula, argument, error) from None


def _levels_of(spec: Any) -> dict[str, list[Any]]:
    """Give the levels of each factor of a formula."""
    kept = {str(name): state[1].get("categories") for name, state in spec.encoder_state.items()}
    return {name: list(levels) for name, levels in kept.items() if levels is not None}


def _refuse_new_levels(spec: Any, part: pd.DataFrame) -> None:
    for name, known in _levels_of(spec).items():
        columns = {name} if name in part else _names_in(name) if name.startswith("C(") else set()
        for column in columns:
            new = [one for one in pd.unique(part[column]) if one not in known]
            if new:
                raise InputError(
                    f"{column}={str(new[0])!r} was not in the data that the formula was fitted to. Expected "
                    f"one of: {', '.join(map(str, known[:8]))}{' and others' if len(known) > 8 else ''}."
                )


def _refuse_one_level(spec: Any, columns: list[str], formula: str, argument: str) -> None:
    """Refuse a factor that says nothing beside the constant."""
    for name, known in _levels_of(spec).items():
        if len(known) < 2 and "Intercept" in columns:
            raise InputError(
                f"{argument}={formula!r}: {name} is {str(known[0])!r} in all rows that have "
                "a value of everything in it, so that it says nothing. Leave it out."
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
    def s(x: Any, df: Any = None, _state: dict[str, Any] | None = None) -> Any:
        state: dict[str, Any] = {} if _state is None else _state
        try:
            values = np.asarray(x, float)
        except (TypeError, ValueError):
            raise InputError("s() takes numbers or dates, and was given words.") from None
        if df is not None and (isinstance(df, bool) or not isinstance(df, int) or df < _LEAST_DF):
            raise InputError(
                f"s() takes a whole number of columns of at least {_LEAST_DF}, and was given {df!r}. For a "
                "straight line write the variable alone."
            )
        if "df" not in state:
            n = int(np.unique(values).size)
            if n < 2:
                raise InputError("s() takes at least two different values, and was given one.")
            state["df"] = min(_MOST_DF, n - 1) if df is None else df
        if state["df"] < _LEAST_DF:  # too few values for a curve: a straight line
            return values
        return basis_spline(values, df=state["df"], extrapolation="extend", _state=state)

    return s
