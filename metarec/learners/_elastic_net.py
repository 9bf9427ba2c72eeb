"""Linear models with a mixture of the L1 and the L2 penalty."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Real, Value
from metarec.learners._logistic_regression import MAX_ITER, SAGA_TOLERANCE
from metarec.learners._preparation import with_preparation
from metarec.learners._scaled_target import on_scaled_target

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _classification_space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "C": Real(0.001, 100.0, log=True),
        "l1_ratio": Real(0.0, 1.0),
        "class_weight": CLASS_WEIGHT,
    }


def _regression_space(_: TableShape | None) -> Mapping[str, Domain]:
    # Without any L2 penalty, that is at an l1_ratio of 1, it is the lasso.
    return {"alpha": Real(1e-4, 1.0, log=True), "l1_ratio": Real(0.01, 1.0)}


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        **values,
        solver="saga",
        tol=SAGA_TOLERANCE,
        max_iter=MAX_ITER,
        random_state=random_state,
    )


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.linear_model import ElasticNet

    return on_scaled_target(ElasticNet(**values, max_iter=MAX_ITER, random_state=random_state))


ELASTIC_NET_CLASSIFIER = with_preparation(
    BaseLearner(
        name="elastic_net",
        summary="Logistic regression with any mixture of the L1 and L2 penalties, by saga.",
        space=_classification_space,
        defaults={"C": 1.0, "l1_ratio": 0.5, "class_weight": None},
        build=_classifier,
        cost="medium",
        # Every pass of saga visits every row, and a mixed penalty needs many of them.
        max_rows=200_000,
    ),
    scaling=True,
    selection=True,
)

ELASTIC_NET_REGRESSOR = with_preparation(
    BaseLearner(
        name="elastic_net",
        summary="Linear regression with any mixture of the L1 and L2 penalties.",
        space=_regression_space,
        # The library's 1.0 leaves no coefficient for a standardised target.
        defaults={"alpha": 0.01, "l1_ratio": 0.5},
        build=_regressor,
        tasks=REGRESSION,
        cost="low",
    ),
    scaling=True,
    selection=True,
)
