"""Threads with child processes, and how they end."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from metarec.collecting import supervisor
from metarec.collecting.supervisor import interrupt
from metarec.tuning.fitting import begin, warm_up
from metarec.tuning.workers import Workers, limits_of


def test_what_waits_for_a_worker_does_not_keep_it_from_ending() -> None:
    with Workers(1) as workers:
        asked = [workers.each(time.sleep, 0.5) for _ in range(2)]
    assert asked[1].cancelled()


def test_a_child_that_starts_is_not_interrupted() -> None:
    with Workers(1) as workers:
        (first,) = workers._futures
        while not any(child.session is workers._session for child in supervisor._living):
            time.sleep(0.01)
        interrupt(workers._session)
        assert first.result().status == "ok"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that nobody writes")
def test_a_child_that_does_not_begin_is_not_waited_for(tmp_path: Path) -> None:
    silent = tmp_path / "fifo"
    os.mkfifo(silent)
    limits = replace(limits_of(0.5, None), reading=0.5)
    with Workers(1) as workers:
        (outcome,) = workers.all(lambda: workers.ask(warm_up, str(silent), limits=limits))
        assert (outcome.status, outcome.reason) == ("timed_out", "not read within 0.5 seconds")
        assert workers.all(lambda: workers.ask(begin).status) == ["ok"]
