"""Threads with child processes, and how they end."""

import time

from metarec.collecting.supervisor import interrupt
from metarec.tuning.fitting import begin
from metarec.tuning.workers import Workers


def test_what_waits_for_a_worker_does_not_keep_it_from_ending() -> None:
    with Workers(1) as workers:
        asked = [workers.each(time.sleep, 0.5) for _ in range(2)]
    assert asked[1].cancelled()


def test_a_child_that_starts_is_not_interrupted() -> None:
    with Workers(1) as workers:
        interrupt(workers._session)
        assert workers.all(lambda: workers.ask(begin).status) == ["ok"]
