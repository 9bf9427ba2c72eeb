import numpy as np
from numpy.typing import NDArray

def numeric_deviations(
    source: NDArray[np.float64],
    columns: NDArray[np.intp],
    rows: NDArray[np.intp],
    half_mean: NDArray[np.float64],
    inverse: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Deviations of some rows from the column means, 0 for NaN.

    Releases the GIL. ``out[i, j]`` becomes ``(source[rows[i], columns[j]] / 2 - half_mean[j]) *
    inverse[j]``.

    Parameters
    ----------
    source : ndarray of shape (n_rows, n_columns), float64
        In any order; may be read-only.
    columns : ndarray of shape (p,), intp
    rows : ndarray of shape (n,), intp
    half_mean, inverse : ndarray of shape (p,), float64
        Half the mean, and 2 divided by the unit.
    out : ndarray of shape (n, p or more), float64, C order
        Its first p columns are written.

    Raises
    ------
    ValueError
        If the shapes do not fit or an index is out of range.
    """

def level_deviations(
    codes: NDArray[np.int32],
    rows: NDArray[np.intp],
    places: NDArray[np.intp],
    share: NDArray[np.float64],
    inverse: NDArray[np.float64],
    start: int,
    out: NDArray[np.float64],
) -> None:
    """Deviations of columns of 0 and 1, one per level, from the levels' shares.

    Releases the GIL.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,), int32
        Negative for missing.
    rows : ndarray of shape (n,), intp
    places : ndarray of shape (1 + n_levels,), intp
        Which of the columns shows missing cells, and each level; -1 for none, -2 if all columns are
        at their share in such a row.
    share, inverse : ndarray of shape (k,), float64
        Share and 1 divided by the unit of each column.
    start : int
        First of the k columns of `out` that are written.
    out : ndarray of shape (n, start + k or more), float64, C order

    Raises
    ------
    ValueError
        If the shapes do not fit or an index is out of range.
    """

def class_sums(
    block: NDArray[np.float64], classes: NDArray[np.int32], out: NDArray[np.float64]
) -> None:
    """Add each row to the sum of its class.

    Releases the GIL.

    Parameters
    ----------
    block : ndarray of shape (n, p), float64, C order
    classes : ndarray of shape (n,), int32
    out : ndarray of shape (n_classes, p), float64, C order
        Added to in place.

    Raises
    ------
    ValueError
        If the shapes do not fit or a class is out of range.
    """
