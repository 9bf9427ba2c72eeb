from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floating = TypeVar("Floating", np.float32, np.float64)

def distances(
    rows: NDArray[np.float64],
    panels: NDArray[np.float64],
    euclidean: bool,
    divisor: float,
    out: NDArray[Floating],
) -> None:
    """Write the distance of each row to each point into `out`, divided by `divisor`.

    Releases the GIL. The sum over the columns is taken in float64 and rounded once, to the type
    of `out`.

    Parameters
    ----------
    rows : ndarray of shape (m, p), float64, C order
    panels : ndarray of shape (ceil(n / 32), p, 32), float64, C order
        Point 32 g + k is panels[g, :, k]; the last panel is padded with anything finite.
    euclidean : bool
        Root of the sum of squares; else the sum of absolute differences.
    divisor : float
        Not 0.
    out : ndarray of shape (m, n), float32 or float64, C order
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
