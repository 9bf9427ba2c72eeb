import numpy as np
from numpy.typing import NDArray

def add_likelihoods(
    X: NDArray[np.float64],
    start: int,
    stop: int,
    codes: NDArray[np.int32],
    fold: NDArray[np.int32],
    counts: NDArray[np.float64],
    smoothing: NDArray[np.float64],
    scores: NDArray[np.float64],
) -> None:
    """Add the log-likelihoods of columns start to stop, learned from the other folds, to `scores`.

    Releases the GIL. Normal densities without the constant log(2 pi) / 2.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns), float64, Fortran order
    start, stop : int
        Range of columns.
    codes, fold : ndarray of shape (n_rows,), int32
        Class of each row, and the fold in which it is predicted.
    counts : ndarray of shape (n_folds, n_classes), float64
        Training rows of each fold by class; a class without one gets nothing added.
    smoothing : ndarray of shape (n_folds,), float64
        Added to each variance; a fold of 0 gets nothing added.
    scores : ndarray of shape (n_rows, n_classes), float64
        Changed in place.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a class or fold is out of range.
    """
