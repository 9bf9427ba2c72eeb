"""Collecting from end to end: what is stored, what is stopped, what is not done twice."""

import json
from pathlib import Path

import pytest

from metarec import HistoryError, UsageError
from metarec.collecting import Collected, Limits, Progress, Protocol, collect, find_tables
from metarec.history import HistoryStore, build_meta_dataset
from metarec.history.library import Library, LibraryEntry
from metarec.learners import BaseLearner, Configuration, LearnerError

FAST = ["knn", "naive_bayes", "ridge"]
KEY = ["dataset", "algorithm", "hyperparameters"]


def _rows(history: HistoryStore) -> list[dict[str, object]]:
    return history.runs().sort_by([(name, "ascending") for name in KEY]).to_pylist()


def _misbehave(tables: Path, how: list[str], limits: Limits) -> dict[str, dict[str, object]]:
    entries = [LibraryEntry(Configuration("misbehaving", {"how": each}), "default") for each in how]
    history = HistoryStore(tables.parent / "history")
    collect(
        find_tables([tables / "two.parquet"]), history, limits=limits,
        libraries=[Library("classification", tuple(entries))],
    )  # fmt: skip
    return {json.loads(row["hyperparameters"])["how"]: row for row in _rows(history)}


def test_runs_are_stored_with_all_that_is_known(tables: Path) -> None:
    history = HistoryStore(tables.parent / "history")
    seen: list[Progress] = []
    done = collect(find_tables([tables]), history, algorithms=FAST, progress=seen.append)
    assert done.statuses == {"ok": 8}
    assert (done.known, done.left, done.problems) == (0, 0, {})
    assert [each.done for each in seen] == list(range(1, 12))
    assert seen[-1].seconds_left == pytest.approx(0.0)

    rows = _rows(history)
    assert {row["task"] for row in rows} == {"binary", "multiclass", "regression"}
    for row in rows:
        assert row["n_rows"] == 90
        assert row["variant_of"] is None
        assert len(row["fit_seconds_folds"]) == row["n_folds"] == 3
        assert row["peak_memory_bytes"] > 2**25
        assert row["algorithm_version"].startswith("sklearn ")
        assert "scikit-learn" in json.loads(row["versions"])
        metric = "spearman" if row["task"] == "regression" else "balanced_accuracy"
        assert row[metric] == pytest.approx(sum(row[f"{metric}_folds"]) / 3)

    described = history.meta_features(source="collect").to_pylist()
    assert {row["dataset"] for row in described} == {"two", "three", "numbers"}
    meta_dataset = build_meta_dataset(history, metric="balanced_accuracy")
    assert [dataset.name for dataset in meta_dataset.datasets] == ["three", "two"]


def test_nothing_is_evaluated_twice(tables: Path) -> None:
    history = HistoryStore(tables.parent / "history")
    files = find_tables([tables])
    collect(files, history, algorithms=["knn"])
    more = collect(files, history, algorithms=["knn", "naive_bayes"])
    assert (more.runs, more.known) == (2, 3)
    other_folds = collect(files, history, algorithms=["knn"], protocol=Protocol(n_folds=4))
    assert (other_folds.runs, other_folds.known) == (3, 0)
    # A sample of all rows is the table.
    sample = collect(files, history, algorithms=["knn"], protocol=Protocol(max_rows=500))
    assert (sample.runs, sample.known) == (0, 3)


def test_a_time_limit_leaves_the_rest_for_the_next_call(tables: Path) -> None:
    history = HistoryStore(tables.parent / "history")
    files = find_tables([tables])
    none = collect(files, history, algorithms=["knn"], time_limit=0.0)
    assert (none.runs, none.left) == (0, 6)
    assert collect(files, history, algorithms=["knn"]).runs == 3


def test_two_workers_give_the_scores_of_one(tables: Path) -> None:
    stores = []
    for jobs in (1, 2):
        stores.append(HistoryStore(tables.parent / f"history-{jobs}"))
        collect(find_tables([tables]), stores[-1], algorithms=FAST, jobs=jobs)
    one, two = (_rows(store) for store in stores)
    for first, second in zip(one, two, strict=True):
        for name, value in first.items():
            if not name.startswith(("fit_s", "predict_s", "peak", "time")):
                assert second[name] == value, name


def test_a_sample_is_a_variant_of_its_table(tables: Path) -> None:
    history = HistoryStore(tables.parent / "history")
    files = find_tables([tables / "three.parquet"])
    collect(files, history, algorithms=["knn"], protocol=Protocol(max_rows=60))
    (row,) = _rows(history)
    assert (row["dataset"], row["variant_of"], row["n_rows"]) == ("three@60", "three", 60)
    (family,) = history.meta_features()["family"].unique().to_pylist()
    assert family == "three"
    values = {row["name"]: row["value"] for row in history.meta_features().to_pylist()}
    assert values["nr_inst"] == 60


def test_a_fit_that_fails_is_recorded_with_its_reason(
    tables: Path, misbehaving: BaseLearner
) -> None:
    rows = _misbehave(tables, ["fail", "crash", "behave"], Limits(30.0))
    assert (rows["fail"]["status"], rows["fail"]["reason"]) == (
        "failed", "ValueError: this fit is made to fail",
    )  # fmt: skip
    assert rows["crash"]["status"] == "failed"
    assert "SIGABRT" in rows["crash"]["reason"]
    assert rows["behave"]["status"] == "ok"


def test_a_fit_that_sleeps_in_c_is_stopped(tables: Path, misbehaving: BaseLearner) -> None:
    rows = _misbehave(tables, ["loop", "behave"], Limits(1.0))
    assert (rows["loop"]["status"], rows["loop"]["reason"]) == ("timed_out", "over 1 seconds")
    assert rows["loop"]["algorithm_version"] is not None
    assert rows["loop"]["accuracy"] is None
    assert rows["behave"]["status"] == "ok"


@pytest.mark.parametrize("how", ["grow", "leap"])
def test_a_fit_that_takes_all_memory_is_stopped(
    tables: Path, misbehaving: BaseLearner, how: str
) -> None:
    limit = 700 * 2**20
    rows = _misbehave(tables, [how, "behave"], Limits(30.0, limit))
    assert rows[how]["status"] == "out_of_memory"
    assert rows[how]["peak_memory_bytes"] < 1.2 * limit
    assert rows["behave"]["status"] == "ok"


def test_a_table_that_cannot_be_used_does_not_stop_the_others(tables: Path) -> None:
    (tables / "broken.parquet").write_bytes(b"not parquet")
    history = HistoryStore(tables.parent / "history")
    done = collect(find_tables([tables]), history, algorithms=["knn"])
    assert done.runs == 3
    assert list(done.problems) == ["broken"]


def test_a_name_stands_for_one_table(tables: Path) -> None:
    history = HistoryStore(tables.parent / "history")
    collect(find_tables([tables / "two.parquet"]), history, algorithms=["knn"])
    (tables / "three.parquet").rename(tables / "two.parquet")
    again = collect(find_tables([tables / "two.parquet"]), history, algorithms=["knn"])
    assert again.runs == 0
    assert "another table called 'two'" in again.problems["two"]


def test_one_collection_at_a_time(tables: Path) -> None:
    history = HistoryStore(tables.parent / "history")
    with history.exclusive("collecting"), pytest.raises(HistoryError, match="is collecting"):
        collect(find_tables([tables]), history, algorithms=["knn"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"protocol": Protocol(n_folds=1)}, "folds"),
        ({"protocol": Protocol(max_rows=2)}, "sample of 2 rows"),
        ({"limits": Limits(0.0)}, "time limit"),
        ({"limits": Limits(1.0, 1000)}, "memory limit"),
        ({"algorithms": ["knm"]}, "knn"),
        ({"backend": "spark"}, "loky"),
        ({"jobs": 0}, "jobs"),
    ],
)
def test_mistakes_are_found_before_the_first_run(
    tables: Path, arguments: dict[str, object], words: str
) -> None:
    with pytest.raises((UsageError, LearnerError), match=words):
        collect(find_tables([tables]), HistoryStore(tables.parent / "history"), **arguments)


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same(tables: Path) -> None:
    pytest.importorskip("distributed")
    history = HistoryStore(tables.parent / "history")
    files = find_tables([tables / "two.parquet"])
    done: Collected = collect(files, history, algorithms=FAST, jobs=2, backend="dask")
    assert done.statuses == {"ok": 3}
    assert collect(files, history, algorithms=FAST).known == 3
