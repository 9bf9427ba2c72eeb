"""Who evaluates which trial of a study, and how many are enough."""

import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from metarec.tuning.sharing import Shared
from metarec.warmstart import open_storage

HERE = socket.gethostname()


@pytest.fixture
def shared() -> Shared:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return Shared(optuna.create_study())


@pytest.fixture(scope="module")
def dead() -> int:
    """A process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def ask(shared: Shared, host: str, pid: int) -> optuna.Trial:
    """A trial that another process has begun."""
    trial = shared.study.ask()
    trial.suggest_categorical("algorithm", ["knn"])
    trial.set_user_attr("metarec_worker", (host, pid))
    return trial


def test_what_lives_elsewhere_counts_and_what_died_does_not(shared: Shared, dead: int) -> None:
    shared.study.tell(shared.study.ask(), 1.0)
    ask(shared, HERE, os.getppid())
    ask(shared, HERE, dead)
    ask(shared, "elsewhere", os.getppid())
    shared.begin(shared.study.ask())
    shared.study.ask()  # may be one of this process
    assert shared.has(2, 0)
    assert shared.has(3, 1)
    assert not shared.has(3, 0)
    assert not shared.has(4, 1)
    assert [each.number for each in shared.left_behind()] == [2]


def test_of_trials_that_begin_at_once_the_last_is_beyond(shared: Shared) -> None:
    shared.study.ask()  # has not said yet whose it is
    for number in (1, 2):
        shared.begin(shared.study.ask())
        assert not shared.is_beyond(number + 1, number)
        assert shared.is_beyond(number, number)
    long_ago = create_trial(state=TrialState.RUNNING)
    long_ago.datetime_start = datetime.now() - timedelta(minutes=1)
    shared = Shared(optuna.create_study())
    shared.study.add_trial(long_ago)
    assert not shared.is_beyond(1, 1)


def test_what_was_left_is_begun_again_by_one(shared: Shared, dead: int) -> None:
    mine = ask(shared, HERE, os.getpid())
    assert shared.left_behind() == []
    shared.leave(mine)
    (left,) = shared.left_behind()
    shared.give_up(left)
    shared.give_up(left)  # another process saw it at the same moment
    assert shared.left_behind() == []
    states = [each.state for each in shared.study.get_trials()]
    assert states == [TrialState.FAIL, TrialState.WAITING]
    assert shared.n_finished() == 0
    again = shared.study.ask()
    assert again.number == 1
    assert again.suggest_categorical("algorithm", ["knn"]) == "knn"
    shared.begin(again)
    assert shared.left_behind() == []
    again.set_user_attr("metarec_worker", (HERE, dead))
    shared.give_up(shared.left_behind()[0])  # it ended two processes
    assert [each.state for each in shared.study.get_trials()] == [TrialState.FAIL] * 2
    assert shared.n_finished() == 1


@pytest.mark.filterwarnings("ignore:Heartbeat of storage")
def test_of_other_machines_a_database_tells(tmp_path: Path) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = open_storage(f"sqlite:///{tmp_path / 's.db'}", heartbeat=1)
    study = optuna.create_study(storage=storage)
    ask(Shared(study), "elsewhere", 1)
    assert Shared(study, heartbeats=True).has(1, 0)
    assert not Shared(study).has(1, 0)
