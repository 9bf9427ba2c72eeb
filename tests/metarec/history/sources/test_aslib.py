"""The ASlib importer, on scenarios written by hand in the format of the specification."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metarec import HistoryError, UsageError
from metarec.history import HistoryStore
from metarec.history.sources import import_aslib

DESCRIPTION = """\
scenario_id: OPENML-SAMPLE
performance_measures:
- predictive_accuracy
- steps
maximize:
- true
- false
performance_type:
- solution_quality
- solution_quality
feature_steps:
  ALL:
    provides: &id001
    - NumberOfInstances
"""
RUNS = """\
@RELATION ALGORITHM_RUNS_OPENML-SAMPLE
@ATTRIBUTE instance_id STRING
@ATTRIBUTE repetition NUMERIC
@ATTRIBUTE algorithm STRING
@ATTRIBUTE predictive_accuracy NUMERIC
@ATTRIBUTE steps NUMERIC
@ATTRIBUTE runstatus {ok, timeout, memout, not_applicable, crash, other}
@DATA
3,1,2364_weka.IBk,0.91,7,ok
3,1,2889_weka.IBk,0.93,7,ok
9,1,2364_weka.IBk,0.5,7,ok
9,1,2889_weka.IBk,0,7,timeout
11,1,2364_weka.IBk,0.5,7,ok
"""
FEATURES = """\
@RELATION FEATURE_VALUES_OPENML-SAMPLE
@ATTRIBUTE instance_id STRING
@ATTRIBUTE repetition NUMERIC
@ATTRIBUTE NumberOfInstances NUMERIC
@ATTRIBUTE NumberOfFeatures NUMERIC
@ATTRIBUTE NumberOfSymbolicFeatures NUMERIC
@ATTRIBUTE NumberOfClasses NUMERIC
@ATTRIBUTE MajorityClassSize NUMERIC
@ATTRIBUTE MinorityClassSize NUMERIC
@ATTRIBUTE MeanMeansOfNumericAtts NUMERIC
@DATA
3,1,200,5,2,2,150,50,0.5
9,1,100,4,1,3,90,0,?
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "scenario")


def _write(
    folder: Path, description: str = DESCRIPTION, runs: str = RUNS, features: str = FEATURES
) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "description.txt").write_text(description)
    (folder / "algorithm_runs.arff").write_text(runs)
    (folder / "feature_values.arff").write_text(features)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


def test_runs_of_openml_flows(folder: Path, store: HistoryStore) -> None:
    # The last run is on an instance without features.
    assert import_aslib(folder, store) == (4, 2)
    assert store.sources() == ["aslib-OPENML-SAMPLE"]
    first, other, _, stopped = store.runs(task="binary").to_pylist()
    assert (first["dataset"], first["algorithm"], first["accuracy"]) == (
        "openml-task-3", "weka.IBk", 0.91,
    )  # fmt: skip
    assert first["n_rows"] == 200
    assert json.loads(first["original"]) == {"algorithm": "2364_weka.IBk"}
    # Two flows of one algorithm are two configurations.
    assert first["hyperparameters"] != other["hyperparameters"]
    assert (stopped["status"], stopped["reason"]) == ("timed_out", "timeout")
    assert stopped["accuracy"] is None


def test_meta_features_without_the_target(folder: Path, store: HistoryStore) -> None:
    import_aslib(folder, store)
    table = store.meta_features().to_pylist()
    of = {name: {r["name"]: r["value"] for r in table if r["dataset"] == name}
          for name in ("openml-task-3", "openml-task-9")}  # fmt: skip
    assert of["openml-task-3"]["nr_attr"] == 4
    assert of["openml-task-3"]["nr_cat"] == 1
    assert of["openml-task-3"]["attr_to_inst"] == 4 / 200
    assert of["openml-task-3"]["freq_class.max"] == 0.75
    assert "mean_numeric.mean" not in of["openml-task-3"]
    # One of the three classes that are declared has no rows.
    assert of["openml-task-9"]["nr_class"] is None
    assert of["openml-task-9"]["class_size.min"] is None


def test_the_same_tables_as_parquet(tmp_path: Path, store: HistoryStore) -> None:
    runs, features = tmp_path / "runs.parquet", tmp_path / "features.parquet"
    rows = [{"openml_task_id": 3, "algorithm": "2364_weka.IBk", "predictive_accuracy": 0.9,
             "runstatus": "ok"}]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), runs)
    described = [{"openml_task_id": 3, "NumberOfInstances": 10.0, "NumberOfFeatures": 3.0,
                  "NumberOfClasses": 2.0}]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(described), features)
    assert import_aslib(runs, store, features) == (1, 1)
    assert store.sources() == ["aslib-OPENML-WEKA-2017"]
    with pytest.raises(UsageError, match="name the file of features"):
        import_aslib(runs, store)
    pq.write_table(pa.Table.from_pylist([{"openml_task": 3}]), features)
    with pytest.raises(HistoryError, match="lacks the column 'openml_task_id'"):
        import_aslib(runs, HistoryStore(tmp_path / "other"), features)


def test_a_scenario_of_regression_needs_no_classes(tmp_path: Path, store: HistoryStore) -> None:
    description = "scenario_id: MINE\nperformance_measures: rmse\nmaximize: false\n"
    runs = RUNS.replace("predictive_accuracy", "rmse")
    assert import_aslib(_write(tmp_path / "s", description, runs), store) == (4, 2)
    first = store.runs().to_pylist()[0]
    assert (first["task"], first["dataset"]) == ("regression", "MINE-3")
    assert (first["algorithm"], first["rmse"]) == ("MINE.2364_weka.IBk", 0.91)
    # Only OpenML's features are known to be what they are called.
    with pytest.raises(HistoryError, match="no meta_features"):
        store.meta_features()


def test_names_that_are_declared_as_numbers(tmp_path: Path, store: HistoryStore) -> None:
    runs, features = (
        text.replace("instance_id STRING", "instance_id NUMERIC") for text in (RUNS, FEATURES)
    )
    assert import_aslib(_write(tmp_path / "s", runs=runs, features=features), store) == (4, 2)
    assert "openml-task-3" in store.runs()["dataset"].to_pylist()


def test_once_only(folder: Path, store: HistoryStore) -> None:
    import_aslib(folder, store)
    with pytest.raises(HistoryError, match="has the runs of aslib-OPENML-SAMPLE already"):
        import_aslib(folder, store)
    assert store.runs().num_rows == 4


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"description": DESCRIPTION.replace("predictive_accuracy", "PAR10")},
         "no performance measure that is a metric here, only PAR10, steps"),
        ({"description": DESCRIPTION.replace("- true", "- false")}, "that is not accuracy"),
        ({"description": DESCRIPTION.replace("- true\n", "")}, "must say `maximize"),
        ({"description": "once upon a time"}, "lacks its id or its measures"),
        ({"runs": RUNS.replace("0.91", "91")}, r"has 91\.0 as accuracy, which lies from 0 to 1"),
        ({"runs": RUNS.replace("0.93", "?").replace("0.91", "high").replace(
            "accuracy NUMERIC", "accuracy STRING")}, "has high as accuracy"),
        ({"runs": RUNS.replace("algorithm STRING", "solver STRING")}, "lacks the column 'algor"),
        ({"runs": RUNS.replace("0.93,", "")}, "not the expected ARFF file"),
        ({"runs": ""}, "not the expected ARFF file|lacks the column"),
        ({"features": FEATURES.replace("NumberOfClasses", "Classes")}, "NumberOfClasses"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(
    changed: dict[str, str], law: str, tmp_path: Path, store: HistoryStore
) -> None:
    folder = _write(tmp_path / "scenario", **changed)
    if "PAR10" in changed.get("description", ""):
        (folder / "algorithm_runs.arff").write_text(RUNS.replace("predictive_accuracy", "PAR10"))
    with pytest.raises(HistoryError, match=law):
        import_aslib(folder, store)
    assert store.sources() == []


def test_a_folder_that_lacks_a_file(folder: Path, store: HistoryStore) -> None:
    (folder / "feature_values.arff").unlink()
    with pytest.raises(HistoryError, match=r"feature_values\.arff' cannot be read: No such file"):
        import_aslib(folder, store)
