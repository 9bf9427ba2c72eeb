"""What the processes that share a study know of each other's trials.

A trial that runs names the machine and the process that evaluate it. On one machine it is seen
whether that process lives; of other machines only the heartbeats of a database tell it.
"""

from __future__ import annotations

import os
import socket
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

import optuna
from optuna.trial import TrialState

from metarec.warmstart.record import retried, retry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

_WORKER: Final = "metarec_worker"
"""User attribute of a trial: machine and process that evaluate it."""
_Worker: TypeAlias = tuple[str, int]
"""A machine's name and a process of it."""
_NOBODY: Final[_Worker] = ("", 0)
_NAMELESS: Final = timedelta(seconds=30)
"""How long a trial that has just begun may be without its worker's name."""


@dataclass(frozen=True, eq=False)
class Shared:
    """A study that other processes may work on at the same time."""

    study: optuna.Study
    """Where trials come from and go to."""
    heartbeats: bool = False
    """Whether its storage gives up trials whose workers are no more, wherever these were."""

    def begin(self, trial: optuna.Trial) -> None:
        """Say that this process evaluates a trial."""
        trial.set_user_attr(_WORKER, _this_worker())

    def leave(self, trial: optuna.Trial) -> None:
        """Say that no process evaluates it any more, so that any may begin it again."""
        trial.set_user_attr(_WORKER, _NOBODY)

    def left_behind(self) -> list[FrozenTrial]:
        """Trials that run, but in no process or in one of this machine that is no more."""
        return [
            each
            for each in self._trials()
            if each.state == TrialState.RUNNING and _is_alive(each) is False
        ]

    def give_up(self, trial: FrozenTrial) -> None:
        """End a trial that was left behind; another one with its parameters waits to be begun.

        Whoever ends it first puts that there, and once: what was left twice may be what ended its
        processes.
        """
        try:
            self.study.tell(trial.number, state=TrialState.FAIL)
        except (ValueError, optuna.exceptions.UpdateFinishedTrialError):
            return  # somebody else has
        if "algorithm" in trial.params:
            retry(self.study, trial)

    def n_finished(self) -> int:
        """How many trials have ended, however, and were not begun again."""
        return sum(each.state.is_finished() for each in counted(self._trials()))

    def has(self, wanted: int, mine: int) -> bool:
        """Whether so many trials have ended or are under way, `mine` of them in this process."""
        if self.n_finished() + mine >= wanted:
            return True
        if self.n_finished() + mine + self._n_elsewhere() < wanted:
            return False
        # Those whose hearts stand still run until they are given up.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            optuna.storages.fail_stale_trials(self.study)
        return self.n_finished() + mine + self._n_elsewhere() >= wanted

    def is_beyond(self, wanted: int, number: int) -> bool:
        """Whether a trial that has begun is one too many, as another began at the same moment.

        Trials are numbered in the order in which they began, so that all agree on it.
        """
        before = [each for each in counted(self._trials()) if each.number < number]
        return (
            sum(each.state.is_finished() or self._is_under_way(each) for each in before) >= wanted
        )

    def _trials(self) -> list[FrozenTrial]:
        return self.study.get_trials(deepcopy=False)

    def _n_elsewhere(self) -> int:
        """Trials that other processes say they evaluate."""
        own = _this_worker()
        return sum(
            self._is_under_way(each) and _worker_of(each) not in {None, own}
            for each in self._trials()
        )

    def _is_under_way(self, trial: FrozenTrial) -> bool:
        """Whether a process is known to evaluate a trial."""
        if trial.state != TrialState.RUNNING:
            return False
        if _worker_of(trial) is None:
            begun = trial.datetime_start
            return begun is not None and datetime.now() - begun < _NAMELESS
        alive = _is_alive(trial)
        return self.heartbeats if alive is None else alive


def counted(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """All trials but those that were begun again as other ones."""
    begun_again = retried(trials)
    return [each for each in trials if each.number not in begun_again]


def _worker_of(trial: FrozenTrial) -> _Worker | None:
    """Who evaluates a trial."""
    worker = trial.user_attrs.get(_WORKER)
    return None if worker is None else (worker[0], worker[1])


def _is_alive(trial: FrozenTrial) -> bool | None:
    """Whether the process lives that evaluates a trial; None if that is not known."""
    worker = _worker_of(trial)
    if worker == _NOBODY:
        return False
    if worker is None or worker[0] != socket.gethostname() or os.name != "posix":
        return None
    try:
        os.kill(worker[1], 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def _this_worker() -> _Worker:
    return socket.gethostname(), os.getpid()
