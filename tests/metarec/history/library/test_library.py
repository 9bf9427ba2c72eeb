"""A library of configurations: what it is made of, and that it can be stored."""

import json

import pytest

from metarec._exceptions import HistoryError
from metarec.history.library import (
    Library,
    LibraryEntry,
    build_library,
    read_library,
    read_portfolios,
    write_library,
)
from metarec.learners import Configuration, TableShape, get_learner, learner_names

LINES = [
    ("AutoGluon zeroshot", "any", "GBM", 0, {}),
    ("AutoGluon zeroshot", "any", "XT", 1, {"max_features": 0.7, "max_leaf_nodes": 20_000}),
    ("AutoGluon zeroshot", "any", "FASTAI", 2, {"layers": [400, 200], "lr": 0.02, "ps": 0.1}),
    ("AutoGluon zeroshot", "any", "TABPFN", 3, {}),
    ("FLAML all", "binary", "lgbm", 0, {"log_max_bin": 9, "n_estimators": 5000}),
    ("FLAML lgbm", "binary", "lgbm", 0, {"log_max_bin": 9, "n_estimators": 5000}),
    ("FLAML rf", "regression", "rf", 1, {"criterion": "entropy", "max_features": 0.2}),
    ("auto-sklearn 2", "classification", "sgd", 0, {}),
    (
        "auto-sklearn 2",
        "classification",
        "mlp",
        4,
        {
            "balancing:strategy": "weighting",
            "data_preprocessor:feature_type:numerical_transformer:rescaling:__choice__": "minmax",
            "classifier:mlp:hidden_layer_depth": 2,
            "classifier:mlp:early_stopping": "valid",
        },
    ),
    ("Another 1", "any", "GBM", 0, {}),
]


@pytest.fixture
def portfolios(tmp_path):
    names = ("source", "task", "learner", "order", "configuration")
    path = tmp_path / "portfolios.jsonl"
    path.write_text("\n".join(json.dumps(dict(zip(names, line, strict=True))) for line in LINES))
    return path


def test_portfolios_in_our_names(portfolios):
    entries = read_portfolios(portfolios, "classification")
    assert [(e.origin, e.configuration.algorithm) for e in entries] == [
        ("AutoGluon zeroshot", "lightgbm"),
        ("FLAML all", "lightgbm"),
        ("AutoGluon zeroshot", "extra_trees"),
        ("AutoGluon zeroshot", "mlp"),
        ("auto-sklearn 2", "mlp"),
    ]
    autogluon, flaml, trees, fastai, autosklearn = (e.configuration for e in entries)
    assert autogluon.hyperparameters["learning_rate"] == 0.05
    assert autogluon.hyperparameters["n_estimators"] == 200
    assert flaml.hyperparameters["max_bin"] == 511
    assert flaml.hyperparameters["n_estimators"] == 1000  # clipped
    assert trees.hyperparameters["max_features"] == 0.75  # the closest choice
    assert trees.hyperparameters["max_leaf_nodes"] == 1024
    assert fastai.hyperparameters["width"] == 400
    assert fastai.hyperparameters["learning_rate_init"] == 0.02
    assert autosklearn.hyperparameters["scaling"] == "minmax"
    assert autosklearn.hyperparameters["n_layers"] == 2
    assert autosklearn.hyperparameters["early_stopping"] is True


def test_portfolios_of_regression(portfolios):
    entries = read_portfolios(portfolios, "regression")
    assert [e.configuration.algorithm for e in entries] == [
        "lightgbm",
        "extra_trees",
        "random_forest",
        "mlp",
    ]
    # A classifier's criterion means nothing to a regressor.
    assert "criterion" not in entries[2].configuration.hyperparameters


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("{", "line 1 is no JSON object"),
        ("3", "line 1 is no JSON object"),
        ('{"source": "FLAML"}', "line 1 lacks 'configuration'"),
    ],
)
def test_damaged_portfolios(text, law, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(text)
    with pytest.raises(HistoryError, match=law):
        read_portfolios(path, "regression")
    with pytest.raises(HistoryError, match="cannot be read"):
        read_portfolios(tmp_path / "none", "regression")


@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_the_whole_library(kind, portfolios, meta_dataset):
    history = meta_dataset if kind == "classification" else None
    library = build_library(kind, history=history, portfolios=portfolios)
    assert library == build_library(kind, history=history, portfolios=portfolios)
    assert library.kind == kind
    assert len(library) == len(set(library.configurations)) == 200
    names = learner_names(kind, installed=True)
    assert {c.algorithm for c in library.configurations} == set(names)
    assert [e.configuration.algorithm for e in library if e.origin == "default"] == list(names)
    origins = {e.origin for e in library}
    assert origins >= {"default", "FLAML rf" if kind == "regression" else "FLAML all"}
    assert ("history" in origins) == (kind == "classification")
    # Few of them cannot be run on a table of a thousand rows.
    shape = TableShape(n_rows=1000, n_features=20, n_classes=0 if kind == "regression" else 3)
    rejected = [
        c
        for c in library.configurations
        if get_learner(c.algorithm, kind).reject(c.hyperparameters, shape)
    ]
    assert len(rejected) < 5


def test_the_best_of_a_history_comes_after_the_defaults(meta_dataset):
    library = build_library(
        "classification", size=9, history=meta_dataset, algorithms=["knn", "svm"]
    )
    origins = [entry.origin for entry in library]
    assert origins == ["default"] * 2 + ["history"] * 3 + ["space-filling"] * 4
    # The default of the history's svm is the library's default already.
    assert {"C": 8.0, "kernel": "rbf"} in [c.hyperparameters for c in library.configurations]


def test_a_small_space_gives_what_it_has():
    library = build_library("classification", size=9, algorithms=["perceptron"])
    assert library.configurations == (Configuration("perceptron"),)


def test_a_larger_library_starts_with_the_smaller_one():
    small = build_library("regression", size=30, algorithms=["ridge", "svm"])
    large = build_library("regression", size=60, algorithms=["ridge", "svm"])
    assert large[:30] == small.entries


def test_written_and_read(tmp_path):
    library = build_library("regression", size=20)
    write_library(library, tmp_path / "library.json")
    assert read_library(tmp_path / "library.json") == library


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("[]", "is no library"),
        ("{", "is no library"),
        ('{"format": 2}', "is of format 2"),
        (
            '{"format": 1, "kind": "regression", "entries": '
            '[{"algorithm": "lda", "hyperparameters": {}, "origin": "x"}]}',
            "'lda' does no regression",
        ),
        (
            '{"format": 1, "kind": "regression", "entries": '
            '[{"algorithm": "knn", "hyperparameters": {"k": 3}, "origin": "x"}]}',
            "has no hyperparameter 'k'",
        ),
    ],
)
def test_damaged_libraries(text, law, tmp_path):
    path = tmp_path / "library.json"
    path.write_text(text)
    with pytest.raises(HistoryError, match=law):
        read_library(path)
    with pytest.raises(HistoryError, match="cannot be read"):
        read_library(tmp_path / "none.json")


def test_a_library_is_a_sequence():
    entry = LibraryEntry(Configuration("knn"), "default")
    library = Library("regression", (entry,))
    assert library[0] == entry
    assert library[:1] == (entry,)
    assert list(library) == [entry]
