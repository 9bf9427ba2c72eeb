"""What a numeric target looks like."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.moments import Moments
from metafeatures._kernels._moments import column_moments

__all__ = ["sorted_target", "target_moments"]


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
