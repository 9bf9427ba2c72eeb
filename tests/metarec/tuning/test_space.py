"""One conditional space: what is asked for, what a prior's candidates become."""

import numpy as np
import optuna
import pytest

from metarec import UsageError
from metarec.learners import TableShape, get_learner
from metarec.tuning.space import (
    choose_algorithms,
    place_candidates,
    read_configuration,
    suggest_configuration,
)
from metarec.warmstart import Prior
from metarec.warmstart.distributions import suits

SHAPE = TableShape(n_rows=200, n_features=5, n_classes=2)


@pytest.mark.parametrize("name", ["svm", "knn", "decision_tree", "random_forest", "mlp"])
def test_what_is_drawn_can_be_used_and_read_again(name: str) -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    learner = get_learner(name)
    for _ in range(20):
        trial = study.ask()
        configuration = suggest_configuration(trial, [name], SHAPE)
        assert learner.reject(configuration.hyperparameters, SHAPE) is None
        assert read_configuration(trial.params, SHAPE) == configuration


def test_a_hyperparameter_that_does_not_count_is_not_asked_for() -> None:
    study = optuna.create_study()
    study.enqueue_trial({"algorithm": "svm", "svm.kernel": "rbf"})
    trial = study.ask()
    suggest_configuration(trial, ["svm"], SHAPE)
    assert "svm.coef0" not in trial.params


def test_a_prior_s_candidate_has_every_value_that_is_asked_for() -> None:
    raw = {"algorithm": "decision_tree", "decision_tree.min_samples_split": 0.1}
    prior = place_candidates(_prior({"algorithm": "lda"}, raw), ["decision_tree"], SHAPE)
    assert prior is not None
    (placed,) = prior.candidates
    assert placed["decision_tree.min_samples_split"] == 20
    trial = optuna.create_study().ask()
    suggest_configuration(trial, ["decision_tree"], SHAPE)
    assert set(trial.params) <= set(placed)
    assert all(suits(trial.distributions[name], placed[name]) for name in trial.params)


def test_candidates_of_other_base_learners_are_left_out() -> None:
    prior = _prior({"algorithm": "lda"}, {"algorithm": "knn"}, {"algorithm": "naive_bayes"})
    placed = place_candidates(prior, ["knn", "naive_bayes"], SHAPE)
    assert placed is not None
    assert [each["algorithm"] for each in placed.candidates] == ["knn", "naive_bayes"]
    assert placed.order.tolist() == [1, 0]
    assert placed.expected.tolist() == [1.0, 2.0]
    assert placed.covariance.tolist() == [[4.0, 5.0], [7.0, 8.0]]
    assert placed.seconds is not None
    assert placed.seconds.tolist() == [1.0, 2.0]
    assert place_candidates(prior, ["svm"], SHAPE) is None


def _prior(*candidates: dict[str, object]) -> Prior:
    size = len(candidates)
    numbers = np.arange(float(size))
    return Prior(
        candidates,
        np.arange(size)[::-1],
        numbers,
        np.arange(float(size**2)).reshape(size, size),
        np.zeros(1),
        np.ones(1),
        np.ones(size, dtype=bool),
        seconds=numbers,
    )


def test_algorithms_that_cannot_run_are_left_out_or_refused() -> None:
    assert "lda" not in choose_algorithms(None, TableShape(100, 4, 0), metric="rmse")
    with pytest.raises(UsageError, match="no base-learner 'knnn'"):
        choose_algorithms(["knnn"], SHAPE, metric="accuracy")
    assert "svm" in choose_algorithms(None, SHAPE, metric="roc_auc")
    assert "svm" not in choose_algorithms(None, SHAPE, metric="log_loss")
    with pytest.raises(UsageError, match="svm gives no probabilities"):
        choose_algorithms(["svm"], SHAPE, metric="log_loss")
    with pytest.raises(UsageError, match="list of names"):
        choose_algorithms("knn", SHAPE, metric="accuracy")
