"""`metarec tune` and `metarec predict`."""

import json
import subprocess
import sys
from pathlib import Path

CHEAP = ("--algorithms", "knn,naive_bayes", "--folds", "2", "--cold", "--trials", "2")


def test_a_saved_pipeline_predicts_in_a_fresh_process(run, examples: Path, tmp_path: Path) -> None:
    model = tmp_path / "m.skops"
    done = run("tune", examples / "iris.csv", *CHEAP, "--output", model, "--format", "json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["trials"] == {"complete": 2}
    assert (found["target"], found["task"]) == ("species", "multiclass")
    assert sum(member["weight"] for member in found["members"]) == 1
    fresh = subprocess.run(
        [sys.executable, "-m", "metarec.cli", "predict", model, examples / "iris.csv",
         "--probabilities"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    header, *rows = fresh.stdout.splitlines()
    assert header == "species,species=setosa,species=versicolor,species=virginica"
    truth = (examples / "iris.csv").read_text().splitlines()[1:]
    right = sum(row.endswith(guess.split(",")[0]) for row, guess in zip(truth, rows, strict=True))
    assert right > 130
    lines = (examples / "iris.csv").read_text().splitlines()
    odd = tmp_path / "odd.csv"
    odd.write_text("\n".join([lines[0], lines[1], "unknown," + lines[2].partition(",")[2]]))
    done = run("predict", model, odd, "--probabilities")
    assert done.code == 0
    assert len(done.out.splitlines()) == 3
    (line,) = done.err.splitlines()
    assert "1 of 2 cells are none and count as missing, the first in row 2 ('unknown')" in line
    odd.write_text(lines[0] + "\n")
    done = run("predict", model, odd)
    assert (done.code, len(done.err.splitlines())) == (2, 1)


def test_the_answer_for_people(run, examples: Path) -> None:
    done = run("tune", examples / "iris.csv", *CHEAP, "--single")
    assert done.code == 0, done.err
    assert "best trial  balanced_accuracy 0.9" in done.out
    assert "2 trials by sampler" in done.out


def test_the_report_holds_what_was_printed(run, examples: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    warm = [each for each in CHEAP if each != "--cold"]
    done = run("tune", examples / "iris.csv", *warm, "--report", page)
    assert done.code == 0, done.err
    assert f"{page} (" in done.err
    text = page.read_text("utf-8")
    for heading in ("The fitted pipeline", "The nearest known data sets", "Which class is taken"):
        assert heading in text
    assert "150 rows" in text


def test_mistakes_are_one_line(run, examples: Path, tmp_path: Path) -> None:
    for arguments in (
        ("tune", examples / "iris.csv", "--metric", "rmse"),
        ("tune", examples / "iris.csv", "--groups", "nobody"),
        ("tune", examples / "iris.csv", "--report", "report.pdf"),
        ("predict", tmp_path / "none.skops", examples / "iris.csv"),
        ("tune", examples / "iris.csv", "--output", tmp_path / "none" / "m.skops"),
    ):
        done = run(*arguments)
        assert done.code == 2
        assert len(done.err.strip().splitlines()) == 1
