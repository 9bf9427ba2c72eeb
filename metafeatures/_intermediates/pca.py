"""Principal components of the encoded table."""

from dataclasses import dataclass

import numpy as np

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.encoding import encode
from metafeatures._kernels._moments import column_moments

__all__ = ["Pca", "principal_components"]

MAX_COLUMNS = 1024
MAX_WORK = 1e9
VARIANCE = 0.95


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
    matrix = encode(table, rows, MAX_COLUMNS, rng)
    matrix -= matrix.mean(axis=0)
    variances, axes = np.linalg.eigh(matrix.T @ matrix)
    share = np.cumsum(variances[::-1]) / variances.sum()
    first = np.asfortranarray((matrix @ axes[:, -1])[:, None])
    moments = np.empty((1, 9))
    column_moments(first, 0, 1, moments)
    m2, m3, m4 = moments[0, 2:5]
    n_components = int(np.searchsorted(share, VARIANCE)) + 1
    return Pca(n_components / matrix.shape[1], abs(float(m3 / m2**1.5)), float(m4 / m2**2 - 3.0))
