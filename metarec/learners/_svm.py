"""Support vector machine with a kernel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Condition, Domain, Real, Value
from metarec.learners._preparation import with_preparation
from metarec.learners._scaled_target import on_scaled_target

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_ITER = 1_000_000
"""Steps of the solver; a cubic kernel with a large C may otherwise take hours."""

GAMMA = Categorical(("scale", 0.0001, 0.001, 0.01, 0.1, 1.0))
"""Width of the kernel; "scale" is 1 / (columns * variance)."""


def _classification_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "C": Real(0.03125, 32.0, log=True),
        "coef0": Real(0.0, 10.0),
        "kernel": Categorical(("rbf", "poly")),
        "gamma": GAMMA,
        "class_weight": CLASS_WEIGHT,
    }


def _regression_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "C": Real(0.03125, 100.0, log=True),
        "coef0": Real(0.0, 10.0),
        "epsilon": Real(0.001, 0.5, log=True),
        "gamma": GAMMA,
        "kernel": Categorical(("rbf", "poly"), first_share=0.8),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.svm import SVC

    return SVC(**values, max_iter=MAX_ITER, random_state=random_state)


def _regressor(values: Mapping[str, Value], _: int | None) -> "BaseEstimator":
    from sklearn.svm import SVR

    return on_scaled_target(SVR(**values, max_iter=MAX_ITER))


CONDITIONS = (Condition("coef0", "kernel", ("poly",)),)

# Time grows with the square to the cube of the rows.
MAX_ROWS = 20_000
ROW_POWER = 2.0

SVM_CLASSIFIER = with_preparation(
    BaseLearner(
        name="svm",
        summary="SVM with a radial or cubic kernel.",
        space=_classification_space,
        defaults={
            "C": 1.0,
            "coef0": 0.0,
            "kernel": "rbf",
            "gamma": "scale",
            "class_weight": None,
        },
        build=_classifier,
        cost="medium",
        gives_probabilities=False,
        conditions=CONDITIONS,
        implicit=frozenset({"gamma", "class_weight"}),
        row_power=ROW_POWER,
        max_rows=MAX_ROWS,
    ),
    scaling=True,
    selection=True,
    implicit=True,
)

SVM_REGRESSOR = with_preparation(
    BaseLearner(
        name="svm",
        summary="SVM with a radial or cubic kernel, on the standardised target.",
        space=_regression_space,
        defaults={"C": 1.0, "coef0": 0.0, "epsilon": 0.1, "gamma": "scale", "kernel": "rbf"},
        build=_regressor,
        tasks=REGRESSION,
        cost="medium",
        conditions=CONDITIONS,
        row_power=ROW_POWER,
        max_rows=MAX_ROWS,
    ),
    scaling=True,
    selection=True,
)
