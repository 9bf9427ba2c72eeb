"""Ridge regression, and the classifier that predicts with it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

ALPHA = Real(1e-4, 1e4, log=True)


def _classification_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"alpha": ALPHA, "class_weight": CLASS_WEIGHT}


def _regression_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"alpha": ALPHA}


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.linear_model import RidgeClassifier

    return RidgeClassifier(**values, random_state=random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.linear_model import Ridge

    return Ridge(**values, random_state=random_state)


RIDGE_CLASSIFIER = with_preparation(
    BaseLearner(
        name="ridge",
        summary="Least squares with an L2 penalty on classes coded as -1 and 1.",
        space=_classification_space,
        defaults={"alpha": 1.0, "class_weight": None},
        build=_classifier,
        cost="low",
        gives_probabilities=False,
    ),
    scaling=True,
    selection=True,
)

RIDGE_REGRESSOR = with_preparation(
    BaseLearner(
        name="ridge",
        summary="Least squares with an L2 penalty.",
        space=_regression_space,
        defaults={"alpha": 1.0},
        build=_regressor,
        tasks=REGRESSION,
        cost="low",
    ),
    scaling=True,
    selection=True,
)
