"""The append-only store."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from metarec import HistoryError
from metarec.history import RUN_SCHEMA, HistoryStore


def _runs(dataset: str, n_runs: int = 1, task: str = "binary") -> pa.Table:
    row = {"dataset": dataset, "task": task, "algorithm": "knn", "hyperparameters": "{}",
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
    (finished,) = store.append_runs(_runs("a"), source="one")
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
    HistoryStore(tmp_path).append_runs(_runs("a"), source="one")[0].write_bytes(b"rubbish")
    with pytest.raises(HistoryError, match="cannot be read"):
        HistoryStore(tmp_path).runs()


def test_a_task_type_has_its_own_files(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    both = pa.concat_tables([_runs("a", 2), _runs("b", 3, task="regression")])
    binary, regression = store.append_runs(both, source="one")
    assert store.runs(task="binary", columns=["dataset"]).num_rows == 2
    binary.write_bytes(b"rubbish")  # is not even opened
    assert (
        store.runs(task="regression", columns=["source", "task"]).to_pylist()
        == [{"source": "one", "task": "regression"}] * 3
    )
    assert regression.parent != binary.parent


def test_replaced_runs_are_gone_and_others_stay(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    for name in ("a", "b"):
        store.append_runs(_runs(name, 2), source="one")
    store.append_runs(_runs("c", task="regression"), source="one")
    store.append_runs(_runs("d"), source="two")
    (written,) = store.replace_runs(_runs("new", 3), source="one")
    assert store.runs(columns=["dataset"])["dataset"].to_pylist() == ["new"] * 3 + ["c", "d"]
    assert list(written.parent.glob("part-*")) == [written]


def test_rows_can_be_chosen(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.append_runs(pa.concat_tables([_runs("a", 2), _runs("b", 3)]), source="one")
    assert store.runs(where=pc.field("dataset") == "a").num_rows == 2
    batches = store.scan_runs(columns=["dataset"], task="binary", where=pc.field("dataset") == "b")
    assert sum(batch.num_rows for batch in batches) == 3


def test_a_store_of_the_layout_before_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "source=old"
    folder.mkdir(parents=True)
    fewer = _runs("a", 2).drop_columns(["variant_of", "n_rows", "rmse_folds"])
    pq.write_table(fewer, folder / "part-0.parquet")
    store = HistoryStore(tmp_path)
    store.append_runs(_runs("b", task="regression"), source="old")
    assert store.runs().num_rows == 3
    assert (
        store.runs(source="old", task="binary", columns=["n_rows"]).to_pylist()
        == [{"n_rows": None}] * 2
    )
    assert store.compact(source="old") == 0
    assert store.runs().num_rows == 3


def test_a_column_that_every_run_has_is_missed(tmp_path: Path) -> None:
    (part,) = HistoryStore(tmp_path).append_runs(_runs("a"), source="one")
    pq.write_table(pq.read_table(part).drop_columns(["algorithm"]), part)
    with pytest.raises(HistoryError, match="lacks the column 'algorithm'"):
        HistoryStore(tmp_path).runs()


def test_compaction_keeps_every_row_once(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    for i in range(20):
        store.append_runs(_runs(str(i)), source="one")
    assert store.compact(source="one") == 20
    assert len(list(tmp_path.rglob("part-*"))) == 1
    assert sorted(store.runs()["dataset"].to_pylist(), key=int) == [str(i) for i in range(20)]
    assert store.compact(source="one") == 0


def test_parts_are_joined_up_to_a_size(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    for i in range(10):
        store.append_runs(_runs(str(i), 10), source="one")
    store.compact(source="one", smaller_than=30)
    assert len(list(tmp_path.rglob("part-*"))) == 4
    assert store.runs().num_rows == 100


def test_a_compaction_that_was_cut_short_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = HistoryStore(tmp_path)
    for i in range(4):
        store.append_runs(_runs(str(i)), source="one")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        store.compact(source="one")
    assert len(list(tmp_path.rglob("part-*"))) == 5
    assert store.runs().num_rows == 4
    store.append_runs(_runs("4"), source="one")
    store.compact(source="one")
    assert len(list(tmp_path.rglob("part-*"))) == 1
    assert store.runs().num_rows == 5


def test_readers_and_writers_go_on_during_compaction(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.append_runs(_runs("first"), source="one")

    def write(i: int) -> int:
        store.append_runs(_runs(str(i)), source="one")
        return store.runs().num_rows

    with ThreadPoolExecutor(3) as pool:
        seen = pool.map(write, range(60))
        for _ in range(10):
            store.compact(source="one")
        assert min(seen) >= 2
    assert store.runs().num_rows == 61


def test_a_source_is_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot name a source"):
        HistoryStore(tmp_path).append_runs(_runs("a"), source="../b")


def test_only_one_process_does_what_is_exclusive(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    with (
        store.exclusive("collecting"),
        pytest.raises(HistoryError, match="another process is collecting"),
        store.exclusive("collecting"),
    ):
        pass
    with store.exclusive("collecting"):
        pass
