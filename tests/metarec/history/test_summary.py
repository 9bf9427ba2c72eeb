"""What a history holds, counted."""

from pathlib import Path

import pyarrow as pa
import pytest

from metarec import HistoryError
from metarec.history import (
    META_FEATURE_SCHEMA,
    RUN_SCHEMA,
    HistoryStore,
    describe_dataset,
    list_datasets,
    summarize,
)


def _run(dataset: str, **values: object) -> dict[str, object]:
    return {"dataset": dataset, "task": "binary", "algorithm": "knn", "hyperparameters": "{}",
            "status": "ok", **values}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    store = HistoryStore(tmp_path)
    own = [
        _run("a", accuracy=0.5, log_loss=0.7, fit_seconds=1.0),
        _run("a", accuracy=0.9, log_loss=0.9, fit_seconds=2.0, hyperparameters='{"p":1}'),
        _run("a", status="timed_out", reason="over 1 s", hyperparameters='{"p":2}'),
        _run("a@50", variant_of="a", n_rows=50, accuracy=0.4),
    ]
    others = [_run("a"), _run("b", task="regression", algorithm="ridge", rmse=1.0)]
    for source, rows in (("collect", own), ("others", others)):
        store.append_runs(pa.Table.from_pylist(rows, schema=RUN_SCHEMA), source=source)
    features = [{"dataset": "a", "name": "nr_inst", "value": 100.0}]
    store.append_meta_features(
        pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA), source="collect"
    )
    return store


def test_samples_of_a_table_count_as_that_table(store: HistoryStore) -> None:
    found = summarize(store)
    assert (found["datasets"], found["own_datasets"], found["runs"]) == (2, 1, 6)
    assert found["metrics"] == ["accuracy", "log_loss", "rmse"]
    assert found["failed_share"] == pytest.approx(1 / 6)
    own, others = found["sources"]
    assert own == {
        "name": "collect", "datasets": 1, "variants": 1, "runs": 4, "task_types": ["binary"]
    }  # fmt: skip
    assert others["task_types"] == ["binary", "regression"]


def test_data_sets_are_listed_by_source(store: HistoryStore) -> None:
    rows = list_datasets(store)
    assert [(row["dataset"], row["source"]) for row in rows] == [
        ("a", "collect"), ("a", "others"), ("a@50", "collect"), ("b", "others")
    ]  # fmt: skip
    first = rows[0]
    assert (first["runs"], first["configurations"], first["failed"]) == (3, 3, 1)
    assert first["fit_seconds"] == pytest.approx(3.0)
    assert len(list_datasets(store, source="others")) == 2


def test_a_list_does_not_depend_on_the_batches(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    rows = [_run(name, hyperparameters=f'{{"p":{p}}}', fit_seconds=seconds)
            for name, p, seconds in (("b", 1, None), ("a", 1, 2.0), ("b", 2, None), ("a", 1, 1.0),
                                     ("c", 2, None), ("a", 3, None))]  # fmt: skip
    for row in rows:
        store.append_runs(pa.Table.from_pylist([row], schema=RUN_SCHEMA), source="one")
    in_batches = list_datasets(store)
    store.compact(source="one")
    assert list_datasets(store) == in_batches
    assert [
        (row["dataset"], row["runs"], row["configurations"], row["fit_seconds"])
        for row in in_batches
    ] == [("a", 3, 2, 3.0), ("b", 2, 2, None), ("c", 1, 1, None)]


def test_the_best_run_goes_by_the_metrics_direction(store: HistoryStore) -> None:
    found = describe_dataset(store, "a")
    assert found["metrics"]["accuracy"]["hyperparameters"] == {"p": 1}
    assert found["metrics"]["log_loss"]["hyperparameters"] == {}
    assert found["statuses"] == {"ok": 3, "timed_out": 1}
    assert found["reasons"] == {"over 1 s": 1}
    assert found["meta_features"] == {"nr_inst": 100.0}


def test_an_unknown_data_set_gets_a_hint(store: HistoryStore) -> None:
    with pytest.raises(HistoryError, match="did you mean a@50"):
        describe_dataset(store, "a@500")
