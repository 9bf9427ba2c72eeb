"""What each landmarker predicts for the rows of the sample: one fit per learner and fold.

Accuracies, error rates, kappas and areas under the curve all start from here.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.classifiers import (
    fold_discriminants,
    fold_regressions,
    naive_bayes_scores,
    nearest_in_line,
    nearest_rows,
)
from metafeatures._intermediates.sample import Sample, landmark_sample
from metafeatures._intermediates.tree import Tree, fold_trees, grow, sorted_rows

__all__ = [
    "bayes_scores",
    "best_nodes",
    "elite_neighbours",
    "fold_importances",
    "leaves",
    "linear_predictions",
    "neighbours",
    "outcome",
    "random_nodes",
    "tree_predictions",
    "worst_nodes",
]

Floats = NDArray[np.float64]

MAX_SCORES = 100_000_000


def outcome(sample: Sample) -> Floats:
    """What is to be predicted, as numbers: the classes or the standardised values."""
    return sample.values if sample.n_classes == 0 else sample.codes.astype(np.float64)


@once
def linear_predictions(context: Context) -> Floats:
    """Predictions of linear discriminant analysis, or of least squares for regression."""
    sample = landmark_sample(context)
    _check_scores(sample)
    if sample.n_classes == 0:
        return fold_regressions(sample, context.spread)
    return fold_discriminants(sample, context.spread).astype(np.float64)


@once
def bayes_scores(context: Context) -> Floats:
    """Log of prior times likelihood of each class by naive Bayes, shape (n_rows, n_classes)."""
    sample = landmark_sample(context)
    _check_scores(sample)
    return naive_bayes_scores(sample, context.check_time)


def _check_scores(sample: Sample) -> None:
    """A score for each row and class must fit into memory; of a default sample it always does."""
    if len(sample.X) * sample.n_classes > MAX_SCORES:
        raise Undefined(f"{len(sample.X)} rows with {sample.n_classes} classes are too many")


@once
def neighbours(context: Context) -> NDArray[np.intp]:
    """For each row its nearest neighbour in another fold."""
    sample = landmark_sample(context)
    return nearest_rows(sample.X, sample.fold, context.spread)


@once
def fold_importances(context: Context) -> Floats:
    """Importance of each column in the full tree of each fold, shape (n_folds, n_encoded)."""
    p = landmark_sample(context).X.shape[1]
    return np.array([tree.importances(p) for tree in fold_trees(context)])


@once
def elite_neighbours(context: Context) -> NDArray[np.intp]:
    """For each row its nearest neighbour in another fold by the column that matters most there."""
    sample, order = landmark_sample(context), sorted_rows(context)
    nearest = np.empty(len(sample.X), dtype=np.intp)
    for fold, importances in enumerate(fold_importances(context)):
        column = np.argsort(importances, kind="stable")[-1]
        train = sample.fold != fold
        nearest[~train] = nearest_in_line(sample.X[:, column], order[column], train)
    return nearest


def _nodes(context: Context, columns: NDArray[np.intp] | None, criterion: str) -> list[Tree]:
    """For each fold a tree with one split, of the given column if there is one for each fold."""
    sample, order = landmark_sample(context), sorted_rows(context)
    trees: dict[int, Tree] = {}

    def fit(fold: int) -> None:
        trees[fold] = grow(
            sample,
            order,
            sample.fold != fold,
            max_depth=1,
            use_entropy=criterion == "entropy",
            column=None if columns is None else int(columns[fold]),
        )

    context.spread(fit, sample.n_folds)
    return [trees[fold] for fold in range(sample.n_folds)]


@once
def best_nodes(context: Context) -> list[Tree]:
    """For each fold the tree with the best split, by entropy or variance."""
    return _nodes(context, None, "entropy")


@once
def random_nodes(context: Context) -> list[Tree]:
    """For each fold the tree with the best split of a column drawn for it."""
    sample = landmark_sample(context)
    rng = np.random.default_rng(context.seed)
    return _nodes(context, rng.integers(sample.X.shape[1], size=sample.n_folds), "entropy")


@once
def worst_nodes(context: Context) -> list[Tree]:
    """For each fold the tree with the best split, by Gini or variance, of its worst column."""
    columns = np.array([np.argsort(row, kind="stable")[0] for row in fold_importances(context)])
    return _nodes(context, columns, "gini")


def leaves(sample: Sample, trees: list[Tree], max_depth: int = -1) -> NDArray[np.int32]:
    """Node in which each row ends in the tree of its fold, after at most `max_depth` splits."""
    found = np.empty(len(sample.X), dtype=np.int32)
    for fold, tree in enumerate(trees):
        test = np.flatnonzero(sample.fold == fold).astype(np.int32)
        found[test] = tree.find(sample.X, test, max_depth)
    return found


def tree_predictions(sample: Sample, trees: list[Tree], max_depth: int = -1) -> Floats:
    """Predictions of the trees of the folds, cut off after `max_depth` splits."""
    found = leaves(sample, trees, max_depth)
    out = np.empty(len(found))
    for fold, tree in enumerate(trees):
        test = sample.fold == fold
        out[test] = tree.value[found[test]]
    return out
