"""The importer of OpenML flows, on tables written by hand in the source's format."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metarec import HistoryError
from metarec.history import HistoryStore, build_meta_dataset
from metarec.history.sources import import_openml_flow
from metarec.learners import get_learner

FOREST = {
    "bootstrap": "True", "criterion": "entropy", "max_depth": "None", "max_features": 0.7,
    "max_leaf_nodes": "None", "min_samples_leaf": 18, "min_samples_split": 9,
    "min_weight_fraction_leaf": 0.0, "n_estimators": 100, "imputer_strategy": "median",
    "predictive_accuracy": 0.96, "openml_task_id": 3, "task_name": "kr-vs-kp",
}  # fmt: skip
ADABOOST = {
    "algorithm": "SAMME", "learning_rate": 0.1, "base_estimator__max_depth": 3,
    "n_estimators": 100, "imputer_strategy": "mean", "predictive_accuracy": 0.9,
    "openml_task_id": 3, "task_name": "kr-vs-kp",
}  # fmt: skip
TASK = {
    "openml_task_id": 3, "task_name": "kr-vs-kp", "NumberOfInstances": 3196,
    "NumberOfFeatures": 36, "NumberOfClasses": 2, "NumberOfBinaryFeatures": 35,
    "NumberOfNumericFeatures": 0, "NumberOfSymbolicFeatures": 36, "NumberOfMissingValues": 0,
    "MajorityClassPercentage": 0.52, "MajorityClassSize": 1669,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


@pytest.fixture
def write(tmp_path: Path):
    def call(*runs: dict[str, object], tasks: tuple[dict[str, object], ...] = (TASK,)):
        paths = tmp_path / "runs.parquet", tmp_path / "tasks.parquet"
        for rows, path in zip((runs, tasks), paths, strict=True):
            pq.write_table(pa.Table.from_pylist(list(rows)), path)
        return paths

    return call


def test_a_forest_of_today(write, store: HistoryStore) -> None:
    elsewhere = FOREST | {"openml_task_id": 4}
    assert import_openml_flow(*write(FOREST, elsewhere), store) == (1, 1)
    (run,) = store.runs(source="openml-flow-6969").to_pylist()
    assert (run["dataset"], run["task"], run["n_rows"]) == ("openml-task-3", "binary", 3196)
    assert (run["algorithm"], run["accuracy"]) == ("random_forest", 0.96)
    values = json.loads(run["hyperparameters"])
    get_learner("random_forest").validate(values)
    assert values == {"criterion": "entropy", "max_features": 0.75, "min_samples_leaf": 18,
                      "min_samples_split": 9, "n_estimators": 100}  # fmt: skip
    original = json.loads(run["original"])
    assert (original["max_features"], original["imputer_strategy"]) == (0.7, "median")
    assert original["openml_flow_id"] == 6969


@pytest.mark.parametrize(
    ("run", "algorithm"),
    [
        (ADABOOST, "adaboost"),
        (ADABOOST | {"algorithm": "SAMME.R"}, "sklearn.AdaBoostClassifier"),
        (ADABOOST | {"n_estimators": 500}, "sklearn.AdaBoostClassifier"),
        (ADABOOST | {"base_estimator__max_depth": 10}, "sklearn.AdaBoostClassifier"),
        (ADABOOST | {"learning_rate": 0.01}, "sklearn.AdaBoostClassifier"),
        (FOREST | {"bootstrap": "False"}, "sklearn.RandomForestClassifier"),
        (FOREST | {"max_features": 0.01}, "sklearn.RandomForestClassifier"),
        (FOREST | {"max_depth": "3"}, "sklearn.RandomForestClassifier"),
    ],
)
def test_only_what_says_the_same_today_is_of_a_base_learner(
    run: dict[str, object], algorithm: str, write, store: HistoryStore
) -> None:
    import_openml_flow(*write(run), store)
    (row,) = store.runs().to_pylist()
    assert row["algorithm"] == algorithm
    if algorithm == "sklearn.AdaBoostClassifier":
        own = {name: run[name] for name in json.loads(row["hyperparameters"])}
        assert json.loads(row["hyperparameters"]) == own
        assert set(own) == {"algorithm", "learning_rate", "base_estimator__max_depth",
                            "n_estimators"}  # fmt: skip


def test_meta_features(write, store: HistoryStore) -> None:
    import_openml_flow(*write(FOREST), store)
    values = {row["name"]: row["value"] for row in store.meta_features().to_pylist()}
    assert (values["nr_attr"], values["nr_cat"], values["freq_class.max"]) == (36, 36, 0.52)
    assert values["ratio_bin"] == 35 / 36
    assert set(store.meta_features()["family"].to_pylist()) == {"kr-vs-kp"}
    assert build_meta_dataset(store, metric="accuracy").scores.tolist() == [[0.96]]


def test_both_flows_once_each(write, store: HistoryStore) -> None:
    import_openml_flow(*write(FOREST), store)
    import_openml_flow(*write(ADABOOST), store)
    with pytest.raises(HistoryError, match="has the runs of openml-flow-6970 already"):
        import_openml_flow(*write(ADABOOST), store)
    assert store.runs().num_rows == 2


def test_what_cannot_be_read(write, store: HistoryStore) -> None:
    for runs, tasks, law in (
        ({"C": 1.0, "openml_task_id": 3}, TASK, "known flow; known: 6969 "),
        ({k: v for k, v in FOREST.items() if k != "imputer_strategy"}, TASK, "'imputer_strategy'"),
        (FOREST | {"predictive_accuracy": 96.0}, TASK, "has 96.0 as accuracy"),
        (FOREST | {"predictive_accuracy": None}, TASK, "has None as accuracy"),
        (FOREST, TASK | {"NumberOfClasses": None}, "have no task in common"),
        (FOREST, TASK | {"openml_task_id": 4}, "have no task in common"),
        (FOREST, {"openml_task_id": 3}, "tasks.parquet"),
    ):
        with pytest.raises(HistoryError, match=law):
            import_openml_flow(*write(runs, tasks=(tasks,)), store)
    assert store.sources() == []
