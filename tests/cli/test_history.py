"""`metarec history summary|list|show`."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from metarec.history import RUN_SCHEMA, HistoryStore


@pytest.fixture
def history(tmp_path: Path) -> Path:
    row = {"dataset": "iris", "task": "multiclass", "algorithm": "knn", "status": "ok",
           "hyperparameters": '{"p":1}', "accuracy": 0.9}  # fmt: skip
    failed = row | {"status": "failed", "reason": "ValueError: [x]", "accuracy": None}
    rows = pa.Table.from_pylist([row, failed], schema=RUN_SCHEMA)
    HistoryStore(tmp_path).append_runs(rows, source="collect")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["summary"], ["own_datasets", "collect", "failed=1"]),
        (["list"], ["iris", "collect", "multiclass"]),
        (["show", "iris"], ["ValueError: [x]", "accuracy", "p=1"]),
    ],
)
def test_for_people(run, history: Path, arguments: list[str], words: list[str]) -> None:
    done = run("history", *arguments, "--history", history)
    assert (done.code, done.err) == (0, "")
    for word in words:
        assert word in done.out


def test_for_machines(run, history: Path) -> None:
    def read(*arguments: str) -> object:
        done = run("history", *arguments, "--history", history, "--format", "json")
        return json.loads(done.out)

    assert read("summary")["sources"][0]["runs"] == 2
    assert read("list", "--source", "collect")[0]["failed"] == 1
    assert read("show", "iris")["metrics"]["accuracy"]["score"] == 0.9


def test_mistakes_get_one_line(run, history: Path) -> None:
    for arguments in (["show", "irs"], ["list", "--source", "oboe"]):
        done = run("history", *arguments, "--history", history)
        assert done.code == 1
        assert len(done.err.strip().splitlines()) == 1
