"""Correlation and linear fit of the sample's columns with a numeric target, all on 0 to 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.distances import unit_sample
from metafeatures._intermediates.tree import presort
from metafeatures._kernels._ranks import drop_discordant, rank_correlations

__all__ = [
    "RegressionSample",
    "doubled_ranks",
    "linear_correlations",
    "linear_residuals",
    "ranked_correlations",
    "regression_sample",
    "rows_hard_for_each_column",
    "rows_to_drop",
]

MAX_OPERATIONS = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class RegressionSample:
    """The sample's rows, in the order of the table."""

    X: NDArray[np.float64]
    """Columns that vary, from 0 to 1; shape (n_rows, n_varied), Fortran order."""
    y: NDArray[np.float64]
    """Target from 0 to 1, shape (n_rows,)."""
    by_target: NDArray[np.intp]
    """Rows in ascending order of the target, shape (n_rows,)."""
    weights: NDArray[np.float64]
    """Where the point between each two rows that follow each other by target lies: weight of the
    first row, uniform on 0 to 1, shape (n_rows - 1,)."""

    def between(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at the points between rows, of values at the rows (first axis)."""
        ordered = values[self.by_target]
        weights = self.weights.reshape(-1, *[1] * (values.ndim - 1))
        return weights * ordered[:-1] + (1.0 - weights) * ordered[1:]


@once
def regression_sample(context: Context) -> RegressionSample:
    """Scale the design sample and the target to 0 to 1.

    Raises
    ------
    Undefined
        If the target or all columns are constant.
    """
    # Halved, so that the largest finite numbers do not overflow when they are subtracted.
    half = context.target.values / 2
    low, high = half.min(), half.max()
    if low == high:
        raise Undefined("the target is constant")
    unit = unit_sample(context)
    y = (unit.sample.values / 2 - low) / (high - low)
    weights = np.random.default_rng(context.seed).random(len(y) - 1)
    return RegressionSample(np.asfortranarray(unit.X), y, np.argsort(y, kind="stable"), weights)


@once
def _sorted_rows(context: Context) -> NDArray[np.int32]:
    return presort(regression_sample(context).X)


@once
def linear_correlations(context: Context) -> NDArray[np.float64]:
    """Pearson's correlation of each varying column of the sample with the target."""
    sample = regression_sample(context)
    X, y = sample.X - sample.X.mean(axis=0), sample.y - sample.y.mean()
    correlation: NDArray[np.float64] = y @ X / np.sqrt((X**2).sum(axis=0) * (y**2).sum())
    return np.clip(correlation, -1, 1)


@once
def ranked_correlations(context: Context) -> NDArray[np.float64]:
    """Spearman's correlation of each varying column of the sample with the target."""
    sample = regression_sample(context)
    return _rank_correlations(
        context, sample, np.ones(len(sample.y), np.uint8), np.arange(sample.X.shape[1])
    )


def _rank_correlations(
    context: Context,
    sample: RegressionSample,
    kept: NDArray[np.uint8],
    columns: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Spearman's correlation of some columns with the target, over the kept rows."""
    order, out = _sorted_rows(context), np.zeros(len(columns))
    ranks = np.zeros(len(kept))
    left = np.flatnonzero(kept)
    ranks[left] = doubled_ranks(sample.y[left]) - len(left) - 1.0
    width = max(1, MAX_OPERATIONS // len(kept))

    def measure(i: int) -> None:
        part = slice(i * width, (i + 1) * width)
        rank_correlations(sample.X, order, ranks, kept, columns[part], out[part])

    context.spread(measure, -(-len(columns) // width))
    return np.clip(out, -1, 1)


def doubled_ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Twice the average rank of each value.

    Examples
    --------
    >>> doubled_ranks(np.array([0.5, 2.0, 0.5])).tolist()
    [3, 6, 3]
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: NDArray[np.int64] = (2 * ends - counts + 1)[place]
    return ranks


def rows_to_drop(context: Context, threshold: float) -> int:
    """Fewest rows to drop until one column's ranks correlate with the target's, either way.

    Row after row, the one with the largest difference of ranks among the rows that are left goes.
    """
    sample = regression_sample(context)
    ranks = doubled_ranks(sample.y)
    correlations = ranked_correlations(context)
    fewest = len(ranks) - 1
    # The best column first: the others stop where they need more rows than it.
    for j in np.argsort(-np.abs(correlations), kind="stable"):
        n, x, y = len(ranks), doubled_ranks(sample.X[:, j]), ranks.copy()
        if correlations[j] < 0:
            y = 2 * n + 2 - y
        while fewest > len(ranks) - n:
            context.check_time()
            most = min(fewest - len(ranks) + n, max(1, MAX_OPERATIONS // n))
            dropped = drop_discordant(x, y, n, threshold, most)
            n -= dropped
            if dropped < most:
                fewest = len(ranks) - n
    return fewest


def rows_hard_for_each_column(context: Context, tolerance: float) -> int:
    """Rows that no column fits: each in turn, the one that correlates best with the target first.

    A column drops the rows whose residual in its linear regression, over the rows that are left, is
    at most `tolerance`.
    """
    sample = regression_sample(context)
    kept = np.ones(len(sample.y), np.uint8)
    columns = np.arange(sample.X.shape[1])
    while len(columns) and kept.any():
        correlation = _rank_correlations(context, sample, kept, columns)
        best = int(np.abs(correlation).argmax())
        left = np.flatnonzero(kept)
        x, y = sample.X[left, columns[best]], sample.y[left]
        x, y = x - x.mean(), y - y.mean()
        square = float(x @ x)
        residual = y - x * (float(x @ y) / square if square > 0 else 0.0)
        kept[left[np.abs(residual) <= tolerance]] = 0
        columns = np.delete(columns, best)
    return int(kept.sum())


@once
def linear_residuals(context: Context) -> NDArray[np.float64]:
    """Residuals of the multiple linear regression, in the order of the sample's rows."""
    sample = regression_sample(context)
    X, y = sample.X - sample.X.mean(axis=0), sample.y - sample.y.mean()
    residuals: NDArray[np.float64] = y - X @ np.linalg.lstsq(X, y)[0]
    return residuals
