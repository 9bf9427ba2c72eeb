"""The append-only store."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from metarec import HistoryError
from metarec.history import RUN_SCHEMA, HistoryStore


def _runs(dataset: str, n_runs: int = 1) -> pa.Table:
    row = {"dataset": dataset, "task": "binary", "algorithm": "knn", "hyperparameters": "{}",
           "status": "ok"}  # fmt: skip
    return pa.Table.from_pylist([row] * n_runs, schema=RUN_SCHEMA)


def test_appends_add_up(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.append_runs(_runs("a", 2), source="one")
    store.append_runs(_runs("b", 3), source="two")
    assert store.runs().num_rows == 5
    assert store.runs(source="two", columns=["dataset"]).to_pylist() == [{"dataset": "b"}] * 3
    assert store.sources() == ["one", "two"]


def test_an_unfinished_file_is_not_read(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    finished = store.append_runs(_runs("a"), source="one")
    finished.with_name(f".{finished.name}.x").write_bytes(b"half")
    assert store.runs().num_rows == 1


def test_concurrent_writers_lose_nothing(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: store.append_runs(_runs(str(i)), source="one"), range(40)))
    assert sorted(store.runs(columns=["dataset"])["dataset"].to_pylist(), key=int) == [
        str(i) for i in range(40)
    ]


def test_an_empty_history_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="metarec history import"):
        HistoryStore(tmp_path / "nothing").runs()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    HistoryStore(tmp_path).append_runs(_runs("a"), source="one").write_bytes(b"rubbish")
    with pytest.raises(HistoryError, match="cannot be read"):
        HistoryStore(tmp_path).runs()
