"""AdaBoost of small decision trees."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_DEPTH = Integer(1, 8)


def _classification_space(shape: TableShape | None) -> Mapping[str, Domain]:
    # SAMME overshoots above 1; histories of SAMME.R, which scikit-learn has given up, go to 3.
    fastest = 3.0 if shape is None else 1.0
    return {
        "learning_rate": Real(0.05, fastest, log=True),
        "n_estimators": Integer(10, 200, log=True),
        "max_depth": MAX_DEPTH,
    }


def _regression_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "learning_rate": Real(0.05, 2.0, log=True),
        "n_estimators": Integer(10, 200, log=True),
        "max_depth": MAX_DEPTH,
        "loss": Categorical(("linear", "square", "exponential")),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import AdaBoostClassifier
    from sklearn.tree import DecisionTreeClassifier

    own = {name: value for name, value in values.items() if name != "max_depth"}
    depth = values["max_depth"]
    # A tree of depth 1 is what scikit-learn boosts by itself.
    tree = None if depth == 1 else DecisionTreeClassifier(max_depth=depth)
    return AdaBoostClassifier(tree, **own, random_state=random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import AdaBoostRegressor
    from sklearn.tree import DecisionTreeRegressor

    own = {name: value for name, value in values.items() if name != "max_depth"}
    tree = DecisionTreeRegressor(max_depth=values["max_depth"])
    return AdaBoostRegressor(tree, **own, random_state=random_state)


ADABOOST_CLASSIFIER = with_preparation(
    BaseLearner(
        name="adaboost",
        summary="AdaBoost (SAMME) of decision trees, stumps by default.",
        space=_classification_space,
        defaults={"learning_rate": 1.0, "n_estimators": 50, "max_depth": 1},
        build=_classifier,
        implicit=frozenset({"max_depth"}),
    ),
    ordinal=True,
    implicit=True,
)

ADABOOST_REGRESSOR = with_preparation(
    BaseLearner(
        name="adaboost",
        summary="AdaBoost.R2 of decision trees, of depth 3 by default.",
        space=_regression_space,
        defaults={"learning_rate": 1.0, "n_estimators": 50, "max_depth": 3, "loss": "linear"},
        build=_regressor,
        tasks=REGRESSION,
    ),
    ordinal=True,
)
