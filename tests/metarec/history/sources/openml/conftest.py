"""Imports from a small OpenML server through the real client."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openml_server import OpenMLServer

from metarec.history import HistoryStore
from metarec.history.sources import OpenMLImport, import_openml


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once."""
    monkeypatch.setattr(time, "sleep", lambda _: None)


@pytest.fixture
def server() -> Iterator[OpenMLServer]:
    """A server that works until a test spoils it."""
    with OpenMLServer() as running:
        yield running


@pytest.fixture
def bring(server: OpenMLServer) -> Callable[..., OpenMLImport]:
    """Import the three tasks, or others, into a folder."""

    def call(folder: Path, *tasks: int, **options: Any) -> OpenMLImport:
        options = {"server": server.url, "pause": 0.0, **options}
        return import_openml(tasks or (3, 61, 507), HistoryStore(folder), **options)

    return call


def frame(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Everything in a history, in one order: parts have none."""
    store = HistoryStore(folder)
    runs = store.runs(columns=["source", *store.runs().column_names])
    return _sorted(runs, "original"), _sorted(store.meta_features(), "dataset", "name")


def _sorted(table: pa.Table, *columns: str) -> list[dict[str, Any]]:
    return table.sort_by([(name, "ascending") for name in columns]).to_pylist()


@pytest.fixture(name="frame")
def frame_fixture() -> Callable[[Path], Any]:
    """Everything in a history, in one order."""
    return frame


@pytest.fixture
def complete(
    tmp_path: Path, server: OpenMLServer, bring: Callable[..., OpenMLImport]
) -> tuple[Any, list[str]]:
    """What an undisturbed import brings, and what it asks."""
    bring(tmp_path / "complete")
    questions = list(server.questions)
    server.questions.clear()
    return frame(tmp_path / "complete"), questions
