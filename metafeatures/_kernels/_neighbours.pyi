import numpy as np
from numpy.typing import NDArray

def nearest(
    block: NDArray[np.float32],
    start: int,
    codes: NDArray[np.int32],
    own: NDArray[np.float32],
    enemy: NDArray[np.float32],
    enemy_row: NDArray[np.int32],
    enemy_share: NDArray[np.float64],
    n_nearer: NDArray[np.int64],
) -> None:
    """Find the nearest other rows of some consecutive rows.

    Releases the GIL.

    Parameters
    ----------
    block : ndarray of shape (m, n), float32, C order
        Distances of rows start to start + m to all rows.
    codes : ndarray of shape (n,), int32
        Class of each row.
    own, enemy : ndarray of shape (n,)
        Get the distance of the nearest other row of the same class, and of another class;
        infinite if there is none.
    enemy_row : ndarray of shape (n,)
        Gets the nearest row of another class, the first of equally near ones; -1 if there is none.
    enemy_share : ndarray of shape (n,)
        Gets the share of other classes among the nearest other rows, all that are equally near.
    n_nearer : ndarray of shape (n,)
        Gets the number of rows, itself included, that are nearer than `enemy`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def other_share(
    block: NDArray[np.float32],
    expected: NDArray[np.int32],
    codes: NDArray[np.int32],
    out: NDArray[np.float64],
) -> None:
    """Share of other classes than expected among the nearest rows, all that are equally near.

    Releases the GIL.

    Parameters
    ----------
    block : ndarray of shape (m, n), float32, C order
        Distances of m points to n rows.
    expected : ndarray of shape (m,), int32
        Class of each point.
    codes : ndarray of shape (n,), int32
        Class of each row.
    out : ndarray of shape (m,)
        Written in place.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def join(
    block: NDArray[np.float32],
    start: int,
    k: int,
    codes: NDArray[np.int32],
    place: NDArray[np.int32],
    first_word: NDArray[np.int64],
    bits: NDArray[np.uint64],
) -> None:
    """Set the bits of those of the k nearest other rows that are of the same class.

    Releases the GIL. Of equally near rows the first ones count. `block`, `start` and `codes` as in
    `nearest`, with distances within 0..1. Bit
    b of word w, counted from word first_word[i], stands for the row of the same class whose
    `place` is 64 w + b.

    Raises
    ------
    ValueError
        If the shapes do not fit, or k is not at least 1 and less than the number of rows.
    MemoryError
        If there is no room for one more row of distances.
    """

def attach(
    line: NDArray[np.float32],
    newest: int,
    best: NDArray[np.float32],
    parent: NDArray[np.int32],
    outside: NDArray[np.int32],
    n_outside: int,
) -> int:
    """Add row `newest` to a minimum spanning tree and tell the row to add next.

    Releases the GIL. Of equally long edges the one with the smaller, then the other row number
    comes first.

    Parameters
    ----------
    line : ndarray of shape (n,), float32
        Distances of row `newest`.
    best, parent : ndarray of shape (n,)
        Shortest edge to the tree and where it ends, for rows outside; at first infinity and 0.
    outside : ndarray of shape (n,)
        The first `n_outside` are the rows outside; the row that is told is taken out.

    Raises
    ------
    ValueError
        If the shapes do not fit, or no row is outside.
    """

def count_within(
    block: NDArray[np.float32], start: int, radius: NDArray[np.float64], out: NDArray[np.int64]
) -> None:
    """Count the rows within `radius` of each of some consecutive rows, themselves included.

    Releases the GIL. `block` and `start` as in `nearest`.
    """

def absorb(line: NDArray[np.float32], centre: int, radius: float, count: NDArray[np.int64]) -> None:
    """Move the counts of all rows within the radius to the row `centre`; `line`: its distances."""
