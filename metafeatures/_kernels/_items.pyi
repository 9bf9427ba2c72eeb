import numpy as np
from numpy.typing import NDArray

def symmetric_differences(
    codes: NDArray[np.int16],
    counts: NDArray[np.float64],
    starts: NDArray[np.intp],
    column: int,
    out: NDArray[np.float64],
) -> None:
    """Rows that hold exactly one of two items, one of `column` and one of a later column.

    Releases the GIL. A row holds item k of a column where its code is k.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns), int16, Fortran order
        Below the number of items of the column; -1 where a row holds none.
    counts : ndarray of shape (n_items,)
        Number of rows that hold each item, column after column.
    starts : ndarray of shape (n_columns + 1,)
        Where each column starts in `counts`.
    column : int
    out : ndarray
        Written in place: later column after later column, a row per item of `column`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
