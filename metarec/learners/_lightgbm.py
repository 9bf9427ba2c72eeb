"""LightGBM: gradient boosting of trees that grow leaf by leaf on binned columns."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT, rows_at_most
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Real, Value
from metarec.learners._early_stopping import PATIENCE, EarlyStopping, HeldOut
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

FIXED: Mapping[str, Any] = {"subsample_freq": 1, "n_jobs": 1, "verbosity": -1}
"""Rows drawn in every round, one thread, no output."""

_MOST_ROUNDS = 1000

_OWN_METRICS: Mapping[str, str] = {
    "accuracy": "error",
    "log_loss": "logloss",
    "mae": "l1",
    "r2": "l2",
    "rmse": "l2",
}
"""LightGBM's own that order models alike: they take less time."""


def _regression_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        "n_estimators": Integer(20, _MOST_ROUNDS, log=True),
        "learning_rate": Real(0.005, 0.5, log=True),
        # More leaves than rows do no harm: the library's default stays allowed.
        "num_leaves": Integer(3, rows_at_most(shape, 255, 2, low=31), log=True),
        "min_child_samples": Integer(1, rows_at_most(shape, 200, 4), log=True),
        "max_bin": Integer(15, 511, log=True),
        "subsample": Real(0.4, 1.0),
        "colsample_bytree": Real(0.2, 1.0),
        # The library's 0 does not stand on a logarithmic scale; 1e-9 does the same.
        "reg_alpha": Real(1e-9, 10.0, log=True),
        "reg_lambda": Real(1e-9, 100.0, log=True),
        "extra_trees": Categorical((False, True), first_share=0.75),
    }


def _classification_space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {**_regression_space(shape), "class_weight": CLASS_WEIGHT}


def _classifier(values: Mapping[str, Any], random_state: int | None) -> "BaseEstimator":
    from lightgbm import LGBMClassifier

    return LGBMClassifier(**values, **FIXED, random_state=random_state)


def _regressor(values: Mapping[str, Any], random_state: int | None) -> "BaseEstimator":
    from lightgbm import LGBMRegressor

    return LGBMRegressor(**values, **FIXED, random_state=random_state)


def _fit_early(model: Any, X: Any, y: Any, held_out: HeldOut) -> int:
    import numpy as np
    from lightgbm import EarlyStopException, early_stopping
    from sklearn.base import is_classifier

    end = time.perf_counter() + held_out.seconds

    def score(truth: Any, output: Any) -> tuple[str, float, bool]:
        is_binary = output.ndim == 1 and is_classifier(model)
        found = np.column_stack([1.0 - output, output]) if is_binary else output
        return held_out.metric, held_out.score(truth, found), True

    def look_at_clock(state: Any) -> None:
        if time.perf_counter() > end:
            raise EarlyStopException(state.iteration, state.evaluation_result_list)

    model.set_params(n_estimators=_MOST_ROUNDS, metric="None").fit(
        X,
        y,
        eval_X=held_out.X,
        # It is taken as it is, while the classes fitted on are numbered.
        eval_y=np.searchsorted(np.unique(y), held_out.y) if is_classifier(model) else held_out.y,
        eval_metric=_OWN_METRICS.get(held_out.metric, score),
        callbacks=[early_stopping(PATIENCE, verbose=False), look_at_clock],
    )
    return int(model.best_iteration_)


EARLY_STOPPING = EarlyStopping("n_estimators", _fit_early)

DEFAULTS: Mapping[str, Value] = {
    "n_estimators": 100,
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_child_samples": 20,
    "max_bin": 255,
    "subsample": 1.0,
    "colsample_bytree": 1.0,
    "reg_alpha": 1e-9,
    "reg_lambda": 1e-9,
    "extra_trees": False,
}

LIGHTGBM_CLASSIFIER = with_preparation(
    BaseLearner(
        name="lightgbm",
        summary="LightGBM; rows are drawn anew in each round if subsample is below 1.",
        space=_classification_space,
        defaults={**DEFAULTS, "class_weight": None},
        build=_classifier,
        cost="medium",
        max_rows_times_classes=20_000_000,
        takes_sparse_arrays=False,
        takes_missing=True,
        early_stopping=EARLY_STOPPING,
    ),
    ordinal=True,
)

LIGHTGBM_REGRESSOR = with_preparation(
    BaseLearner(
        name="lightgbm",
        summary="LightGBM with squared error; rows are drawn anew in each round.",
        space=_regression_space,
        defaults=DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="medium",
        takes_sparse_arrays=False,
        takes_missing=True,
        early_stopping=EARLY_STOPPING,
    ),
    ordinal=True,
)
