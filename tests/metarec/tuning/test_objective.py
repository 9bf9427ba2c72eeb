"""Which trials are evaluated to their end."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import optuna
import pytest

from metarec.collecting.evaluating import FoldPredictions
from metarec.collecting.supervisor import Limits, Outcome
from metarec.learners import Configuration, TableShape
from metarec.tuning.clock import Clock
from metarec.tuning.fitting import StageOutcome
from metarec.tuning.objective import Objective

SECONDS = 0.3
"""Of a fold: two take longer than a trial may."""


class SlowWorkers:
    """Stands for child processes: each fold takes its time and scores the same."""

    def __init__(self, score: float) -> None:
        self.score = score

    def stand_by(self) -> None:
        pass

    def ask(self, function: Callable[..., Any], *arguments: Any, limits: Limits) -> Outcome:
        assert limits.seconds is not None
        time.sleep(min(SECONDS, limits.seconds))
        if limits.seconds < SECONDS:
            return Outcome("timed_out")
        found = FoldPredictions(np.zeros(3), None, False, SECONDS, 0.0)
        return Outcome("ok", items=[StageOutcome({"rmse": self.score}, found)])


def evaluate(score: float, clock: Clock) -> Any:
    """The second trial of a study whose first one had 0.5 after each fold."""
    objective = Objective(
        workers=SlowWorkers(score),  # type: ignore[arg-type]
        path="",
        stage_rows=[100, 100],
        n_folds=2,
        shape=TableShape(200, 3, 0),
        metric="rmse",
        algorithms=["ridge"],
        clock=clock,
    )
    study = optuna.create_study(pruner=optuna.pruners.NopPruner())
    first = study.ask()
    for stage in (0, 1):
        first.report(0.5, stage)
    study.tell(first, 0.5)
    return objective.evaluate(Configuration("ridge"), study.ask())


def test_the_best_one_so_far_may_take_longer() -> None:
    found = evaluate(0.1, Clock(2.0, usual=0.01))
    assert found.reason is None
    assert found.value == pytest.approx(0.1)


def test_any_other_one_ends_at_its_limit() -> None:
    assert evaluate(0.9, Clock(1.6, usual=0.01)).reason == "timed_out: over 0.5 seconds"


def test_what_has_gone_through_a_fold_may_take_a_quarter_more() -> None:
    assert evaluate(0.9, Clock(2.0, usual=0.01)).value == pytest.approx(0.9)


def test_a_limit_that_was_given_holds_for_all() -> None:
    clock = Clock(20.0, most_of_trial=0.5, usual=0.01)
    assert evaluate(0.1, clock).reason == "timed_out: over 0.5 seconds"


def test_the_best_one_leaves_time_for_its_fit_on_all_rows() -> None:
    # Its second fold and its fit would take 0.9 s more.
    found = evaluate(0.1, Clock(1.0, usual=0.01))
    assert found.value is None


def test_what_cannot_finish_is_not_gone_on_with() -> None:
    found = evaluate(0.9, Clock(1.4, usual=0.01))
    assert found.reason == "timed_out: over 0.438 seconds"
    assert found.seconds < 1.5 * SECONDS  # of two folds, one
    assert found.refit_seconds == pytest.approx(2 * SECONDS, rel=0.1)
