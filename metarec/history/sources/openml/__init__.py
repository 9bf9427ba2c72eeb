"""Runs that people shared on OpenML (Vanschoren et al., SIGKDD Explorations 2013).

The evaluations of tasks are fetched from a server with their setups, through the openml package,
one question after the other. Each answer is kept in the history's folder, so that whatever ends an
import, the same command goes on.

A flow of scikit-learn becomes a base-learner of ours where that does the same; all other flows keep
their names, with the version, and their parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metarec._exceptions import HistoryError, UsageError
from metarec.history.sources.openml._client import RefusedError, connect
from metarec.history.sources.openml._fetching import TIMES, Fetcher
from metarec.history.sources.openml._journal import Journal
from metarec.history.sources.openml._package import SERVER
from metarec.history.sources.openml._records import METRICS, to_meta_feature_table, to_runs
from metarec.history.sources.openml._storing import add_meta_features, add_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metarec.history.store import HistoryStore

__all__ = ["OPENML_METRICS", "OpenMLImport", "import_openml"]

SOURCE: Final = "openml"

OPENML_METRICS: Final = tuple(dict.fromkeys(name for each in METRICS.values() for name in each))
"""OpenML's metrics that have a counterpart here."""


@dataclass(frozen=True)
class OpenMLImport:
    """What an import brought."""

    n_runs: int
    """Runs that are new, or of which more is known than before."""
    n_datasets: int
    """Data sets of the tasks that were imported."""
    problems: Mapping[int, str]
    """Why some tasks could not be imported, by task id."""


def import_openml(
    tasks: Sequence[int],
    store: HistoryStore,
    *,
    flows: Sequence[int] | None = None,
    metrics: Sequence[str] | None = None,
    limit: int | None = None,
    refresh: bool = False,
    server: str = SERVER,
    pause: float = 1.0,
    progress: Callable[[str], None] | None = None,
) -> OpenMLImport:
    """Add the runs of OpenML tasks, with the meta-features of their data sets.

    Whatever ends it, the same call goes on where it stopped: what a server has answered is kept
    below ``answers`` in the history's folder. A call that asks for more asks only for that.

    Parameters
    ----------
    tasks : sequence of int
        OpenML task ids, of supervised classifications and regressions.
    store : HistoryStore
        Where the runs go.
    flows : sequence of int, optional
        Only runs of these OpenML flow ids; left out, of all.
    metrics : sequence of str, optional
        OpenML's names of metrics, from `OPENML_METRICS`; left out, all that a task can have.
    limit : int, optional
        At most this many runs of each flow, or of each task if no flows are given.
    refresh : bool
        Whether to look for runs that were shared since the last import.
    server : str
        Address of the API.
    pause : float
        Seconds between two questions.
    progress : callable, optional
        Called with a line on each question before it is asked.

    Returns
    -------
    OpenMLImport

    Raises
    ------
    HistoryError
        If the server does not answer, or answers with what is no document of the API, over and
        over; if it refuses every task; or if another process imports into this history.
    UsageError
        If there are no tasks, or an argument is out of range.
    """
    _check(tasks, flows, metrics, limit, pause)
    tell = progress or (lambda _: None)
    n_runs = 0
    datasets: set[int] = set()
    problems: dict[int, str] = {}
    with store.exclusive("importing"), connect(server, pause=pause) as client:
        fetcher = Fetcher(client, Journal(store.folder, server), tell)
        for task_id in dict.fromkeys(tasks):
            try:
                task = fetcher.describe(task_id)
            except RefusedError as error:
                problems[task_id] = str(error)
                continue
            asked = [name for name in METRICS[task.kind] if metrics is None or name in metrics]
            if not asked:
                problems[task_id] = f"a {task.kind} has none of the metrics asked for"
                continue
            found = fetcher.fetch(
                task,
                [None] if flows is None else list(dict.fromkeys(flows)),
                (*asked, *TIMES),
                limit=limit,
                refresh=refresh,
            )
            add_meta_features(store, to_meta_feature_table(task), source=SOURCE)
            n_runs += add_runs(store, to_runs(found), source=SOURCE)
            datasets.add(task.dataset_id)
    if not datasets:
        task_id, problem = next(iter(problems.items()))
        msg = f"none of the tasks can be imported; task {task_id}: {problem}"
        raise HistoryError(msg)
    return OpenMLImport(n_runs, len(datasets), problems)


def _check(
    tasks: Sequence[int],
    flows: Sequence[int] | None,
    metrics: Sequence[str] | None,
    limit: int | None,
    pause: float,
) -> None:
    if not tasks:
        msg = "no tasks are named: give OpenML task ids"
        raise UsageError(msg)
    if wrong := [number for number in (*tasks, *(flows or ())) if number < 1]:
        msg = f"{wrong[0]} is no OpenML id: use a positive whole number"
        raise UsageError(msg)
    if unknown := [name for name in metrics or () if name not in OPENML_METRICS]:
        msg = f"{unknown[0]!r} has no counterpart here; choose from {', '.join(OPENML_METRICS)}"
        raise UsageError(msg)
    if limit is not None and limit < 1:
        msg = f"the limit must be at least 1, but is {limit}"
        raise UsageError(msg)
    if pause < 0:
        msg = f"the pause must be at least 0 seconds, but is {pause}"
        raise UsageError(msg)
