"""Which questions an import asks, and in which order.

Task by task, all functions of all its flows, then the setups of its runs. The journal is looked up
first, so that nothing is asked twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from metarec.history.sources.openml._journal import Page, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from metarec.history.sources.openml._answers import Evaluation, Parameters, TaskAnswer
    from metarec.history.sources.openml._client import Client
    from metarec.history.sources.openml._journal import Journal

PAGE: Final = 10_000
"""Rows of one answer; the server has no larger ones."""

_SETUPS: Final = 100
"""Setups of one question: their numbers stand in its address, which must not get too long."""

TIMES: Final = ("usercpu_time_millis_training", "usercpu_time_millis_testing")
"""Functions that are asked for fold by fold, because what OpenML has beside that differs by client:
the sum over the folds, a fit on all rows, or nothing."""


@dataclass(frozen=True)
class TaskRuns:
    """All that is known of the runs of a task."""

    task: TaskAnswer
    """The task and its data set."""
    evaluations: Mapping[str, Sequence[Evaluation]]
    """Rows by function."""
    setups: Mapping[int, Parameters | None]
    """Parameters by setup, of other tasks too; None where the server does not know them."""


class Fetcher:
    """Gets the runs of tasks, from the journal as far as it has them, else from the server.

    Parameters
    ----------
    client : Client
        Who asks.
    journal : Journal
        What was answered before; grows with each answer.
    tell : callable
        Called with a line on what comes next.
    """

    def __init__(self, client: Client, journal: Journal, tell: Callable[[str], None]) -> None:
        self._client = client
        self._journal = journal
        self._tell = tell
        self._setups = journal.setups()

    def describe(self, task_id: int) -> TaskAnswer:
        """Get a task and its data set.

        Raises
        ------
        RefusedError
            If there is no such task, or it is neither classification nor regression.
        HistoryError
            If the server cannot be brought to answer.
        """
        task = self._journal.task(task_id)
        if task is None:
            self._tell(f"task {task_id}: description")
            task = self._client.task(task_id)
            self._journal.add_task(task)
        return task

    def fetch(
        self,
        task: TaskAnswer,
        flows: Sequence[int | None],
        functions: Sequence[str],
        *,
        limit: int | None,
        refresh: bool,
    ) -> TaskRuns:
        """Get the runs of one task.

        Parameters
        ----------
        task : TaskAnswer
            The task.
        flows : sequence of int or None
            OpenML flow ids; None stands for all.
        functions : sequence of str
            OpenML's metrics and times.
        limit : int, optional
            At most this many rows of each function and flow.
        refresh : bool
            Whether to look for rows behind what was the last one.

        Raises
        ------
        HistoryError
            If the server cannot be brought to answer.
        """
        evaluations = {
            function: [
                row
                for flow in flows
                for row in self._rows(
                    Query(task.task_id, flow, function, per_fold=function in TIMES),
                    limit=limit,
                    refresh=refresh,
                )
            ]
            for function in functions
        }
        ids = {row["setup_id"] for rows in evaluations.values() for row in rows}
        self._complete_setups(task.task_id, sorted(ids - set(self._setups)))
        return TaskRuns(task, evaluations, self._setups)

    def _rows(self, query: Query, *, limit: int | None, refresh: bool) -> list[Evaluation]:
        pages = self._journal.pages(query)
        if refresh and pages and len(pages[-1].rows) < pages[-1].asked:
            pages.pop()
        while not pages or len(pages[-1].rows) >= pages[-1].asked:
            offset = sum(page.asked for page in pages)
            asked = PAGE if limit is None else min(PAGE, limit - offset)
            if asked <= 0:
                break
            flow = "" if query.flow is None else f", flow {query.flow}"
            self._tell(f"task {query.task}{flow}: {query.function} from {offset + 1:,}")
            rows = self._client.evaluations(
                query.function,
                task=query.task,
                flow=query.flow,
                offset=offset,
                size=asked,
                per_fold=query.per_fold,
            )
            pages.append(Page(offset, asked, rows))
            self._journal.add_page(query, pages[-1])
        return list(islice((row for page in pages for row in page.rows), limit))

    def _complete_setups(self, task_id: int, missing: Sequence[int]) -> None:
        for ids in _chunks(missing, _SETUPS):
            self._tell(f"task {task_id}: {len(missing):,} setups, from {ids[0]}")
            answered = self._client.setups(ids)
            # What the server does not know is kept too, or it would be asked for each time.
            found = {setup_id: answered.get(setup_id) for setup_id in ids}
            self._journal.add_setups(found)
            self._setups |= found


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
