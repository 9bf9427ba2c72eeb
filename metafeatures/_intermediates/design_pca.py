"""Principal components of the design sample, in the units of its columns, as pymfe takes them."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.blocks import row_blocks
from metafeatures._intermediates.sample import design_sample

__all__ = ["n_design_components"]

VARIANCE = 0.95


@once
def n_design_components(context: Context) -> int:
    """How many principal components explain 95 % of the variance of the `design_sample`.

    Raises
    ------
    Undefined
        If no column varies.
    """
    X = design_sample(context).X
    low, high = X.min(axis=0), X.max(axis=0)
    varied = low < high
    if not varied.any():
        raise Undefined("no numeric or categorical column has two distinct values")
    if not varied.all():
        X, low, high = X[:, varied], low[varied], high[varied]
    # One scale for all columns keeps their shares of the variance; powers of two keep all digits.
    scale, total = _exponent(np.maximum(high, -low)), np.zeros(X.shape[1])
    for rows in row_blocks(context, *X.shape):
        total += np.ldexp(X[rows], -scale).sum(axis=0)
    mean, products = total / len(X), np.zeros((X.shape[1], X.shape[1]))
    farthest = np.maximum(np.ldexp(high, -scale) - mean, mean - np.ldexp(low, -scale))
    for rows in row_blocks(context, *X.shape):
        deviations = np.ldexp(np.ldexp(X[rows], -scale) - mean, -_exponent(farthest))
        products += deviations.T @ deviations
    variances = np.maximum(np.linalg.eigvalsh(products)[::-1], 0.0)
    share = np.cumsum(variances) / variances.sum()
    return min(int(np.searchsorted(share, VARIANCE, side="right")) + 1, len(share))


def _exponent(values: NDArray[np.float64]) -> int:
    """Exponent of two that scales the largest value to about 1: its square keeps its digits."""
    return int(np.frexp(values.max())[1])
