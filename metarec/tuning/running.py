"""The trials of a study, one after the other or several at once, until there is a reason to end."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from optuna.trial import TrialState

from metarec.collecting.supervisor import Limits, interrupt, supervise
from metarec.tuning.fitting import warm_up

if TYPE_CHECKING:
    from collections.abc import Callable

    import optuna
    from optuna.trial import FrozenTrial

    from metarec.collecting.evaluating import FoldPredictions
    from metarec.tuning.objective import Evaluated, Objective

N_KEPT: Final = 15
"""Best trials whose predictions are kept for an ensemble."""


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
    progress: Callable[[Progress], None] | None = None
    """Called after each trial."""
    predictions: dict[int, list[FoldPredictions]] = field(default_factory=dict)
    """Of the best trials of this process, by number."""
    interrupted: bool = False
    """Whether Ctrl-C ended it."""
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, jobs: int) -> None:
        """Run trials until there are enough, the time is over, or Ctrl-C."""
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(self._work) for _ in range(jobs)]
            try:
                wait(futures)
            except KeyboardInterrupt:
                self.interrupted = True
                self.objective.stopped.set()
                interrupt(self.objective.session)
        for future in futures:
            future.result()

    def _work(self) -> None:
        objective = self.objective
        supervise(objective.session, warm_up, (objective.path,), Limits())
        while not objective.stopped.is_set() and objective.clock.may_start() and self._take():
            trial = self.study.ask()
            try:
                found = objective(self.study, trial)
            except BaseException:
                self.study.tell(trial, state=TrialState.FAIL)
                objective.stopped.set()
                raise
            with self._lock:
                self._under_way -= 1
                self._keep(trial.number, found)
                self._report(str(trial.params["algorithm"]))

    def _take(self) -> bool:
        """Whether another trial is wanted."""
        with self._lock:
            if self.trials is not None and self._finished() + self._under_way >= self.trials:
                return False
            self._under_way += 1
            return True

    def _finished(self) -> int:
        trials = self.study.get_trials(deepcopy=False)
        return sum(each.state.is_finished() for each in trials)

    def _keep(self, number: int, found: Evaluated) -> None:
        best = best_trials(self.study)
        if not best:
            return
        self.objective.clock.refit_seconds = self.objective.refit_seconds(best[0])
        if found.reason is None and not found.pruned:
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
    """Complete trials, best first; of equal ones the earlier."""
    from optuna.study import StudyDirection

    sign = -1.0 if study.direction == StudyDirection.MAXIMIZE else 1.0
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(
        complete, key=lambda each: sign * (math.inf if each.value is None else each.value)
    )
