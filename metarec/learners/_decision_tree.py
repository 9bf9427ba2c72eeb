"""Decision tree."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT, leaf_rows, split_rows
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_DEPTH = Categorical((None, 3, 5, 8, 12))


def _classification_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        "min_samples_split": split_rows(shape),
        "criterion": Categorical(("gini", "entropy")),
        "max_depth": MAX_DEPTH,
        "min_samples_leaf": leaf_rows(shape),
        "class_weight": CLASS_WEIGHT,
    }


def _regression_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        "min_samples_split": split_rows(shape),
        "max_depth": MAX_DEPTH,
        "min_samples_leaf": leaf_rows(shape),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(**values, random_state=random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.tree import DecisionTreeRegressor

    return DecisionTreeRegressor(**values, random_state=random_state)


DECISION_TREE_CLASSIFIER = with_preparation(
    BaseLearner(
        name="decision_tree",
        summary="CART, grown until nodes are pure or too small to split.",
        space=_classification_space,
        defaults={
            "min_samples_split": 2,
            "criterion": "gini",
            "max_depth": None,
            "min_samples_leaf": 1,
            "class_weight": None,
        },
        build=_classifier,
        cost="low",
        implicit=frozenset({"criterion", "max_depth", "min_samples_leaf", "class_weight"}),
    ),
    ordinal=True,
    implicit=True,
)

DECISION_TREE_REGRESSOR = with_preparation(
    BaseLearner(
        name="decision_tree",
        summary="CART with squared error, grown until nodes are pure or too small to split.",
        space=_regression_space,
        defaults={"min_samples_split": 2, "max_depth": None, "min_samples_leaf": 1},
        build=_regressor,
        tasks=REGRESSION,
        cost="low",
    ),
    ordinal=True,
)
