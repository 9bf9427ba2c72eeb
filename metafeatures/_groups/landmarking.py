"""Landmarkers: cross-validated accuracy of simple classifiers.

All are measured on the same stratified sample of at most 2,000 rows, encoded into at most 256
columns (numeric ones standardised), in 10 stratified folds. pymfe takes the folds in the order of
the rows and leaves numbers as they are, so its accuracies differ by what that makes of them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._intermediates.classifiers import (
    gaussian_naive_bayes,
    linear_discriminant,
    nearest_rows,
)
from metafeatures._intermediates.sample import landmark_sample
from metafeatures._intermediates.tree import sorted_rows, tree_predictions
from metafeatures._registry import CLASSIFICATION, register

PFAHRINGER = (
    "Pfahringer et al.: Meta-learning by Landmarking Various Learning Algorithms, ICML 2000"
)
BENSUSAN = (
    "Bensusan, Giraud-Carrier: Discovering Task Neighbourhoods through Landmark Learning, 2000"
)
SUMMARIES = ("mean", "sd")


def fold_accuracies(
    context: Context, predict: Callable[[int], NDArray[np.int32]]
) -> NDArray[np.float64]:
    """Accuracy of each fold, where predict(fold) gives the classes of its test rows."""
    sample = landmark_sample(context)
    accuracies = np.empty(sample.n_folds)

    def measure(fold: int) -> None:
        _, test = sample.split(fold)
        accuracies[fold] = np.mean(predict(fold) == sample.codes[test])

    context.spread(measure, sample.n_folds)
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
def linear_discr(context: Context) -> NDArray[np.float64]:
    sample = landmark_sample(context)

    def predict(fold: int) -> NDArray[np.int32]:
        train, test = sample.split(fold)
        return linear_discriminant(sample.X[train], sample.codes[train], sample.X[test])

    return fold_accuracies(context, predict)


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
def naive_bayes(context: Context) -> NDArray[np.float64]:
    sample = landmark_sample(context)

    def predict(fold: int) -> NDArray[np.int32]:
        train, test = sample.split(fold)
        return gaussian_naive_bayes(sample.X[train], sample.codes[train], sample.X[test])

    return fold_accuracies(context, predict)


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
def decision_tree(context: Context) -> NDArray[np.float64]:
    sample, order = landmark_sample(context), sorted_rows(context)
    return fold_accuracies(context, lambda fold: tree_predictions(sample, order, fold))


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
def best_node(context: Context) -> NDArray[np.float64]:
    sample, order = landmark_sample(context), sorted_rows(context)
    return fold_accuracies(
        context,
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
def random_node(context: Context) -> NDArray[np.float64]:
    sample, order = landmark_sample(context), sorted_rows(context)
    columns = np.random.default_rng(context.seed).integers(sample.X.shape[1], size=sample.n_folds)
    return fold_accuracies(
        context,
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
def one_nn(context: Context) -> NDArray[np.float64]:
    sample = landmark_sample(context)
    nearest = nearest_rows(sample.X, sample.fold)
    return fold_accuracies(context, lambda fold: sample.codes[nearest[sample.split(fold)[1]]])
