"""Where time is limited, what is cheap comes first."""

from dataclasses import replace

import numpy as np

from metarec.tuning.clock import Clock
from metarec.tuning.costs import weigh_costs
from metarec.warmstart import Prior


def _prior(seconds: list[float]) -> Prior:
    size = len(seconds)
    return Prior(
        tuple({"x": at} for at in range(size)),
        np.arange(size),
        np.zeros(size), np.eye(size), np.zeros(1), np.ones(1), np.ones(size, dtype=bool),
        seconds=np.array(seconds),
    )  # fmt: skip


def test_without_a_limit_a_trial_is_a_trial() -> None:
    prior = replace(_prior([1.0]), seconds=None)
    assert weigh_costs(prior, n_folds=5, clock=Clock(None)) is prior


def test_what_is_too_slow_is_left_for_last() -> None:
    seconds = weigh_costs(_prior([9000.0, 0.01, 1.0]), n_folds=5, clock=Clock(100.0)).seconds
    assert seconds is not None
    assert seconds[0] > 1e6 * seconds[2]
    assert 1.0 < seconds[2] / seconds[1] < 5.0  # and not 100


def test_an_unknown_time_is_the_median() -> None:
    seconds = weigh_costs(_prior([np.nan, 1.0, 1.0]), n_folds=5, clock=Clock(100.0)).seconds
    assert seconds is not None
    assert seconds[0] == seconds[1]
