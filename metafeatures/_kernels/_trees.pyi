import numpy as np
from numpy.typing import NDArray

def grow(
    X: NDArray[np.float64],
    sorted_rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    codes: NDArray[np.int32],
    n_classes: int,
    max_depth: int,
    use_entropy: bool,
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    children: NDArray[np.int32],
    label: NDArray[np.int32],
) -> int:
    """Grow a classification tree and return its number of nodes.

    Releases the GIL. Nodes are split until they are pure, `max_depth` is reached or no column
    varies in them. Among equally good splits the first column and lowest threshold wins; among
    equally frequent classes the first.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns), float64, Fortran order
        Finite values.
    sorted_rows : ndarray of shape (len(columns), n_train), int32, C order
        Line j: the training rows in ascending order of column columns[j]. Overwritten.
    columns : ndarray of int32
        Columns that may be split.
    codes : ndarray of shape (n_rows,), int32
        Class of each row, 0 to n_classes - 1.
    max_depth : int
        Number of splits from root to leaf; 1 for a stump, -1 for no limit.
    use_entropy : bool
        Entropy instead of Gini impurity.
    feature, threshold, children, label : ndarray
        Written in place; room for 2 n_train - 1 nodes. A leaf has feature -1. A row goes to
        children[node, 0] if X[row, feature[node]] <= threshold[node], else to children[node, 1].

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

def predict(
    X: NDArray[np.float64],
    rows: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    children: NDArray[np.int32],
    label: NDArray[np.int32],
    out: NDArray[np.int32],
) -> None:
    """Write the class that the tree predicts for each of `rows` into `out`."""
