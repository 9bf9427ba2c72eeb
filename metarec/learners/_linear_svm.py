"""Linear support vector machine."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Real, Value
from metarec.learners._preparation import with_preparation
from metarec.learners._scaled_target import on_scaled_target

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_ITER = 10_000
"""Steps of the solver; the library's 1000 end early where columns outnumber rows."""


def _classification_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"C": Real(0.01, 32.0, log=True), "class_weight": CLASS_WEIGHT}


def _regression_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "C": Real(0.001, 32.0, log=True),
        "epsilon": Real(0.0, 0.5),
        "loss": Categorical(("epsilon_insensitive", "squared_epsilon_insensitive")),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.svm import LinearSVC

    return LinearSVC(**values, max_iter=MAX_ITER, random_state=random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.svm import LinearSVR

    return on_scaled_target(LinearSVR(**values, max_iter=MAX_ITER, random_state=random_state))


LINEAR_SVM_CLASSIFIER = with_preparation(
    BaseLearner(
        name="linear_svm",
        summary="Linear SVM with squared hinge loss, one class against the rest.",
        space=_classification_space,
        defaults={"C": 1.0, "class_weight": None},
        build=_classifier,
        cost="low",
        gives_probabilities=False,
        implicit=frozenset({"class_weight"}),
    ),
    scaling=True,
    selection=True,
    implicit=True,
)

LINEAR_SVM_REGRESSOR = with_preparation(
    BaseLearner(
        name="linear_svm",
        summary="Linear SVM on the standardised target.",
        space=_regression_space,
        defaults={"C": 1.0, "epsilon": 0.0, "loss": "epsilon_insensitive"},
        build=_regressor,
        tasks=REGRESSION,
        cost="low",
    ),
    scaling=True,
    selection=True,
)
