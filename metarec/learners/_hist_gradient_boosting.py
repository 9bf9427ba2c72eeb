"""Gradient boosting of trees on binned columns, scikit-learn's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT, rows_at_most
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        "max_iter": Integer(20, 500, log=True),
        "learning_rate": Real(0.01, 0.5, log=True),
        # More leaves than rows do no harm: the library's default stays allowed.
        "max_leaf_nodes": Integer(3, rows_at_most(shape, 255, 2, low=31), log=True),
        "min_samples_leaf": Integer(1, rows_at_most(shape, 200, 4), log=True),
        # The library's 0 does not stand on a logarithmic scale; 1e-9 does the same.
        "l2_regularization": Real(1e-9, 100.0, log=True),
        "max_features": Real(0.2, 1.0),
    }


def _classification_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {**_space(shape), "class_weight": CLASS_WEIGHT}


def _regression_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        **_space(shape),
        "loss": Categorical(("squared_error", "absolute_error"), first_share=0.75),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**values, random_state=random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(**values, random_state=random_state)


DEFAULTS: Mapping[str, Value] = {
    "max_iter": 100,
    "learning_rate": 0.1,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
    "l2_regularization": 1e-9,
    "max_features": 1.0,
}

HIST_GRADIENT_BOOSTING_CLASSIFIER = with_preparation(
    BaseLearner(
        name="hist_gradient_boosting",
        summary="Trees on binned columns; above 10000 rows it stops when a tenth no longer gains.",
        space=_classification_space,
        defaults={**DEFAULTS, "class_weight": None},
        build=_classifier,
        cost="medium",
        max_rows_times_classes=20_000_000,
        takes_sparse=False,
    ),
    ordinal=True,
)

HIST_GRADIENT_BOOSTING_REGRESSOR = with_preparation(
    BaseLearner(
        name="hist_gradient_boosting",
        summary="Trees on binned columns; above 10000 rows it stops when a tenth no longer gains.",
        space=_regression_space,
        defaults={**DEFAULTS, "loss": "squared_error"},
        build=_regressor,
        tasks=REGRESSION,
        cost="medium",
        takes_sparse=False,
    ),
    ordinal=True,
)
