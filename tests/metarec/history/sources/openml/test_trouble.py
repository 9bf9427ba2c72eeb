"""Whatever goes wrong: nothing that was answered is lost, and the same call goes on."""

import socket
from collections.abc import Iterator
from pathlib import Path

import openml_server
import pytest
from openml_server import OpenMLServer, Reset, slow

from metarec import HistoryError
from metarec.history.sources.openml import _client


def _web_error(_: str) -> str:
    return ""


def _reset(_: str) -> str:
    raise Reset


def _cut(text: str) -> str:
    return text[: len(text) // 2]


def _foreign(_: str) -> str:
    return "<html><body>maintenance</body></html>"


def _overloaded(_: str) -> str:
    return openml_server.error(107, "Database connection error")[1]


TROUBLES = [_web_error, _reset, _cut, _foreign, _overloaded]


def _listings(questions: list[str]) -> list[str]:
    return [question for question in questions if question.startswith(("/evaluation", "/setup"))]


def test_interrupted_before_each_question(bring, frame, server, tmp_path: Path) -> None:
    options = {"metrics": ["predictive_accuracy", "mean_absolute_error"]}
    lines: list[str] = []
    bring(tmp_path / "complete", 61, 507, **options, progress=lines.append)
    expected, questions = frame(tmp_path / "complete"), sorted(server.questions)
    assert len(lines) == 10
    for last in range(len(lines)):
        server.questions.clear()
        left = iter(lines[:last])

        def stop(_: str, left: Iterator[str] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bring(tmp_path / str(last), 61, 507, **options, progress=stop)
        bring(tmp_path / str(last), 61, 507, **options)
        assert frame(tmp_path / str(last)) == expected
        assert sorted(server.questions) == questions


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_third_answer_is_spoilt(
    bring, frame, server: OpenMLServer, complete, tmp_path: Path, trouble
) -> None:
    server.spoil = lambda number, _, text: trouble(text) if number % 3 == 0 else text
    bring(tmp_path / "spoilt")
    assert frame(tmp_path / "spoilt") == complete[0]
    assert len(server.questions) > len(complete[1])


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_server_that_stays_broken(
    bring, frame, server: OpenMLServer, complete, tmp_path: Path, trouble
) -> None:
    answered = 7
    server.spoil = lambda number, _, text: text if number <= answered else trouble(text)
    with pytest.raises(HistoryError) as caught:
        bring(tmp_path / "broken")
    assert len(str(caught.value).splitlines()) == 1
    assert "run the same command again" in str(caught.value)
    server.spoil = None
    server.questions.clear()
    bring(tmp_path / "broken")
    assert frame(tmp_path / "broken") == complete[0]
    # Task 3 and its first page were answered.
    assert _listings(server.questions) == _listings(complete[1])[1:]


def test_slow_answers(bring, frame, server: OpenMLServer, complete, tmp_path: Path) -> None:
    server.spoil = slow(0.02)
    bring(tmp_path / "slow")
    assert frame(tmp_path / "slow") == complete[0]


def test_a_server_that_falls_silent(
    bring, frame, server: OpenMLServer, complete, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(_client, "LONGEST_ANSWER", 0.2)
    server.spoil = lambda number, path, text: slow(0.5)(number, path, text) if number > 9 else text
    with pytest.raises(HistoryError, match=r"does not answer about .* \(TimeoutError\)"):
        bring(tmp_path / "silent")
    server.spoil = None
    monkeypatch.setattr(_client, "LONGEST_ANSWER", 60.0)
    bring(tmp_path / "silent")
    assert frame(tmp_path / "silent") == complete[0]


def test_an_error_of_the_api(bring, frame, server, complete, tmp_path, monkeypatch) -> None:
    ask = openml_server._evaluations
    refused = openml_server.error(541, "Too many filters")
    monkeypatch.setattr(
        openml_server,
        "_evaluations",
        lambda options: refused if options["function"] == "f_measure" else ask(options),
    )
    with pytest.raises(HistoryError, match=r"the f_measure of task 3: Too many filters .*541"):
        bring(tmp_path / "refused")
    monkeypatch.setattr(openml_server, "_evaluations", ask)
    bring(tmp_path / "refused")
    assert frame(tmp_path / "refused") == complete[0]


def test_nobody_listens(bring, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/api/v1/xml"
        with pytest.raises(HistoryError, match=r"does not answer about task 3 \(ConnectionError\)"):
            bring(tmp_path, server=address)


def test_an_answer_that_was_damaged_on_disk(bring, tmp_path: Path) -> None:
    bring(tmp_path)
    (kept,) = tmp_path.glob("answers/**/tasks/61.json.gz")
    kept.write_bytes(kept.read_bytes()[:20])
    with pytest.raises(HistoryError, match=r"61\.json\.gz.*delete it"):
        bring(tmp_path)
    kept.unlink()
    assert bring(tmp_path).n_runs == 0


def test_an_answer_that_was_being_written(bring, frame, complete, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    bring(folder, 3)
    (kept,) = folder.glob("answers/**/task-3/flow-all/f_measure-0.json.gz")
    kept.rename(kept.with_name(f".{kept.name}")).write_bytes(b"\x1f\x8b")
    bring(folder)
    assert frame(folder) == complete[0]
