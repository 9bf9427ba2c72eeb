"""LightGBM finds its number of rounds where a table is larger than what is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metarec
from metarec.collecting.evaluating import predict_fold, score_fold
from metarec.collecting.preparation import Prepared
from metarec.history import FOUND_ATTRIBUTE, METRICS, REGRESSION_METRICS
from metarec.learners import Configuration, TableShape, get_learner, make_pipeline
from metarec.tuning.rounds import Rounds, Stopping, early_fit
from metarec.tuning.validation import Validation, read_data

N_ROWS = 2400
QUICK = {"learning_rate": 0.3, "num_leaves": 31}
"""Fits noise after few rounds."""


def noisy_table(n_rows: int, n_classes: int, seed: int = 0) -> pd.DataFrame:
    """Numbers of which one counts, and much noise; 0 classes are a regression."""
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(generator.normal(size=(n_rows, 4)), columns=list("abcd"))
    value = frame["a"] + generator.normal(size=n_rows)
    frame["target"] = value if not n_classes else pd.qcut(value, n_classes, labels=False)
    return frame


def stage_of(frame: pd.DataFrame) -> Any:
    """The task of a table with two folds, and its first fold prepared."""
    kind = "regression" if frame["target"].dtype == float else "classification"
    learning = read_data(frame, target="target", task=kind, validation=Validation(2)).learning
    train, test = learning.folds[0]
    prepared = Prepared(learning.X.iloc[train], learning.X.iloc[test], 0.0, 0.0)
    return learning, prepared


def model_of(task: Any, **values: Any) -> Any:
    return make_pipeline(Configuration("lightgbm", QUICK | values), task=task.card.task)[-1]


@pytest.mark.parametrize("n_classes", [0, 2, 3])
def test_each_metric_is_better_than_after_all_rounds(n_classes: int) -> None:
    task, prepared = stage_of(noisy_table(N_ROWS, n_classes))
    whole = predict_fold(model_of(task, n_estimators=1000), task, 0, prepared)
    metrics = [each for each in METRICS if (each in REGRESSION_METRICS) == (not n_classes)]
    for metric in metrics:
        fit = early_fit("lightgbm", task, 0, prepared, Stopping(metric, 60.0))
        assert fit is not None
        found = predict_fold(model_of(task, n_estimators=20), task, 0, prepared, fit)
        assert fit.rounds is not None
        assert 0 < fit.rounds < 300
        score, late = score_fold(task, 0, found)[metric], score_fold(task, 0, whole)[metric]
        assert (score > late) == (METRICS[metric] == "maximize"), metric
        # What it predicts is what as many rounds give.
        alike = model_of(task).set_params(n_estimators=fit.rounds)
        again = predict_fold(alike, task, 0, prepared)
        np.testing.assert_allclose(
            np.asarray(found.predicted, dtype=float), np.asarray(again.predicted, dtype=float)
        )


def test_it_ends_when_its_time_is_over() -> None:
    task, prepared = stage_of(noisy_table(N_ROWS, 2))
    fit = early_fit("lightgbm", task, 0, prepared, Stopping("log_loss", 0.0))
    assert fit is not None
    predict_fold(model_of(task), task, 0, prepared, fit)
    assert fit.rounds == 1


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "log_loss", "roc_auc"])
def test_test_rows_of_unknown_classes_are_left_out(metric: str) -> None:
    task, prepared = stage_of(noisy_table(N_ROWS, 2))
    _, test = task.folds[0]
    y = task.y + 1
    y[test[:30]] = 0
    shape = replace(task.card.shape, n_classes=3)
    odd = replace(task, y=y, card=replace(task.card, shape=shape, task="multiclass"))
    found = []
    for each in (task, odd):
        fit = early_fit("lightgbm", each, 0, prepared, Stopping(metric, 60.0))
        assert fit is not None
        predictions = predict_fold(model_of(each), each, 0, prepared, fit)
        assert predictions.support is not None
        found.append((fit.rounds, predictions.support[30:, -2:]))
    assert found[1][0] == pytest.approx(found[0][0], abs=20)
    assert found[1][1] == pytest.approx(found[0][1], abs=0.2)


@pytest.mark.parametrize("n_rows", [300, 900])
def test_few_test_rows_cannot_tell(n_rows: int) -> None:
    task, prepared = stage_of(noisy_table(n_rows, 2))
    assert early_fit("lightgbm", task, 0, prepared, Stopping("log_loss", 60.0)) is None


def test_one_class_cannot_tell() -> None:
    task, prepared = stage_of(noisy_table(N_ROWS, 2))
    _, test = task.folds[0]
    y = task.y.copy()
    y[test] = 0
    assert early_fit("lightgbm", replace(task, y=y), 0, prepared, Stopping("roc_auc", 9.0)) is None


def test_what_has_no_rounds_seeks_none() -> None:
    task, prepared = stage_of(noisy_table(N_ROWS, 2))
    assert early_fit("knn", task, 0, prepared, Stopping("log_loss", 60.0)) is None
    assert not Rounds(Configuration("knn"), TableShape(90_000, 3, 2), 60_000).are_sought(60_000)


def test_what_is_known_of_tables_of_that_size_holds() -> None:
    assert not Rounds(Configuration("lightgbm"), TableShape(6000, 3, 2), 4000).are_sought(4000)


def test_what_was_found_is_in_the_space() -> None:
    rounds = Rounds(Configuration("lightgbm"), TableShape(90_000, 3, 2), 60_000)
    rounds.note(60_000, 3)
    space = get_learner("lightgbm").space(None)
    assert space["n_estimators"].contains(rounds.found["lightgbm.n_estimators"])


def test_trials_say_what_was_found_and_the_pipeline_has_it() -> None:
    table = noisy_table(8400, 2)
    result = metarec.tune(
        table, metric="log_loss", trials=2, folds=3, algorithms=["lightgbm"], single=True
    )
    trials = result.study.get_trials()
    found = [each.user_attrs[FOUND_ATTRIBUTE]["lightgbm.n_estimators"] for each in trials]
    assert any(
        number != each.params["lightgbm.n_estimators"]
        for number, each in zip(found, trials, strict=True)
    )
    best = result.study.best_trial.number
    assert result.best.hyperparameters["n_estimators"] == found[best]
    assert result.pipeline[-1].n_estimators == found[best]
    # Two calls find the same.
    again = metarec.tune(
        table, metric="log_loss", trials=2, folds=3, algorithms=["lightgbm"], single=True
    )
    assert [each.user_attrs[FOUND_ATTRIBUTE] for each in again.study.get_trials()] == [
        each.user_attrs[FOUND_ATTRIBUTE] for each in trials
    ]
