"""What fits can be lost at any time; the next request finds another process."""

import os
import pickle
import sys
from collections.abc import Callable, Iterator

import pytest
from fitting_requests import crash, grow, loop, whereabouts

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
