"""Order statistics of the numeric columns: everything that needs their cells in order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.blocks import each_column_block
from metafeatures._intermediates.moments import numeric_moments
from metafeatures._intermediates.normality import MAX_VALUES, shapiro_wilk_test
from metafeatures._kernels._columns import order_statistics, shapiro_wilk

__all__ = ["Orders", "column_orders", "n_bins"]

Floats = NDArray[np.float64]

STATISTICS = (
    "median",
    "quartile_1",
    "quartile_3",
    "mad",
    "trimmed_mean",
    "distinct",
    "g_mean",
    "h_mean",
    "entropy",
)
"""In the order in which the kernel gives them."""


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Order statistics of the known cells of each numeric column, each of shape (n_numeric,).

    NaN for a column without a known cell.
    """

    median: Floats
    """Median."""
    quartile_1: Floats
    """First quartile."""
    quartile_3: Floats
    """Third quartile."""
    mad: Floats
    """Median distance from the median, times 1.4826."""
    trimmed_mean: Floats
    """Mean without the lowest and the highest fifth."""
    distinct: Floats
    """Number of distinct values."""
    g_mean: Floats
    """Geometric mean; 0 if the smallest value is below 1e-10, NaN if one is negative."""
    h_mean: Floats
    """Harmonic mean; NaN if one is negative."""
    entropy: Floats
    """Entropy in bits of the bins of about equal frequency."""
    normal: NDArray[np.bool_]
    """Whether Shapiro and Wilk's test takes the first 5,000 rows for normally distributed."""
    edges: tuple[Floats, ...]
    """Upper edges of the bins of each column."""


def n_bins(count: int) -> int:
    """Number of bins of equal frequency: the cube root of the number of values."""
    # As pymfe computes it, so that values agree: in floating point 1000 ** (1 / 3) is below 10.
    return int(count ** (1 / 3))


@once
def column_orders(context: Context) -> Orders:
    """Sort each numeric column once."""
    counts = numeric_moments(context).count.astype(int)
    out = np.full((len(counts), 9), np.nan)
    normal = np.zeros(len(counts), dtype=bool)
    edges = [np.empty(0)] * len(counts)

    def is_normal(ordered: Floats) -> bool:
        if len(ordered) < 3:
            return False
        test = shapiro_wilk_test(len(ordered))
        return test.accepts(shapiro_wilk(ordered, test.weights))

    def measure(start: int, block: Floats) -> None:
        for j, column in enumerate(block.T, start=start):
            context.check_time()
            if counts[j] == 0:
                continue
            ordered = np.sort(column)[: counts[j]]  # NaN comes last
            room = np.empty(n_bins(counts[j]))
            edges[j] = room[: order_statistics(ordered, out[j], room)]
            if ordered[0] == ordered[-1]:
                continue
            if len(column) > MAX_VALUES:
                ordered = np.sort(column[:MAX_VALUES])
                ordered = ordered[: np.searchsorted(ordered, np.inf)]
            normal[j] = is_normal(ordered)

    each_column_block(context, measure)
    statistics = dict(zip(STATISTICS, np.ascontiguousarray(out.T), strict=True))
    return Orders(**statistics, normal=normal, edges=tuple(edges))
