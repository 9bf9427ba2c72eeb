"""Gradient boosting of regression trees."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import leaf_rows
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _classification_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        "learning_rate": Real(0.001, 0.5, log=True),
        "max_depth": Integer(2, 8),
        "max_features": Categorical((None, "log2")),
        "n_estimators": Integer(50, 500, log=True),
        "subsample": Real(0.5, 1.0),
        "min_samples_leaf": leaf_rows(shape),
    }


def _regression_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        **_classification_space(shape),
        "loss": Categorical(("squared_error", "huber", "absolute_error"), first_share=0.6),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(**values, random_state=random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(**values, random_state=random_state)


DEFAULTS: Mapping[str, Value] = {
    "learning_rate": 0.1,
    "max_depth": 3,
    "max_features": None,
    "n_estimators": 100,
    "subsample": 1.0,
    "min_samples_leaf": 1,
}

# Exact splits sort every column in every node, for every class; above this, minutes per fit.
MAX_ROWS = 100_000

GRADIENT_BOOSTING_CLASSIFIER = with_preparation(
    BaseLearner(
        name="gradient_boosting",
        summary="Regression trees with exact splits, one tree per class and round.",
        space=_classification_space,
        defaults=DEFAULTS,
        build=_classifier,
        cost="high",
        implicit=frozenset({"n_estimators", "subsample", "min_samples_leaf"}),
        max_rows=MAX_ROWS,
        max_rows_times_classes=600_000,
    ),
    ordinal=True,
    implicit=True,
)

GRADIENT_BOOSTING_REGRESSOR = with_preparation(
    BaseLearner(
        name="gradient_boosting",
        summary="Regression trees with exact splits, one tree per round.",
        space=_regression_space,
        defaults={**DEFAULTS, "loss": "squared_error"},
        build=_regressor,
        tasks=REGRESSION,
        cost="high",
        max_rows=MAX_ROWS,
    ),
    ordinal=True,
)
