from typing import Any

import numpy as np
from numpy.typing import NDArray

def add_values(
    values: NDArray[Any],
    validity: NDArray[np.uint8] | None,
    offset: int,
    state: NDArray[np.float64],
    incomplete: NDArray[np.uint8],
) -> None:
    """Merge the finite values of a piece of a column into the state of the column.

    Releases the GIL. A state is: count of finite values, mean, then the sums of the second, third
    and fourth power of a quarter of the distance from the mean, in a unit; this unit, smallest
    value, largest value, and how many values equal the smallest and the largest. The state of
    nothing is all zeros.

    Parameters
    ----------
    values : ndarray of shape (n,), any integer type, float32 or float64
        May be read-only.
    validity : ndarray of uint8 or None
        Bits, lowest first: whether a value is known. None if all are.
    offset : int
        Position of the first value's bit.
    state : ndarray of shape (10,), float64
        Changed in place.
    incomplete : ndarray of shape (n,), uint8
        Set to 1 where a value is missing or not finite.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def merge_states(states: NDArray[np.float64], others: NDArray[np.float64]) -> None:
    """Merge the states of other pieces of the same columns, by the formulas of Chan and Pebay.

    Parameters
    ----------
    states : ndarray of shape (n_columns, 10), float64, C order
        Changed in place.
    others : ndarray of shape (n_columns, 10), float64, C order

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
