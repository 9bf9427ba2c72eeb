"""Undirected graphs as squares of bits: vertex j of row i is bit j % 64 of word j // 64.

All functions take `bits`, ndarray of shape (n, ceil(n / 64)), uint64, C order, release the GIL and
raise ValueError if shapes do not fit. All but `symmetrise` need symmetric bits without loops.
"""

import numpy as np
from numpy.typing import NDArray

def symmetrise(bits: NDArray[np.uint64], r: int) -> None:
    """Set bit i, j wherever j, i is set, for i // 64 = r and j // 64 at most r, both ways."""

def degrees(bits: NDArray[np.uint64], out: NDArray[np.int64]) -> None:
    """Write the number of neighbours of each vertex into `out`, shape (n,)."""

def triangles(bits: NDArray[np.uint64], start: int, stop: int) -> int:
    """Count the triangles whose first vertex lies in the range start to stop."""

def components(bits: NDArray[np.uint64], out: NDArray[np.int32]) -> int:
    """Number the connected components in `out`, shape (n,), and return how many there are."""

def multiply(
    bits: NDArray[np.uint64],
    x: NDArray[np.float64],
    start: int,
    stop: int,
    out: NDArray[np.float64],
) -> None:
    """Add the product of the adjacency matrix and x, shape (n,), to `out`.

    Only the columns of words start to stop take part.
    """
