"""What every base-learner promises, asked of each that is registered."""

import dataclasses
from random import Random

import numpy as np
import pytest
from sklearn.base import clone

from metarec.learners import (
    COSTS,
    Configuration,
    InvalidConfigurationError,
    TableShape,
    default,
    get_learner,
    make_pipeline,
    space_filling,
)

SHAPES = [
    TableShape(n_rows=5, n_features=2, n_classes=2),
    TableShape(n_rows=20, n_features=3, n_classes=2),
    TableShape(n_rows=150, n_features=4, n_classes=3),
    TableShape(n_rows=1000, n_features=20, n_classes=2),
]
SHAPES += [dataclasses.replace(shape, n_classes=0) for shape in SHAPES]


def shapes_of(learner):
    """The shapes whose task the base-learner takes."""
    return [shape for shape in SHAPES if shape.task in learner.tasks]


def test_description(learner):
    assert learner.summary.endswith(".")
    assert learner.cost in COSTS
    names = set(learner.space(None))
    assert set(learner.defaults) == names
    assert all({c.hyperparameter, c.parent} <= names for c in learner.conditions)
    assert learner.implicit <= names
    learner.validate(learner.defaults)


def test_bounds_lie_within_the_widest_space(learner):
    widest = learner.space(None)
    rng = Random(0)
    for shape in shapes_of(learner):
        space = learner.space(shape)
        assert list(widest) == list(space)
        for hyperparameter, domain in space.items():
            assert all(widest[hyperparameter].contains(domain.sample(rng)) for _ in range(20))


def test_defaults_are_complete_and_build(learner):
    for shape in shapes_of(learner):
        defaults = learner.default_hyperparameters(shape)
        assert learner.reject(defaults, shape) is None
        assert learner.reject({}, shape) is None
        assert learner.complete(defaults, shape) == learner.complete({}, shape) == defaults
        assert not learner.implicit & set(defaults)
        written = learner.write_out({}, shape)
        assert learner.complete(written, shape) == defaults
        full, short = learner.make_estimator(written), learner.make_estimator(defaults)
        assert repr(full) == repr(short)


def test_probabilities_are_there_as_said(learner):
    if "multiclass" in learner.tasks:
        pipeline = make_pipeline(Configuration(learner.name, {}), task="multiclass")
        assert hasattr(pipeline, "predict_proba") == learner.gives_probabilities


def test_draws_are_allowed(learner):
    for shape in shapes_of(learner):
        rng = Random(0)
        for draw in [learner.sample(rng, shape) for _ in range(20)]:
            assert learner.reject(draw, shape) is None
            assert learner.complete(draw, shape) == draw


def test_space_filling_configurations_are_allowed_distinct_and_repeat(learner):
    for shape in (None, *shapes_of(learner)):
        chosen = space_filling(learner, 8, shape, seed=1)
        assert chosen == space_filling(learner, 8, shape, seed=1)
        assert len(set(chosen)) == len(chosen)
        assert len(chosen) == 8 or not learner.space(shape)
        for configuration in chosen:
            assert configuration.algorithm == learner.name
            values = dict(configuration.hyperparameters)
            assert learner.complete(values, shape) == values
            assert shape is None or learner.reject(values, shape) is None


def test_default_pipeline(learner, random_table):
    for shape in shapes_of(learner)[:2]:
        X, y = random_table(shape)
        pipeline = make_pipeline(default(learner, shape), shape=shape)
        check_predictions(pipeline.fit(X, y).predict(X), y)


def test_half_of_the_rows_are_enough(learner, random_table):
    """The bounds leave room for two folds."""
    shape = dataclasses.replace(shapes_of(learner)[1], n_rows=12)
    X, y = random_table(shape)
    for configuration in space_filling(learner, 3, shape, seed=2):
        pipeline = make_pipeline(configuration, shape=shape)
        check_predictions(pipeline.fit(X[:6], y[:6]).predict(X), y)


def check_predictions(predicted, y):
    """Classes that there are, or finite numbers; one for each row."""
    assert predicted.shape == y.shape
    if y.dtype.kind == "f":
        assert np.isfinite(predicted).all()
    else:
        assert set(predicted) <= set(y)


def test_the_seed_decides(learner, random_table):
    X, y = random_table(shapes_of(learner)[1])
    configuration = space_filling(learner, 1, shapes_of(learner)[1])[0]
    first, second = (
        learner.make_estimator(configuration.hyperparameters, random_state=3).fit(X, y).predict(X)
        for _ in range(2)
    )
    assert list(first) == list(second)
    estimator = learner.make_estimator({}, random_state=3)
    assert repr(clone(estimator)) == repr(estimator)


def test_the_other_kind_of_task_is_rejected(learner):
    n_classes = 2 if "regression" in learner.tasks else 0
    shape = TableShape(n_rows=100, n_features=3, n_classes=n_classes)
    assert f"this one is {shape.task}" in learner.reject({}, shape)


def test_unknown_hyperparameters(learner):
    with pytest.raises(InvalidConfigurationError, match="no hyperparameter 'depht'"):
        learner.validate({"depht": 3})
    with pytest.raises(InvalidConfigurationError, match="no hyperparameter"):
        learner.make_estimator({"depht": 3})
    assert "no hyperparameter" in learner.reject({"depht": 3}, shapes_of(learner)[0])


@pytest.mark.parametrize(
    ("name", "hyperparameters", "n_rows", "reason"),
    [
        # The fault of a recommender without bounds: 75 rows, nodes of at least 1024 to split.
        ("random_forest", {"min_samples_split": 1024}, 75, "from 2 to 18"),
        ("decision_tree", {"min_samples_split": 32}, 75, "from 2 to 18"),
        ("knn", {"n_neighbors": 15}, 10, "from 1 to 3"),
        ("svm", {}, 20_001, "above 20000 rows"),
        ("gradient_boosting", {}, 100_001, "above 100000 rows"),
        ("knn", {"scaling": "quantile"}, 199, "scaling='quantile' is not one of"),
        ("ridge", {"encoding": "target"}, 49, "encoding='target' is not one of"),
    ],
)
def test_rejected(name, hyperparameters, n_rows, reason):
    shape = TableShape(n_rows=n_rows, n_features=4, n_classes=3)
    learner = get_learner(name)
    assert reason in learner.reject(hyperparameters, shape)
    assert "\n" not in learner.reject(hyperparameters, shape)
    with pytest.raises(InvalidConfigurationError, match=reason):
        make_pipeline(Configuration(name, hyperparameters), shape=shape)


def test_shares_of_the_rows_are_fine_at_any_size():
    shape = TableShape(n_rows=75, n_features=4, n_classes=3)
    assert get_learner("random_forest").reject({"min_samples_split": 0.1}, shape) is None


def test_too_many_columns():
    shape = TableShape(n_rows=5_000, n_features=2_001, n_classes=2)
    assert "above 2000 features, the table has 2001" in get_learner("qda").reject({}, shape)


def test_idle_hyperparameters_are_dropped():
    svm = get_learner("svm")
    assert svm.complete({"coef0": 10, "kernel": "rbf"}) == {"C": 1.0, "kernel": "rbf"}
    assert svm.complete({"coef0": 10, "kernel": "poly"})["coef0"] == 10.0
    assert "learning_rate" not in get_learner("mlp").complete({"learning_rate": "adaptive"})
    assert get_learner("mlp").complete({"solver": "sgd"})["learning_rate"] == "constant"
