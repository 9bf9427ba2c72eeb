"""`metarec evaluate`: every way out, several metrics, several sources, and mistakes."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from metarec.history import META_FEATURE_SCHEMA, RUN_SCHEMA, HistoryStore


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Twelve data sets of two sources each, classification and regression; folds in one source."""
    generator = np.random.default_rng(0)
    store = HistoryStore(tmp_path / "history")
    for source in ("collect", "theirs"):
        runs, features = [], []
        for dataset in range(24):
            name = f"{source}-{dataset}"
            task, metric = ("binary", "log_loss") if dataset < 12 else ("regression", "rmse")
            for k in range(1, 17, 2):
                folds = generator.random(2)
                runs.append(
                    {"dataset": name, "task": task, "algorithm": "knn", "status": "ok",
                     "hyperparameters": f'{{"n_neighbors":{k},"p":2}}', metric: folds.mean(),
                     f"{metric}_folds": folds.tolist() if source == "collect" else None}
                )  # fmt: skip
            features += [
                {"dataset": name, "family": f"family-{dataset}", "name": size, "value": value}
                for size, value in (("nr_inst", generator.integers(99, 9999)), ("nr_attr", 5.0),
                                    ("nr_class", 2.0 if dataset < 12 else None))
            ]  # fmt: skip
        store.append_runs(pa.Table.from_pylist(runs, schema=RUN_SCHEMA), source=source)
        store.append_meta_features(
            pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA), source=source
        )
    return store.folder


@pytest.fixture
def evaluate(run, history: Path):
    """Call `metarec evaluate` with cheap meta-learners on the history."""

    def call(*arguments: object, methods: str = "average_rank, random"):
        return run("evaluate", "--history", history, "--methods", methods, "--folds", 3, *arguments)

    return call


def test_json(evaluate) -> None:
    done = evaluate("--metric", "log_loss", "--format", "json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert report.keys() >= {"history", "metric", "protocol", "noise_floor", "rank_tests"}
    assert report["baseline"] == "average_rank"
    first, second = report["methods"]
    assert (first["name"], second["name"]) == ("average_rank", "random")
    assert first.keys() >= {"regret", "interval", "rank", "worst_tenth", "against_baseline"}
    assert set(first["regret"]) == {"1", "3", "5", "10", "20"}
    assert report["datasets"] == 24
    assert report["noise_floor"]["datasets"] == 12


def test_the_table_says_what_the_json_says(evaluate) -> None:
    arguments = ("--metric", "log_loss", "--baseline", "portfolio")
    report = json.loads(evaluate(*arguments, "--format", "json").out)
    assert [method["name"] for method in report["methods"]] == [
        "portfolio",
        "average_rank",
        "random",
    ]
    shown = evaluate(*arguments).out
    against = report["methods"][1]["against_baseline"]
    for text in (
        report["protocol"],
        f"{report['methods'][2]['regret']['1']:.3f} [",
        f"{report['rank_tests']['3']['critical_difference']:.2f}",
        f"{report['noise_floor']['regret']['1']:.3f}",
        f"{against['difference']['1']:+.3f} [",
        f"{against['wins']['1']} / {against['ties']['1']} / {against['losses']['1']}",
        "than portfolio",
    ):
        assert text in shown, text


def test_all_tasks_and_metrics_in_one_go(evaluate, tmp_path: Path) -> None:
    arguments = ("--task", "all", "--metric", "all")
    reports = json.loads(evaluate(*arguments, "--format", "json").out)
    assert [(report["kind"], report["metric"]) for report in reports] == [
        ("classification", "log_loss"),
        ("regression", "rmse"),
    ]
    plot = tmp_path / "plot.svg"
    rows = list(csv.DictReader(io.StringIO(
        evaluate(*arguments, "--format", "csv", "--plot", plot).out
    )))  # fmt: skip
    assert len(rows) == 2 * 2 * 5
    assert {row["metric"] for row in rows} == {"log_loss", "rmse"}
    assert float(rows[0]["regret"]) == reports[0]["methods"][0]["regret"]["1"]
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == [
        "plot-classification-log_loss.svg",
        "plot-regression-rmse.svg",
    ]


def test_one_source_is_judged_and_each_left_out_of_the_training(evaluate) -> None:
    done = evaluate("--metric", "log_loss", "--judge", "collect", "--ablate-sources", "--baseline",
                    "portfolio without theirs", "--format", "json", methods="random")  # fmt: skip
    report = json.loads(done.out)
    assert report["datasets"] == 12
    assert report["baseline"] == "portfolio without theirs"
    assert [method["name"] for method in report["methods"]] == [
        f"{name}{without}"
        for name in ("portfolio", "random")
        for without in ("", " without collect", " without theirs")
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--metric", "nonsense"], "balanced_accuracy"),
        (["--metric", "rmse"], "choose another --task or --metric"),
        (["--metric", "roc_auc"], "roc_auc"),
        (["--task", "all", "--metric", "roc_auc"], "roc_auc"),
        (["--metric", "log_loss", "--baseline", "magic"], "magic"),
        (["--metric", "log_loss", "--ablate-sources", "--baseline", "random without x"], "'x'"),
        (["--metric", "log_loss", "--baseline", "random without collect"], "meta-learner"),
        (["--metric", "log_loss", "--judge", "oboe"], "collect, theirs"),
        (["--metric", "log_loss", "--folds", "99"], "99"),
        (["--plot", "plot.pdf"], ".svg"),
    ],
)
def test_mistakes_get_one_line(evaluate, arguments: list[str], words: str) -> None:
    done = evaluate(*arguments)
    assert done.code in {1, 2}
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1
    assert words in done.err


def test_no_history_and_no_meta_learner_get_one_line(run, tmp_path: Path) -> None:
    for arguments in (["--history", tmp_path / "nowhere"], ["--methods", "magic"]):
        done = run("evaluate", *arguments)
        assert done.code in {1, 2}
        assert len(done.err.strip().splitlines()) == 1
        assert str(arguments[1]) in done.err
