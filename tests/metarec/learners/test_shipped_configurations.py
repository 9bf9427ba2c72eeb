"""Each configuration of the shipped knowledge can be built and run today."""

import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from metarec import Recommender
from metarec.learners import TableShape, get_learner, learner_names

KNOWLEDGE = Recommender.shipped().knowledge
CONFIGURATIONS = KNOWLEDGE.experts[
    "classification", "balanced_accuracy"
].meta_dataset.configurations
ALGORITHMS = sorted({item.algorithm for item in CONFIGURATIONS})


def test_every_base_learner_is_known():
    assert set(ALGORITHMS) <= set(learner_names("classification"))
    assert len(set(CONFIGURATIONS)) == len(CONFIGURATIONS) == 210


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda c: c.key)
def test_each_is_built_as_asked(configuration):
    learner = get_learner(configuration.algorithm)
    assert learner.complete(configuration.hyperparameters) == configuration.hyperparameters
    params = learner.make_estimator(configuration.hyperparameters).get_params()
    for name, value in configuration.hyperparameters.items():
        assert params.get(name, params.get(f"estimator__{name}")) == value


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_seventh_fits_three_classes(algorithm):
    X, y = load_iris(return_X_y=True)
    X, y = StandardScaler().fit_transform(X)[::5], y[::5]
    learner = get_learner(algorithm)
    for configuration in [c for c in CONFIGURATIONS if c.algorithm == algorithm][::7]:
        classifier = learner.make_estimator(configuration.hyperparameters)
        assert set(classifier.fit(X, y).predict(X)) <= {0, 1, 2}


def test_only_what_todays_adaboost_cannot_do_is_rejected_on_a_large_table():
    shape = TableShape(n_rows=10_000, n_features=30, n_classes=4)
    for configuration in CONFIGURATIONS:
        reason = get_learner(configuration.algorithm).reject(configuration.hyperparameters, shape)
        too_fast = configuration.hyperparameters.get("learning_rate", 0) in {1.5, 2.0, 2.5, 3.0}
        assert (reason is not None) == (configuration.algorithm == "adaboost" and too_fast)


def test_gradient_boosting_is_bounded_by_rows_and_classes():
    boosting = get_learner("gradient_boosting")
    assert boosting.reject({}, TableShape(n_rows=50_000, n_features=5, n_classes=2)) is None
    reason = boosting.reject({}, TableShape(n_rows=50_000, n_features=5, n_classes=100))
    assert "rows times classes" in reason
