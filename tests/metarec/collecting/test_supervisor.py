"""What fits can be lost at any time; the next request finds another process."""

import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from fitting_requests import crash, fall_silent, grow, loop, whereabouts

from metarec.collecting import supervisor
from metarec.collecting.messages import Request
from metarec.collecting.supervisor import Limits, Session, dismiss, supervise


@pytest.fixture
def session() -> Iterator[Session]:
    """A session of its own, whose child ends with the test."""
    session = Session(os.getpid(), pickle.dumps(()))
    yield session
    dismiss(session)


@pytest.mark.parametrize(
    ("function", "arguments", "limits", "status", "reason"),
    [
        (loop, (), Limits(seconds=0.1), "timed_out", "over 0.1 seconds"),
        (crash, ("the first\nlast words",), Limits(), "failed", "SIGSEGV: last words"),
        (crash, ("",), Limits(), "failed", "ended with SIGSEGV"),
        (grow, (), Limits(seconds=30, memory=2**29), "out_of_memory", ""),
    ],
)
def test_what_is_lost_is_replaced(
    session: Session,
    function: Callable[..., Iterator[object]],
    arguments: tuple[str, ...],
    limits: Limits,
    status: str,
    reason: str,
) -> None:
    for _ in range(2):
        before, original = supervise(session, whereabouts, (), Limits()).items[-1]
        outcome = supervise(session, function, arguments, limits)
        assert outcome.status == status
        assert str(outcome.reason).endswith(reason)
        after = supervise(session, whereabouts, (), Limits())
        assert after.status == "ok"
        if sys.platform == "linux" and status != "out_of_memory":
            assert after.items[-1][1] == original != os.getpid()
            assert after.items[-1][0] != before


@pytest.mark.skipif(sys.platform != "linux", reason="a copy is made on Linux only")
def test_what_is_lost_between_requests_is_no_fault_of_the_next(session: Session) -> None:
    pid, original = supervise(session, whereabouts, (), Limits()).items[-1]
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    outcome = supervise(session, whereabouts, (), Limits())
    assert outcome.status == "ok"
    assert outcome.items[-1][1] != original


@pytest.mark.skipif(sys.platform != "linux", reason="a copy is made on Linux only")
def test_half_a_message_does_not_block(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_COPYING_SECONDS", 0.5)
    outcome = supervise(session, fall_silent, (), Limits())
    assert outcome.status == "failed"
    assert supervise(session, whereabouts, (), Limits()).status == "ok"


@pytest.mark.skipif(sys.platform != "linux", reason="a copy is made on Linux only")
def test_a_request_is_for_the_process_that_it_was_sent_to(session: Session) -> None:
    pid, _ = supervise(session, whereabouts, (), Limits()).items[-1]
    child = supervisor._kept.child
    os.kill(pid, signal.SIGKILL)
    child.send(Request(whereabouts, (), pid))
    assert child.watch(Limits())[0] == "failed"
    # Nothing of the request before is in the answer.
    after = supervise(session, whereabouts, (), Limits())
    assert (after.status, len(after.items)) == ("ok", 2)
    assert after.items[-1][0] == child.pid != pid
