import numpy as np
from numpy.typing import NDArray

def peel(
    X: NDArray[np.float64],
    rows: NDArray[np.int32],
    n_first: int,
    n_rows: int,
    columns: NDArray[np.int32],
    n_columns: int,
) -> tuple[int, int]:
    """Keep the rows that the column of the least overlap does not tell apart; drop this column.

    Releases the GIL. Two classes overlap in a column between the larger of their minima and the
    smaller of their maxima. Of equally good columns the first one is taken.

    Parameters
    ----------
    X : ndarray of shape (n, p), float64, C order
    rows : ndarray of int32
        The first `n_first` rows are of one class, the others up to `n_rows` of another. Those
        that stay move to the front.
    columns : ndarray of int32
        The first `n_columns` are still in use; the dropped one is taken out.

    Returns
    -------
    tuple of two ints
        The new `n_first` and `n_rows`.

    Raises
    ------
    ValueError
        If a class has no row, or there is no column.
    """
