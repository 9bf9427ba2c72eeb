"""`metarec history import openml`, on a small server."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from openml_server import OpenMLServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenMLServer]:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with OpenMLServer() as running:
        yield running


def _import(run, server: OpenMLServer, history: Path, *options: object):
    return run(
        "history", "import", "openml", "--server", server.url, "--pause", 0, "--history", history,
        *options,
    )  # fmt: skip


def test_runs_come_into_the_history(run, server: OpenMLServer, tmp_path: Path) -> None:
    done = _import(run, server, tmp_path, "--tasks", "3,61,901", "--flows", "60,6969")
    assert done.code == 0
    assert done.out == f"8 runs on 2 data sets added to {tmp_path}\n"
    assert "task 901: " in done.err
    assert "Unknown task" in done.err
    summary = json.loads(run("history", "summary", "--history", tmp_path, "--format", "json").out)
    assert summary["sources"][0]["runs"] == 8
    again = _import(run, server, tmp_path, "--tasks", "3,61", "--flows", "60,6969",
                    "--format", "json")  # fmt: skip
    assert json.loads(again.out)["runs"] == 0


def test_options_reach_the_importer(run, server: OpenMLServer, tmp_path: Path) -> None:
    _import(
        run, server, tmp_path, "--tasks", 3, "--limit", 2, "--metrics", "f_measure", "--refresh"
    )
    asked = [question for question in server.questions if question.startswith("/evaluation")]
    assert len(asked) == 3  # the metric and two times
    assert "/limit/2/" in asked[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--tasks", "3,x"], "'x' is no OpenML id"),
        (["--tasks", "3,,4"], "a name is missing"),
        (["--tasks", "3", "--metrics", "kappa"], "'kappa' has no counterpart"),
        (["--tasks", "3", "--limit", "0"], "--limit"),
        ([], "--tasks"),
    ],
)
def test_wrong_use_gets_one_line(
    run, server: OpenMLServer, tmp_path: Path, options: list[str], words: str
) -> None:
    done = _import(run, server, tmp_path, *options)
    assert done.code == 2
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_broken_server_gets_one_line(run, server: OpenMLServer, tmp_path: Path) -> None:
    server.spoil = lambda *_: "<html>maintenance</html>"
    done = _import(run, server, tmp_path, "--tasks", 3)
    assert done.code == 1
    assert "run the same command again" in done.err
    assert len(done.err.strip().splitlines()) == 1
