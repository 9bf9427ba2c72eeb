"""Evaluate configurations on tables and store the runs: parallel, resumable, cheapest first."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import UsageError
from metarec.collecting.backends import Job, open_backend, run_all
from metarec.collecting.costs import RemainingTime
from metarec.collecting.evaluating import describe, evaluate, extract_meta_features
from metarec.collecting.libraries import choose, default_libraries
from metarec.collecting.memory import check_measurable
from metarec.collecting.planning import Known, Plan, Planned, make_plan
from metarec.collecting.recording import Recorder
from metarec.collecting.shipping import pack_learners
from metarec.collecting.supervisor import Limits, Session
from metarec.collecting.tasks import Protocol, TaskCard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metarec.collecting.tables import TableFile
    from metarec.history import HistoryStore
    from metarec.history.library import Library

_META_FEATURE_SECONDS: Final = 60.0
_LEAST_MEMORY: Final = 400 * 2**20


@dataclass(frozen=True)
class Progress:
    """How far a collection is."""

    done: int
    """Runs and extractions of meta-features that have ended."""
    total: int
    """How many this call has to do."""
    seconds_left: float
    """Estimate from the measured seconds."""
    latest: str
    """What has just ended."""


@dataclass(frozen=True)
class Collected:
    """What one call of `collect` did."""

    statuses: dict[str, int]
    """Number of new runs by status."""
    known: int
    """Runs that the history had already."""
    left: int
    """Runs and extractions that the time limit left for the next call."""
    unusable: int
    """Pairs of configuration and table that do not go together."""
    problems: dict[str, str]
    """Why a table was passed over or has no meta-features, by its name."""
    seconds: float
    """Wall-clock time."""

    @property
    def runs(self) -> int:
        """Number of new runs."""
        return sum(self.statuses.values())


def collect(
    tables: Sequence[TableFile],
    history: HistoryStore,
    *,
    libraries: Iterable[Library] | None = None,
    algorithms: Sequence[str] | None = None,
    protocol: Protocol | None = None,
    limits: Limits | None = None,
    time_limit: float | None = None,
    jobs: int = 1,
    backend: str = "loky",
    progress: Callable[[Progress], None] | None = None,
) -> Collected:
    """Evaluate configurations on tables and add the runs to a history.

    Each run is cross-validated in a process that can be stopped at a limit. It is in the history as
    soon as it has ended; what is there is not evaluated again, however the last call ended.

    Parameters
    ----------
    tables : sequence of TableFile
        From `find_tables`.
    history : HistoryStore
        Where the runs and the tables' meta-features go, as the source "collect".
    libraries : iterable of Library, optional
        The configurations for each kind of task; the defaults of every base-learner if left out.
    algorithms : sequence of str, optional
        Only these base-learners.
    protocol : Protocol, optional
        Folds, row cap and seed.
    limits : Limits, optional
        Time and memory of one run.
    time_limit : float, optional
        Seconds after which no further run is started.
    jobs : int
        How many runs at once.
    backend : str
        Name of a joblib back end: loky, dask or ray.
    progress : callable, optional
        Called with a `Progress` after each run.

    Returns
    -------
    Collected

    Raises
    ------
    HistoryError
        If another process collects into this history.
    UsageError
        If an argument cannot be met.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from metarec.collecting import collect, find_tables
    >>> from metarec.history import HistoryStore
    >>> folder = Path(tempfile.mkdtemp())
    >>> load_iris(as_frame=True).frame.to_parquet(folder / "iris.parquet")
    >>> history = HistoryStore(folder / "history")
    >>> collect(find_tables([folder]), history, algorithms=["knn", "naive_bayes"]).statuses
    {'ok': 2}
    >>> collect(find_tables([folder]), history, algorithms=["knn", "naive_bayes"]).known
    2
    """
    start = time.perf_counter()
    deadline = math.inf if time_limit is None else start + time_limit
    protocol, limits = protocol or Protocol(), limits or Limits()
    _check(tables, protocol, limits, jobs)
    configurations = choose(default_libraries() if libraries is None else libraries, algorithms)
    session = Session(os.getpid(), pack_learners(configurations))
    recorder = Recorder(history, protocol)
    with history.exclusive("collecting"), open_backend(backend, jobs) as parallel:
        cards, unreadable = _describe(tables, protocol, parallel, session)
        plan = make_plan(cards, configurations, protocol, Known.read(history))
        report = _Report(plan, jobs, progress)
        work = _work(plan, protocol, limits, deadline)
        for item, outcome in run_all(parallel, session, work):
            if item.configuration is None:
                recorder.meta_features(item.card, outcome)
            else:
                recorder.run(item.card, item.configuration, outcome)
            report(item, outcome.seconds)
        recorder.finish()
    return Collected(
        dict(recorder.statuses.most_common()),
        plan.n_known,
        report.left,
        plan.n_unusable,
        unreadable | plan.problems | recorder.problems,
        time.perf_counter() - start,
    )


def _check(tables: Sequence[TableFile], protocol: Protocol, limits: Limits, jobs: int) -> None:
    if not tables:
        msg = "there are no tables to collect runs on: name files or folders"
        raise UsageError(msg)
    if protocol.n_folds < 2 or jobs < 1 or protocol.seed < 0:
        msg = (
            "folds must be at least 2, jobs at least 1 and the seed at least 0, but got "
            f"{protocol.n_folds}, {jobs} and {protocol.seed}"
        )
        raise UsageError(msg)
    if protocol.max_rows is not None and protocol.max_rows < protocol.n_folds:
        msg = f"a sample of {protocol.max_rows} rows has no {protocol.n_folds} folds: raise it"
        raise UsageError(msg)
    if limits.seconds is not None and not limits.seconds > 0:
        msg = f"the time limit of a run must be above 0 seconds, but got {limits.seconds:g}"
        raise UsageError(msg)
    if limits.memory is not None:
        check_measurable()
        if limits.memory < _LEAST_MEMORY:
            msg = (
                f"the memory limit of a run must be at least {_LEAST_MEMORY} bytes, because the "
                f"libraries take most of that, but got {limits.memory}"
            )
            raise UsageError(msg)


def _describe(
    tables: Sequence[TableFile],
    protocol: Protocol,
    parallel: Callable[..., Any],
    session: Session,
) -> tuple[list[TaskCard], dict[str, str]]:
    """Cards of the tables that can be collected on, and why the others cannot."""
    cards, problems = {}, {}
    work = (Job(table.name, describe, (table, protocol), Limits()) for table in tables)
    for name, outcome in run_all(parallel, session, work):
        if outcome.items:
            cards[name] = outcome.items[0]
        else:
            problems[name] = outcome.reason or outcome.status
    return [cards[table.name] for table in tables if table.name in cards], problems


def _work(
    plan: Plan, protocol: Protocol, limits: Limits, deadline: float
) -> Iterator[Job[Planned]]:
    """The plan as jobs, until the time is over."""
    for item in plan.items:
        if time.perf_counter() > deadline:
            return
        if item.configuration is None:
            arguments = (item.card.file, protocol, _META_FEATURE_SECONDS)
            # The extractor keeps its limit by itself; twice that is for what does not.
            within = Limits(2 * _META_FEATURE_SECONDS, limits.memory)
            yield Job(item, extract_meta_features, arguments, within)
        else:
            yield Job(item, evaluate, (item.card.file, protocol, item.configuration), limits)


class _Report:
    """Counts what is done and estimates what is left."""

    def __init__(self, plan: Plan, jobs: int, progress: Callable[[Progress], None] | None) -> None:
        self._jobs, self._progress = jobs, progress
        self._total = self.left = len(plan.items)
        self._remaining = RemainingTime()
        for item in plan.items:
            self._remaining.add(item.label, item.guess)

    def __call__(self, item: Planned, seconds: float) -> None:
        self._remaining.finish(item.label, item.guess, measured=seconds)
        self.left -= 1
        if self._progress is not None:
            self._progress(
                Progress(
                    self._total - self.left,
                    self._total,
                    self._remaining.seconds / min(self._jobs, max(1, self.left)),
                    f"{item.card.dataset} {item.label}",
                )
            )
