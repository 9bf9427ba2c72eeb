"""What the two forests share: their spaces and defaults."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from metarec.learners._any_labels import with_any_labels
from metarec.learners._bounds import CLASS_WEIGHT, leaf_rows, split_rows
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Value

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_LEAF_NODES = Categorical((None, 16, 64, 256, 1024), first_share=0.6)
"""Most leaves of a tree."""


def forest_space(shape: TableShape | None) -> Mapping[str, Domain]:
    """Space of a random forest and of extremely randomised trees, as classifiers."""
    return {
        "criterion": Categorical(("gini", "entropy")),
        "min_samples_split": split_rows(shape),
        "n_estimators": Integer(10, 500, log=True),
        "max_features": Categorical(("sqrt", "log2", 0.1, 0.25, 0.5, 0.75, 1.0)),
        "max_leaf_nodes": MAX_LEAF_NODES,
        "min_samples_leaf": leaf_rows(shape),
        "class_weight": CLASS_WEIGHT,
    }


def regression_forest_space(shape: TableShape | None) -> Mapping[str, Domain]:
    """Space of a random forest and of extremely randomised trees, as regressors."""
    return {
        "min_samples_split": split_rows(shape),
        "n_estimators": Integer(10, 500, log=True),
        "max_features": Categorical((1.0, 0.75, 0.5, 0.25, 0.1, "sqrt", "log2")),
        "max_leaf_nodes": MAX_LEAF_NODES,
        "min_samples_leaf": leaf_rows(shape),
    }


FOREST_DEFAULTS: Mapping[str, Value] = {
    "criterion": "gini",
    "min_samples_split": 2,
    "n_estimators": 100,
    "max_features": "sqrt",
    "max_leaf_nodes": None,
    "min_samples_leaf": 1,
    "class_weight": None,
}

FOREST_IMPLICIT = frozenset({"max_features", "max_leaf_nodes", "min_samples_leaf", "class_weight"})

REGRESSION_FOREST_DEFAULTS: Mapping[str, Value] = {
    "min_samples_split": 2,
    "n_estimators": 100,
    "max_features": 1.0,
    "max_leaf_nodes": None,
    "min_samples_leaf": 1,
}


def weighted(forest: Any) -> "BaseEstimator":
    """Return a forest that can weight classes whatever they are called.

    scikit-learn 1.9 looks up the weight of the class "1" under the number 1.
    """
    return forest if forest.class_weight is None else with_any_labels(forest)
