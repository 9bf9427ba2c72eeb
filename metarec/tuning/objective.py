"""One trial of a study: a configuration, fold by fold, within limits."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from optuna.trial import TrialState

from metarec.collecting.supervisor import Limits, supervise
from metarec.tuning.fitting import evaluate_fold
from metarec.tuning.space import suggest_configuration

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna
    from optuna.trial import FrozenTrial

    from metarec.collecting.evaluating import FoldPredictions
    from metarec.collecting.supervisor import Session
    from metarec.learners import Configuration, TableShape
    from metarec.tuning.clock import Clock
    from metarec.tuning.fitting import FoldOutcome

REASON: Final = "metarec_reason"
"""User attribute of a trial that has no value: why."""
SECONDS: Final = "metarec_seconds"
"""User attribute of a complete trial: what all folds took."""


@dataclass(frozen=True, eq=False)
class Evaluated:
    """How the folds of a configuration went."""

    scores: list[float] = field(default_factory=list)
    """Of the folds that were finished."""
    predictions: list[FoldPredictions] = field(default_factory=list)
    """Of their test rows."""
    pruned: bool = False
    """Whether it was ended early because it promised little."""
    reason: str | None = None
    """Why it was not finished."""
    seconds: float = 0.0
    """What all took."""


@dataclass(frozen=True, eq=False)
class Objective:
    """Evaluates configurations on one table; may be called in several threads."""

    path: str
    """Where child processes read the table."""
    n_folds: int
    """How many folds it has."""
    shape: TableShape
    """Its size."""
    metric: str
    """What a trial's value is: the mean over the folds."""
    algorithms: Sequence[str]
    """The base-learners to choose from."""
    session: Session
    """Of the child processes."""
    clock: Clock
    """How much time there is."""
    memory: int | None = None
    """Resident bytes that a trial may take."""
    seed: int = 0
    """Of the pipelines."""
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set when no more is wanted."""

    def __call__(self, study: optuna.Study, trial: optuna.Trial) -> Evaluated:
        """Evaluate what the trial asks for and tell the study."""
        configuration = suggest_configuration(trial, self.algorithms, self.shape)
        found = self.evaluate(configuration, trial)
        if found.pruned:
            study.tell(trial, state=TrialState.PRUNED)
        elif found.reason is not None:
            trial.set_user_attr(REASON, found.reason)
            study.tell(trial, state=TrialState.FAIL)
        else:
            trial.set_user_attr(SECONDS, found.seconds)
            self.clock.note(found.seconds)
            study.tell(trial, float(np.mean(found.scores)))
        return found

    def refit_seconds(self, trial: FrozenTrial) -> float:
        """What a fit of a complete trial's configuration on all rows is expected to take."""
        # It sees more rows than a fold's fit.
        return float(trial.user_attrs.get(SECONDS, 0.0)) / (self.n_folds - 1)

    def evaluate(
        self, configuration: Configuration, trial: optuna.Trial | None = None
    ) -> Evaluated:
        """Evaluate a configuration; the trial, if there is one, may be pruned after each fold."""
        start = time.perf_counter()
        most = self.clock.trial_seconds() if trial is not None else self.clock.left
        scores: list[float] = []
        predictions: list[FoldPredictions] = []

        def end(reason: str | None = None, *, pruned: bool = False) -> Evaluated:
            return Evaluated(scores, predictions, pruned, reason, time.perf_counter() - start)

        for fold in range(self.n_folds):
            found = self._evaluate_fold(configuration, fold, start, most)
            if isinstance(found, str):
                return end(found)
            scores.append(found.scores[self.metric])
            predictions.append(found.predictions)
            if trial is not None and fold + 1 < self.n_folds:
                trial.report(float(np.mean(scores)), fold)
                if trial.should_prune():
                    return end(pruned=True)
        return end()

    def _evaluate_fold(
        self, configuration: Configuration, fold: int, start: float, most: float
    ) -> FoldOutcome | str:
        """One fold of what may take so many seconds from the start on, or why it has no score."""
        left = most - (time.perf_counter() - start)
        late = f"timed_out: over {most:.3g} seconds"
        if left <= 0 or self.stopped.is_set():
            return "interrupted" if self.stopped.is_set() else late
        limits = Limits(None if math.isinf(left) else left, self.memory)
        arguments = (self.path, configuration, fold, self.seed)
        outcome = supervise(self.session, evaluate_fold, arguments, limits)
        if outcome.status != "ok":
            if self.stopped.is_set():
                return "interrupted"
            return late if outcome.status == "timed_out" else f"{outcome.status}: {outcome.reason}"
        found: FoldOutcome = outcome.items[-1]
        return found if self.metric in found.scores else f"failed: it has no {self.metric}"
