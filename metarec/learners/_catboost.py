"""CatBoost: ordered gradient boosting of symmetric trees, an optional package."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from metarec.learners._any_labels import with_any_labels
from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Integer, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

QUIET: Mapping[str, Any] = {"thread_count": 1, "verbose": False, "allow_writing_files": False}
"""One thread, no output and no folder of logs."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "n_estimators": Integer(50, 1000, log=True),
        "learning_rate": Real(0.005, 0.3, log=True),
        "depth": Integer(2, 9),
        "l2_leaf_reg": Real(0.1, 30.0, log=True),
        "rsm": Real(0.3, 1.0),
    }


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from catboost import CatBoostClassifier

    return with_any_labels(CatBoostClassifier(**values, random_state=random_state, **QUIET))


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from catboost import CatBoostRegressor

    return CatBoostRegressor(**values, random_state=random_state, **QUIET)


DEFAULTS: Mapping[str, Value] = {
    "n_estimators": 1000,
    "learning_rate": 0.03,
    "depth": 6,
    "l2_leaf_reg": 3.0,
    "rsm": 1.0,
}

CATBOOST_CLASSIFIER = with_preparation(
    BaseLearner(
        name="catboost",
        summary="CatBoost on columns that are encoded already.",
        space=_space,
        defaults=DEFAULTS,
        build=_classifier,
        cost="very high",
        max_rows_times_classes=1_000_000,
        takes_sparse_arrays=False,
        takes_missing=True,
        package="catboost",
    ),
    ordinal=True,
)

CATBOOST_REGRESSOR = with_preparation(
    BaseLearner(
        name="catboost",
        summary="CatBoost with squared error, on columns that are encoded already.",
        space=_space,
        defaults=DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="very high",
        max_rows=500_000,
        takes_sparse_arrays=False,
        takes_missing=True,
        package="catboost",
    ),
    ordinal=True,
)
