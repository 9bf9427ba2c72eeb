"""What an undisturbed import brings."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import openml_server
import pytest

from metarec import HistoryError, UsageError
from metarec.history import HistoryStore, list_datasets


def _by_run(folder: Path) -> dict[int, dict]:
    rows = HistoryStore(folder).runs(source="openml").to_pylist()
    found = {json.loads(row["original"])["run_id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_several_functions_make_one_row_per_run(bring, tmp_path: Path) -> None:
    done = bring(tmp_path)
    assert (done.n_runs, done.n_datasets, done.problems) == (10, 3, {})
    run = _by_run(tmp_path)[1002]
    assert run["algorithm"] == "random_forest"
    assert json.loads(run["hyperparameters"]) == {
        "criterion": "gini", "min_samples_split": 2, "n_estimators": 100,
    }  # fmt: skip
    assert run["accuracy"] == pytest.approx(0.902)
    assert run["roc_auc"] == pytest.approx(0.95)
    assert run["f1_macro"] == pytest.approx(0.85)  # of both classes, not the server's 0.9
    assert run["balanced_accuracy"] is None
    assert (run["fit_seconds"], run["fit_seconds_folds"]) == (2.0, [1.0, 3.0])
    assert run["predict_seconds"] is None
    assert (run["dataset"], run["openml_id"], run["n_rows"]) == ("openml-3", 3, 3196)
    assert (run["task"], run["n_folds"], run["status"]) == ("binary", 10, "ok")
    assert run["time"] == datetime(2014, 4, 6, 23, 30, 40, tzinfo=UTC)


def test_the_sources_own_names_are_kept(bring, tmp_path: Path) -> None:
    bring(tmp_path, 3)
    run = _by_run(tmp_path)[1001]
    assert run["algorithm"] == "weka.J48(2)"
    assert json.loads(run["hyperparameters"]) == {"weka.J48(2)_C": "0.5", "weka.J48(2)_M": "2"}
    assert json.loads(run["original"]) == {
        "run_id": 1001, "task_id": 3, "flow_id": 60, "flow_name": "weka.J48(2)", "setup_id": 101,
        "uploader": 1, "parameters": {"weka.J48(2)_C": "0.5", "weka.J48(2)_M": "2"},
        "evaluations": {"predictive_accuracy": 0.901, "area_under_roc_curve": 0.95,
                        "f_measure": 0.9},
    }  # fmt: skip


def test_a_flow_that_does_something_else_keeps_its_name(bring, tmp_path: Path) -> None:
    bring(tmp_path, 3)
    assert _by_run(tmp_path)[1004]["algorithm"] == openml_server.FLOWS[6969]


def test_several_classes(bring, tmp_path: Path) -> None:
    bring(tmp_path, 61)
    run = _by_run(tmp_path)[2000]
    assert run["task"] == "multiclass"
    assert run["roc_auc"] == pytest.approx((1.0 + 0.97 + 0.94) / 3)
    assert run["balanced_accuracy"] == 0.92
    assert run["f1_macro"] is None  # the server has two values for three classes


def test_regression(bring, tmp_path: Path) -> None:
    bring(tmp_path, 507)
    runs = _by_run(tmp_path)
    assert set(runs) == {3000}  # the other one has a time and no score
    run = runs[3000]
    assert (run["task"], run["algorithm"]) == ("regression", "linear_regression")
    assert (run["rmse"], run["mae"], run["accuracy"], run["n_folds"]) == (0.1, 0.07, None, 5)


def test_qualities_become_meta_features(bring, tmp_path: Path) -> None:
    bring(tmp_path)
    found: dict[str, dict[str, float]] = {}
    for row in HistoryStore(tmp_path).meta_features(source="openml").to_pylist():
        found.setdefault(row["dataset"], {})[row["name"]] = row["value"]
    chess, iris, space = found["openml-3"], found["openml-61"], found["openml-507"]
    # The server counts the target among the columns and gives percentages.
    assert (chess["nr_attr"], chess["nr_num"], chess["nr_cat"]) == (36, 0, 36)
    assert (iris["nr_attr"], iris["nr_num"], iris["nr_cat"]) == (4, 4, 0)
    assert (space["nr_attr"], space["nr_num"], space["nr_cat"]) == (6, 6, 0)
    assert chess["freq_class.max"] == pytest.approx(0.5222)
    assert chess["attr_to_inst"] == pytest.approx(36 / 3196)
    assert iris["mean_numeric.mean"] == 3.46
    assert "mean_numeric.mean" not in chess  # no value
    assert "mean_numeric.mean" not in space  # the target is among the columns
    assert "class_ent" not in iris  # -1 stands for unknown
    assert not {"nr_class", "class_ent"} & set(space)


def test_again_asks_nothing_and_adds_nothing(bring, frame, server, complete, tmp_path) -> None:
    assert bring(tmp_path / "complete").n_runs == 0
    assert server.questions == []
    assert frame(tmp_path / "complete") == complete[0]


def test_another_metric_fills_the_same_rows(bring, frame, complete, tmp_path) -> None:
    bring(tmp_path / "two", metrics=["predictive_accuracy", "root_mean_squared_error"])
    assert _by_run(tmp_path / "two")[1000]["roc_auc"] is None
    assert bring(tmp_path / "two").n_runs == 10
    assert frame(tmp_path / "two") == complete[0]


def test_more_metrics_leave_what_is_known(bring, frame, complete, tmp_path) -> None:
    assert bring(tmp_path / "complete", 3, metrics=["f_measure"]).n_runs == 0
    assert frame(tmp_path / "complete") == complete[0]


def test_flows_restrict_the_runs(bring, server, tmp_path: Path) -> None:
    bring(tmp_path, 3, flows=[60, 7000])
    assert set(_by_run(tmp_path)) == {1000, 1001, 1005, 1006}
    assert any(question.endswith("/flow/7000") for question in server.questions)


def test_a_limit_is_kept_and_can_be_raised(bring, frame, server, complete, tmp_path) -> None:
    folder = tmp_path / "few"
    bring(folder, limit=2)
    assert set(_by_run(folder)) == {1000, 1001, 2000, 2001, 3000}
    server.questions.clear()
    bring(folder)
    assert not [question for question in server.questions if question.startswith("/task")]
    offsets = [question for question in server.questions if "function/f_measure" in question]
    assert [question.partition("/offset/")[2] for question in offsets] == ["2/task/3", "2/task/61"]
    assert frame(folder) == complete[0]
    assert bring(folder, limit=1).n_runs == 0


def test_pages(bring, frame, server, complete, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("metarec.history.sources.openml._fetching.PAGE", 3)
    monkeypatch.setattr("metarec.history.sources.openml._fetching._SETUPS", 2)
    bring(tmp_path / "pages")
    assert frame(tmp_path / "pages") == complete[0]
    setups = [question for question in server.questions if question.startswith("/setup")]
    assert len(setups) == 4


def test_refresh_finds_new_runs(bring, tmp_path: Path, monkeypatch) -> None:
    bring(tmp_path, 61)
    new = openml_server.Run(2002, 61, 101, {"predictive_accuracy": "0.5"})
    monkeypatch.setattr(openml_server, "RUNS", [*openml_server.RUNS, new])
    assert bring(tmp_path, 61).n_runs == 0
    assert bring(tmp_path, 61, refresh=True).n_runs == 1
    assert 2002 in _by_run(tmp_path)


def test_tasks_without_use_are_named_and_the_others_imported(bring, tmp_path: Path) -> None:
    done = bring(tmp_path, 900, 61, 901)
    assert done.n_datasets == 1
    assert "Clustering" in done.problems[900]
    assert done.problems[901].endswith("refuses task 901: Unknown task (code 151)")
    with pytest.raises(HistoryError, match="none of the tasks"):
        bring(tmp_path, 900)


def test_a_task_has_its_metrics_only(bring, tmp_path: Path) -> None:
    done = bring(tmp_path, 507, 61, metrics=["predictive_accuracy"])
    assert "regression" in done.problems[507]


def test_a_data_set_without_qualities(bring, tmp_path: Path, monkeypatch) -> None:
    bare = openml_server.Dataset("bare", "class", {"class": "nominal"}, {}, ("a", "b"))
    monkeypatch.setitem(openml_server.DATASETS, 3, bare)
    bring(tmp_path, 3)
    run = _by_run(tmp_path)[1002]
    # The classes are known, but not whether a column was encoded: here there was an encoder.
    assert (run["task"], run["n_rows"], run["algorithm"]) == ("binary", None, "random_forest")
    with pytest.raises(HistoryError, match="no meta_features"):
        HistoryStore(tmp_path).meta_features()


def test_a_setup_that_the_server_does_not_know(bring, server, tmp_path: Path, monkeypatch) -> None:
    known = {key: value for key, value in openml_server.SETUPS.items() if key != 201}
    ask = openml_server._setups

    def without(ids: str) -> tuple[int, str]:
        monkeypatch.setattr(openml_server, "SETUPS", known)
        return ask(ids)

    monkeypatch.setattr(openml_server, "_setups", without)
    bring(tmp_path, 3)
    run = _by_run(tmp_path)[1003]
    assert run["algorithm"] == openml_server.FLOWS[6969]
    assert json.loads(run["hyperparameters"]) == {"setup_id": 201}
    server.questions.clear()
    bring(tmp_path, 3)
    assert server.questions == []


def test_the_history_knows_the_data_sets(bring, tmp_path: Path) -> None:
    bring(tmp_path)
    rows = list_datasets(HistoryStore(tmp_path), source="openml")
    assert [row["dataset"] for row in rows] == ["openml-3", "openml-507", "openml-61"]


@pytest.mark.parametrize(
    ("tasks", "options", "words"),
    [
        ((0,), {}, "no OpenML id"),
        ((3,), {"flows": [-1]}, "no OpenML id"),
        ((3,), {"metrics": ["kappa"]}, "'kappa' has no counterpart"),
        ((3,), {"limit": 0}, "limit"),
        ((3,), {"pause": -1.0}, "pause"),
    ],
)
def test_wrong_use(bring, tmp_path: Path, tasks, options, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        bring(tmp_path, *tasks, **options)


def test_a_package_whose_listings_have_one_format(
    bring, frame, complete, tmp_path: Path, monkeypatch
) -> None:
    openml = import_module("openml")  # the importer has loaded it, without a trace

    def list_evaluations(function, offset=None, size=None, tasks=None, flows=None, per_fold=None):
        return openml.evaluations.list_evaluations(
            function, offset, size, tasks=tasks, flows=flows, per_fold=per_fold,
            output_format="dataframe",
        )  # fmt: skip

    def list_setups(offset=None, size=None, flow=None, tag=None, setup=None):
        return openml.setups.list_setups(offset, size, flow, tag, setup)

    newer = SimpleNamespace(**vars(openml))
    newer.evaluations = SimpleNamespace(list_evaluations=list_evaluations)
    newer.setups = SimpleNamespace(list_setups=list_setups)
    monkeypatch.setattr("metarec.history.sources.openml._package._load", lambda: newer)
    bring(tmp_path / "newer")
    assert frame(tmp_path / "newer") == complete[0]


def test_two_imports_at_once(bring, tmp_path: Path) -> None:
    with (
        HistoryStore(tmp_path).exclusive("importing"),
        pytest.raises(HistoryError, match="another"),
    ):
        bring(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the package takes no other folder")
def test_the_users_settings_and_home_stay_as_they_were(server, tmp_path: Path) -> None:
    script = f"""
from metarec.history import HistoryStore
from metarec.history.sources import import_openml
store = HistoryStore({str(tmp_path / "history")!r})
import_openml([61], store, server={server.url!r}, pause=0)
from openml import config
config.apikey = "secret"
import_openml([507], store, server={server.url!r}, pause=0)
assert config.apikey == "secret"
assert config.server.startswith("https://www.openml.org"), config.server
assert (config.retry_policy, config.connection_n_retries) == ("human", 5)
assert config.get_config_as_dict()["cachedir"].is_relative_to({str(tmp_path / "home")!r})
"""
    home = tmp_path / "home"
    home.mkdir()
    ours = {"HOME": str(home)}
    kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
    subprocess.run([sys.executable, "-c", script], check=True, env=kept | ours)
    assert list(home.iterdir()) == []
    assert set(server.queries) == {""}
