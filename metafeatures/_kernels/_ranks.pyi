import numpy as np
from numpy.typing import NDArray

def rank_correlations(
    X: NDArray[np.float64],
    order: NDArray[np.int32],
    ranks: NDArray[np.float64],
    kept: NDArray[np.uint8],
    columns: NDArray[np.intp],
    out: NDArray[np.float64],
) -> None:
    """Spearman's correlation of some columns with given ranks, over some rows.

    Releases the GIL. Tied values have their average rank.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns), float64, Fortran order
    order : ndarray of shape (n_columns, n_rows)
        Rows in ascending order of each column.
    ranks : ndarray of shape (n_rows,)
        Ranks of the other variable among the kept rows, less their mean.
    kept : ndarray of shape (n_rows,)
        1 for rows that take part, else 0.
    columns : ndarray of shape (k,)
    out : ndarray of shape (k,)
        Written in place; 0 where a variable is constant.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def drop_discordant(
    x: NDArray[np.int64], y: NDArray[np.int64], n: int, threshold: float, most: int
) -> int:
    """Drop the row with the largest difference of ranks until the ranks correlate.

    Releases the GIL. Ranks are those among the rows that are left; of equal differences the first
    goes.

    Parameters
    ----------
    x, y : ndarray of shape (n_rows,)
        Twice the average ranks of the first n rows; the rows that are left move to the front.
    n : int
    threshold : float
        The correlation must exceed it.
    most : int
        Stop after so many rows.

    Returns
    -------
    int
        Number of rows dropped; one row is always left.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
