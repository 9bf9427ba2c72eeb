"""Every base-learner as a fixture, and random tables."""

import numpy as np
import pytest

from metarec.learners import TableShape, get_learner, learner_names

OF_FITS_ON_FEW_ROWS = (
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore::scipy.linalg.LinAlgWarning",
    "ignore:Variables are collinear:UserWarning",
    "ignore:Features .* are constant:UserWarning",
    "ignore:divide by zero:RuntimeWarning",
    "ignore:invalid value:RuntimeWarning",
)
"""What scikit-learn warns of where rows are few, nothing varies, or epochs end."""


def pytest_generate_tests(metafunc):
    """Ask each test with the argument `learner` of every base-learner, for both kinds of task."""
    if "learner" in metafunc.fixturenames:
        learners = {
            f"{name}-{kind}": get_learner(name, kind)
            for kind in ("classification", "regression")
            for name in learner_names(kind, installed=True)
        }
        metafunc.parametrize("learner", learners.values(), ids=list(learners))


def pytest_collection_modifyitems(items):
    """Let those tests see what a fit on few rows warns of."""
    for item in items:
        if "learner" in getattr(item, "fixturenames", ()):
            for message in OF_FITS_ON_FEW_ROWS:
                item.add_marker(pytest.mark.filterwarnings(message))


@pytest.fixture
def random_table():
    """Return a function from a shape to features and a target."""

    def build(shape: TableShape) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        if shape.task == "regression":
            features = rng.normal(size=(shape.n_rows, shape.n_features))
            return features, 100.0 + 10.0 * features.sum(axis=1)
        labels = np.arange(shape.n_rows) % shape.n_classes
        features = rng.normal(size=(shape.n_rows, shape.n_features)) + 0.5 * labels[:, None]
        return features, np.array(["a", "b", "c"])[labels]

    return build
