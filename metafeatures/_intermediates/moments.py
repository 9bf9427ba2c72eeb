"""Moments of the numeric columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.blocks import each_column_block
from metafeatures._kernels._moments import column_moments

__all__ = ["Moments", "numeric_moments"]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Moments of the finite cells of each numeric column; each field has shape (n_numeric,)."""

    count: NDArray[np.float64]
    """Number of finite cells."""
    mean: NDArray[np.float64]
    """Mean; 0 for a column without a finite cell."""
    m2: NDArray[np.float64]
    """Second central moment of the values divided by `scale`."""
    m3: NDArray[np.float64]
    """Third central moment, scaled likewise."""
    m4: NDArray[np.float64]
    """Fourth central moment, scaled likewise."""
    scale: NDArray[np.float64]
    """Largest distance from the mean; 0 for a constant column."""
    low: NDArray[np.float64]
    """Smallest value."""
    high: NDArray[np.float64]
    """Largest value."""
    extreme: NDArray[np.float64]
    """Number of cells that equal the smallest or the largest value."""

    @property
    def varied(self) -> NDArray[np.bool_]:
        """Columns that are not constant, to the precision of float64."""
        noise = np.finfo(np.float64).eps * np.abs(self.mean)
        return (self.low < self.high) & (np.sqrt(self.m2) * self.scale > noise)


@once
def numeric_moments(context: Context) -> Moments:
    """Moments of the numeric columns, in one pass for the means and one for the powers."""
    out = np.empty((context.table.n_numeric, 9))

    def measure(start: int, block: NDArray[np.float64]) -> None:
        stop = block.shape[1]
        column_moments(block, 0, stop, out[start : start + stop])

    each_column_block(context, measure)
    return Moments(*np.ascontiguousarray(out.T))
