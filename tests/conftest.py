"""Fixtures that several rooms share."""

from pathlib import Path

import numpy as np
import pytest

from metarec.history import KnownDataset, MetaDataset
from metarec.learners import Configuration, _registry

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"

CONFIGURATIONS = (
    Configuration("naive_bayes"),
    Configuration("knn", {"n_neighbors": 1, "p": 2}),
    Configuration("knn", {"n_neighbors": 15, "p": 2}),
    Configuration("random_forest", {"criterion": "gini", "min_samples_split": 2}),
    Configuration("random_forest", {"criterion": "gini", "min_samples_split": 4}),
    Configuration("decision_tree", {"min_samples_split": 2}),
    Configuration("svm", {"C": 1.0, "kernel": "rbf"}),
    Configuration("svm", {"C": 8.0, "kernel": "rbf"}),
)


@pytest.fixture
def examples() -> Path:
    """Folder of the tables that come with the project."""
    return EXAMPLES


@pytest.fixture(scope="session")
def meta_dataset() -> MetaDataset:
    """Few rows favour naive Bayes, many rows the forest; an SVM serves what both miss."""
    generator = np.random.default_rng(0)
    n_datasets = 60
    rows = np.exp(generator.uniform(np.log(50), np.log(50_000), n_datasets)).round()
    columns = generator.integers(2, 60, n_datasets).astype(float)
    classes = generator.integers(2, 6, n_datasets).astype(float)
    large = (np.log(rows) - np.log(50)) / (np.log(50_000) - np.log(50))
    odd = generator.random(n_datasets) < 0.2
    scores = np.stack(
        [0.9 - 0.3 * large, 0.6 + 0.1 * large, 0.65 + 0.1 * large, 0.6 + 0.35 * large,
         0.6 + 0.34 * large, 0.55 + 0.2 * large, np.where(odd, 0.99, 0.5),
         np.where(odd, 0.98, 0.5)],
        axis=1,
    )  # fmt: skip
    scores += generator.normal(0, 0.01, scores.shape)
    return MetaDataset(
        kind="classification",
        metric="balanced_accuracy",
        datasets=tuple(KnownDataset(f"d{i}", i, f"family-{i // 2}") for i in range(n_datasets)),
        configurations=CONFIGURATIONS,
        meta_feature_names=("nr_inst", "nr_attr", "nr_class"),
        meta_features=np.stack([rows, columns, classes], axis=1),
        scores=scores,
        fit_seconds=np.full(scores.shape, 0.1),
        fit_rows=rows,
    )


@pytest.fixture
def registry(monkeypatch):
    """Let a test register base-learners without leaving them behind."""
    monkeypatch.setattr(
        _registry, "_LEARNERS", {kind: dict(them) for kind, them in _registry._LEARNERS.items()}
    )
