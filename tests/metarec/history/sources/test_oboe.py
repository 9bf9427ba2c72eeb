"""The OBOE importer, on a sample written by hand in the source's format."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metarec import HistoryError
from metarec.history import HistoryStore, build_meta_dataset, summarize
from metarec.history.sources import import_oboe
from metarec.history.sources.oboe import REPRODUCED, published_names, to_configuration
from metarec.learners import TableShape, get_learner

RUNS = [
    {"openml_dataset_id": dataset, "algorithm": algorithm, "hyperparameters": json.dumps(values),
     "balanced_error": error, "runtime_s": 5.0}
    for dataset, shift in ((3, 0.0), (31, 0.1), (999, 0.2))
    for algorithm, values, error in (
        ("KNN", {"n_neighbors": 1, "p": 2}, 0.3 + shift),
        ("kSVM", {"C": 1, "coef0": 0, "kernel": "rbf"}, 0.2 + shift),
        ("kSVM", {"C": 1, "coef0": 10, "kernel": "rbf"}, 0.4 + shift),
    )
]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    runs, features = tmp_path / "runs.parquet", tmp_path / "features.parquet"
    pq.write_table(pa.Table.from_pylist(RUNS), runs)
    described = [
        {"openml_dataset_id": dataset, **dict.fromkeys(published_names().values(), 2.0)}
        for dataset in (3, 31, 40)
    ]
    described[1]["NumberOfClasses"] = 3.0
    pq.write_table(pa.Table.from_pylist(described), features)
    return runs, features


def test_import_joins_runs_and_meta_features(files: tuple[Path, Path], tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "history")
    assert import_oboe(*files, store) == (6, 2)
    rows = store.runs(columns=["dataset", "task", "algorithm", "fit_seconds", "original"])
    assert set(rows["dataset"].to_pylist()) == {"openml-3", "openml-31"}
    assert set(zip(rows["dataset"].to_pylist(), rows["task"].to_pylist(), strict=True)) == {
        ("openml-3", "binary"), ("openml-31", "multiclass"),
    }  # fmt: skip
    assert set(rows["fit_seconds"].to_pylist()) == {1.0}
    assert json.loads(rows["original"][0].as_py())["algorithm"] == "KNN"
    assert set(store.meta_features()["family"].to_pylist()) == {None}
    assert store.meta_features().num_rows == 2 * len(REPRODUCED)


def test_idle_hyperparameters_make_one_configuration(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    store = HistoryStore(tmp_path / "history")
    import_oboe(*files, store)
    meta_dataset = build_meta_dataset(store, metric="balanced_accuracy")
    assert [item.algorithm for item in meta_dataset.configurations] == ["knn", "svm"]
    # 0.2 and 0.4 of error are averaged.
    assert meta_dataset.scores[0] == pytest.approx([0.7, 0.7])


def test_every_algorithm_has_a_base_learner_that_takes_its_values() -> None:
    shape = TableShape(n_rows=10_000, n_features=20, n_classes=3)
    for algorithm, values in {
        "AB": {"learning_rate": 1, "n_estimators": 50},
        "DT": {"min_samples_split": 1e-05},
        "ExtraTrees": {"criterion": "entropy", "min_samples_split": 0.1},
        "GBT": {"learning_rate": 0.001, "max_depth": 6, "max_features": None},
        "GNB": {},
        "KNN": {"n_neighbors": 15, "p": 1},
        "Logit": {"C": 0.25, "penalty": "l1", "solver": "saga"},
        "MLP": {"alpha": 0.01, "learning_rate": "adaptive", "learning_rate_init": 0.01,
                "solver": "sgd"},
        "Perceptron": {},
        "RF": {"criterion": "gini", "min_samples_split": 1024},
        "kSVM": {"C": 16, "coef0": 10, "kernel": "poly"},
        "lSVM": {"C": 0.125},
    }.items():  # fmt: skip
        configuration = to_configuration(algorithm, values)
        learner = get_learner(configuration.algorithm)
        assert learner.reject(configuration.hyperparameters, shape) is None


def test_a_forest_has_todays_trees_and_no_time(files: tuple[Path, Path], tmp_path: Path) -> None:
    run = {**RUNS[0], "algorithm": "RF", "hyperparameters": '{"criterion": "gini"}'}
    pq.write_table(pa.Table.from_pylist([run]), files[0])
    store = HistoryStore(tmp_path / "history")
    import_oboe(*files, store)
    (row,) = store.runs().to_pylist()
    assert json.loads(row["hyperparameters"])["n_estimators"] == 100
    assert row["fit_seconds"] is None


def test_penalty_becomes_l1_ratio() -> None:
    configuration = to_configuration("Logit", {"C": 1, "penalty": "l1", "solver": "liblinear"})
    assert configuration.hyperparameters["l1_ratio"] == 1.0
    assert "penalty" not in configuration.hyperparameters


def test_files_without_a_common_data_set(files: tuple[Path, Path], tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(RUNS[6:]), files[0])
    with pytest.raises(HistoryError, match="no data set in common"):
        import_oboe(*files, HistoryStore(tmp_path / "history"))


@pytest.mark.parametrize("content", [b"", b"not parquet"])
def test_a_file_that_is_not_parquet(
    files: tuple[Path, Path], tmp_path: Path, content: bytes
) -> None:
    files[0].write_bytes(content)
    with pytest.raises(HistoryError, match=r"runs\.parquet"):
        import_oboe(*files, HistoryStore(tmp_path / "history"))


def test_summary_counts(files: tuple[Path, Path], tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "history")
    import_oboe(*files, store)
    assert summarize(store) == {
        "datasets": 2, "own_datasets": 0, "runs": 6, "base_learners": 2,
        "metrics": ["balanced_accuracy"], "failed_share": 0.0, "statuses": {"ok": 6},
        "sources": [{"name": "oboe", "datasets": 2, "variants": 0, "runs": 6,
                     "task_types": ["binary", "multiclass"]}],
    }  # fmt: skip


def test_draws_of_one_generator_are_one_family(files: tuple[Path, Path], tmp_path: Path) -> None:
    described = pq.read_table(files[1]).to_pylist()
    for row, n_features in zip(described, (5.0, 25.0, 7.0), strict=True):
        row |= {"NumberOfClasses": 2.0, "NumberOfCategoricalFeatures": 0.0,
                "NumberOfInstances": 250.0, "NumberOfFeatures": n_features}  # fmt: skip
    pq.write_table(pa.Table.from_pylist(described), files[1])
    store = HistoryStore(tmp_path / "history")
    import_oboe(*files, store)
    families = build_meta_dataset(store, metric="balanced_accuracy").families
    assert families[0] == families[1]


def test_series_of_data_sets_are_families(tmp_path: Path) -> None:
    runs, features = tmp_path / "runs.parquet", tmp_path / "features.parquet"
    ids = (3, 1122, 1166, 1167, 1443, 1527, 1546)
    pq.write_table(
        pa.Table.from_pylist(
            [{**run, "openml_dataset_id": each} for each in ids for run in RUNS[:1]]
        ),
        runs,
    )
    described = [
        {"openml_dataset_id": each, **dict.fromkeys(published_names().values(), 2.0)}
        for each in ids
    ]
    pq.write_table(pa.Table.from_pylist(described), features)
    store = HistoryStore(tmp_path / "history")
    import_oboe(runs, features, store)
    rows = store.meta_features()
    family = dict(zip(rows["dataset"].to_pylist(), rows["family"].to_pylist(), strict=True))
    assert family["openml-3"] is None
    assert family["openml-1167"] is None
    assert family["openml-1122"] == family["openml-1166"] != family["openml-1443"]
    assert family["openml-1527"] == family["openml-1546"]
    assert None not in {family["openml-1122"], family["openml-1443"], family["openml-1527"]}
