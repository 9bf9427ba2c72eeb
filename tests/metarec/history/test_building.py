"""From stored runs of several sources to one meta-dataset."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from metarec import HistoryError
from metarec.history import (
    META_FEATURE_SCHEMA,
    RUN_SCHEMA,
    HistoryStore,
    build_meta_dataset,
)

SIZE = {"nr_inst": 100.0, "nr_attr": 4.0, "nr_class": 2.0}


def _run(dataset: str, algorithm: str = "knn", **values: object) -> dict[str, object]:
    return {"dataset": dataset, "task": "binary", "algorithm": algorithm, "hyperparameters": "{}",
            "status": "ok", **values}  # fmt: skip


def _describe(dataset: str, **values: float | None) -> list[dict[str, object]]:
    return [{"dataset": dataset, "name": name, "value": value} for name, value in values.items()]


def _store(
    folder: Path, sources: dict[str, tuple[list[dict[str, object]], list[dict[str, object]]]]
) -> HistoryStore:
    store = HistoryStore(folder)
    for source, (runs, features) in sources.items():
        store.append_runs(pa.Table.from_pylist(runs, schema=RUN_SCHEMA), source=source)
        table = pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA)
        store.append_meta_features(table, source=source)
    return store


def test_a_cell_is_a_mean_a_failure_or_unknown(tmp_path: Path) -> None:
    runs = [
        _run("a", accuracy=0.6, n_rows=90, n_folds=3, fit_seconds=1.0),
        _run("a", accuracy=0.8, n_rows=90, n_folds=3, fit_seconds=3.0),
        _run("a", "svm", status="timed_out"),
        _run("b", accuracy=0.5),
        _run("b", "svm", accuracy=0.9),
        _run("b", "lda", status="failed"),
        _run("a", "ridge"),
    ]
    features = _describe("a", **SIZE) + _describe("b", **SIZE, class_ent=1.0)
    found = build_meta_dataset(_store(tmp_path, {"s": (runs, features)}), metric="accuracy")
    assert [item.algorithm for item in found.configurations] == ["knn", "svm"]
    assert found.scores.tolist() == [[pytest.approx(0.7), -np.inf], [0.5, 0.9]]
    assert found.fit_seconds[0, 0] == pytest.approx(2.0)
    assert found.fit_rows.tolist() == [pytest.approx(60.0), 100.0]
    assert found.meta_feature_names == ("class_ent", *sorted(SIZE))
    assert np.isnan(found.meta_features[0, 0])
    assert found.regret().tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_two_sources_are_joined_without_mixing_their_scores(tmp_path: Path) -> None:
    first = [_run("d", accuracy=0.6, openml_id=3), _run("d", "svm", accuracy=0.7, openml_id=3)]
    second = [_run("openml-3", accuracy=0.9, openml_id=3), _run("e", "lda", accuracy=0.9)]
    features = _describe("openml-3", **SIZE) + _describe("e", **{**SIZE, "nr_inst": 7.0})
    one = _store(tmp_path / "1", {"x": (first, _describe("d", **{**SIZE, "nr_attr": 9.0}))})
    two = _store(tmp_path / "2", {"y": (second, features)})
    found = build_meta_dataset([one, two], metric="accuracy")
    assert [(dataset.source, dataset.name) for dataset in found.datasets] == [
        ("x", "d"), ("y", "e"), ("y", "openml-3")
    ]  # fmt: skip
    assert found.families[0] == found.families[2] != found.families[1]
    knn = [item.algorithm for item in found.configurations].index("knn")
    assert found.scores[:, knn].tolist() == [0.6, pytest.approx(np.nan, nan_ok=True), 0.9]


def test_another_source_describes_a_data_set_that_its_own_does_not(tmp_path: Path) -> None:
    sources = {
        "a": ([_run("openml-3", accuracy=0.5)], _describe("openml-3", nr_inst=5.0)),
        "b": ([_run("openml-3", accuracy=0.6)], _describe("openml-3", **SIZE)),
    }
    found = build_meta_dataset(_store(tmp_path, sources), metric="accuracy")
    size = found.with_meta_features(["nr_inst", "nr_attr"]).meta_features
    assert size.tolist() == [[5.0, 4.0], [100.0, 4.0]]


def test_samples_of_one_size_are_no_relatives_unless_of_one_table(tmp_path: Path) -> None:
    runs = [
        _run("a@50", variant_of="a", accuracy=0.5),
        _run("b@50", variant_of="b", accuracy=0.5),
        _run("c", accuracy=0.5),
        _run("d", accuracy=0.5),
    ]
    features = [row for name in ("a@50", "b@50", "c", "d") for row in _describe(name, **SIZE)]
    families = build_meta_dataset(
        _store(tmp_path, {"s": (runs, features)}), metric="accuracy"
    ).families
    assert families == ("a@50", "b@50", "c", "c")


def test_configurations_of_unknown_base_learners_are_passed_over(tmp_path: Path) -> None:
    runs = [
        _run("a", accuracy=0.5),
        _run("a", "weka.J48", accuracy=0.9),
        _run("a", hyperparameters='{"no_such_name": 1}', accuracy=0.9),
    ]
    store = _store(tmp_path, {"s": (runs, _describe("a", **SIZE))})
    assert build_meta_dataset(store, metric="accuracy").scores.tolist() == [[0.5]]


def test_the_configurations_with_most_data_sets_are_kept(tmp_path: Path) -> None:
    runs = [_run("a", accuracy=0.5), _run("b", accuracy=0.5), _run("a", "svm", accuracy=0.6)]
    features = _describe("a", **SIZE) + _describe("b", **SIZE)
    store = _store(tmp_path, {"s": (runs, features)})
    found = build_meta_dataset(store, metric="accuracy", max_configurations=1)
    assert [item.algorithm for item in found.configurations] == ["knn"]


def test_regression_is_a_kind_of_its_own(tmp_path: Path) -> None:
    runs = [
        _run("a", accuracy=0.5),
        _run("n", "ridge", task="regression", rmse=2.0),
        _run("n", "knn", task="regression", rmse=6.0),
        _run("n", "svm", task="regression", rmse=1000.0),
    ]
    features = _describe("a", **SIZE) + _describe("n", **{**SIZE, "nr_class": None})
    store = _store(tmp_path, {"s": (runs, features)})
    found = build_meta_dataset(store, metric="rmse", kind="regression")
    assert found.scores.tolist() == [[-6.0, -2.0, -1000.0]]
    # Without bounds the median is the measure, and nothing is worse than 1.
    assert found.regret().tolist() == [[1.0, 0.0, 1.0]]
    with pytest.raises(HistoryError, match="regression runs under 'mae'"):
        build_meta_dataset(store, metric="mae", kind="regression")


def test_a_data_set_whose_collection_has_just_begun_is_left_out(tmp_path: Path) -> None:
    runs = [
        _run(name, algorithm, accuracy=0.5)
        for name, algorithms in (("a", ("knn", "svm", "lda", "qda")), ("b", ("knn",)))
        for algorithm in algorithms
    ]
    features = _describe("a", **SIZE) + _describe("b", **SIZE)
    found = build_meta_dataset(_store(tmp_path, {"s": (runs, features)}), metric="accuracy")
    assert [dataset.name for dataset in found.datasets] == ["a"]
