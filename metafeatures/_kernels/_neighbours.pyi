import numpy as np
from numpy.typing import NDArray

def nearest(
    block: NDArray[np.float32],
    start: int,
    codes: NDArray[np.int32],
    row: NDArray[np.int32],
    own: NDArray[np.float32],
    enemy: NDArray[np.float32],
    enemy_row: NDArray[np.int32],
    n_nearer: NDArray[np.int64],
) -> None:
    """Find the nearest other rows of some consecutive rows.

    Releases the GIL. Of equally near rows the first one counts.

    Parameters
    ----------
    block : ndarray of shape (m, n), float32, C order
        Distances of rows start to start + m to all rows.
    codes : ndarray of shape (n,), int32
        Class of each row.
    row : ndarray of shape (n,)
        Gets the nearest other row; -1 if there is none.
    own, enemy : ndarray of shape (n,)
        Get the distance of the nearest other row of the same class, and of another class;
        infinite if there is none.
    enemy_row : ndarray of shape (n,)
        Gets the nearest row of another class; -1 if there is none.
    n_nearer : ndarray of shape (n,)
        Gets the number of rows, itself included, that are nearer than `enemy`.

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

    Releases the GIL. `block`, `start` and `codes` as in `nearest`, with distances within 0..1. Bit
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
    line: NDArray[np.float32], newest: int, best: NDArray[np.float32], parent: NDArray[np.int32]
) -> int:
    """Add row `newest` to a minimum spanning tree and tell the row to add next, -1 at the end.

    Releases the GIL. Of equally long edges the one with the smaller, then the other row number
    comes first.

    Parameters
    ----------
    line : ndarray of shape (n,), float32
        Distances of row `newest`.
    best, parent : ndarray of shape (n,)
        Shortest edge to the tree and where it ends; -1 in `best` for rows of the tree. At first
        infinity and 0.
    """

def count_within(
    block: NDArray[np.float32], start: int, radius: NDArray[np.float64], out: NDArray[np.int64]
) -> None:
    """Count the rows within `radius` of each of some consecutive rows, themselves included.

    Releases the GIL. `block` and `start` as in `nearest`.
    """

def absorb(line: NDArray[np.float32], centre: int, radius: float, count: NDArray[np.int64]) -> None:
    """Move the counts of all rows within the radius to the row `centre`; `line`: its distances."""
