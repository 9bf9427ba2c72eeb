import numpy as np
from numpy.typing import NDArray

def column_moments(
    block: NDArray[np.float64], start: int, stop: int, out: NDArray[np.float64]
) -> None:
    """Moments of the finite values of columns start to stop.

    Releases the GIL. Row j of `out` becomes: count of finite values, mean, then the second, third
    and fourth central moment of the values divided by `scale`, then `scale` (largest distance from
    the mean, infinite if it exceeds 1.8e308), smallest value, largest value, and how many values
    equal one of these two. A column without a finite value gives zeros.

    Parameters
    ----------
    block : ndarray of shape (n_rows, n_columns), float64, Fortran order
        May be read-only.
    start, stop : int
        Range of columns.
    out : ndarray of shape (n_columns, 9), float64, C order
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
