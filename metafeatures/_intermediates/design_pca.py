"""Principal components of the design sample, in the units of its columns, as pymfe takes them."""

import numpy as np

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
    if (X.min(axis=0) == X.max(axis=0)).all():
        raise Undefined("no numeric or categorical column has two distinct values")
    # One scale for all columns keeps their shares of the variance, and huge numbers from overflow.
    scale, total = max(X.max(), -X.min()), np.zeros(X.shape[1])
    for rows in row_blocks(context, *X.shape):
        total += (X[rows] / scale).sum(axis=0)
    mean, products = total / len(X), np.zeros((X.shape[1], X.shape[1]))
    for rows in row_blocks(context, *X.shape):
        deviations = X[rows] / scale - mean
        products += deviations.T @ deviations
    variances = np.maximum(np.linalg.eigvalsh(products)[::-1], 0.0)
    share = np.cumsum(variances) / variances.sum()
    return min(int(np.searchsorted(share, VARIANCE, side="right")) + 1, len(share))
