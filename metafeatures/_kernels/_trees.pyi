import numpy as np
from numpy.typing import NDArray

def grow(
    X: NDArray[np.float64],
    order: NDArray[np.int32],
    columns: NDArray[np.int32],
    train: NDArray[np.uint8],
    codes: NDArray[np.int32],
    y: NDArray[np.float64],
    n_classes: int,
    max_depth: int,
    use_entropy: bool,
    seed: int,
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    children: NDArray[np.int32],
    value: NDArray[np.float64],
    size: NDArray[np.int32],
    depth: NDArray[np.int32],
    gain: NDArray[np.float64],
) -> int:
    """Grow a tree and return its number of nodes.

    Releases the GIL. Nodes are split until all their rows have the same target, `max_depth` is
    reached or no column varies in them. Among equally good splits the column tried first and the
    lowest threshold win; among equally frequent classes the first. A node comes after its parent.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns), float64, Fortran order
        Finite values.
    order : ndarray of shape (len(columns), n_rows), int32, C order
        Line j: the rows in ascending order of column columns[j].
    columns : ndarray of int32
        Columns that may be split.
    train : ndarray of shape (n_rows,), uint8
        1 for the rows to learn from.
    codes : ndarray of shape (n_rows,), int32
        Class of each row, 0 to n_classes - 1; not read for regression.
    y : ndarray of shape (n_rows,), float64
        Target of each row for regression, of moderate size (their squares are added up).
    n_classes : int
        0 for regression: splits reduce the variance most.
    max_depth : int
        Number of splits from root to leaf; 1 for a stump, -1 for no limit.
    use_entropy : bool
        Entropy instead of Gini impurity; classes only.
    seed : int
        0 to try the columns from first to last, else (below 2^32) in an order drawn for each node.
    feature, threshold, children, value, size, depth, gain : ndarray
        Written in place; room for 2 n_train - 1 nodes, or 2^(max_depth + 1) - 1 if that is less.
        A leaf has feature -1. A row goes to children[node, 0] if X[row, feature[node]] <=
        threshold[node], else to children[node, 1].
        `value` is the most frequent class or the mean of y, `size` the number of training rows,
        `depth` that of the root 0, `gain` what the split takes from size times impurity.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def lowest_first(
    X: NDArray[np.float64], order: NDArray[np.int32], n_sorted: NDArray[np.int32]
) -> None:
    """Begin to sort the rows by each column, where many rows have its lowest value.

    Releases the GIL.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns), float64, Fortran order
        No missing values.
    order : ndarray of shape (n_columns, n_rows), int32, C order
        Written in place: line j, if n_sorted[j] > 0, holds the rows with the lowest value of column
        j, then the others; both from first to last.
    n_sorted : ndarray of shape (n_columns,), int32
        Written in place: how many places of the line are final; all of a column with one or two
        values, none of one that many rows do not share the lowest value of.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def find(
    X: NDArray[np.float64],
    rows: NDArray[np.int32],
    max_depth: int,
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    children: NDArray[np.int32],
    out: NDArray[np.int32],
) -> None:
    """Write the node where each of `rows` ends after at most `max_depth` splits (-1: a leaf)."""
