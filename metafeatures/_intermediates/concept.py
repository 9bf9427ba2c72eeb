"""How the rows around a row weigh, and how many of them belong to other classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.distances import BLOCK_CELLS, LANES, Points, unit_sample
from metafeatures._kernels._distances import distances

__all__ = ["Surroundings", "surroundings"]

CLOSEST_TO_FARTHEST = 1e-9
N_SUMS = 16


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
    # Rows of one class side by side, so that a class is a stretch of rows.
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    out = np.empty((5, n))
    out[:, order] = _sums(context, np.ascontiguousarray(unit.X[order]), codes, unit.n_columns)
    return Surroundings(*out)


def _sums(
    context: Context, X: NDArray[np.float64], codes: NDArray[np.int32], n_columns: int
) -> NDArray[np.float64]:
    """Fields of `Surroundings` for rows ordered by class; each pair of rows is weighed once."""
    n, farthest, points = len(X), np.sqrt(n_columns), Points(X)
    bounds = _blocks(n)
    # Blocks are dealt out to a fixed number of sums, so that threads do not change the result.
    sums = np.zeros((N_SUMS, 5, n))

    def add(start: int, stop: int, out: NDArray[np.float64]) -> None:
        distance = np.empty((stop - start, n - start))
        distances(X[start:stop], points.panels[start // LANES :], True, 1.0, distance)
        rows = np.arange(stop - start)
        # -2d / (s - d) is 2 - 2s / (s - d).
        weights = distance - farthest
        np.minimum(weights, -CLOSEST_TO_FARTHEST, out=weights)
        np.divide(2.0 * farthest, weights, out=weights)
        weights += 2.0
        np.exp2(weights, out=weights)
        weights[rows, rows] = 0.0
        _add_both_ways(weights, codes, start, out[0], out[1])
        weights *= distance
        _add_both_ways(weights, None, start, out[2], out[2])
        np.negative(distance, out=weights)
        np.floor(weights, out=weights)
        np.minimum(weights, -1.0, out=weights)
        np.exp2(weights, out=weights)
        weights[rows, rows] = 0.0
        _add_both_ways(weights, codes, start, out[3], out[4])

    def work(i: int) -> None:
        for start, stop in bounds[i::N_SUMS]:
            context.check_time()
            add(start, stop, sums[i])

    context.spread(work, N_SUMS)
    total: NDArray[np.float64] = sums.sum(axis=0)
    return total


def _blocks(n: int) -> list[tuple[int, int]]:
    """Rows of each block; a block goes from its first row to the last column."""
    bounds, start = [], 0
    while start < n:
        height = max(1, BLOCK_CELLS // (n - start) // LANES) * LANES
        bounds.append((start, min(start + height, n)))
        start += height
    return bounds


def _add_both_ways(
    weights: NDArray[np.float64],
    codes: NDArray[np.int32] | None,
    start: int,
    total: NDArray[np.float64],
    apart: NDArray[np.float64],
) -> None:
    """Add the weights of some rows and all rows from there on to the sums of either row.

    The first columns are these rows themselves: there either order of a pair is in the block.
    """
    height = len(weights)
    after = start + height
    if codes is None:
        total[start:after] += weights.sum(axis=1)
        total[after:] += weights[:, height:].sum(axis=0)
        return
    own = codes[start:after]
    edges = np.flatnonzero(np.append(True, np.diff(codes[start:]) != 0))
    by_class = np.add.reduceat(weights, edges, axis=1)
    total[start:after] += by_class.sum(axis=1)
    by_class[np.arange(height), own - own[0]] = 0.0
    apart[start:after] += by_class.sum(axis=1)
    firsts = np.flatnonzero(np.append(True, np.diff(own) != 0))
    columns = np.add.reduceat(weights[:, height:], firsts, axis=0)
    total[after:] += columns.sum(axis=0)
    for sums, code in zip(columns, own[firsts], strict=True):
        sums[codes[after:] == code] = 0.0
    apart[after:] += columns.sum(axis=0)
