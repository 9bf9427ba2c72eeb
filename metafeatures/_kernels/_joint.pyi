import numpy as np
from numpy.typing import NDArray

def to_bins(
    values: NDArray[np.float64], edges: NDArray[np.float64], out: NDArray[np.int32]
) -> None:
    """Number of the bin of each value; -1 for NaN.

    Releases the GIL. A value that equals an edge belongs to the lower bin, one above the last edge
    to the last bin.

    Parameters
    ----------
    values : ndarray of shape (n,), float64
    edges : ndarray of shape (n_bins,), float64
        Upper edges, ascending, at least one.
    out : ndarray of shape (n,), int32
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def class_measures(
    codes: NDArray[np.int32],
    n_levels: int,
    classes: NDArray[np.int32],
    n_classes: int,
    out: NDArray[np.float64],
) -> None:
    """What a coded column and the classes tell about each other, over its known cells.

    Releases the GIL. `out` becomes: entropy of the column, entropy of column and class together,
    their mutual information, all in bits, and the concentration coefficient of the column given
    the class (Goodman and Kruskal's tau; NaN if the column is constant).

    Parameters
    ----------
    codes : ndarray of shape (n,), int32
        Levels below `n_levels`, negative for missing; at least one is known.
    n_levels : int
    classes : ndarray of shape (n,), int32
    n_classes : int
    out : ndarray of shape (4,), float64
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit, a code is out of range or none is known.
    """

def binned_class_measures(
    values: NDArray[np.float64],
    edges: NDArray[np.float64],
    classes: NDArray[np.int32],
    n_classes: int,
    out: NDArray[np.float64],
) -> None:
    """Put the values into bins, as `to_bins` does, and compare these with the classes.

    Releases the GIL. `out` becomes as in `class_measures`.

    Parameters
    ----------
    values : ndarray of shape (n,), float64
        NaN for missing; at least one is known.
    edges : ndarray of shape (n_bins,), float64
    classes : ndarray of shape (n,), int32
    n_classes : int
    out : ndarray of shape (4,), float64
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit, a class is out of range or no value is known.
    """

def concentrations(
    codes: NDArray[np.uint16], n_codes: NDArray[np.int32], first: int, out: NDArray[np.float64]
) -> None:
    """Concentration coefficients of column `first` and every later one, in both directions.

    Releases the GIL. ``out[i, j]`` becomes Goodman and Kruskal's tau of column i given column j,
    over the rows where both are known; NaN where column i is constant there.

    Parameters
    ----------
    codes : ndarray of shape (n_columns, n_rows), uint16, C order
        0 for missing.
    n_codes : ndarray of shape (n_columns,), int32
        Number of codes of each column, 0 included.
    first : int
    out : ndarray of shape (n_columns, n_columns), float64, C order
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit or a code is out of range.
    """
