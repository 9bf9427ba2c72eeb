"""Each configuration of the shipped run history can be built and run today."""

from itertools import product

import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from metarec.learners import Configuration, TableShape, get_learner

COUNTS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
SHARES = (0.01, 0.001, 0.0001, 1e-05)
C_SVM = (0.125, 0.25, 0.5, 0.75, 1, 2, 4, 8, 16)
FOREST = {
    "criterion": ("gini", "entropy"),
    "min_samples_split": (*COUNTS, 0.1, *SHARES),
    "n_estimators": (10,),
}

GRIDS = {
    "adaboost": {"n_estimators": (50, 100), "learning_rate": (1.0, 1.5, 2.0, 2.5, 3.0)},
    "decision_tree": {"min_samples_split": COUNTS + SHARES},
    "extra_trees": FOREST,
    "gradient_boosting": {
        "learning_rate": (0.001, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
        "max_depth": (3, 6),
        "max_features": (None, "log2"),
    },
    "knn": {"n_neighbors": (1, 3, 5, 7, 9, 11, 13, 15), "p": (1, 2)},
    "linear_svm": {"C": C_SVM},
    "logistic_regression": {
        "C": (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4),
        "solver": ("liblinear", "saga"),
        "l1_ratio": (0, 1),
    },
    "mlp": {
        "learning_rate_init": (0.0001, 0.001, 0.01),
        "learning_rate": ("adaptive",),
        "solver": ("sgd", "adam"),
        "alpha": (0.0001, 0.01),
    },
    "naive_bayes": {},
    "perceptron": {},
    "random_forest": FOREST,
    "svm": {"C": C_SVM, "kernel": ("rbf", "poly"), "coef0": (0, 10)},
}

CONFIGURATIONS = [
    Configuration(algorithm, dict(zip(grid, values, strict=True)))
    for algorithm, grid in GRIDS.items()
    for values in product(*grid.values())
]


def test_there_are_219():
    assert len(set(CONFIGURATIONS)) == 219


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda c: c.key)
def test_each_is_built_as_asked(configuration):
    learner = get_learner(configuration.algorithm)
    params = learner.make_classifier(configuration.hyperparameters).get_params()
    for name, value in learner.complete(configuration.hyperparameters).items():
        assert params.get(name, params.get(f"estimator__{name}")) == value


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("algorithm", GRIDS)
def test_every_seventh_fits_three_classes(algorithm):
    X, y = load_iris(return_X_y=True)
    X, y = StandardScaler().fit_transform(X)[::5], y[::5]
    learner = get_learner(algorithm)
    grid = [c for c in CONFIGURATIONS if c.algorithm == algorithm]
    for configuration in grid[::7]:
        classifier = learner.make_classifier(configuration.hyperparameters)
        assert set(classifier.fit(X, y).predict(X)) <= {0, 1, 2}


def test_none_is_rejected_on_a_large_table():
    shape = TableShape(n_rows=10_000, n_features=30, n_classes=4)
    for configuration in CONFIGURATIONS:
        learner = get_learner(configuration.algorithm)
        assert learner.reject(configuration.hyperparameters, shape) is None
