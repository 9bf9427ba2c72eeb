"""Classification trees over a sample, grown by the compiled kernel."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.sample import Sample, landmark_sample
from metafeatures._kernels import _trees

__all__ = ["presort", "sorted_rows", "tree_predictions"]


def presort(X: NDArray[np.float64]) -> NDArray[np.int32]:
    """Rows in ascending order of each column, shape (n_columns, n_rows)."""
    return np.argsort(X.T, axis=1, kind="stable").astype(np.int32)


@once
def sorted_rows(context: Context) -> NDArray[np.int32]:
    """Rows of the landmarkers' sample in ascending order of each column, (n_encoded, n_rows)."""
    return presort(landmark_sample(context).X)


def tree_predictions(
    sample: Sample,
    order: NDArray[np.int32],
    fold: int,
    *,
    max_depth: int = -1,
    use_entropy: bool = False,
    column: int | None = None,
) -> NDArray[np.int32]:
    """Grow a tree on the training rows of a fold and predict its test rows.

    Parameters
    ----------
    sample : Sample
    order : ndarray of shape (n_columns, n_rows)
        From `presort`.
    fold : int
    max_depth : int
        1 for a stump, -1 for no limit.
    use_entropy : bool
        Entropy instead of Gini impurity.
    column : int, optional
        The only column that may be split; by default all may.

    Returns
    -------
    ndarray of shape (n_test,)
    """
    columns = np.arange(len(order), dtype=np.int32)
    if column is not None:
        columns, order = columns[column : column + 1], order[column : column + 1]
    train = sample.fold != fold
    n = int(np.count_nonzero(train))
    room = 2 * n - 1
    feature, label = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    threshold, children = np.empty(room), np.empty((room, 2), dtype=np.int32)
    sorted_rows = np.ascontiguousarray(order[train[order]].reshape(len(columns), n))
    _trees.grow(
        sample.X,
        sorted_rows,
        columns,
        sample.codes,
        sample.n_classes,
        max_depth,
        use_entropy,
        feature,
        threshold,
        children,
        label,
    )
    rows = np.flatnonzero(~train).astype(np.int32)
    out = np.empty(len(rows), dtype=np.int32)
    _trees.predict(sample.X, rows, feature, threshold, children, label, out)
    return out
