"""What a server has answered so far, kept in the history's folder.

One file per answer: it appears whole or not at all, so that whatever ends an import, the next one
asks only for what is missing. The answers stay, and are not asked for again.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from metarec._exceptions import HistoryError
from metarec.history.sources.openml._answers import Evaluation, Parameters, TaskAnswer

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIX: Final = ".json.gz"


@dataclass(frozen=True)
class Query:
    """One function of the runs of a task, of all flows or of one."""

    task: int
    """OpenML task id."""
    flow: int | None
    """OpenML flow id; None for all."""
    function: str
    """OpenML's name of the metric or time."""
    per_fold: bool
    """Whether one value per fold is asked for."""


@dataclass(frozen=True)
class Page:
    """One answer to a query."""

    offset: int
    """How many rows come before it."""
    asked: int
    """How many rows were asked for."""
    rows: list[Evaluation]
    """The rows; fewer than asked for if there were no more."""


class Journal:
    """Answers of one server, as files below one folder.

    Parameters
    ----------
    history : Path
        Folder of the run history.
    server : str
        Address of the API.
    """

    def __init__(self, history: Path, server: str) -> None:
        host = urlsplit(server).netloc.replace(":", "_") or "server"
        self.folder = history / "answers" / "openml" / host

    def task(self, task_id: int) -> TaskAnswer | None:
        """A task, if it was answered."""
        path = self._task_path(task_id)
        return TaskAnswer(**_read(path)) if path.exists() else None

    def add_task(self, task: TaskAnswer) -> None:
        """Keep a task."""
        _write(self._task_path(task.task_id), asdict(task))

    def setups(self) -> dict[int, Parameters | None]:
        """All setups that were asked for, by id; None for those that the server does not know."""
        found: dict[int, Parameters | None] = {}
        for path in sorted((self.folder / "setups").glob(f"*{_SUFFIX}")):
            found |= {int(setup_id): parameters for setup_id, parameters in _read(path).items()}
        return found

    def add_setups(self, setups: dict[int, Parameters | None]) -> None:
        """Keep the setups of one answer."""
        # No two answers have a setup in common, for what is there is not asked for.
        _write(self.folder / "setups" / f"{min(setups)}{_SUFFIX}", setups)

    def pages(self, query: Query) -> list[Page]:
        """Pages of a query from the first on, as far as they were answered."""
        pages: list[Page] = []
        offset = 0
        while (path := self._page_path(query, offset)).exists():
            pages.append(Page(**_read(path)))
            offset += pages[-1].asked
        return pages

    def add_page(self, query: Query, page: Page) -> None:
        """Keep a page."""
        _write(self._page_path(query, page.offset), asdict(page))

    def _task_path(self, task_id: int) -> Path:
        return self.folder / "tasks" / f"{task_id}{_SUFFIX}"

    def _page_path(self, query: Query, offset: int) -> Path:
        flow = "all" if query.flow is None else str(query.flow)
        fold = "-per-fold" if query.per_fold else ""
        folder = self.folder / "evaluations" / f"task-{query.task}" / f"flow-{flow}"
        return folder / f"{query.function}{fold}-{offset}{_SUFFIX}"


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    with unfinished.open("wb") as file:
        file.write(gzip.compress(json.dumps(content).encode(), mtime=0))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _read(path: Path) -> Any:
    try:
        return json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        msg = f"{str(path)!r} is no answer of a server: delete it, and it is asked for again"
        raise HistoryError(msg) from error
