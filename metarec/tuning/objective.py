"""One trial of a study: a configuration, stage by stage, within limits."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from optuna.trial import TrialState

from metarec.history import FOUND_ATTRIBUTE, parameters_of
from metarec.learners import get_learner
from metarec.tuning.costs import Costs
from metarec.tuning.fitting import evaluate_stage
from metarec.tuning.rounds import Rounds, Stopping
from metarec.tuning.space import read_configuration, suggest_configuration
from metarec.tuning.workers import limits_of
from metarec.warmstart.direction import sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna
    from optuna.trial import FrozenTrial

    from metarec.collecting.evaluating import FoldPredictions
    from metarec.learners import Configuration, TableShape, Value
    from metarec.tuning.clock import Clock
    from metarec.tuning.fitting import StageOutcome
    from metarec.tuning.workers import Workers

REASON: Final = "metarec_reason"
"""User attribute of a trial that has no value: why."""
REFIT_SECONDS: Final = "metarec_refit_seconds"
"""User attribute of a trial with a fold or more: what its fit on all rows is expected to take."""
ROWS_PER_SECOND: Final = "metarec_rows_per_second"
"""User attribute of a trial: training rows of its last stage up to the first fold, by its time."""
ERROR: Final = "metarec_standard_error"
"""User attribute of a complete trial: of the mean over its folds."""
_MOST_OF_FIT: Final = 0.7
"""Share of the time of a stage, after which a fit that can ends early: predictions follow."""
ENDED: Final = "ended with the tuning"
"""Why a trial is left as it is, to be evaluated again when the study goes on."""
TIMED_OUT: Final = "timed_out"
"""How the reason of a trial begins that took too long."""


@dataclass(frozen=True, eq=False)
class Evaluated:
    """How the stages of a configuration went."""

    scores: list[float] = field(default_factory=list)
    """Of the folds that were finished."""
    predictions: list[FoldPredictions] = field(default_factory=list)
    """Of their test rows."""
    pruned: bool = False
    """Whether it was ended early because it promised little."""
    reason: str | None = None
    """Why it was not finished; that is no fault of the configuration where it is `ENDED`."""
    seconds: float = 0.0
    """What all took."""
    refit_seconds: float = 0.0
    """What a fit on all rows is expected to take."""
    found: dict[str, Value] = field(default_factory=dict)
    """Parameters that were found instead of taken as asked for."""
    known: float | None = None
    """Value of an earlier trial of the same configuration, which was taken instead."""

    @property
    def is_whole(self) -> bool:
        """Whether all folds were finished."""
        return self.reason is None and not self.pruned and self.known is None

    @property
    def is_late(self) -> bool:
        """Whether there was no time for more."""
        return self.reason is not None and self.reason.startswith((ENDED, TIMED_OUT))

    @property
    def value(self) -> float | None:
        """The trial's value, if it has one."""
        return float(np.mean(self.scores)) if self.is_whole else self.known


@dataclass(frozen=True, eq=False)
class Objective:
    """Evaluates configurations on one table; called in the workers' threads."""

    workers: Workers
    """Whose child processes fit."""
    path: str
    """Where they read the table."""
    stage_rows: Sequence[int]
    """Training rows of each stage."""
    n_folds: int
    """How many of the stages are folds: the last ones."""
    shape: TableShape
    """Its size."""
    metric: str
    """What a trial's value is: the mean over the folds."""
    algorithms: Sequence[str]
    """The base-learners to choose from."""
    clock: Clock
    """How much time there is."""
    memory: int | None = None
    """Resident bytes that a trial may take."""
    seed: int = 0
    """Of the pipelines."""
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set when no more is wanted."""

    def ask(self, trial: optuna.Trial) -> Configuration:
        """What a trial is to evaluate."""
        return suggest_configuration(trial, self.algorithms, self.shape)

    def __call__(
        self, study: optuna.Study, trial: optuna.Trial, configuration: Configuration
    ) -> Evaluated:
        """Evaluate what a trial asked for, and note with it what its value does not say."""
        if (known := _find_same(study, trial)) is not None:
            for name in (REFIT_SECONDS, ERROR, FOUND_ATTRIBUTE):
                if name in known.user_attrs:
                    trial.set_user_attr(name, known.user_attrs[name])
            return Evaluated(known=known.value)
        found = self.evaluate(configuration, trial)
        if found.found:
            trial.set_user_attr(FOUND_ATTRIBUTE, found.found)
        if found.scores:
            trial.set_user_attr(REFIT_SECONDS, found.refit_seconds)
        if found.is_whole:
            trial.set_user_attr(ERROR, _standard_error(found.scores))
            self.clock.note(found.seconds)
        elif found.reason is not None and found.reason != ENDED:
            trial.set_user_attr(REASON, found.reason)
        return found

    def evaluate(
        self, configuration: Configuration, trial: optuna.Trial | None = None
    ) -> Evaluated:
        """Evaluate a configuration; the trial, if there is one, may be pruned after each stage."""
        self.workers.stand_by()
        start = time.perf_counter()
        most = self.clock.trial_seconds()
        scores: list[float] = []
        predictions: list[FoldPredictions] = []
        first = 0 if trial is not None else len(self.stage_rows) - self.n_folds
        n_stages = len(self.stage_rows) - first
        n_samples = n_stages - self.n_folds
        power = get_learner(configuration.algorithm, self.shape.task).row_power
        # What is evaluated again has the rounds that its trial found.
        most_rows = 0 if trial is None else max(self.stage_rows)
        rounds = Rounds(configuration, self.shape, most_rows)
        rows = self.stage_rows[first:]
        are_alike = not rounds.are_sought(rows[0])
        costs = Costs(rows, n_samples, self.shape.n_rows, power, are_alike=are_alike)

        def end(reason: str | None = None, *, pruned: bool = False) -> Evaluated:
            took = costs.seconds, costs.refit_seconds
            return Evaluated(scores, predictions, pruned, reason, *took, rounds.found)

        for stage in range(n_stages):
            begun = time.perf_counter()
            found = self._evaluate_stage(rounds, first + stage, start, most)
            if isinstance(found, str):
                return end(found)
            if stage >= n_samples:
                scores.append(found.scores[self.metric])
                predictions.append(found.predictions)
            costs.note(
                time.perf_counter() - begun,
                found.predictions.fit_seconds,
                found.predictions.predict_seconds,
            )
            if trial is None:
                continue
            if stage <= n_samples:
                trial.set_user_attr(ROWS_PER_SECOND, costs.rows_per_second)
            if stage == n_stages - 1:
                break
            value = float(np.mean(scores or found.scores[self.metric]))
            trial.report(value, stage)
            if trial.should_prune():
                return end(pruned=True)
            if not scores:
                continue
            spent = time.perf_counter() - start
            if stage == n_samples:
                most = spent + self.clock.further_seconds(spent, most)
            longer = spent + self.clock.leader_seconds(costs.refit_seconds)
            # Whether it leads is asked of the study's storage.
            if longer > most and _leads(trial, stage, value):
                most = longer
            if spent + costs.least_to_come > most:
                return end(_late(most))
        return end()

    def _evaluate_stage(
        self, rounds: Rounds, stage: int, start: float, most: float
    ) -> StageOutcome | str:
        """One stage of what may take so many seconds from the start on, or why it has no score."""
        left = most - (time.perf_counter() - start)
        late = _late(most)
        if left <= 0 or self.stopped.is_set():
            return ENDED if self.stopped.is_set() or self.clock.left_for_trials <= 0 else late
        limits = limits_of(left, self.memory)
        n_rows = self.stage_rows[stage]
        stopping = None
        if rounds.are_sought(n_rows):
            share = _MOST_OF_FIT / (len(self.stage_rows) - stage)
            stopping = Stopping(self.metric, share * left)
        arguments = (self.path, rounds.configuration, stage, self.seed, stopping)
        outcome = self.workers.ask(evaluate_stage, *arguments, limits=limits)
        if outcome.status == TIMED_OUT:
            return late if self.clock.left_for_trials > 0 else ENDED
        if outcome.status != "ok":
            return ENDED if self.stopped.is_set() else f"{outcome.status}: {outcome.reason}"
        found: StageOutcome = outcome.items[-1]
        if found.rounds is not None:
            rounds.note(n_rows, found.rounds)
        return found if self.metric in found.scores else f"failed: it has no {self.metric}"


def configuration_of(trial: FrozenTrial, shape: TableShape) -> Configuration:
    """What a trial evaluated: what it asked for, but for what was found."""
    return read_configuration(parameters_of(trial), shape)


def _late(most: float) -> str:
    return f"{TIMED_OUT}: over {most:.3g} seconds"


def _find_same(study: optuna.Study, trial: optuna.Trial) -> FrozenTrial | None:
    """A complete trial of the same configuration."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((each for each in complete if each.params == trial.params), None)


def _leads(trial: optuna.Trial, stage: int, value: float) -> bool:
    """Whether a trial is better than all others after as many stages, of some that were."""
    direction = sign(trial.study)
    trials = trial.study.get_trials(deepcopy=False)
    others = [
        each.intermediate_values[stage]
        for each in trials
        if each.number != trial.number and stage in each.intermediate_values
    ]
    return bool(others) and all(direction * value < direction * other for other in others)


def _standard_error(scores: Sequence[float]) -> float:
    return float(np.std(scores, ddof=1) / math.sqrt(len(scores)))
