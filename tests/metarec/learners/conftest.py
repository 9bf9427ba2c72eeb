"""Random tables, and a registry that forgets what a test adds."""

import numpy as np
import pytest

from metarec.learners import TableShape, _registry


@pytest.fixture
def registry(monkeypatch):
    """Let a test register base-learners without leaving them behind."""
    monkeypatch.setattr(_registry, "_LEARNERS", dict(_registry._LEARNERS))


@pytest.fixture
def random_table():
    """Return a function from a shape to features and labels."""

    def build(shape: TableShape) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        labels = np.arange(shape.n_rows) % shape.n_classes
        features = rng.normal(size=(shape.n_rows, shape.n_features)) + 0.5 * labels[:, None]
        return features, np.array(["a", "b", "c"])[labels]

    return build
