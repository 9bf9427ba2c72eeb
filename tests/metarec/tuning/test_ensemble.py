"""Greedy selection with replacement."""

import numpy as np
import pytest

from metarec.collecting.evaluating import FoldPredictions
from metarec.tuning.ensemble import select_members
from metarec.tuning.validation import Validation, read_data


def _numbers() -> object:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(40, 2))
    return read_data(X, X[:, 0] * 10 + 0.5, task="regression", validation=Validation(2)).learning


def _off(task: object, errors: np.ndarray) -> list[FoldPredictions]:
    return [
        FoldPredictions(task.y[test] + errors[test], None, False, 0.0, 0.0)
        for _, test in task.folds
    ]


def test_errors_that_cancel_out_are_joined_by_weight() -> None:
    task = _numbers()
    error = np.ones(40)
    weights, score = select_members(
        task, "rmse", [_off(task, error), _off(task, -3 * error)], costs=[1, 1], budget=lambda: 9
    )
    assert weights == pytest.approx({0: 0.75, 1: 0.25})
    assert score == pytest.approx(0.0, abs=1e-9)


def test_what_does_not_help_is_left_out() -> None:
    task = _numbers()
    candidates = [_off(task, np.ones(40)), _off(task, 9 * np.ones(40))]
    weights, score = select_members(task, "rmse", candidates, costs=[1, 1], budget=lambda: 9)
    assert weights == {0: 1.0}
    assert score == pytest.approx(1.0)


def test_the_budget_holds_but_for_the_first() -> None:
    task = _numbers()
    candidates = [_off(task, np.ones(40)), _off(task, -np.ones(40)), _off(task, -2 * np.ones(40))]
    cheap, _ = select_members(task, "rmse", candidates, costs=[5, 50, 4], budget=lambda: 10)
    assert set(cheap) == {0, 2}
    alone, _ = select_members(task, "rmse", candidates, costs=[5, 5, 5], budget=lambda: 1)
    assert alone == {0: 1.0}


def test_a_classifier_without_probabilities_votes() -> None:
    X = np.arange(12.0)[:, None]
    task = read_data(X, np.arange(12) % 3, validation=Validation(2)).learning
    right = [FoldPredictions(task.y[test], None, False, 0.0, 0.0) for _, test in task.folds]
    wrong = [
        FoldPredictions(
            np.zeros(len(test), dtype=np.int64),
            np.tile([0.4, 0.3, 0.3], (len(test), 1)),
            True, 0.0, 0.0,
        )
        for _, test in task.folds
    ]  # fmt: skip
    weights, score = select_members(
        task, "accuracy", [wrong, right], costs=[1, 1], budget=lambda: 9
    )
    assert max(weights, key=weights.get) == 1
    assert score == 1.0
