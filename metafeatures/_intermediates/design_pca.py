"""Principal components of the design sample, in the units of its columns, as pymfe takes them."""

import numpy as np

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
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
    X = X / np.abs(X).max()
    X -= X.mean(axis=0)
    variances = np.maximum(np.linalg.eigvalsh(X.T @ X)[::-1], 0.0)
    share = np.cumsum(variances) / variances.sum()
    return min(int(np.searchsorted(share, VARIANCE, side="right")) + 1, len(share))
