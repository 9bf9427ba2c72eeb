"""`metarec suggest`: what it prints, and one line for every mistake."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FIELDS = {"rank", "algorithm", "hyperparameters", "predicted_score", "score_interval",
          "predicted_fit_seconds", "fit_seconds_interval", "reasons"}  # fmt: skip


def test_json_has_the_documented_form(run, examples: Path) -> None:
    done = run("suggest", examples / "wine.csv", "--format", "json", "--top", "4")
    assert done.code == 0
    found = json.loads(done.out)
    assert found["target"] == "class"
    assert found["target_reason"] == "the column is called 'class'"
    assert (found["task"], found["metric"]) == ("multiclass", "balanced_accuracy")
    assert (found["n_rows"], found["n_features"]) == (178, 13)
    assert [item["rank"] for item in found["suggestions"]] == [1, 2, 3, 4]
    assert all(set(item) == FIELDS for item in found["suggestions"])
    assert len({json.dumps([i["algorithm"], i["hyperparameters"]]) for i in
                found["suggestions"]}) == 4  # fmt: skip
    reason = found["suggestions"][0]["reasons"][0]
    assert set(reason) == {"meta_feature", "value", "effect", "text"}
    assert set(found["neighbours"][0]) == {"name", "openml_id", "distance", "source", "best"}
    assert set(found["neighbours"][0]["best"]) == {
        "algorithm", "hyperparameters", "score", "metric"
    }  # fmt: skip
    assert set(found["knowledge"]) == {"version", "sha256"}
    assert set(found["seconds"]) == {"read", "extract", "rank", "explain"}
    assert set(found["familiarity"]) == {
        "familiar", "percentile", "distance", "nearest", "answer", "why"
    }  # fmt: skip
    assert set(found["search_ranges"]) == {item["algorithm"] for item in found["suggestions"]}
    for described in found["search_ranges"].values():
        assert set(described) == {"kept", "volume", "ranges", "conditions"}


def test_table_names_the_target_and_why(run, examples: Path) -> None:
    done = run("suggest", examples / "iris.csv")
    assert done.code == 0
    assert "species (it is the last column)" in done.out
    assert "multiclass (the target holds categorical values)" in done.out


def test_quiet_prints_the_ranking_only(run, examples: Path) -> None:
    done = run("suggest", examples / "iris.csv", "--quiet", "--top", "2")
    assert len(done.out.strip().splitlines()) == 3


def test_explain_says_why_and_what_won_where(run, examples: Path) -> None:
    plain = run("suggest", examples / "wine.csv", "--top", "2")
    done = run("suggest", examples / "wine.csv", "--top", "2", "--explain")
    assert done.code == 0
    words = ("speaks for it: ", "won there", "collect", "familiar yes", "explain")
    assert all(word in done.out for word in words)
    assert not any(word in plain.out for word in words)


def test_an_unfamiliar_table_is_said_to_be_one(run, tmp_path: Path) -> None:
    rows = [f"{i},{i % 3},{'ab'[i % 2]}" for i in range(5)]
    (tmp_path / "small.csv").write_text("\n".join(["x,y,target", *rows]))
    done = run("suggest", tmp_path / "small.csv")
    assert "familiar no" in done.out
    assert "5 rows" in done.out
    assert "size_aware_portfolio" in done.out


def test_only_the_wanted_algorithms(run, examples: Path) -> None:
    done = run("suggest", examples / "iris.csv", "--algorithms", "knn, svm", "--format", "json",
               "--top", "8")  # fmt: skip
    used = {item["algorithm"] for item in json.loads(done.out)["suggestions"]}
    assert used <= {"knn", "svm"}


def test_optuna_format_is_a_list_of_trials(run, examples: Path) -> None:
    trials = json.loads(run("suggest", examples / "iris.csv", "--format", "optuna").out)
    assert len(trials) == 5
    for trial in trials:
        prefix = f"{trial['algorithm']}."
        assert all(name == "algorithm" or name.startswith(prefix) for name in trial)


def test_the_printed_script_runs_as_it_is(run, examples: Path, tmp_path: Path) -> None:
    done = run("suggest", examples / "breast_cancer.csv", "--format", "python")
    assert "metarec" not in done.out
    script = tmp_path / "script.py"
    script.write_text(done.out)
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert "balanced_accuracy" in ran.stdout


def test_the_script_reads_what_the_command_read(run, examples: Path, tmp_path: Path) -> None:
    text = (examples / "iris.csv").read_text().replace(",", ";").replace("setosa", "sétosa")
    (tmp_path / "iris.csv").write_bytes(text.replace("5.1;", "?;", 3).encode("latin-1"))
    done = run("suggest", tmp_path / "iris.csv", "--format", "python")
    (tmp_path / "script.py").write_text(done.out)
    subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, check=True)


def test_the_same_table_gives_the_same_answer_in_every_format(
    run, examples: Path, tmp_path: Path
) -> None:
    import pandas as pd

    frame = pd.read_csv(examples / "wine.csv")
    frame.to_parquet(tmp_path / "wine.parquet")
    frame.to_feather(tmp_path / "wine.feather")
    frame.to_csv(tmp_path / "wine.tsv", sep="\t", index=False)
    answers = [
        json.loads(run("suggest", path, "--format", "json").out)["suggestions"]
        for path in (examples / "wine.csv", *sorted(tmp_path.iterdir()))
    ]
    assert all(answer == answers[0] for answer in answers)


def test_scores_stand_beside_their_interval(run, examples: Path) -> None:
    done = run("suggest", examples / "wine.csv", "--metric", "accuracy", "--top", "2")
    assert re.search(r"\.\d+ \[\.\d+, (\.\d+|1\.0*)\]", done.out)


def test_a_time_limit_that_nothing_meets_is_said(run, examples: Path) -> None:
    done = run("suggest", examples / "wine.csv", "--time-limit", "0s", "--format", "json")
    assert done.code == 0
    assert done.err.startswith("metarec: nothing is likely to finish within 0 s")
    found = json.loads(done.out)
    assert len(found["suggestions"]) == 5
    assert found["time_limit"] == 0.0
    assert "meta-features were not ready within a tenth of 0 s" in found["warnings"][1]
    # What nothing is known of is like nothing.
    assert not found["familiarity"]["familiar"]
    assert {near["distance"] for near in found["neighbours"]} == {1.0}


BAD_TABLES = {
    "empty": b"",
    "no_header": b"1,2,0\n3,4,1\n5,6,0\n",
    "one_column": b"target\n" + b"a\nb\n" * 10,
    "one_class": b"x,target\n" + b"1,a\n2,a\n" * 10,
    "rubbish": bytes(range(256)) * 20,
    "zero_rows": b"x,y,target\n",
    "all_missing_column": b"x,z,target\n" + b"1,,a\n2,,b\n" * 10,
    "all_missing_target": b"x,target\n" + b"1,\n2,\n" * 10,
    "duplicate_names": b"x,x,target\n" + b"1,2,a\n2,3,b\n" * 10,
    "headless_iris": b"5.1,3.5,1.4,setosa\n" + b"4.9,3,1.4,setosa\n6,3,5,other\n" * 9,
    "ragged": b"x,target\n1,a\n2,b,c\n" + b"1,a\n" * 10,
}


@pytest.mark.parametrize("name", sorted(BAD_TABLES))
def test_a_bad_table_gets_one_line(run, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_bytes(BAD_TABLES[name])
    done = run("suggest", path)
    assert done.code in {1, 2}
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1
    assert done.err.startswith("metarec: ")
    assert name in done.err or "'target'" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["missing.csv"], "missing.csv"),
        (["--target", "klass"], "did you mean 'class'"),
        (["--top", "0"], "--top"),
        (["--time-limit", "soon"], "no duration"),
        (["--metric", "rmse"], "balanced_accuracy"),
        (["--algorithms", "svn"], "svn"),
        (["--knowledge", "nowhere.zip"], "nowhere.zip"),
        (["--task", "regression"], "regression"),
        (["--frmat", "json"], "--frmat"),
        (["--algorithms", "svm,,knn"], "a name is missing"),
        (["--seed", "4294967296"], "--seed"),
    ],
)
def test_a_wrong_argument_gets_one_line(
    run, examples: Path, arguments: list[str], expected: str
) -> None:
    table = [] if arguments[0].endswith(".csv") else [examples / "wine.csv"]
    done = run("suggest", *table, *arguments)
    assert done.code in {1, 2}
    assert len(done.err.strip().splitlines()) == 1
    assert expected in done.err


def test_regression_and_its_metrics(run, examples: Path) -> None:
    answers = {}
    for metric in ("auto", "rmse", "r2", "mae", "spearman"):
        done = run("suggest", examples / "diabetes.csv", "--metric", metric, "--format", "json")
        assert done.code == 0
        answers[metric] = json.loads(done.out)
        assert answers[metric]["task"] == "regression"
        for item in answers[metric]["suggestions"]:
            low, high = item["fit_seconds_interval"]
            assert 0 < low < item["predicted_fit_seconds"] < high
    assert answers["auto"]["metric"] == "rmse"
    # Both order configurations alike on one table.
    ordered = [
        [(item["algorithm"], item["hyperparameters"]) for item in answers[metric]["suggestions"]]
        for metric in ("r2", "rmse")
    ]
    assert ordered[0] == ordered[1]
    assert answers["r2"]["metric"] == "r2"


def test_a_metric_decides(run, examples: Path) -> None:
    answers = []
    for metric in ("balanced_accuracy", "log_loss"):
        done = run("suggest", examples / "wine.csv", "--metric", metric, "--format", "json")
        answers.append(json.loads(done.out)["suggestions"])
    assert answers[0] != answers[1]


def test_a_damaged_parquet_gets_one_line(run, tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 rubbish")
    done = run("suggest", tmp_path / "t.parquet")
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1


def test_the_script_strips_names_as_the_command_does(run, examples: Path, tmp_path: Path) -> None:
    header, _, rows = (examples / "iris.csv").read_text().partition("\n")
    (tmp_path / "iris.csv").write_text(header.replace(",", " , ") + " \n" + rows)
    done = run("suggest", tmp_path / "iris.csv", "--format", "python")
    (tmp_path / "script.py").write_text(done.out)
    subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, check=True)


def test_an_output_that_cannot_show_a_letter(run, examples: Path, tmp_path: Path) -> None:
    text = (examples / "iris.csv").read_text().replace("species", "sp\u00e9cies \U0001f338")
    (tmp_path / "iris.csv").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", "from metarec.cli import main; main()", "suggest",
         tmp_path / "iris.csv"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr == b""
