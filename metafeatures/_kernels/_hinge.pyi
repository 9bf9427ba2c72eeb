import numpy as np
from numpy.typing import NDArray

def descend(
    X: NDArray[np.float64],
    sign: NDArray[np.int8],
    cost: float,
    tolerance: float,
    n_rounds: int,
    alpha: NDArray[np.float64],
    weights: NDArray[np.float64],
    squares: NDArray[np.float64],
    order: NDArray[np.int32],
    state: NDArray[np.uint64],
    bounds: NDArray[np.float64],
) -> bool:
    """Go on with a linear support vector machine; whether it has been solved.

    Releases the GIL. Minimises |w|^2 / 2 + cost times the sum of max(0, 1 - sign_i w x_i) over
    the rows. It is solved if no projected gradient differs from another by more than `tolerance`.

    Parameters
    ----------
    X : ndarray of shape (n, p), float64, C order
    sign : ndarray of shape (n,), int8
        1 or -1.
    n_rounds : int
        Visits to each row in this call, at most.
    alpha, weights : ndarray of shapes (n,), (p,)
        Dual and primal solution; at first 0.
    squares : ndarray of shape (n,)
        Squared length of each row, greater than 0.
    order : ndarray of shape (n,), int32
        Row numbers, those still active first; at first 0, 1, 2, ...
    state : ndarray of shape (2,), uint64
        Number of active rows, at first n; state of the random generator, not 0.
    bounds : ndarray of shape (2,)
        Range of the projected gradients; at first -inf and inf.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
