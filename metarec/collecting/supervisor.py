"""Watches a child process and stops it when a run breaks its limits.

A supervisor lives in a process or thread of the parallel back end. It keeps its child from run to
run. When what fits had to be killed or has crashed, the child sends a copy of itself that has its
libraries, where it can; else it is replaced.
"""

from __future__ import annotations

import atexit
import math
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Final, cast

from metarec.collecting.evaluating import Started
from metarec.collecting.memory import resident_bytes
from metarec.collecting.messages import Died, End, Ready, Request, Setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK_SECONDS: Final = 0.05
"""How often the memory of a child is looked at."""
_CLOSE_LOOK_SECONDS: Final = 0.01
"""The same from half of its limit on."""
_ORPHAN_SECONDS: Final = 0.5
"""How often a worker looks whether the process that collects is still there."""
_READING_SECONDS: Final = 300.0
"""How long a child may take to start or to read a table."""
_THREADS: Final = (
    "BLIS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""As many fits run at once as there are children, so each has one thread."""
_NEAR_LIMIT: Final = 0.8
"""A child that dies above this share of its memory limit has died of it."""
_LEAST_GRACE: Final = 0.3
"""Seconds that a child may take at least to drop a request before it is killed."""
_COPYING_SECONDS: Final = 5.0
"""How long the child may take to send another copy of itself."""


@dataclass(frozen=True)
class Limits:
    """What one run may use."""

    seconds: float | None = None
    """Time from the first fit on, all folds together."""
    memory: int | None = None
    """Resident bytes of the process that fits."""
    reading: float = _READING_SECONDS
    """Seconds before that: to read what it is asked for, and its table."""


@dataclass(frozen=True)
class Session:
    """What the children of one collection have in common; those of another one are replaced."""

    main: int
    """Process that collects."""
    learners: bytes
    """As in `Setup`."""


@dataclass(frozen=True)
class Outcome:
    """How a request went."""

    status: str
    """ok, failed, timed_out or out_of_memory."""
    reason: str | None = None
    """Why it is not ok, in one line."""
    items: list[Any] = field(default_factory=list)
    """What it yielded until its end."""
    peak_bytes: int | None = None
    """Largest resident memory of the child, if known."""
    seconds: float = 0.0
    """From the request to its end, without the start of a child."""


def supervise(
    session: Session,
    function: Callable[..., Iterator[object]],
    arguments: tuple[Any, ...],
    limits: Limits,
) -> Outcome:
    """Run a generator function in this thread's child, within limits.

    Its time counts from the moment it yields `Started`, its memory from the beginning. The child
    stays for the next call, and ends with this process.
    """
    child = _child(session)
    start = time.perf_counter()
    child.send(Request(function, arguments, child.pid, limits.memory))
    status, reason, items, peak = child.watch(limits)
    return Outcome(status, reason, items, peak, time.perf_counter() - start)


def stand_by(session: Session) -> None:
    """Start this thread's child if it is not there, so that the next call finds it."""
    _child(session)


def interrupt(session: Session) -> None:
    """Stop what the session's children of all threads are asked for: it ends as failed.

    A child that is not ready yet starts all the same.
    """
    for child in tuple(_living):
        if child.session is session and child.is_ready:
            child.interrupt()


def abandon(session: Session) -> None:
    """Kill the session's children whatever they do; what they are asked for ends as failed."""
    for child in tuple(_living):
        if child.session is session:
            child.abandon()


def dismiss(session: Session) -> None:
    """End the session's children of all threads, none of which has a request under way."""
    for child in tuple(_living):
        if child.session is session:
            child.kill()


_kept = threading.local()


def _child(session: Session) -> _Child:
    _end_with(session.main)
    child: _Child | None = getattr(_kept, "child", None)
    if child is not None and (child.session != session or not child.is_alive()):
        child.kill()
        child = None
    if child is None:
        child = _kept.child = _Child(session)
    return child


class _Child:
    """A child process and its messages."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.is_ready = False
        self._restart_seconds = 0.0
        self._seen = 0.0
        start = time.perf_counter()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-m", "metarec.collecting.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=os.environ | dict.fromkeys(_THREADS, "1"),
            process_group=0,  # Ctrl-C is for who collects
        )
        self.pid = self._process.pid
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._messages: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._interrupted = threading.Event()
        self._receiver = threading.Thread(target=self._receive, daemon=True)
        self._receiver.start()
        atexit.register(self.kill)
        _living.add(self)
        self.send(Setup(os.getpid(), tuple(sys.path), session.learners))
        status, reason, items, _ = self.watch(Limits())
        if not items:
            self.kill()
            msg = f"a process for fitting could not be started ({status}: {reason})"
            raise RuntimeError(msg)
        if not self._has_copies:
            self._restart_seconds = time.perf_counter() - start
        self.is_ready = True

    @property
    def _has_copies(self) -> bool:
        """Whether a copy of the process fits."""
        return self.pid != self._process.pid

    def is_alive(self) -> bool:
        """Whether it can take a request, and has nothing left to say of earlier ones."""
        return self._process.poll() is None and self._messages.empty()

    def send(self, message: object) -> None:
        """Send a message; whether it arrives shows when its answer is waited for."""
        try:
            pickle.dump(message, self._requests)
            self._requests.flush()
        except OSError:
            return

    def watch(self, limits: Limits) -> tuple[str, str | None, list[Any], int | None]:
        """Collect messages until the end of a request; stop it at a limit."""
        self._interrupted.clear()
        items: list[Any] = []
        deadline = time.perf_counter() + limits.reading
        peak = used = 0
        self._seen = time.perf_counter()
        end: tuple[str, str] | None = None
        while True:
            left = deadline - time.perf_counter()
            is_close = limits.memory is not None and used > limits.memory / 2
            look = _CLOSE_LOOK_SECONDS if is_close else _LOOK_SECONDS
            try:
                message = self._messages.get(timeout=max(0.0, min(look, left)))
            except queue.Empty:
                used = self._look()
                peak = max(peak, used)
                if limits.memory is not None and used > limits.memory:
                    self._kill_what_fits()
                    return "out_of_memory", f"over {limits.memory} bytes", items, peak
                if end is None and (left <= 0 or self._interrupted.is_set()):
                    end = ("timed_out", _why_late(items, limits)) if left <= 0 else _INTERRUPTED
                    is_dropped = _is_begun(items) and self._ask_to_drop()
                    # One that is late is waited for as long as a new child would take to start.
                    grace = max(_LEAST_GRACE, self._restart_seconds if left <= 0 else 0.0)
                    deadline = time.perf_counter() + (grace if is_dropped else 0.0)
                elif left <= 0 and end is not None:
                    self._kill_what_fits()
                    return *end, items, peak
                continue
            if message is None or isinstance(message, Died):
                end = end or self._cause_of_death(message, peak, limits)
                if message is not None:
                    self._wait_for_copy()
                return *end, items, peak
            if isinstance(message, End):
                peak = message.peak_bytes or peak
                if message.status == "dropped" and end is not None:
                    return *end, items, peak or None
                return message.status, message.reason, items, peak or None
            items.append(message)
            if isinstance(message, Ready):
                self.pid = message.pid
                return "ok", None, items, None
            if isinstance(message, Started):
                seconds = math.inf if limits.seconds is None else limits.seconds
                deadline = time.perf_counter() + seconds

    def interrupt(self) -> None:
        """Let the request under way end, for whoever watches it."""
        self._interrupted.set()

    def abandon(self) -> None:
        """End the process; whoever watches it does the rest."""
        self._process.kill()

    def _look(self) -> int:
        """Resident bytes of what fits; if it is gone and nobody says so, the process ends as well.

        That is so where it was killed while it sent a message: nothing after it can be read.
        """
        used, now = resident_bytes(self.pid), time.perf_counter()
        if used or not self._has_copies:
            self._seen = now
        elif now - self._seen > _COPYING_SECONDS:
            self._process.kill()
        return used

    def _ask_to_drop(self) -> bool:
        """Ask the process to end its request and live on; only some systems can."""
        if not hasattr(signal, "SIGUSR1"):
            return False
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGUSR1)
        return True

    def _kill_what_fits(self) -> None:
        """End the copy of the process that fits, or the process."""
        if not self._has_copies:
            self.kill()
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._wait_for_copy()

    def _wait_for_copy(self) -> None:
        """Take the next copy of the process; without one, end the process."""
        deadline = time.perf_counter() + _COPYING_SECONDS
        with suppress(queue.Empty):
            while left := max(deadline - time.perf_counter(), 0.0):
                message = self._messages.get(timeout=left)
                if isinstance(message, Ready):
                    self.pid = message.pid
                    return
                if message is None:
                    break
        self.kill()

    def kill(self) -> None:
        """End the process whatever it does."""
        atexit.unregister(self.kill)
        _living.discard(self)
        self._process.kill()
        self._process.wait()
        self._receiver.join()
        self._errors.close()
        self._answers.close()
        with suppress(OSError):  # a request that was under way
            self._requests.close()

    def _receive(self) -> None:
        try:
            while True:
                self._messages.put(pickle.load(self._answers))  # noqa: S301 - our child
        except EOFError:
            pass
        except Exception:  # whatever is wrong with its messages, the child is lost
            self._process.kill()
        self._messages.put(None)

    def _cause_of_death(self, died: Died | None, peak: int, limits: Limits) -> tuple[str, str]:
        code = self._process.wait() if died is None else -died.signal
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        self._errors.seek(0)  # what the next copy writes replaces it
        self._errors.truncate()
        reason = f"the process ended with {how}" + (f": {lines[-1]}" if lines else "")
        if limits.memory is not None and peak > _NEAR_LIMIT * limits.memory:
            return "out_of_memory", reason
        return "failed", reason


_living: Final[set[_Child]] = set()


@cache
def _end_with(main: int) -> None:
    """End this worker, and so its children, soon after the process that collects was killed."""

    def wait() -> None:
        while os.getppid() == main:
            time.sleep(_ORPHAN_SECONDS)
        os._exit(1)

    if os.getppid() == main:
        threading.Thread(target=wait, daemon=True).start()


_INTERRUPTED: Final = ("failed", "interrupted")


def _is_begun(items: list[Any]) -> bool:
    return any(isinstance(item, Started) for item in items)


def _why_late(items: list[Any], limits: Limits) -> str:
    if _is_begun(items):
        return f"over {limits.seconds:g} seconds"
    return f"not read within {limits.reading:.3g} seconds"
