"""The trials of a study, one after the other or several at once, until there is a reason to end."""

from __future__ import annotations

import math
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from optuna import TrialPruned
from optuna.trial import TrialState

from metarec.tuning.fitting import import_pipelines, warm_up
from metarec.tuning.objective import ENDED, ERROR, REFIT_SECONDS, Evaluated
from metarec.warmstart.direction import sign
from metarec.warmstart.prior import key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import optuna
    from optuna.trial import FrozenTrial

    from metarec.collecting.evaluating import FoldPredictions
    from metarec.tuning.objective import Objective
    from metarec.tuning.sharing import Shared

N_KEPT: Final = 15
"""Best trials whose predictions are kept for an ensemble."""
_N_REFITTED: Final = 3
"""Best trials that time is kept for to fit them on all rows."""
_LEAST_GAIN: Final = 0.1
"""What counts as better, as a share of the standard error of the best trial's mean."""


class _EndedError(BaseException):
    """Leaves a trial as one that runs: Optuna would tell any other exception as a failure."""


@dataclass(frozen=True)
class Progress:
    """How far a tuning is."""

    finished: int
    """Trials of the study that have ended, however."""
    trials: int | None
    """How many there will be; None where only time ends it."""
    best: float | None
    """Best value so far."""
    latest: str
    """Base-learner of the trial that ended last."""
    seconds_left: float
    """Until the time limit; infinite without one."""


@dataclass
class Runner:
    """Runs trials and keeps what they predicted."""

    shared: Shared
    """The study, on which others may work as well."""
    objective: Objective
    """What evaluates one."""
    trials: int | None = None
    """Finished trials of the study after which it ends; None for as many as time allows."""
    patience: int | None = None
    """Finished trials in a row without a gain after which it ends."""
    progress: Callable[[Progress], None] | None = None
    """Called after each trial."""
    predictions: dict[int, list[FoldPredictions]] = field(default_factory=dict)
    """Of the best trials of this process, by number."""
    unfinished: dict[int, list[FoldPredictions]] = field(default_factory=dict)
    """Of its trials that there was no time for, as far as they got."""
    interrupted: bool = False
    """Whether Ctrl-C ended it."""
    _under_way: int = 0
    _n_begun: int = 0
    _is_over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def study(self) -> optuna.Study:
        """Where trials come from and go to."""
        return self.shared.study

    def run(self) -> None:
        """Run trials until there are enough, no more is gained, the time is over, or Ctrl-C."""
        # The fitted pipelines that come back need it; the trials have processes of their own.
        importing = threading.Thread(target=import_pipelines)
        importing.start()
        try:
            self.objective.workers.all(self._work, self.stop)
        finally:
            importing.join()

    def resume(self, refit_seconds: float) -> bool:
        """Run another trial or more if the last fits need less of a time limit than was kept.

        Parameters
        ----------
        refit_seconds : float
            What they are expected to take.

        Returns
        -------
        bool
            Whether a trial was run.
        """
        before, clock = self._n_begun, self.objective.clock
        clock.refit_seconds = refit_seconds
        is_over = clock.limit is None or self.interrupted or self._is_over
        if not is_over and clock.may_start():
            self.run()
        return self._n_begun > before

    def stop(self) -> None:
        """End it as Ctrl-C does: nothing more is begun, and what is under way ends."""
        self.interrupted = True
        self.objective.stopped.set()

    def leader(self) -> FrozenTrial | None:
        """An unfinished trial that is ahead of all complete ones, by the folds that it got to."""
        if not self.unfinished:
            return None
        trials = self.study.get_trials(deepcopy=False)
        complete = [each for each in trials if each.state == TrialState.COMPLETE]
        leading = [
            each
            for each in trials
            if each.number in self.unfinished
            and each.intermediate_values
            and all(_is_ahead(self.study, each, other) for other in complete)
        ]
        return min(leading, key=lambda each: standing(self.study, each), default=None)

    def _work(self) -> None:
        try:
            self._run_trials()
        except BaseException:
            self.objective.stopped.set()  # the other workers' as well
            raise

    def _run_trials(self) -> None:
        objective = self.objective
        objective.workers.ask(warm_up, objective.path)
        while not objective.stopped.is_set() and objective.clock.may_start():
            if not self._is_wanted():
                return
            number, algorithm, found = self._begin()
            with self._lock:
                objective.clock.is_begun = True
                self._under_way -= 1
                self._keep(number, found)
                if not objective.stopped.is_set():
                    self._report(algorithm)
            if found.reason == ENDED:
                self._is_over = True
                return

    def _is_wanted(self) -> bool:
        """Whether one more trial is; it may be one that was left behind and waits."""
        with self._lock:
            while not self._has_enough():
                if left := self.shared.left_behind():
                    self.shared.give_up(left[0])
                    continue
                waiting = (TrialState.WAITING,)
                is_waited = bool(self.study.get_trials(deepcopy=False, states=waiting))
                if not is_waited and self.patience and not is_gaining(self.study, self.patience):
                    return False
                self._under_way += 1
                self._n_begun += 1
                return True
            return False

    def _has_enough(self) -> bool:
        return self.trials is not None and self.shared.has(self.trials, self._under_way)

    def _begin(self) -> tuple[int, str, Evaluated]:
        """A new trial; Optuna runs it, so that it has a heartbeat where storages have one."""
        done: list[tuple[int, str, Evaluated]] = []

        def evaluate(trial: optuna.Trial) -> float:
            self.shared.begin(trial)
            configuration = self.objective.ask(trial)
            if self.trials is not None and self.shared.is_beyond(self.trials, trial.number):
                found = Evaluated(reason=ENDED)
            else:
                found = self.objective(self.study, trial, configuration)
            done.append((trial.number, configuration.algorithm, found))
            if found.reason == ENDED:
                self.shared.leave(trial)
                raise _EndedError
            if found.pruned:
                raise TrialPruned
            return math.nan if found.value is None else found.value

        with suppress(_EndedError):
            self.study.optimize(evaluate, n_trials=1)
        return done[0]

    def _keep(self, number: int, found: Evaluated) -> None:
        best = best_trials(self.study)
        if found.predictions and found.is_late and not self.objective.clock.is_strict:
            self.unfinished[number] = found.predictions
        leader = self.leader()
        wanted = [*([] if leader is None else [leader]), *best][:_N_REFITTED]
        self.objective.clock.refit_seconds = sum(map(refit_seconds, wanted))
        if found.is_whole:
            self.predictions[number] = found.predictions
            kept = {each.number for each in best[:N_KEPT]}
            for each in set(self.predictions) - kept:
                del self.predictions[each]

    def _report(self, latest: str) -> None:
        if self.progress is not None:
            best = best_trials(self.study)
            self.progress(
                Progress(
                    self.shared.n_finished(),
                    self.trials,
                    best[0].value if best else None,
                    latest,
                    max(0.0, self.objective.clock.left),
                )
            )


def best_trials(study: optuna.Study) -> list[FrozenTrial]:
    """Complete trials that differ, best first; of equal ones the earlier."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    ranked = sorted(complete, key=lambda each: _loss(study, each))
    first: dict[str, FrozenTrial] = {}
    for each in ranked:
        first.setdefault(key_of(each.params), each)
    return list(first.values())


def refit_seconds(trial: FrozenTrial) -> float:
    """What a fit of a trial's configuration on all rows is expected to take."""
    return float(trial.user_attrs.get(REFIT_SECONDS, 0.0))


def standing(study: optuna.Study, trial: FrozenTrial) -> tuple[int, float]:
    """How far a trial got and how well it did by then; the least is the best."""
    last = trial.last_step
    return (1, 0.0) if last is None else (-last, sign(study) * trial.intermediate_values[last])


def is_gaining(study: optuna.Study, patience: int) -> bool:
    """Whether the last finished trials made the best one notably better.

    Notably is a tenth of the standard error of the best trial's mean over its folds.
    """
    ended = [each for each in study.get_trials(deepcopy=False) if each.state.is_finished()]
    if len(ended) <= patience:
        return True
    ended.sort(key=lambda each: each.datetime_complete.timestamp() if each.datetime_complete else 0)
    complete = [each for each in ended if each.state == TrialState.COMPLETE]
    before = [each for each in ended[:-patience] if each.state == TrialState.COMPLETE]
    if not before:
        return True
    best = min(complete, key=lambda each: _loss(study, each))
    gain = min(_loss(study, each) for each in before) - _loss(study, best)
    return gain > _LEAST_GAIN * float(best.user_attrs.get(ERROR, 0.0))


def _is_ahead(study: optuna.Study, trial: FrozenTrial, other: FrozenTrial) -> bool:
    """Whether a trial did better up to its last stage than another one up to that."""
    last = trial.last_step or 0
    value = other.intermediate_values.get(last, other.value)
    return value is None or sign(study) * (trial.intermediate_values[last] - value) < 0


def _loss(study: optuna.Study, trial: FrozenTrial) -> float:
    return sign(study) * (math.inf if trial.value is None else trial.value)
