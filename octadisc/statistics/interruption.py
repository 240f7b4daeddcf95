"""Two straight lines that meet, or do not, at an event: levels and slopes within issuers, and their errors.

Each issuer has a constant of its own, so only what changes within issuers counts. Two things make the lines
uncertain: issuers differ in how they change, and each period has deviations that all issuers share (a summit,
a scandal), correlated from one to the next. The first is what clusters of issuers tell; the second is told
here, from how far periods scatter around the lines beyond the scatter of releases.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from octadisc.statistics.robust import Contrast

__all__ = [
    "TERMS",
    "Equations",
    "Lines",
    "Noise",
    "Panel",
    "correlation_of",
    "fit_lines",
    "segments",
    "set_up",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TERMS = ("level_before", "slope_before", "level_change", "slope_change")
_CORRELATION = 0.3  # assumed between periods: a dozen of them cannot show that there is less
_MANY = 24  # periods from which on a larger one is read off
_MOST_CORRELATION = 0.9
_FEWEST_SPARE = 5  # cells more than constants, below which their scatter is not told from the periods'
_ZERO = 1e-9


class Panel(NamedTuple):
    """Issuers × periods.

    Attributes
    ----------
    y : array of float, shape (issuers, periods)
        A share or a rate; anything where there is nothing.
    n : array of float, shape (issuers, periods)
        Releases (or words) that it is of; 0 where there are none.
    time : array of float, shape (periods,)
        Middle of each period, in years from the event.
    place : array of int, shape (periods,)
        Its number in the sequence of all periods, so that gaps count.
    """

    y: Floats
    n: Floats
    time: Floats
    place: Integers


class Noise(NamedTuple):
    """How much cells and periods scatter.

    Attributes
    ----------
    cell : float
        Variance of a cell of size one; a cell of n has a nth of it.
    period : float
        Variance of what all issuers of a period share; 0 where the cells' own scatter explains it all.
    correlation : float
        Of the latter from one period to the next.
    """

    cell: float
    period: float
    correlation: float


class Equations(NamedTuple):
    """What a panel says of a course over its periods, whatever its shape.

    Attributes
    ----------
    matrix : array of float, shape (periods, periods)
    right : array of float, shape (periods,)
        The course c that fits best has matrix @ c = right, up to a constant.
    course : array of float, shape (periods,)
        c, with a mean of zero.
    fitted : float
        right @ c.
    rank : int
    cell_squares : float
        Squares that are left around the best course, each period free.
    cell_df : int
    sizes : array of float, shape (periods,)
    mean : float
        Of all cells, by size; NaN of a comparison, which has no level.
    place : array of int, shape (periods,)
    """

    matrix: Floats
    right: Floats
    course: Floats
    fitted: float
    rank: int
    cell_squares: float
    cell_df: int
    sizes: Floats
    mean: float
    place: Integers


class Lines(NamedTuple):
    """Two lines; each array in the order of `TERMS`, of a comparison the differences.

    Attributes
    ----------
    estimates : array of float, shape (4,)
    cell_parts, period_parts : array of float, shape (4,)
        Variance of each, for a `Noise` of 1 of either kind.
    noise : Noise
    df : float
    residuals : array of float, shape (periods,)
        Of the periods' course around the lines.
    """

    estimates: Floats
    cell_parts: Floats
    period_parts: Floats
    noise: Noise
    df: float
    residuals: Floats

    def variances(self, noise: Noise) -> Floats:
        """Give the variance of each term."""
        return np.asarray(noise.cell * self.cell_parts + noise.period * self.period_parts)

    def contrast(self, number: int, level: float = 0.95) -> Contrast:
        """Give one of the terms with its interval."""
        estimate, variance = float(self.estimates[number]), float(self.variances(self.noise)[number])
        if not (variance > 0 and self.df > 0):
            note = "No interval: nothing scatters around the lines."
            return Contrast(estimate, np.nan, self.df, np.nan, np.nan, np.nan, note)
        std_error = float(np.sqrt(variance))
        half = float(stdtrit(self.df, (1 + level) / 2)) * std_error
        p_value = 2 * float(stdtr(self.df, -abs(estimate) / std_error))
        return Contrast(estimate, std_error, self.df, p_value, estimate - half, estimate + half)


def segments(time: Floats, cut: float = 0.0) -> Floats:
    """Give the columns of two lines that break at a time: slope_before, level_change, slope_change.

    Examples
    --------
    >>> segments(np.array([-1.5, -0.5, 0.5])).tolist()
    [[-1.5, 0.0, 0.0], [-0.5, 0.0, 0.0], [0.5, 1.0, 0.5]]
    """
    after = (time >= cut).astype(float)
    return np.stack([time - cut, after, np.maximum(time - cut, 0.0)], axis=1)


def set_up(panel: Panel, comparison: Panel | None = None) -> Equations:
    """Take out each issuer's constant; with a comparison also what both share in each period.

    Examples
    --------
    One issuer, once with a rise of .2 from the first period to the second:

    >>> panel = Panel(np.array([[0.1, 0.3]]), np.array([[5.0, 5.0]]), np.array([-0.5, 0.5]), np.arange(2))
    >>> set_up(panel).matrix.tolist(), set_up(panel).right.round(6).tolist()
    ([[2.5, -2.5], [-2.5, 2.5]], [-0.5, 0.5])
    """
    own = _one_group(panel)
    if comparison is None:
        return own
    other = _one_group(comparison)
    both = np.linalg.pinv(own.matrix + other.matrix, rcond=_ZERO, hermitian=True)
    matrix = own.matrix - own.matrix @ both @ own.matrix
    right = own.right - own.matrix @ both @ (own.right + other.right)
    course, fitted, rank = _solve(matrix, right)
    squares, df = own.cell_squares + other.cell_squares, own.cell_df + other.cell_df
    sizes = np.where(other.sizes > 0, own.sizes, 0.0)
    return Equations(matrix, right, course, fitted, rank, squares, df, sizes, np.nan, own.place)


def _one_group(panel: Panel) -> Equations:
    n = panel.n
    y = np.where(n > 0, panel.y, 0.0)
    total = n.sum(axis=1)
    inverse = np.divide(1.0, total, out=np.zeros(total.size), where=total > 0)
    mean = (n * y).sum(axis=1) * inverse
    matrix = np.diag(n.sum(axis=0)) - (n * inverse[:, None]).T @ n
    around = n * (y - mean[:, None])
    right = around.sum(axis=0)
    course, fitted, rank = _solve(matrix, right)
    squares = max(float((around * (y - mean[:, None])).sum()) - fitted, 0.0)
    df = int((n > 0).sum() - (total > 0).sum()) - rank
    sizes = n.sum(axis=0)
    whole = float((n * y).sum() / sizes.sum()) if sizes.sum() > 0 else np.nan
    return Equations(matrix, right, course, fitted, rank, squares, df, sizes, whole, panel.place)


def _solve(matrix: Floats, right: Floats) -> tuple[Floats, float, int]:
    values, vectors = np.linalg.eigh(matrix)
    kept = values > _ZERO * max(float(values.max(initial=0.0)), 1e-300)
    turned = vectors[:, kept].T @ right
    course = vectors[:, kept] @ (turned / values[kept])
    return course, float((turned**2 / values[kept]).sum()), int(kept.sum())


def fit_lines(
    equations: Equations, columns: Floats, correlation: float | None = None, noise: Noise | None = None
) -> Lines | None:
    """Fit two lines, and say how far the periods scatter around them.

    Parameters
    ----------
    equations : Equations
    columns : array of float, shape (periods, 3)
        From `segments`.
    correlation : float, optional
        Of the periods' deviations; by default .3, or from 24 periods on what their residuals show if that is
        more.
    noise : Noise, optional
        Taken for granted, as for another date; `df` is then that of nothing.

    Returns
    -------
    Lines or None
        None where the lines cannot be told from the issuers' constants: no issuer is on both sides.

    Notes
    -----
    Estimates are least squares, weighed by size, with a constant for each issuer. The variance of cells is
    what is left when each period is free; that of periods is what the lines leave beyond it, by the method of
    moments, under the correlation assumed. Degrees of freedom are Satterthwaite's for that remainder. Where
    cells are too few to tell one from the other, the larger variance of the two pure cases is taken.

    References
    ----------
    Donald and Lang (2007), Review of Economics and Statistics 89, for inference from periods (there: groups)
    rather than from their members; the moments are ours.
    """
    gram = columns.T @ equations.matrix @ columns
    scale = np.sqrt(np.maximum(np.diag(gram), 1e-300))
    if equations.rank < 3 or np.linalg.cond(gram / np.outer(scale, scale)) > 1e10:
        return None
    inverse = np.linalg.inv(gram)
    slopes = inverse @ (columns.T @ equations.right)
    load = inverse @ columns.T @ equations.matrix  # [3, periods]
    share = equations.sizes / max(float(equations.sizes.sum()), 1e-300)
    centre = share @ columns
    level = equations.mean - float(centre @ slopes)
    residuals = _residuals(equations, columns, slopes)
    if noise is not None:
        correlation = noise.correlation
    if correlation is None:
        correlation = correlation_of(residuals, equations)
    likeness = correlation ** np.abs(equations.place[:, None] - equations.place[None])
    loads = np.vstack([share - centre @ load, load])
    period_parts = ((loads @ likeness) * loads).sum(axis=1)
    own = 1 / max(float(equations.sizes.sum()), 1e-300) + float(centre @ inverse @ centre)
    cell_parts = np.r_[own, np.diag(inverse)]
    if noise is not None:
        return Lines(np.r_[level, slopes], cell_parts, period_parts, noise, np.nan, residuals)
    left = max(equations.fitted - float(slopes @ columns.T @ equations.right), 0.0)
    spare = equations.rank - 3
    projected = equations.matrix @ (np.eye(len(columns)) - columns @ load) @ likeness
    trace, squares = float(np.trace(projected)), float((projected * projected.T).sum())
    df = min(trace**2 / squares, float(spare)) if spare > 0 and squares > 0 else 0.0
    noise = _noise(equations, left, spare, trace, correlation)
    if equations.cell_df < _FEWEST_SPARE and spare > 0:
        pure = Noise(left / spare, 0.0, correlation), Noise(0.0, left / max(trace, 1e-300), correlation)
        at = 2 if pure[0].cell * cell_parts[2] >= pure[1].period * period_parts[2] else 3
        noise = pure[at - 2]
    return Lines(np.r_[level, slopes], cell_parts, period_parts, noise, df, residuals)


def _noise(equations: Equations, left: float, spare: int, trace: float, correlation: float) -> Noise:
    cell = equations.cell_squares / max(equations.cell_df, 1)
    period = (left - spare * cell) / trace if trace > 0 else 0.0
    return Noise(cell, max(period, 0.0), correlation)


def _residuals(equations: Equations, columns: Floats, slopes: Floats) -> Floats:
    """Give how far each period's course is from the lines, with a mean of zero over releases."""
    off = np.where(equations.sizes > 0, equations.course - columns @ slopes, 0.0)
    total = float(equations.sizes.sum())
    return np.asarray(off - (off @ equations.sizes) / total if total > 0 else off)


def correlation_of(residuals: Any, equations: Equations) -> float:
    """Give the correlation between successive periods that is reckoned with.

    Residuals of lines correlate less than what they are residuals of; Kendall's correction puts back about
    (1 + 4 r) / n of it.
    """
    filled = np.flatnonzero(equations.sizes > 0)
    if filled.size < _MANY:
        return _CORRELATION
    e, place = np.asarray(residuals)[filled], equations.place[filled]
    next_to = np.flatnonzero(np.diff(place) == 1)
    if next_to.size < _MANY // 2 or not (e**2).sum() > 0:
        return _CORRELATION
    raw = float((e[next_to] * e[next_to + 1]).mean() / (e**2).mean())
    corrected = raw + (1 + 4 * raw) / filled.size
    return float(np.clip(corrected, _CORRELATION, _MOST_CORRELATION))
