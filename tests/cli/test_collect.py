"""`metarec collect`."""

import json
from pathlib import Path

import pytest


def test_runs_are_added_and_the_rest_is_known(run, examples: Path, tmp_path: Path) -> None:
    command = ["collect", examples / "iris.csv", "--history", tmp_path / "history",
               "--algorithms", "knn,naive_bayes", "--max-rows", "60"]  # fmt: skip
    done = run(*command)
    assert (done.code, done.err) == (0, "")
    assert "2 runs added" in done.out
    again = json.loads(run(*command, "--format", "json").out)
    assert (again["runs"], again["known"], again["problems"]) == (0, 2, {})
    summary = run("history", "summary", "--history", tmp_path / "history", "--format", "json")
    assert json.loads(summary.out)["own_datasets"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv"], "nowhere.csv"),
        (["{iris}", "--run-memory", "much"], "2GB"),
        (["{iris}", "--run-memory", "1MB"], "memory limit"),
        (["{iris}", "--algorithms", "knm"], "knn"),
        (["{iris}", "--library", "nowhere.json"], "nowhere.json"),
        (["{iris}", "--library", "a.json", "--configurations", "3"], "exclude"),
        (["{iris}", "--index", "nowhere.csv"], "index"),
    ],
)
def test_mistakes_get_one_line(
    run, examples: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    given = [each.format(iris=examples / "iris.csv") for each in arguments]
    done = run("collect", *given, "--history", tmp_path / "history")
    assert done.code in {1, 2}
    assert len(done.err.strip().splitlines()) == 1
    assert words in done.err
