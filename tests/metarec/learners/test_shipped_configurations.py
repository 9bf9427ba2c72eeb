"""Each configuration of the shipped knowledge can be built and run today."""

import pytest
from sklearn.datasets import load_diabetes, load_iris

from metarec import Recommender
from metarec.learners import TableShape, get_learner, learner_names, make_pipeline
from metarec.learners._preparation import PREPARATION

EXPERTS = Recommender.shipped().knowledge.experts
CONFIGURATIONS = {
    kind: sorted(
        {
            configuration
            for (of, _), expert in EXPERTS.items()
            if of == kind
            for configuration in expert.meta_dataset.configurations
        },
        key=lambda configuration: configuration.key,
    )
    for kind in ("classification", "regression")
}
EACH = [(kind, configuration) for kind, them in CONFIGURATIONS.items() for configuration in them]
ALGORITHMS = sorted({(kind, configuration.algorithm) for kind, configuration in EACH})


def test_both_kinds_of_task_are_known():
    for kind, configurations in CONFIGURATIONS.items():
        algorithms = {configuration.algorithm for configuration in configurations}
        assert algorithms <= set(learner_names(kind))
        assert len(algorithms) >= 12
        assert len(configurations) >= 150


@pytest.mark.parametrize(("kind", "configuration"), EACH, ids=lambda c: getattr(c, "key", c))
def test_each_is_built_as_asked(kind, configuration):
    learner = get_learner(configuration.algorithm, kind)
    assert learner.complete(configuration.hyperparameters) == configuration.hyperparameters
    params = make_pipeline(configuration, task=kind)[-1].get_params()
    # An elastic net has a `selection` of its own, which is not that of columns.
    for name in set(configuration.hyperparameters) - set(PREPARATION):
        places = [
            place for place in (name, f"estimator__{name}", f"regressor__{name}") if place in params
        ]
        if places:
            assert params[places[0]] == configuration.hyperparameters[name]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("kind", "algorithm"), ALGORITHMS)
def test_every_seventh_fits(kind, algorithm):
    X, y = (load_iris if kind == "classification" else load_diabetes)(
        return_X_y=True, as_frame=True
    )
    X, y = X[::3], y[::3]
    shape = TableShape(len(X), X.shape[1], 3 if kind == "classification" else 0)
    learner = get_learner(algorithm, kind)
    usable = [
        configuration
        for configuration in CONFIGURATIONS[kind]
        if configuration.algorithm == algorithm
        and learner.reject(configuration.hyperparameters, shape) is None
    ]
    assert usable
    for configuration in usable[::7]:
        predicted = make_pipeline(configuration, shape=shape).fit(X, y).predict(X)
        if kind == "classification":
            assert set(predicted) <= {0, 1, 2}
        else:
            assert predicted.min() > y.min() - 400
            assert predicted.max() < y.max() + 400


def test_only_what_todays_adaboost_cannot_do_is_rejected_on_a_large_table():
    shape = TableShape(n_rows=10_000, n_features=30, n_classes=4)
    for configuration in CONFIGURATIONS["classification"]:
        reason = get_learner(configuration.algorithm).reject(configuration.hyperparameters, shape)
        too_fast = configuration.hyperparameters.get("learning_rate", 0) in {1.5, 2.0, 2.5, 3.0}
        assert (reason is not None) == (configuration.algorithm == "adaboost" and too_fast)


def test_gradient_boosting_is_bounded_by_rows_and_classes():
    boosting = get_learner("gradient_boosting")
    assert boosting.reject({}, TableShape(n_rows=50_000, n_features=5, n_classes=2)) is None
    reason = boosting.reject({}, TableShape(n_rows=50_000, n_features=5, n_classes=100))
    assert "rows times classes" in reason
