"""What a numeric target looks like alone, and what each column tells about it."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.entropies import discretise, entropy
from metafeatures._intermediates.items import items
from metafeatures._intermediates.moments import Moments
from metafeatures._kernels._moments import column_moments

__all__ = ["sorted_target", "target_information", "target_moments"]


@once
def target_moments(context: Context) -> Moments:
    """Moments of the target, as of one column."""
    values = context.target.values
    out = np.empty((1, 9))
    column_moments(values[:, None], 0, 1, out)
    return Moments(*np.ascontiguousarray(out.T))


@once
def sorted_target(context: Context) -> NDArray[np.float64]:
    """Values of the target in ascending order."""
    return np.sort(context.target.values)


@once
def target_information(context: Context) -> NDArray[np.float64]:
    """Mutual information of each column, as items, with the bins of the target, in bits.

    Over the rows in which the cell is known; the bins are those of all rows.

    Raises
    ------
    Undefined
        If no column has a known cell, or as many items as can be paired.
    """
    found = items(context)
    codes = [column for column in found.codes if len(column)]
    if not codes:
        raise Undefined("every column has too many distinct values")
    bins = discretise(context.target.values)
    n_bins = int(bins.max()) + 1
    out = np.empty(len(codes))

    def measure(i: int) -> None:
        known = codes[i] >= 0
        column, target = codes[i][known].astype(np.intp), bins[known]
        joint = np.bincount(column * n_bins + target)
        apart = entropy(np.bincount(column)) + entropy(np.bincount(target))
        # Rounding must not make it negative.
        out[i] = max(0.0, apart - entropy(joint))

    context.spread(measure, len(codes))
    return out
