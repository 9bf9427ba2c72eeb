"""What a candidate costs where time is limited: cheap and informative ones come first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from metarec.tuning.clock import Clock
    from metarec.warmstart import Prior

_N_WANTED: Final = 30
"""Trials that there should be time for: what takes a share of this size costs twice the least."""
_TOO_SLOW: Final = 1e6
"""How many times dearer a candidate counts that is expected not to finish."""


def weigh_costs(prior: Prior, *, n_folds: int, clock: Clock) -> Prior:
    """Say what trying each candidate of a cost-aware prior takes; any other prior stays as it is.

    The expected gain is divided by it, as in the expected improvement per second of Snoek,
    Larochelle & Adams (NeurIPS 2012, section 3.2), with a floor: what takes less than a trial's
    share of the time is not preferred for being quicker still. A candidate that is unlikely to
    finish within a trial's limit is left for last.
    """
    if prior.seconds is None:
        return prior
    trial = n_folds * prior.seconds
    known = np.isfinite(trial)
    trial = np.where(known, trial, np.median(trial[known]) if known.any() else 0.0)
    cost = trial + max(clock.left_for_trials / _N_WANTED, 1e-3)
    return replace(prior, seconds=np.where(trial > clock.trial_seconds(), _TOO_SLOW, 1.0) * cost)
