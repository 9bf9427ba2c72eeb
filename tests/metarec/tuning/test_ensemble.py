"""Greedy selection with replacement."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from metarec.collecting.evaluating import FoldPredictions
from metarec.tuning.ensemble import join, parts_of, select_members
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
    found = select_members(
        task, "rmse", [_off(task, error), _off(task, -3 * error)], costs=[1, 1], budget=lambda: 9
    )
    assert found.weights == pytest.approx({0: 0.75, 1: 0.25})
    assert found.score == pytest.approx(0.0, abs=1e-9)


def test_what_does_not_help_is_left_out() -> None:
    task = _numbers()
    candidates = [_off(task, np.ones(40)), _off(task, 9 * np.ones(40))]
    found = select_members(task, "rmse", candidates, costs=[1, 1], budget=lambda: 9)
    assert found.weights == {0: 1.0}
    assert found.score == pytest.approx(1.0)
    assert found.class_weights is None


def test_the_budget_holds_unless_it_is_too_little_for_any() -> None:
    task = _numbers()
    candidates = [_off(task, np.ones(40)), _off(task, -np.ones(40)), _off(task, -2 * np.ones(40))]
    cheap = select_members(task, "rmse", candidates, costs=[5, 50, 4], budget=lambda: 10)
    assert set(cheap.weights) == {0, 2}
    alone = select_members(task, "rmse", candidates, costs=[5, 5, 5], budget=lambda: 1)
    assert alone.weights == {0: 1.0}
    others = select_members(task, "rmse", candidates, costs=[50, 5, 5], budget=lambda: 10)
    assert 0 not in others.weights


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
    found = select_members(task, "accuracy", [wrong, right], costs=[1, 1], budget=lambda: 9)
    assert max(found.weights, key=found.weights.get) == 1
    assert found.score == 1.0


def _rare() -> tuple[object, list[FoldPredictions]]:
    """Nine of ten rows are of one class; the probability of the other one is never above a half."""
    y = np.arange(100) % 10 == 0
    task = read_data(np.arange(100.0)[:, None], y, validation=Validation(2)).learning
    folds = []
    for _, test in task.folds:
        rare = np.where(y[test], 0.4, 0.05)
        support = np.column_stack([1.0 - rare, rare])
        folds.append(FoldPredictions(support.argmax(axis=1), support, True, 0.0, 0.0))
    return task, folds


def test_a_rare_class_is_decided_for_where_classes_count_alike() -> None:
    task, folds = _rare()
    plain = select_members(task, "accuracy", [folds], costs=[1], budget=lambda: 9)
    assert plain.class_weights is None
    assert plain.score == pytest.approx(0.9)
    for metric in ("balanced_accuracy", "f1_macro"):
        found = select_members(task, metric, [folds], costs=[1], budget=lambda: 9)
        assert found.score == 1.0
        assert found.class_weights[1] > found.class_weights[0]


def test_one_pipeline_with_weights_of_classes_decides_by_them() -> None:
    fitted = DummyClassifier(strategy="prior").fit([[0.0]] * 10, [0] * 9 + [1])
    assert join([fitted], [1.0], classification=True) is fitted
    weighed = join([fitted], [1.0], classification=True, class_weights=np.array([0.05, 0.95]))
    assert weighed.predict([[0.0]]).tolist() == [1]
    assert weighed.predict_proba([[0.0]]).tolist() == [[0.9, 0.1]]


def test_members_are_together_as_sure_as_they_were_right() -> None:
    task, folds = _rare()  # they say 0.4 and 0.05, and all that they say is so
    plain = -np.mean([np.log(np.where(task.y[test], 0.4, 0.95)).mean() for _, test in task.folds])
    found = select_members(task, "log_loss", [folds], costs=[1], budget=lambda: 9)
    assert found.temperature != 1.0
    assert found.score < plain
    fitted = DummyClassifier(strategy="prior").fit([[0.0]] * 10, [0] * 9 + [1])
    whole = join([fitted], [1.0], classification=True, temperature=0.5)
    assert whole.predict_proba([[0.0]])[0] == pytest.approx([0.81 / 0.82, 0.01 / 0.82])
    assert parts_of(whole) == ([fitted], [1.0], None, 0.5)


class Counting(FunctionTransformer):
    calls = 0

    def transform(self, X: object) -> object:
        Counting.calls += 1
        return super().transform(X)


def test_steps_that_members_share_run_once() -> None:
    y = np.arange(8) % 2
    X = np.arange(8.0)[:, None]
    step = Counting().fit(X)
    members = [
        Pipeline([("same", step), ("model", DummyClassifier(strategy=each).fit(X, y))])
        for each in ("prior", "most_frequent")
    ]
    whole = join(members, [0.5, 0.5], classification=True)
    assert whole.predict_proba(X)[0].tolist() == [0.75, 0.25]
    assert Counting.calls == 1
