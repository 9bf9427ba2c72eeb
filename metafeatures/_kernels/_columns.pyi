import numpy as np
from numpy.typing import NDArray

def copy_columns(source: NDArray[np.float64], start: int, out: NDArray[np.float64]) -> None:
    """Copy the columns from `start` on into `out`, which is filled.

    Parameters
    ----------
    source : ndarray of shape (n_rows, n_columns), float64
        In any order; may be read-only.
    start : int
        First column.
    out : ndarray of shape (n_rows, k), float64, Fortran order
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def order_statistics(
    x: NDArray[np.float64], out: NDArray[np.float64], edges: NDArray[np.float64]
) -> int:
    """Order statistics of a sorted column, and the edges of its bins of equal frequency.

    Releases the GIL. `out` becomes: median, first and third quartile, median distance from the
    median times 1.4826, mean without the lowest and the highest fifth, number of distinct values,
    geometric mean (0 if the smallest value is below 1e-10, NaN if it is negative), harmonic mean
    (NaN if it is negative), entropy of the bins in bits.

    Parameters
    ----------
    x : ndarray of shape (n,), float64
        Finite and ascending, n at least 1.
    out : ndarray of shape (9,), float64
        Written in place.
    edges : ndarray of shape (n_bins,), float64
        Written in place: the upper edges of the bins, in its first places. May be empty.

    Returns
    -------
    int
        Number of edges that differ.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def shapiro_wilk(x: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Statistic W of Shapiro and Wilk; 1 for a constant column.

    Parameters
    ----------
    x : ndarray of shape (n,), float64
        Finite and ascending, n at least 3.
    weights : ndarray of shape (n // 2,), float64
        Weight of the distance between the smallest and the largest value, and so on inwards.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
