"""`metarec history import` of the sources that are files."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FEATURES = {
    "NumberOfInstances": 200.0, "NumberOfFeatures": 4.0, "NumberOfClasses": 2.0,
    "NumberOfNumericFeatures": 4.0, "NumberOfCategoricalFeatures": 0.0, "SymbolsSum": 0.0,
}  # fmt: skip
TASK = {
    "openml_task_id": 3, "task_name": "kr-vs-kp", "NumberOfInstances": 3196,
    "NumberOfFeatures": 36, "NumberOfClasses": 2, "NumberOfBinaryFeatures": 35,
    "NumberOfNumericFeatures": 0, "NumberOfSymbolicFeatures": 36, "NumberOfMissingValues": 0,
    "MajorityClassPercentage": 0.52, "MajorityClassSize": 1669,
}  # fmt: skip


@pytest.fixture
def parquet(tmp_path: Path):
    def write(name: str, **row: object) -> Path:
        pq.write_table(pa.Table.from_pylist([row]), tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def flaml(tmp_path: Path) -> Path:
    folder = tmp_path / "location"
    for name, text in {
        "all/metafeatures.csv": "Dataset,NumberOfInstances,NumberOfFeatures,NumberOfClasses,"
        "PercentageOfNumericFeatures\ncar,1555,6,4,0.0\n",
        "rf/results.csv": "task,fold,type,result,params\n"
        "car,0,multiclass,0.9,{'_modeljson': 'rf/default.json'}\n",
        "rf/default.json": '{"class": "rf", "hyperparameters": {}}',
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_aslib(run, parquet, tmp_path: Path) -> None:
    runs = parquet("r.parquet", openml_task_id=3, algorithm="1_weka.J48", runstatus="ok",
                   predictive_accuracy=0.9)  # fmt: skip
    features = parquet("f.parquet", openml_task_id=3, **FEATURES)
    arguments = ("history", "import", "aslib", runs, features, "--history", tmp_path / "h")
    done = run(*arguments, "--scenario", "OPENML-MINE", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["runs"] == 1
    assert "1 runs on 1 data sets" in run(*arguments).out
    listed = run("history", "summary", "--history", tmp_path / "h").out
    assert "aslib-OPENML-MINE" in listed
    assert "aslib-OPENML-WEKA-2017" in listed


def test_openml_flow(run, parquet, tmp_path: Path) -> None:
    runs = parquet("r.parquet", openml_task_id=3, algorithm="SAMME", learning_rate=0.1,
                   base_estimator__max_depth=3, n_estimators=100, imputer_strategy="mean",
                   predictive_accuracy=0.9)  # fmt: skip
    tasks = parquet("t.parquet", **TASK)
    done = run("history", "import", "openml-flow", runs, tasks, "--history", tmp_path / "h")
    assert (done.code, done.err) == (0, "")
    assert "1 runs on 1 data sets" in done.out


def test_autosklearn(run, parquet, tmp_path: Path) -> None:
    runs = parquet("r.parquet", scenario="r2_regression", dataset_name="pol", metric="r2",
                   loss=0.25, status="ok",
                   configuration='{"regressor:__choice__": "sgd"}')  # fmt: skip
    regression = {name: value for name, value in FEATURES.items() if "Classes" not in name}
    both = [parquet("c.parquet", dataset_name="pol", **FEATURES),
            parquet("f.parquet", dataset_name="pol", **regression)]  # fmt: skip
    done = run("history", "import", "autosklearn", runs, *both, "--history", tmp_path / "h")
    assert (done.code, done.err) == (0, "")
    assert "1 runs on 1 data sets" in done.out


def test_flaml(run, flaml: Path, tmp_path: Path) -> None:
    arguments = ("history", "import", "flaml", flaml, "--history", tmp_path / "h")
    for more, law in (
        ((), "another metric"),
        (("--metric", "multiclass=r2"), "no metric 'r2' for multiclass"),
        (("--metric", "accuracy"), "has no `=`"),
    ):
        done = run(*arguments, *more)
        assert done.code in (1, 2)
        assert law in done.err
    done = run(*arguments, "--metric", "multiclass=accuracy", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    shown = run("history", "show", "flaml-car", "--history", tmp_path / "h", "--format", "json")
    assert json.loads(shown.out)["metrics"]["accuracy"]["score"] == 0.9


@pytest.mark.parametrize(
    "arguments",
    [("aslib", "none"), ("aslib", "none", "none"), ("openml-flow", "none", "none"),
     ("autosklearn", "none"), ("autosklearn", "none", "none"), ("flaml", "none")],
)  # fmt: skip
def test_what_is_missing_gets_one_line(run, arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run("history", "import", *arguments, "--history", tmp_path / "h")
    assert done.code == 1
    assert len(done.err.strip().splitlines()) == 1
    assert "none" in done.err
