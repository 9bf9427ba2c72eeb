"""Distances of every row to every other, block by block: no matrix of all pairs of a large table.

`each_distance_block` is for any matrix and both metrics. `sample_distances` are the distances of
the complexity measures: mean absolute difference over the columns of the `design_sample`, each
scaled onto 0..1 (Gower's distance for numbers), rounded to float32. The rounding makes distances
equal that differ only in the order of their sums.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.blocks import row_blocks
from metafeatures._intermediates.sample import DesignSample, design_sample
from metafeatures._kernels._distances import distances

__all__ = [
    "BLOCK_CELLS",
    "LANES",
    "Points",
    "SampleDistances",
    "UnitSample",
    "each_distance_block",
    "each_sample_block",
    "sample_distances",
    "spread_rows",
    "unit_sample",
]

LANES = 32
BLOCK_CELLS = 2**18
STORED_ROWS = 4096

Floats = NDArray[np.float64]
Block = NDArray[Any]


class Points:
    """Rows of a matrix, laid out for the kernel.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        Finite.
    """

    def __init__(self, X: Floats) -> None:
        self.n: int = len(X)
        p = X.shape[1]
        padded = np.zeros((-(-self.n // LANES) * LANES, p))
        padded[: self.n] = X
        self.panels: Floats = np.ascontiguousarray(padded.reshape(-1, LANES, p).transpose(0, 2, 1))

    def distances_of(
        self, rows: Floats, *, euclidean: bool, divisor: float = 1.0, dtype: type = np.float64
    ) -> Block:
        """Distance of each of `rows`, shape (m, p), to each point, shape (m, n), over `divisor`."""
        out: Block = np.empty((len(rows), self.n), dtype)
        distances(np.ascontiguousarray(rows), self.panels, euclidean, divisor, out)
        return out


def each_distance_block(
    context: Context,
    rows: Floats,
    work: Callable[[int, Block], None],
    *,
    others: Floats | None = None,
    euclidean: bool = True,
    divisor: float = 1.0,
    dtype: type = np.float64,
) -> None:
    """Call work(start, block) for blocks of rows, on the context's threads.

    Parameters
    ----------
    rows : ndarray of shape (n, p)
        Finite; differences and their squares must not overflow.
    work : callable
        Gets the number of the first row and the distances of some consecutive rows, from there on,
        to all `others`; at most 262,144 numbers (or one row). It may overwrite them. It writes to
        places that belong to its rows only, so that threads do not change the result.
    others : ndarray of shape (m, p), optional
        By default `rows`.
    euclidean : bool
        Else the sum of absolute differences.
    divisor : float
        The distances are divided by it.
    dtype : type
        float64 or float32.

    Examples
    --------
    >>> from metafeatures import as_table
    >>> X = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    >>> longest = np.empty(3)
    >>> def work(start, block):
    ...     longest[start : start + len(block)] = block.max(axis=1)
    >>> each_distance_block(Context(as_table(X)), X, work)
    >>> longest.tolist()
    [10.0, 5.0, 10.0]
    """
    points = Points(rows if others is None else others)

    def part(start: int, stop: int) -> None:
        block = points.distances_of(
            rows[start:stop], euclidean=euclidean, divisor=divisor, dtype=dtype
        )
        work(start, block)

    spread_rows(context, len(rows), points.n, part)


def spread_rows(
    context: Context, n_rows: int, width: int, part: Callable[[int, int], None]
) -> None:
    """Call part(start, stop) for pieces of n_rows rows that have `width` distances each."""
    size = max(1, BLOCK_CELLS // width)
    context.spread(
        lambda i: part(i * size, min((i + 1) * size, n_rows)),
        -(-n_rows // size),
    )


@dataclass(frozen=True, slots=True, eq=False)
class UnitSample:
    """The columns of the `design_sample` that vary, scaled onto 0..1."""

    X: Floats
    """Shape (n_rows, n_varied), C order."""
    sample: DesignSample
    """What was scaled."""

    @property
    def n_columns(self) -> int:
        """Number of columns, constant ones included."""
        return int(self.sample.X.shape[1])


@once
def unit_sample(context: Context) -> UnitSample:
    """Scale the sample.

    Raises
    ------
    Undefined
        If no column varies.
    """
    sample = design_sample(context)
    low, high = sample.X.min(axis=0), sample.X.max(axis=0)
    varied = low < high
    if not varied.any():
        raise Undefined("no numeric or categorical column has two distinct values")
    low, high = low[varied], high[varied]
    # Columns whose range overflows are halved first; halving all would cost tiny numbers a digit.
    half = np.where(high / 2 - low / 2 > np.finfo(np.float64).max / 2, 0.5, 1.0)
    low, high = low * half, high * half
    X = np.empty((len(sample.X), len(low)))
    for rows in row_blocks(context, *X.shape):
        X[rows] = (sample.X[rows][:, varied] * half - low) / (high - low)
    return UnitSample(X, sample)


class SampleDistances:
    """Distances between the rows of a `unit_sample`, kept up to 4,096 rows, else made anew.

    Parameters
    ----------
    unit : UnitSample
    """

    def __init__(self, unit: UnitSample) -> None:
        self.X, self.divisor = unit.X, float(unit.n_columns)
        self.points = Points(unit.X)
        self.stored: NDArray[np.float32] | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.points.n

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Distances of rows start to stop to all rows; not to be changed."""
        if self.stored is not None:
            return self.stored[start:stop]
        return self.to(self.X[start:stop])

    def to(self, others: Floats) -> NDArray[np.float32]:
        """Distances of other points, scaled alike, to all rows."""
        return self.points.distances_of(
            others, euclidean=False, divisor=self.divisor, dtype=np.float32
        )


@once
def sample_distances(context: Context) -> SampleDistances:
    """Distances of the sample's rows, ready to be asked for."""
    found = SampleDistances(unit_sample(context))
    if found.n <= STORED_ROWS:
        stored = np.empty((found.n, found.n), np.float32)

        def fill(start: int, stop: int) -> None:
            stored[start:stop] = found.rows(start, stop)

        spread_rows(context, found.n, found.n, fill)
        found.stored = stored
    return found


def each_sample_block(context: Context, work: Callable[[int, NDArray[np.float32]], None]) -> None:
    """Call work(start, block) for blocks of `sample_distances`, as `each_distance_block` does.

    The blocks must not be overwritten.
    """
    found = sample_distances(context)
    spread_rows(context, found.n, found.n, lambda start, stop: work(start, found.rows(start, stop)))
