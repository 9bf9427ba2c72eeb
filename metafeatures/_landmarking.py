"""Landmarkers: cross-validated accuracy of simple classifiers.

All are measured on the same stratified sample of at most 2,000 rows, encoded into at most 256
columns (numeric ones standardised), in 10 stratified folds. pymfe takes the folds in the order of
the rows and leaves numbers as they are, so its accuracies differ by what that makes of them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from metafeatures._classifiers import gaussian_naive_bayes, linear_discriminant
from metafeatures._registry import CLASSIFICATION, register
from metafeatures._shared import Shared
from metafeatures._tree import tree_predictions

PFAHRINGER = (
    "Pfahringer et al.: Meta-learning by Landmarking Various Learning Algorithms, ICML 2000"
)
BENSUSAN = (
    "Bensusan, Giraud-Carrier: Discovering Task Neighbourhoods through Landmark Learning, 2000"
)
SUMMARIES = ("mean", "sd")


def fold_accuracies(
    shared: Shared, predict: Callable[[int], NDArray[np.int32]]
) -> NDArray[np.float64]:
    """Accuracy of each fold, where predict(fold) gives the classes of its test rows."""
    sample = shared.sample
    accuracies = np.empty(sample.n_folds)

    def measure(fold: int) -> None:
        _, test = sample.split(fold)
        accuracies[fold] = np.mean(predict(fold) == sample.codes[test])

    shared.spread(measure, sample.n_folds)
    return accuracies


@register(
    "linear_discr",
    "landmarking",
    "fold accuracies of linear discriminant analysis",
    source=PFAHRINGER,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="linear_discr",
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkLDA"},
)
def linear_discr(shared: Shared) -> NDArray[np.float64]:
    sample = shared.sample

    def predict(fold: int) -> NDArray[np.int32]:
        train, test = sample.split(fold)
        return linear_discriminant(sample.X[train], sample.codes[train], sample.X[test])

    return fold_accuracies(shared, predict)


@register(
    "naive_bayes",
    "landmarking",
    "fold accuracies of Gaussian naive Bayes",
    source=PFAHRINGER,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="naive_bayes",
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkNaiveBayes"},
)
def naive_bayes(shared: Shared) -> NDArray[np.float64]:
    sample = shared.sample

    def predict(fold: int) -> NDArray[np.int32]:
        train, test = sample.split(fold)
        return gaussian_naive_bayes(sample.X[train], sample.codes[train], sample.X[test])

    return fold_accuracies(shared, predict)


@register(
    "decision_tree",
    "landmarking",
    "fold accuracies of an unpruned Gini tree",
    source=PFAHRINGER,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkDecisionTree"},
)
def decision_tree(shared: Shared) -> NDArray[np.float64]:
    sample, order = shared.sample, shared.sorted_rows
    return fold_accuracies(shared, lambda fold: tree_predictions(sample, order, fold))


@register(
    "best_node",
    "landmarking",
    "fold accuracies of a tree with one split, the best by entropy over all columns",
    source=PFAHRINGER,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="best_node",
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkDecisionNodeLearner"},
)
def best_node(shared: Shared) -> NDArray[np.float64]:
    sample, order = shared.sample, shared.sorted_rows
    return fold_accuracies(
        shared,
        lambda fold: tree_predictions(sample, order, fold, max_depth=1, use_entropy=True),
    )


@register(
    "random_node",
    "landmarking",
    "fold accuracies of a tree with one split by entropy of a column drawn for each fold",
    source=BENSUSAN,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="random_node",
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkRandomNodeLearner"},
)
def random_node(shared: Shared) -> NDArray[np.float64]:
    sample, order = shared.sample, shared.sorted_rows
    columns = np.random.default_rng(shared.seed).integers(sample.X.shape[1], size=sample.n_folds)
    return fold_accuracies(
        shared,
        lambda fold: tree_predictions(
            sample, order, fold, max_depth=1, use_entropy=True, column=int(columns[fold])
        ),
    )


@register(
    "one_nn",
    "landmarking",
    "fold accuracies of the nearest neighbour (Euclidean; pymfe: without standardising)",
    source=BENSUSAN,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="one_nn",
    summaries=SUMMARIES,
    autosklearn={"mean": "Landmark1NN"},
)
def one_nn(shared: Shared) -> NDArray[np.float64]:
    sample, nearest = shared.sample, shared.nearest
    return fold_accuracies(shared, lambda fold: sample.codes[nearest[sample.split(fold)[1]]])
