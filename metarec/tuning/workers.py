"""Threads that each keep a child process for fitting."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final, Self

from metarec.collecting.shipping import pack_learners
from metarec.collecting.supervisor import (
    Limits,
    Outcome,
    Session,
    abandon,
    dismiss,
    interrupt,
    stand_by,
    supervise,
)
from metarec.learners import Configuration, Kind, learner_names
from metarec.tuning.fitting import begin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

_KINDS: Final[tuple[Kind, ...]] = ("classification", "regression")
_LOOK_SECONDS: Final = 0.5
"""Between two looks for Ctrl-C."""
_LEAST_READING, _MOST_READING = 5.0, 20.0
"""Seconds that a child is given to begin with what it is asked for, even on a busy machine."""
_REPEAT_SECONDS: Final = 0.1
"""Between two calls to stop, for a request that began after the first one."""


class Workers:
    """Start at once, so that their libraries are imported while the table is read.

    Examples
    --------
    >>> with Workers(1) as workers:
    ...     workers.all(lambda: workers.ask(begin).status)
    ['ok']
    """

    def __init__(self, jobs: int) -> None:
        known = {
            kind: [Configuration(name) for name in learner_names(kind, installed=True)]
            for kind in _KINDS
        }
        self._session = Session(os.getpid(), pack_learners(known))
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(jobs)
        self._futures = [self._pool.submit(self.ask, begin) for _ in range(jobs)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        while _open(self._futures, _REPEAT_SECONDS):
            abandon(self._session)
        dismiss(self._session)

    def ask(
        self,
        function: Callable[..., Iterator[object]],
        *arguments: Any,
        limits: Limits | None = None,
    ) -> Outcome:
        """Run a generator function in the child of this thread, which must be a worker's."""
        return supervise(self._session, function, arguments, limits or Limits())

    def stand_by(self) -> None:
        """Wait for the child of this thread, a worker's, where it was stopped: it takes seconds."""
        stand_by(self._session)

    def all(self, work: Callable[[], Any], stop: Callable[[], None] | None = None) -> list[Any]:
        """Let each worker do the same; Ctrl-C calls `stop` and ends what the children do.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, if there is no `stop`.
        """
        return self.results([self.each(work) for _ in range(self._jobs)], stop)

    def each(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Let the next free worker call a function."""
        future = self._pool.submit(function, *arguments)
        self._futures = [each for each in self._futures if not each.done()] + [future]
        return future

    def results(
        self, futures: Sequence[Future[Any]], stop: Callable[[], None] | None = None
    ) -> list[Any]:
        """What these gave, when all of them are done; Ctrl-C as in `all`."""
        try:
            # Some libraries let a wait without an end sleep through signals.
            while _open(futures, _LOOK_SECONDS):
                pass
        except KeyboardInterrupt:
            if stop is None:
                raise
            stop()
            while _open(futures, _REPEAT_SECONDS):
                interrupt(self._session)
        return [future.result() for future in futures]


def limits_of(seconds: float, memory: int | None) -> Limits:
    """Of a request that reads nothing: a child that does not begin must not keep it waiting.

    Examples
    --------
    >>> limits_of(60.0, None)
    Limits(seconds=60.0, memory=None, reading=20.0)
    """
    reading = max(_LEAST_READING, min(seconds, _MOST_READING))
    return Limits(None if math.isinf(seconds) else seconds, memory, reading)


def _open(futures: Sequence[Future[Any]], seconds: float) -> bool:
    """Whether some are not done after so many seconds; one that was cancelled is."""
    return bool(wait([each for each in futures if not each.done()], timeout=seconds).not_done)
