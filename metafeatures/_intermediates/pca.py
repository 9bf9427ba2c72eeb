"""Principal components of the encoded table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.counts import level_counts
from metafeatures._intermediates.deviations import Deviations, Levels, products
from metafeatures._intermediates.encoding import encode
from metafeatures._intermediates.moments import numeric_moments
from metafeatures._kernels._moments import column_moments

__all__ = ["Pca", "principal_components"]

Floats = NDArray[np.float64]

MAX_COLUMNS = 1024
MAX_WORK = 1e9
VARIANCE = 0.95
BLOCK_CELLS = 1 << 17
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Pca:
    """What is kept of a principal component analysis."""

    fraction_95: float
    """Share of the components that together explain 95 % of the variance."""
    skewness: float
    """Population skewness of the first component; its sign is free, so it is at least 0."""
    kurtosis: float
    """Population excess kurtosis of the first component."""


@once
def principal_components(context: Context) -> Pca:
    """Analyse the table with numeric columns standardised and levels as columns of 0 and 1.

    At most 1,024 encoded columns p take part, and so many rows that rows times p^2 stays below
    1e9 (but 2,000 at least), drawn at random.

    Raises
    ------
    Undefined
        If there are fewer than two rows, or no column varies.
    """
    table = context.table
    if table.n_rows < 2:
        raise Undefined("one row has no principal components")
    rng = np.random.default_rng(context.seed)
    rows = np.arange(table.n_rows)
    width = min(MAX_COLUMNS, table.n_numeric + sum(table.levels))
    most = max(2000, int(MAX_WORK / max(width, 1) ** 2))
    if len(rows) > most:
        rows = np.sort(rng.choice(rows, most, replace=False))
        context.remark(f"{most:,} of {table.n_rows:,} rows")
    deviations = _deviations(context)
    found = None if deviations is None else _by_blocks(context, deviations, rows)
    if found is not None:
        return found
    matrix = encode(context, rows, MAX_COLUMNS, rng)
    matrix -= matrix.mean(axis=0)
    variances, axes = np.linalg.eigh(matrix.T @ matrix)
    return _pca(variances, matrix @ axes[:, -1])


def _deviations(context: Context) -> Deviations | None:
    """The encoded table, missing cells as a level of their own.

    None if columns have to be drawn, or are so close to constant that they need `encode`'s care.
    """
    table, moments = context.table, numeric_moments(context)
    encoded = table.n_numeric + sum(table.levels) + table.n_categorical
    if encoded > MAX_COLUMNS or table.is_sparse:
        return None
    varied = moments.varied & np.isfinite(moments.scale)
    if not np.array_equal(varied, moments.low < moments.high):
        return None
    levels = []
    for j, counts in enumerate(level_counts(context)):
        shares = np.append(table.n_rows - counts.sum(), counts) / table.n_rows
        # Also a level that all rows share has a place, so that every code has one.
        levels.append(Levels(j, np.arange(len(shares)), shares, np.ones(len(shares))))
    numeric = np.flatnonzero(varied)
    unit = (np.sqrt(moments.m2) * moments.scale)[numeric]
    return Deviations(table, numeric, moments.mean[numeric], unit, tuple(levels))


def _by_blocks(context: Context, deviations: Deviations, rows: NDArray[np.intp]) -> Pca | None:
    """Analyse without the whole matrix in memory: its products first, then the first component.

    None if there is no one first component, as two explain the same variance: which of them counts
    then hangs on the rounding of the whole matrix, which values that were stored once follow.
    """
    total, sums = products(context, deviations, rows)
    total -= sums.T @ (sums / len(rows))
    spread = np.diag(total).copy()
    spread[spread <= len(rows) * np.finfo(np.float64).eps] = 0.0
    kept = np.flatnonzero(spread)
    if len(kept) == 0:
        raise Undefined("no numeric or categorical column has two distinct values")
    # Numeric columns are standardised within the rows; dummies stay 0 and 1.
    unit = np.where(kept < len(deviations.numeric), np.sqrt(spread[kept] / len(rows)), 1.0)
    variances, axes = np.linalg.eigh(total[np.ix_(kept, kept)] / unit[:, None] / unit)
    if len(kept) > 1 and variances[-1] - variances[-2] <= TIE * variances[-1]:
        return None
    axis = np.zeros(deviations.width)
    axis[kept] = axes[:, -1] / unit
    scores = np.empty(len(rows))
    height = max(64, BLOCK_CELLS // deviations.width)

    def project(i: int) -> None:
        mine = rows[i * height : (i + 1) * height]
        block = np.empty((len(mine), deviations.width))
        deviations.write(mine, block)
        scores[i * height : i * height + len(mine)] = block @ axis

    context.spread(project, -(-len(rows) // height))
    return _pca(variances, scores)


def _pca(variances: Floats, scores: Floats) -> Pca:
    share = np.cumsum(variances[::-1]) / variances.sum()
    moments = np.empty((1, 9))
    column_moments(scores[:, None], 0, 1, moments)
    m2, m3, m4 = moments[0, 2:5]
    fraction = (int(np.searchsorted(share, VARIANCE)) + 1) / len(variances)
    # A kurtosis is at least -2 but for rounding.
    return Pca(fraction, abs(float(m3 / m2**1.5)), max(float(m4 / m2**2 - 3.0), -2.0))
