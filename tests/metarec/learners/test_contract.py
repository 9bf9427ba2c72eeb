"""What every base-learner promises, asked of each that is registered."""

from random import Random

import pytest
from sklearn.base import clone

from metarec.learners import (
    Configuration,
    InvalidConfigurationError,
    TableShape,
    get_learner,
    learner_names,
    make_pipeline,
)

SHAPES = [
    TableShape(n_rows=5, n_features=2, n_classes=2),
    TableShape(n_rows=20, n_features=3, n_classes=2),
    TableShape(n_rows=150, n_features=4, n_classes=3),
    TableShape(n_rows=1000, n_features=20, n_classes=2),
]
SHAPE_NAMES = [f"{shape.n_rows}x{shape.n_features}" for shape in SHAPES]

every_learner = pytest.mark.parametrize("name", learner_names())
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=SHAPE_NAMES)
# Small learning rates may end at the last epoch; the base-learners say how many there are.
may_stop_early = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@every_learner
def test_description(name):
    learner = get_learner(name)
    assert learner.name == name
    assert learner.summary.endswith(".")
    assert set(learner.defaults) == set(learner.space(None))
    names = set(learner.space(None))
    assert all({c.hyperparameter, c.parent} <= names for c in learner.conditions)


@every_learner
@every_shape
def test_bounds_lie_within_the_widest_space(name, shape):
    learner = get_learner(name)
    widest, space = learner.space(None), learner.space(shape)
    assert list(widest) == list(space)
    rng = Random(0)
    for hyperparameter, domain in space.items():
        assert all(widest[hyperparameter].contains(domain.sample(rng)) for _ in range(20))


@every_learner
@every_shape
@may_stop_early
def test_default_pipeline(name, shape, random_table):
    learner = get_learner(name)
    defaults = learner.default_hyperparameters(shape)
    assert learner.reject(defaults, shape) is None
    assert learner.reject({}, shape) is None
    assert learner.complete({}, shape) == defaults
    X, y = random_table(shape)
    predicted = make_pipeline(Configuration(name), shape=shape).fit(X, y).predict(X)
    assert set(predicted) <= set(y)


@every_learner
@every_shape
@may_stop_early
def test_random_draws(name, shape, random_table):
    learner = get_learner(name)
    rng = Random(0)
    draws = [learner.sample(rng, shape) for _ in range(20)]
    X, y = random_table(shape)
    # Forests and perceptrons cost a second per fit, so on larger tables a few stand for all.
    fitted = draws if shape.n_rows == 5 else draws[:3]
    for draw in draws:
        assert learner.reject(draw, shape) is None
        assert learner.complete(draw, shape) == draw
    for draw in fitted:
        predicted = learner.make_classifier(draw, random_state=0).fit(X, y).predict(X)
        assert set(predicted) <= set(y)


@every_learner
@may_stop_early
def test_half_of_the_rows_are_enough(name, random_table):
    """The bounds leave room for two folds."""
    shape = TableShape(n_rows=12, n_features=2, n_classes=2)
    learner = get_learner(name)
    X, y = random_table(shape)
    rng = Random(1)
    for _ in range(5):
        classifier = learner.make_classifier(learner.sample(rng, shape))
        assert len(classifier.fit(X[::2][:6], y[:6]).predict(X)) == 12


@every_learner
@may_stop_early
def test_the_seed_decides(name, random_table):
    X, y = random_table(SHAPES[1])
    first, second = (
        get_learner(name).make_classifier({}, random_state=3).fit(X, y).predict(X) for _ in range(2)
    )
    assert list(first) == list(second)
    classifier = get_learner(name).make_classifier({}, random_state=3)
    assert repr(clone(classifier)) == repr(classifier)


@every_learner
def test_regression_is_rejected(name):
    shape = TableShape(n_rows=100, n_features=3, n_classes=0)
    assert "this one is regression" in get_learner(name).reject({}, shape)


@every_learner
def test_unknown_hyperparameters(name):
    learner = get_learner(name)
    with pytest.raises(InvalidConfigurationError, match="no hyperparameter 'depht'"):
        learner.validate({"depht": 3})
    with pytest.raises(InvalidConfigurationError, match="no hyperparameter"):
        learner.make_classifier({"depht": 3})
    assert "no hyperparameter" in learner.reject({"depht": 3}, SHAPES[0])


@pytest.mark.parametrize(
    ("name", "hyperparameters", "n_rows", "reason"),
    [
        # The fault of a recommender without bounds: 75 rows, nodes of at least 1024 to split.
        ("random_forest", {"min_samples_split": 1024}, 75, "from 2 to 18"),
        ("decision_tree", {"min_samples_split": 32}, 75, "from 2 to 18"),
        ("knn", {"n_neighbors": 15}, 10, "from 1 to 3"),
        ("svm", {}, 20_001, "above 20000 rows"),
        ("gradient_boosting", {}, 100_001, "above 100000 rows"),
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


def test_idle_hyperparameters_are_dropped():
    svm = get_learner("svm")
    assert svm.complete({"coef0": 10, "kernel": "rbf"}) == {"C": 1.0, "kernel": "rbf"}
    assert svm.complete({"coef0": 10, "kernel": "poly"})["coef0"] == 10.0
    assert "learning_rate" not in get_learner("mlp").complete({"learning_rate": "adaptive"})
    assert get_learner("mlp").complete({"solver": "sgd"})["learning_rate"] == "constant"
