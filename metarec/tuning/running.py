"""The trials of a study, one after the other or several at once, until there is a reason to end."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from optuna import TrialPruned
from optuna.trial import TrialState

from metarec.tuning.fitting import import_pipelines, warm_up
from metarec.tuning.objective import ENDED, ERROR, is_left_behind
from metarec.tuning.space import read_configuration
from metarec.warmstart.direction import sign

if TYPE_CHECKING:
    from collections.abc import Callable

    import optuna
    from optuna.trial import FrozenTrial

    from metarec.collecting.evaluating import FoldPredictions
    from metarec.tuning.objective import Evaluated, Objective

N_KEPT: Final = 15
"""Best trials whose predictions are kept for an ensemble."""
_N_REFITTED: Final = 3
"""Best trials that time is kept for to fit them on all rows."""
_LEAST_GAIN: Final = 0.1
"""What counts as better, as a share of the standard error of the best trial's mean."""
_AGAIN: Final = "metarec_again:"
"""User attribute of a study, with a trial's number: that it was begun a second time."""


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

    study: optuna.Study
    """Where trials come from and go to."""
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
    interrupted: bool = False
    """Whether Ctrl-C ended it."""
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Run trials until there are enough, no more is gained, the time is over, or Ctrl-C."""
        left_behind = [
            each for each in self.study.get_trials(deepcopy=False) if is_left_behind(each)
        ]
        self.objective.workers.all(lambda: self._work(left_behind), self._interrupt)

    def _interrupt(self) -> None:
        self.interrupted = True
        self.objective.stopped.set()

    def _work(self, left_behind: list[FrozenTrial]) -> None:
        objective = self.objective
        objective.workers.ask(warm_up, objective.path)
        with self._lock:
            import_pipelines()
        while not objective.stopped.is_set() and objective.clock.may_start():
            left = self._take(left_behind)
            if left is False:
                return
            number, algorithm, found = self._begin() if left is None else self._finish(left)
            with self._lock:
                objective.clock.is_begun = True
                self._under_way -= 1
                self._keep(number, found)
                if not objective.stopped.is_set():
                    self._report(algorithm)

    def _take(self, left_behind: list[FrozenTrial]) -> FrozenTrial | Literal[False] | None:
        """A trial that was left behind, None for a new one, or False if no more is wanted."""
        with self._lock:
            if left_behind:
                self._under_way += 1
                return left_behind.pop()
            if self.trials is not None and self._finished() + self._under_way >= self.trials:
                return False
            if self.patience is not None and not is_gaining(self.study, self.patience):
                return False
            self._under_way += 1
            return None

    def _begin(self) -> tuple[int, str, Evaluated]:
        """A new trial; Optuna runs it, so that it has a heartbeat where storages have one."""
        done: list[tuple[int, str, Evaluated]] = []

        def evaluate(trial: optuna.Trial) -> float:
            found = self.objective(self.study, trial)
            done.append((trial.number, str(trial.params["algorithm"]), found))
            if found.reason == ENDED:
                raise _EndedError
            if found.pruned:
                raise TrialPruned
            return math.nan if found.value is None else found.value

        try:
            self.study.optimize(evaluate, n_trials=1)
        except _EndedError:
            pass
        except BaseException:
            self.objective.stopped.set()
            raise
        return done[0]

    def _finish(self, left: FrozenTrial) -> tuple[int, str, Evaluated | None]:
        """A trial that was left behind; only once, for it may be what ended its process."""
        noted = f"{_AGAIN}{left.number}"
        algorithm = str(left.params.get("algorithm", ""))
        found = None
        if algorithm and noted not in self.study.user_attrs:
            self.study.set_user_attr(noted, True)
            configuration = read_configuration(left.params, self.objective.shape)
            found = self.objective.evaluate(configuration)
            if found.reason == ENDED:
                return left.number, algorithm, found
        value = None if found is None else found.value
        state = TrialState.FAIL if value is None else TrialState.COMPLETE
        self.study.tell(left.number, value, state=state, skip_if_finished=True)
        return left.number, algorithm, found

    def _finished(self) -> int:
        trials = self.study.get_trials(deepcopy=False)
        return sum(each.state.is_finished() for each in trials)

    def _keep(self, number: int, found: Evaluated | None) -> None:
        best = best_trials(self.study)
        self.objective.clock.refit_seconds = sum(
            self.objective.refit_seconds(each) for each in best[:_N_REFITTED]
        )
        if found is not None and found.is_whole:
            self.predictions[number] = found.predictions
            kept = {each.number for each in best[:N_KEPT]}
            for each in set(self.predictions) - kept:
                del self.predictions[each]

    def _report(self, latest: str) -> None:
        if self.progress is not None:
            best = best_trials(self.study)
            self.progress(
                Progress(
                    self._finished(),
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
    seen: list[dict[str, object]] = []
    found = []
    for each in ranked:
        if each.params not in seen:
            seen.append(each.params)
            found.append(each)
    return found


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


def _loss(study: optuna.Study, trial: FrozenTrial) -> float:
    return sign(study) * (math.inf if trial.value is None else trial.value)
