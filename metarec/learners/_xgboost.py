"""XGBoost: gradient boosting with second derivatives, an optional package."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._any_labels import with_any_labels
from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Integer, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "n_estimators": Integer(20, 1000, log=True),
        "learning_rate": Real(0.005, 0.5, log=True),
        "max_depth": Integer(1, 12),
        "min_child_weight": Real(0.001, 128.0, log=True),
        "subsample": Real(0.4, 1.0),
        "colsample_bytree": Real(0.2, 1.0),
        "colsample_bylevel": Real(0.2, 1.0),
        # The library's 0 does not stand on a logarithmic scale; 1e-9 does the same.
        "reg_alpha": Real(1e-9, 10.0, log=True),
        "reg_lambda": Real(1e-9, 100.0, log=True),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from xgboost import XGBClassifier

    return with_any_labels(XGBClassifier(**values, random_state=random_state, n_jobs=1))


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from xgboost import XGBRegressor

    return XGBRegressor(**values, random_state=random_state, n_jobs=1)


DEFAULTS: Mapping[str, Value] = {
    "n_estimators": 100,
    "learning_rate": 0.3,
    "max_depth": 6,
    "min_child_weight": 1.0,
    "subsample": 1.0,
    "colsample_bytree": 1.0,
    "colsample_bylevel": 1.0,
    "reg_alpha": 1e-9,
    "reg_lambda": 1.0,
}

XGBOOST_CLASSIFIER = with_preparation(
    BaseLearner(
        name="xgboost",
        summary="XGBoost with histograms.",
        space=_space,
        defaults=DEFAULTS,
        build=_classifier,
        cost="medium",
        max_rows_times_classes=20_000_000,
        takes_sparse_arrays=False,
        takes_missing=True,
        package="xgboost",
    ),
    ordinal=True,
)

XGBOOST_REGRESSOR = with_preparation(
    BaseLearner(
        name="xgboost",
        summary="XGBoost with histograms and squared error.",
        space=_space,
        defaults=DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="medium",
        takes_sparse_arrays=False,
        takes_missing=True,
        package="xgboost",
    ),
    ordinal=True,
)
