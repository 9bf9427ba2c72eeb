"""Landmarkers: cross-validated scores of simple models.

All are measured on the same sample of at most 2,000 rows, encoded into at most 256 columns
(numeric ones standardised), in 10 folds; rows and folds are stratified by the target. A score is
the accuracy of a fold. For regression it is R^2 of the regressor of the same name, where negative
values end at -1, and folds with a constant target are left out. pymfe takes the folds in the order
of the rows and leaves numbers as they are, so its accuracies differ by what that makes of them.

OpenML's error rates, kappas and areas under the curve are computed over the rows of all folds
together, on the same sample. Its depth-limited trees are random or pruned on a part of the rows;
ours are grown by Gini impurity, so they have names of their own. Its J48 (C4.5 with pruning by
confidence, unlike any tree here) and its CfsSubsetEval variants (the same learners after a greedy
selection of columns) are left out: they are more about Weka's programs than about the table.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.landmarks import (
    bayes_scores,
    best_nodes,
    elite_neighbours,
    linear_predictions,
    neighbours,
    outcome,
    random_nodes,
    tree_predictions,
    worst_nodes,
)
from metafeatures._intermediates.sample import landmark_sample
from metafeatures._intermediates.scores import (
    error_rate,
    fold_scores,
    kappa,
    one_corner_auc,
    weighted_auc,
)
from metafeatures._intermediates.tree import Tree, fold_trees
from metafeatures._registry import CLASSIFICATION, SUPERVISED, register

PFAHRINGER = (
    "Pfahringer et al.: Meta-learning by Landmarking Various Learning Algorithms, ICML 2000"
)
BENSUSAN = (
    "Bensusan, Giraud-Carrier: Discovering Task Neighbourhoods through Landmark Learning, 2000"
)
OPENML = "Vanschoren et al.: OpenML: Networked Science in Machine Learning, SIGKDD 2013"
SUMMARIES = ("mean", "sd")


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
    return fold_scores(landmark_sample(context), linear_predictions(context))


@register(
    "linear_regr",
    "landmarking",
    "fold R^2 (at least -1) of least squares",
    source=PFAHRINGER,
    cost="per fold",
    tasks=("regression",),
    low=-1,
    high=1,
    summaries=SUMMARIES,
)
def linear_regr(context: Context) -> NDArray[np.float64]:
    return fold_scores(landmark_sample(context), linear_predictions(context))


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
    return fold_scores(landmark_sample(context), _bayes(context))


@register(
    "decision_tree",
    "landmarking",
    "fold accuracies of an unpruned Gini tree; for regression R^2 (at least -1) of a variance tree",
    source=PFAHRINGER,
    cost="per fold",
    tasks=SUPERVISED,
    low=-1,
    high=1,
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkDecisionTree"},
)
def decision_tree(context: Context) -> NDArray[np.float64]:
    return _tree_scores(context, fold_trees(context))


@register(
    "best_node",
    "landmarking",
    "fold accuracies of a tree with one split, the best by entropy over all columns; for "
    "regression R^2 (at least -1), the best by variance",
    source=PFAHRINGER,
    cost="per fold",
    tasks=SUPERVISED,
    low=-1,
    high=1,
    pymfe="best_node",
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkDecisionNodeLearner"},
)
def best_node(context: Context) -> NDArray[np.float64]:
    return _tree_scores(context, best_nodes(context))


@register(
    "random_node",
    "landmarking",
    "fold accuracies of a tree with one split by entropy of a column drawn for each fold (pymfe: "
    "one for all); for regression R^2 (at least -1)",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=-1,
    high=1,
    pymfe="random_node",
    summaries=SUMMARIES,
    autosklearn={"mean": "LandmarkRandomNodeLearner"},
)
def random_node(context: Context) -> NDArray[np.float64]:
    return _tree_scores(context, random_nodes(context))


@register(
    "worst_node",
    "landmarking",
    "fold accuracies of a tree with one split by Gini impurity of the column that the full tree "
    "of the fold gains least from; for regression R^2 (at least -1)",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=-1,
    high=1,
    pymfe="worst_node",
    summaries=SUMMARIES,
)
def worst_node(context: Context) -> NDArray[np.float64]:
    return _tree_scores(context, worst_nodes(context))


@register(
    "one_nn",
    "landmarking",
    "fold accuracies of the nearest neighbour (Euclidean; pymfe: without standardising); for "
    "regression R^2 (at least -1)",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=-1,
    high=1,
    pymfe="one_nn",
    summaries=SUMMARIES,
    autosklearn={"mean": "Landmark1NN"},
)
def one_nn(context: Context) -> NDArray[np.float64]:
    sample = landmark_sample(context)
    return fold_scores(sample, outcome(sample)[neighbours(context)])


@register(
    "elite_nn",
    "landmarking",
    "fold accuracies of the nearest neighbour by the one column that the full tree of the fold "
    "gains most from; for regression R^2 (at least -1)",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=-1,
    high=1,
    pymfe="elite_nn",
    summaries=SUMMARIES,
)
def elite_nn(context: Context) -> NDArray[np.float64]:
    sample = landmark_sample(context)
    return fold_scores(sample, outcome(sample)[elite_neighbours(context)])


def _tree_scores(context: Context, trees: list[Tree]) -> NDArray[np.float64]:
    sample = landmark_sample(context)
    return fold_scores(sample, tree_predictions(sample, trees))


@once
def _bayes(context: Context) -> NDArray[np.float64]:
    """Classes predicted by naive Bayes."""
    return np.asarray(bayes_scores(context).argmax(axis=1), dtype=np.float64)


def _bayes_auc(context: Context) -> float:
    sample, scores = landmark_sample(context), bayes_scores(context)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return weighted_auc(chances, np.eye(sample.n_classes)[sample.codes], context.check_time)


@once
def _neighbour(context: Context) -> NDArray[np.float64]:
    """Classes predicted by the nearest neighbour."""
    return outcome(landmark_sample(context))[neighbours(context)]


def _neighbour_auc(context: Context) -> float:
    """Score 1 for the predicted class and 0 for the others: the curve has one corner."""
    return one_corner_auc(landmark_sample(context), _neighbour(context))


def _tree_auc(context: Context, trees: list[Tree], max_depth: int) -> float:
    """A group for each leaf of each fold: its scores are the shares of its training rows."""
    sample, k = landmark_sample(context), landmark_sample(context).n_classes
    scores, counts = [], []
    rows = np.arange(len(sample.X), dtype=np.int32)
    for fold, tree in enumerate(trees):
        at, test = tree.find(sample.X, rows, max_depth), sample.fold == fold
        met, group = np.unique(at, return_inverse=True)
        pairs = [
            np.bincount(group[part] * k + sample.codes[part], minlength=len(met) * k)
            for part in (~test, test)
        ]
        learned, seen = (pair.reshape(-1, k).astype(np.float64) for pair in pairs)
        scores.append(learned / learned.sum(axis=1, keepdims=True))
        counts.append(seen)
    return weighted_auc(np.concatenate(scores), np.concatenate(counts), context.check_time)


def _add_openml(
    name: str,
    what: str,
    predict: Callable[[Context], NDArray[np.float64]],
    auc: Callable[[Context], float],
    openml: str = "",
) -> None:
    """Register the three numbers that OpenML gives for a learner."""

    def rate(context: Context) -> float:
        return error_rate(landmark_sample(context), predict(context))

    def agreement(context: Context) -> float:
        return kappa(landmark_sample(context), predict(context))

    for ending, theirs, definition, low, function in (
        (
            "auc",
            "AUC",
            "area under the ROC curve (one class against the rest, weighted by frequency) of",
            0.0,
            auc,
        ),
        ("err_rate", "ErrRate", "share of the rows predicted wrongly by", 0.0, rate),
        ("kappa", "Kappa", "Cohen's kappa of the class and the prediction of", -1.0, agreement),
    ):
        register(
            f"{name}_{ending}",
            "landmarking",
            f"{definition} {what}, over all folds",
            source=OPENML,
            cost="per fold",
            tasks=CLASSIFICATION,
            low=low,
            high=1,
            openml=f"{openml}{theirs}" if openml else "",
        )(function)


def _add_tree(
    name: str, what: str, trees: Callable[[Context], list[Tree]], depth: int, openml: str = ""
) -> None:
    @once
    def predict(context: Context) -> NDArray[np.float64]:
        return tree_predictions(landmark_sample(context), trees(context), depth)

    def auc(context: Context) -> float:
        return _tree_auc(context, trees(context), depth)

    _add_openml(name, what, predict, auc, openml)


_add_openml("naive_bayes", "Gaussian naive Bayes", _bayes, _bayes_auc, "NaiveBayes")
_add_openml("one_nn", "the nearest neighbour", _neighbour, _neighbour_auc, "kNN1N")
_add_tree("decision_stump", "the tree with one split, by entropy", best_nodes, 1, "DecisionStump")
for _depth in (1, 2, 3):
    _add_tree(
        f"decision_tree_depth{_depth}",
        f"a Gini tree with at most {_depth} split{'s' if _depth > 1 else ''} above a leaf",
        fold_trees,
        _depth,
    )
