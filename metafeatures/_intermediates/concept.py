"""How the rows around a row weigh, and how many of them belong to other classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.distances import each_block, unit_sample

__all__ = ["Surroundings", "surroundings"]

CLOSEST_TO_FARTHEST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Sums over all other rows, for each row of the sample; each field has shape (n_rows,).

    With p columns on 0 to 1 no distance d exceeds sqrt(p). A smooth weight is 2^(-2d / (sqrt(p) -
    d)), a stepped one 2^-ceil(d), but 1/2 for d = 0.
    """

    smooth: NDArray[np.float64]
    """Sum of the smooth weights."""
    smooth_apart: NDArray[np.float64]
    """Sum of the smooth weights of rows of other classes; 0 without classes."""
    smooth_distance: NDArray[np.float64]
    """Sum of the smooth weights times the distances."""
    stepped: NDArray[np.float64]
    """Sum of the stepped weights."""
    stepped_apart: NDArray[np.float64]
    """Sum of the stepped weights of rows of other classes; 0 without classes."""


@once
def surroundings(context: Context) -> Surroundings:
    """Weigh the Euclidean distances of the sample's rows.

    Raises
    ------
    Undefined
        If there is only one row, or no column varies.
    """
    unit = unit_sample(context)
    n = len(unit.X)
    if n < 2:
        raise Undefined("one row has no neighbours")
    codes = unit.sample.codes if unit.sample.n_classes else np.zeros(n, np.int32)
    # Rows of one class side by side, so that sums over a class are sums over a stretch.
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    farthest = np.sqrt(unit.n_columns)
    out = np.empty((5, n))

    def work(start: int, block: NDArray[np.float64]) -> None:
        rows = np.arange(len(block))
        part, own = slice(start, start + len(block)), codes[start : start + len(block)]

        def apart(weights: NDArray[np.float64]) -> NDArray[np.float64]:
            sums = np.add.reduceat(weights, starts, axis=1)
            sums[rows, own] = 0.0
            return np.asarray(sums.sum(axis=1))

        # -2d / (s - d) is 2 - 2s / (s - d).
        weights = block - farthest
        np.minimum(weights, -CLOSEST_TO_FARTHEST, out=weights)
        np.divide(2.0 * farthest, weights, out=weights)
        weights += 2.0
        np.exp2(weights, out=weights)
        weights[rows, start + rows] = 0.0
        out[0, part] = weights.sum(axis=1)
        out[1, part] = apart(weights)
        out[2, part] = np.einsum("ij,ij->i", weights, block)
        np.negative(block, out=weights)
        np.floor(weights, out=weights)
        np.minimum(weights, -1.0, out=weights)
        np.exp2(weights, out=weights)
        weights[rows, start + rows] = 0.0
        out[3, part] = weights.sum(axis=1)
        out[4, part] = apart(weights)

    each_block(context, unit.X[order], work)
    found = np.empty_like(out)
    found[:, order] = out
    return Surroundings(*found)
