"""The classes of the sample as clusters: distances between its rows, and from their centres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.distances import each_distance_block
from metafeatures._intermediates.sample import design_sample

__all__ = [
    "Clusters",
    "PairDistances",
    "Scatter",
    "clusters",
    "pair_distances",
    "scatter",
]

SAFE_MAGNITUDE = 2.0**400


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The rows of the sample, class after class."""

    X: NDArray[np.float64]
    """Rows divided by `unit`, shape (n_rows, n_dummied), C order."""
    codes: NDArray[np.int32]
    """Class of each row, ascending, shape (n_rows,)."""
    starts: NDArray[np.intp]
    """First row of each class, shape (n_classes,)."""
    sizes: NDArray[np.float64]
    """Rows of each class, shape (n_classes,)."""
    unit: float
    """A power of two; 1 unless squares of the columns would overflow or vanish."""


@once
def clusters(context: Context) -> Clusters:
    """Order the design sample by class.

    Raises
    ------
    Undefined
        If there is only one class.
    """
    if context.target.n_classes < 2:
        raise Undefined("the target has only one class")
    sample = design_sample(context)
    if sample.n_classes < 2:
        raise Undefined("the sample has only one class")
    order = np.argsort(sample.codes, kind="stable")
    codes = sample.codes[order]
    largest = float(np.abs(sample.X).max())
    unit = 1.0
    if largest > 0 and not 1 / SAFE_MAGNITUDE < largest < SAFE_MAGNITUDE:
        unit = float(2.0 ** np.floor(np.log2(largest)))
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    X = np.ascontiguousarray(sample.X[order] / unit)
    return Clusters(X, codes, starts, sizes.astype(np.float64), unit)


@dataclass(frozen=True, slots=True, eq=False)
class PairDistances:
    """Distances of each row to the others, in units of `Clusters.unit`; fields of shape (n_rows,).

    n_a and n_b are the sizes of the classes of two rows.
    """

    typical: float
    """A distance that is subtracted before squaring, so that the variance keeps its digits."""
    within: NDArray[np.float64]
    """Sum over the row's own class."""
    between: NDArray[np.float64]
    """Sum over all other classes."""
    averaged: NDArray[np.float64]
    """Sum over all other classes of their mean."""
    nearest: NDArray[np.float64]
    """Smallest mean of another class."""
    gap: NDArray[np.float64]
    """Smallest one to another class."""
    shrunk_gap: NDArray[np.float64]
    """The smallest one to another class after division by n_a n_b."""
    reach: NDArray[np.float64]
    """Largest one within the row's own class."""
    squares: NDArray[np.float64]
    """Sum of the squares of the distances less `typical`, over all other rows."""


@once
def pair_distances(context: Context) -> PairDistances:
    """Sum up the Euclidean distances of all pairs of rows of the sample."""
    found = clusters(context)
    n, starts, sizes = len(found.X), found.starts, found.sizes
    typical = float(np.sqrt(2.0 * found.X.var(axis=0).sum()))
    out = np.empty((8, n))

    def work(start: int, block: NDArray[np.float64]) -> None:
        rows, part = np.arange(len(block)), slice(start, start + len(block))
        own = found.codes[part]
        sums = np.add.reduceat(block, starts, axis=1)
        out[0, part] = sums[rows, own]
        sums[rows, own] = 0.0
        out[1, part] = sums.sum(axis=1)
        sums /= sizes
        out[2, part] = sums.sum(axis=1)
        sums[rows, own] = np.inf
        out[3, part] = sums.min(axis=1)
        shortest = np.minimum.reduceat(block, starts, axis=1)
        shortest[rows, own] = np.inf
        out[4, part] = shortest.min(axis=1)
        shortest /= sizes
        out[5, part] = shortest.min(axis=1) / sizes[own]
        for k in np.unique(own):
            mine = np.flatnonzero(own == k)
            stretch = slice(starts[k], starts[k] + int(sizes[k]))
            out[6, start + mine] = block[mine[0] : mine[-1] + 1, stretch].max(axis=1)
        block -= typical
        block[rows, start + rows] = 0.0
        out[7, part] = np.einsum("ij,ij->i", block, block)

    each_distance_block(context, found.X, work)
    return PairDistances(typical, *out)


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Classes and their centres, in units of `Clusters.unit`."""

    spread: NDArray[np.float64]
    """Mean distance of the rows of each class from its centre, shape (n_classes,)."""
    apart: NDArray[np.float64]
    """Distance of each two centres, shape (n_classes, n_classes)."""
    within: float
    """Sum of the squared distances of the rows from the centres of their classes."""
    between: float
    """Sum of the squared distances of these centres, one per row, from the mean of all rows."""


@once
def scatter(context: Context) -> Scatter:
    """Distances of the sample's rows from the means of their classes."""
    found = clusters(context)
    centre = found.X.mean(axis=0)
    centres = np.add.reduceat(found.X - centre, found.starts, axis=0) / found.sizes[:, None]
    off = found.X - centre - centres[found.codes]
    squares = np.einsum("ij,ij->i", off, off)
    apart = np.empty((len(centres), len(centres)))

    def work(start: int, block: NDArray[np.float64]) -> None:
        apart[start : start + len(block)] = block

    each_distance_block(context, centres, work)
    return Scatter(
        np.add.reduceat(np.sqrt(squares), found.starts) / found.sizes,
        apart,
        float(squares.sum()),
        float(found.sizes @ (centres**2).sum(axis=1)),
    )
