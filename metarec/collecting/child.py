"""The process that does the fitting: `python -m metarec.collecting.child`.

It is started once and then asked for one run after the other, so that libraries are imported once.
It can be killed at any moment, whatever it is doing: only its supervisor keeps results. On Linux it
is a copy of a process that has imported the libraries and does nothing else, so that another copy
can take its place at once.

Requests come in on standard input and messages go out on standard output, both pickled. A request
is a generator function with its arguments; each item that it yields is a message, then comes `End`.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
import warnings
from typing import TYPE_CHECKING, BinaryIO

from metarec.collecting.memory import peak_bytes, restart_peak, set_ceiling
from metarec.collecting.messages import Died, End, Ready

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metarec.collecting.messages import Request, Setup
    from metarec.learners import BaseLearner


def main() -> None:
    """Answer requests until the supervisor goes away."""
    requests, messages = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not mix with messages.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _set_up(pickle.load(requests))  # noqa: S301 - from the supervisor
    if sys.platform == "linux":
        _become_a_copy(messages)
    dropping = _Dropping()
    waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, waiting), daemon=True).start()
    _send(messages, Ready(os.getpid()))
    while True:
        request = waiting.get()
        if request.pid != os.getpid():
            continue
        set_ceiling(request.memory_limit)
        restart_peak()
        status, reason = "ok", None
        try:
            dropping.restart()
            asked = request.function(*request.arguments)
            while (message := dropping.allowed(asked)) is not None:
                _send(messages, message)
        except _DroppedError:
            status = "dropped"
        except MemoryError as error:
            status, reason = "out_of_memory", _in_one_line(error)
        except Exception as error:
            status, reason = "failed", _in_one_line(error)
        peak = peak_bytes()
        set_ceiling(None)
        _send(messages, End(status, reason, peak))


def _become_a_copy(messages: BinaryIO) -> None:
    """Return in a copy of this process; each copy that is killed is replaced by another one."""
    original = os.getpid()
    while pid := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code >= 0:  # it has ended by itself: the supervisor is gone
            os._exit(code)
        _send(messages, Died(-code))
    _end_with(original)


class _DroppedError(BaseException):
    """Ends a request; libraries that catch every Exception let it pass."""


class _Dropping:
    """Ends a request when the supervisor signals it, as soon as Python code runs."""

    def __init__(self) -> None:
        self._is_allowed = self._is_asked = False
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._ask)

    def restart(self) -> None:
        """Forget what was asked before."""
        self._is_asked = False

    def allowed(self, asked: Iterator[object]) -> object | None:
        """The next message, None after the last one; only meanwhile a request may be dropped."""
        if self._is_asked:
            raise _DroppedError
        self._is_allowed = True
        try:
            return next(asked, None)
        finally:
            self._is_allowed = False

    def _ask(self, *_: object) -> None:
        self._is_asked = True
        if self._is_allowed:
            raise _DroppedError


def _set_up(setup: Setup) -> None:
    from metarec.learners import Configuration, make_pipeline, register_learner

    _end_with(setup.parent)
    sys.path += [folder for folder in setup.path if folder not in sys.path]
    warnings.simplefilter("ignore")
    own: tuple[BaseLearner, ...] = pickle.loads(setup.learners)  # noqa: S301 - from the supervisor
    for learner in own:
        register_learner(learner, replace=True)
    # The first run must not pay for imports.
    pipeline = make_pipeline(Configuration("naive_bayes"))
    pipeline.fit([[1, "red"], [2, "blue"]], ["yes", "no"]).predict([[1, "red"]])


def _end_with(parent: int) -> None:
    """End when the parent ends, even while C code runs."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it was faster
            os._exit(1)


def _receive(requests: BinaryIO, waiting: queue.SimpleQueue[Request]) -> None:
    while True:
        try:
            waiting.put(pickle.load(requests))  # noqa: S301 - from the supervisor
        except (EOFError, OSError):
            os._exit(0)
        except BaseException:
            # Else the request would be waited for and never come.
            os._exit(1)


def _send(messages: BinaryIO, message: object) -> None:
    pickle.dump(message, messages)
    messages.flush()


def _in_one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]


if __name__ == "__main__":
    main()
