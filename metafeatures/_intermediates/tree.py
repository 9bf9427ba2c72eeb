"""Decision trees over a sample, grown by the compiled kernel."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.sample import (
    DesignSample,
    Sample,
    design_sample,
    landmark_sample,
    standardised,
)
from metafeatures._kernels import _trees

__all__ = ["Tree", "design_tree", "fold_trees", "grow", "presort", "sorted_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A binary tree; each field has one place per node, and a node comes after its parent."""

    feature: NDArray[np.int32]
    """Column that is split, -1 for a leaf."""
    threshold: NDArray[np.float64]
    """Rows up to this value go to the first child; set for split nodes only."""
    children: NDArray[np.int32]
    """Shape (n_nodes, 2); set for split nodes only."""
    value: NDArray[np.float64]
    """The most frequent class, or the mean of the target."""
    size: NDArray[np.int32]
    """Number of training rows."""
    depth: NDArray[np.int32]
    """Number of splits above the node."""
    gain: NDArray[np.float64]
    """What the split takes from the size times the impurity; 0 for a leaf."""

    def find(
        self, X: NDArray[np.float64], rows: NDArray[np.int32], max_depth: int = -1
    ) -> NDArray[np.int32]:
        """Node in which each row ends, after at most `max_depth` splits (-1 for no limit)."""
        out = np.empty(len(rows), dtype=np.int32)
        _trees.find(X, rows, max_depth, self.feature, self.threshold, self.children, out)
        return out

    def importances(self, n_columns: int) -> NDArray[np.float64]:
        """Share of each column in the gain, shape (n_columns,); all 0 without a split."""
        split = self.feature >= 0
        gains = np.zeros(n_columns)
        np.add.at(gains, self.feature[split], self.gain[split])
        total = gains.sum()
        return gains / total if total > 0 else gains


def presort(X: NDArray[np.float64]) -> NDArray[np.int32]:
    """Rows in ascending order of each column, shape (n_columns, n_rows); equal ones in any order.

    Trees do not depend on the order among equal values.
    """
    order, n_sorted = np.empty(X.T.shape, np.int32), np.empty(X.shape[1], np.int32)
    _trees.lowest_first(X, order, n_sorted)
    whole = n_sorted == 0
    if whole.any():
        order[whole] = np.argsort(X.T[whole], axis=1)
    for j in np.flatnonzero(~whole & (n_sorted < len(X))):
        rest = order[j, n_sorted[j] :]
        rest[:] = rest[np.argsort(X[:, j][rest])]
    return order


@once
def sorted_rows(context: Context) -> NDArray[np.int32]:
    """Rows of the landmarkers' sample in ascending order of each column, (n_encoded, n_rows)."""
    return presort(landmark_sample(context).X)


def grow(
    sample: Sample | DesignSample,
    order: NDArray[np.int32],
    train: NDArray[np.bool_],
    *,
    max_depth: int = -1,
    use_entropy: bool = False,
    column: int | None = None,
    seed: int = 0,
) -> Tree:
    """Grow a tree.

    Parameters
    ----------
    sample : Sample or DesignSample
        Without classes, splits reduce the variance of `values`, which are standardised.
    order : ndarray of shape (n_columns, n_rows)
        From `presort`.
    train : ndarray of shape (n_rows,)
        Rows to learn from, at least one.
    max_depth : int
        1 for a stump, -1 for no limit.
    use_entropy : bool
        Entropy instead of Gini impurity of classes.
    column : int, optional
        The only column that may be split; by default all may.
    seed : int
        For an order of the columns drawn for each node, which decides between equally good
        splits; 0 for the order from first to last.
    """
    columns = np.arange(len(order), dtype=np.int32)
    if column is not None:
        columns, order = columns[column : column + 1], order[column : column + 1]
    n = int(np.count_nonzero(train))
    room = 2 * n - 1 if max_depth < 0 else min(2 * n - 1, 2 ** (max_depth + 1) - 1)
    feature, size, depth = np.empty((3, room), dtype=np.int32)
    threshold, value, gain = np.empty((3, room))
    children = np.empty((room, 2), dtype=np.int32)
    n_nodes = _trees.grow(
        sample.X,
        order,
        columns,
        train.view(np.uint8),
        sample.codes,
        sample.values,
        sample.n_classes,
        max_depth,
        use_entropy and sample.n_classes > 0,
        seed,
        feature,
        threshold,
        children,
        value,
        size,
        depth,
        gain,
    )
    fields = (feature, threshold, children, value, size, depth, gain)
    return Tree(*(field[:n_nodes] for field in fields))


@once
def fold_trees(context: Context) -> list[Tree]:
    """For each fold of the landmarkers' sample the unpruned Gini (or variance) tree.

    Cut off at some depth, it is the tree that would be grown to this depth.
    """
    sample, order = landmark_sample(context), sorted_rows(context)
    trees: list[Tree | None] = [None] * sample.n_folds

    def fit(fold: int) -> None:
        trees[fold] = grow(sample, order, sample.fold != fold)

    context.spread(fit, sample.n_folds)
    return [tree for tree in trees if tree is not None]


@once
def design_tree(context: Context) -> Tree:
    """Grow the unpruned Gini (or variance) tree over all rows of the design sample.

    Equally good splits are drawn, as scikit-learn draws them: the first columns would otherwise
    look more important than they are.

    Raises
    ------
    Undefined
        If there is no target, or no numeric or categorical column with a known cell.
    """
    _ = context.target
    sample = design_sample(context)
    if sample.n_classes == 0:
        sample = replace(sample, values=standardised(sample.values))
    # The state that scikit-learn's splitter starts from; its generator is frozen for good.
    seed = np.random.RandomState(context.seed % 2**32).randint(2**31 - 1)
    train = np.ones(len(sample.rows), dtype=bool)
    return grow(sample, presort(sample.X), train, seed=max(1, int(seed)))
