"""The scores of a fold are scikit-learn's."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn import metrics

from metarec.collecting.scoring import score_classes, score_values


@pytest.mark.parametrize("n_classes", [2, 3, 7])
@pytest.mark.parametrize("digits", [1, 8])
def test_of_classes(n_classes: int, digits: int) -> None:
    generator = np.random.default_rng(n_classes)
    truth = generator.permutation(np.arange(80) % n_classes)
    support = generator.dirichlet(np.ones(n_classes), 80).round(digits)  # one digit makes ties
    support /= support.sum(axis=1, keepdims=True)
    predicted = support.argmax(axis=1)
    scores = score_classes(truth, predicted, support, probabilities=True)
    columns = support[:, 1] if n_classes == 2 else support
    assert scores == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(truth, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
            "f1_macro": metrics.f1_score(truth, predicted, average="macro"),
            "roc_auc": metrics.roc_auc_score(truth, columns, multi_class="ovr"),
            "log_loss": metrics.log_loss(truth, support, labels=range(n_classes)),
        }
    )


def test_of_classes_some_of_which_do_not_occur() -> None:
    truth, predicted = np.array([0, 0, 2, 2]), np.array([0, 3, 2, 2])
    support = np.eye(5)[predicted]
    scores = score_classes(truth, predicted, support, probabilities=False)
    assert scores["balanced_accuracy"] == 0.75
    assert scores["f1_macro"] == pytest.approx(metrics.f1_score(truth, predicted, average="macro"))
    assert scores["roc_auc"] == pytest.approx((0.75 + 1.0) / 2)
    assert "log_loss" not in scores


def test_one_class_has_no_area_under_the_curve() -> None:
    ones = np.ones(5, dtype=np.int64)
    assert set(score_classes(ones, ones, np.eye(2)[ones], probabilities=True)) == {
        "accuracy", "balanced_accuracy", "f1_macro", "log_loss",
    }  # fmt: skip


def test_of_values() -> None:
    generator = np.random.default_rng(0)
    truth = generator.normal(size=50).round(1)
    predicted = truth + generator.normal(size=50).round(1)
    assert score_values(truth, predicted) == pytest.approx(
        {
            "mae": metrics.mean_absolute_error(truth, predicted),
            "rmse": metrics.root_mean_squared_error(truth, predicted),
            "r2": metrics.r2_score(truth, predicted),
            "spearman": spearmanr(truth, predicted).statistic,
        }
    )


def test_what_is_undefined_is_left_out() -> None:
    assert set(score_values(np.arange(5.0), np.ones(5))) == {"mae", "rmse", "r2"}
    assert set(score_values(np.ones(5), np.arange(5.0))) == {"mae", "rmse"}
    assert set(score_values(np.arange(2.0), np.array([0.0, np.inf]))) == {"spearman"}


def test_what_is_not_finite_is_no_score() -> None:
    support = np.full((4, 2), np.nan)
    codes = np.array([0, 1, 0, 1])
    found = score_classes(codes, codes, support, probabilities=True)
    assert set(found) == {"accuracy", "balanced_accuracy", "f1_macro"}
