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
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import optuna
from optuna.trial import TrialState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.trial import FrozenTrial

_WORKER: Final = "metarec_worker"
"""User attribute of a trial: machine and process that evaluate it."""
_AGAIN: Final = "metarec_again:"
"""User attribute of a study, with a trial's number: machine and process that began it a second
time."""
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

    def begin_again(self, trial: FrozenTrial) -> bool:
        """Say that this process evaluates a trial that was left behind.

        False if it is not to be: that is done once, and if it is known what the trial evaluates.
        """
        name = f"{_AGAIN}{trial.number}"
        if self.study.user_attrs.get(name) or "algorithm" not in trial.params:
            return False
        self.study.set_user_attr(name, _this_worker())
        return True

    def leave_again(self, trial: FrozenTrial) -> None:
        """Say that what was begun again was left as it was."""
        self.study.set_user_attr(f"{_AGAIN}{trial.number}", None)

    def left_behind(self) -> list[FrozenTrial]:
        """Trials that run, but in no process or in one of this machine that is no more."""
        attributes = self.study.user_attrs
        return [
            each
            for each in self.study.get_trials(deepcopy=False)
            if each.state == TrialState.RUNNING and _is_alive(each, attributes) is False
        ]

    def n_finished(self) -> int:
        """How many trials have ended, however."""
        return sum(each.state.is_finished() for each in self.study.get_trials(deepcopy=False))

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
        attributes = self.study.user_attrs
        before = [each for each in self.study.get_trials(deepcopy=False) if each.number < number]
        taken = [
            each.state.is_finished() or self._is_under_way(each, attributes) for each in before
        ]
        return sum(taken) >= wanted

    def _n_elsewhere(self) -> int:
        """Trials that other processes say they evaluate."""
        attributes, own = self.study.user_attrs, _this_worker()
        return sum(
            self._is_under_way(each, attributes) and _worker_of(each, attributes) not in {None, own}
            for each in self.study.get_trials(deepcopy=False)
        )

    def _is_under_way(self, trial: FrozenTrial, attributes: Mapping[str, Any]) -> bool:
        """Whether a process is known to evaluate a trial."""
        if trial.state != TrialState.RUNNING:
            return False
        if _worker_of(trial, attributes) is None:
            begun = trial.datetime_start
            return begun is not None and datetime.now() - begun < _NAMELESS
        alive = _is_alive(trial, attributes)
        return self.heartbeats if alive is None else alive


def _worker_of(trial: FrozenTrial, attributes: Mapping[str, Any]) -> _Worker | None:
    """Who evaluates a trial: the last that began it."""
    worker = attributes.get(f"{_AGAIN}{trial.number}") or trial.user_attrs.get(_WORKER)
    return None if worker is None else (worker[0], worker[1])


def _is_alive(trial: FrozenTrial, attributes: Mapping[str, Any]) -> bool | None:
    """Whether the process lives that evaluates a trial; None if that is not known."""
    worker = _worker_of(trial, attributes)
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
