"""Trials that there was no time for, and time that is left."""

from types import SimpleNamespace
from typing import Any

import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

from metarec.tuning.clock import Clock
from metarec.tuning.objective import REFIT_SECONDS
from metarec.tuning.running import Runner, refit_seconds
from metarec.tuning.sharing import Shared


def make_runner(
    *trials: tuple[float | None, dict[int, float]], limit: float | None = 100.0
) -> Runner:
    """A runner after trials with these values (None: stopped) and means after each fold."""
    study = optuna.create_study(direction="minimize")
    for number, (value, means) in enumerate(trials):
        study.add_trial(
            create_trial(
                state=TrialState.FAIL if value is None else TrialState.COMPLETE,
                value=value,
                params={"algorithm": str(number)},
                distributions={"algorithm": CategoricalDistribution([str(number)])},
                intermediate_values=means,
                user_attrs={REFIT_SECONDS: 1.0 + number},
            )
        )
    objective: Any = SimpleNamespace(
        clock=Clock(limit, usual=1.0),
        stopped=SimpleNamespace(is_set=lambda: False),
        workers=SimpleNamespace(all=lambda work, stop: work()),
    )
    runner = Runner(Shared(study), objective)
    runner.unfinished = {number: [] for number, (value, _) in enumerate(trials) if value is None}
    return runner


def test_the_leader_is_ahead_of_all_that_were_finished() -> None:
    leader = make_runner((0.5, {0: 0.4}), (None, {0: 0.3}), (None, {0: 0.2})).leader()
    assert leader is not None
    assert leader.number == 2
    assert refit_seconds(leader) == 3.0


def test_who_got_further_leads() -> None:
    leader = make_runner((0.5, {0: 0.4, 1: 0.5}), (None, {0: 0.3, 1: 0.35}), (None, {0: 0.2}))
    found = leader.leader()
    assert found is not None
    assert found.number == 1


@pytest.mark.parametrize("means", [{0: 0.45}, {0: 0.4}, {}])
def test_who_is_not_ahead_or_got_nowhere_does_not_lead(means: dict[int, float]) -> None:
    assert make_runner((0.5, {0: 0.4}), (None, means)).leader() is None


def resumed(runner: Runner, needed: float) -> bool:
    """Whether it went on; what it would run is one trial."""

    def work() -> None:
        runner._n_begun += 1

    runner._work = work  # type: ignore[method-assign]
    return runner.resume(needed)


def test_time_that_the_last_fits_do_not_need_goes_to_trials() -> None:
    runner = make_runner((0.5, {0: 0.4}), limit=10.0)
    runner.objective.clock.refit_seconds = 9.0
    assert resumed(runner, needed=1.0)


def test_a_tuning_that_is_over_is_not_resumed() -> None:
    assert not resumed(make_runner((0.5, {0: 0.4}), limit=1.0), needed=1.0)
    assert not resumed(make_runner((0.5, {0: 0.4}), limit=None), needed=1.0)
    interrupted = make_runner((0.5, {0: 0.4}))
    interrupted.interrupted = True
    assert not resumed(interrupted, needed=0.0)
