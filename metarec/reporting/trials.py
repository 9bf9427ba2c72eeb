"""The trials of a study that a page is about."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from optuna.trial import TrialState

from metarec.warmstart.direction import sign
from metarec.warmstart.feasibility import is_feasible

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna
    from optuna.trial import FrozenTrial

ALGORITHM: Final = "algorithm"
"""The parameter that names the base-learner, as `metarec.warmstart.trial_parameters` has it."""
_OUTLYING: Final = 0.1
"""Share of the values that may be left out of a view, if they are far worse than the others."""


def complete_trials(study: optuna.Study) -> list[FrozenTrial]:
    """Complete trials with a finite value that break no constraint, in their order."""
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return [
        each
        for each in trials
        if each.value is not None and math.isfinite(each.value) and is_feasible(each)
    ]


def best_first(study: optuna.Study, trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Trials by value; of equal ones the earlier first."""
    return sorted(trials, key=lambda each: sign(study) * (each.value or 0.0))


def by_algorithm(study: optuna.Study) -> dict[str, list[FrozenTrial]]:
    """Complete trials by base-learner, the best first; under "" where there is none."""
    groups: dict[str, list[FrozenTrial]] = {}
    for each in best_first(study, complete_trials(study)):
        groups.setdefault(str(each.params.get(ALGORITHM, "")), []).append(each)
    return groups


def view(
    study: optuna.Study, trials: Sequence[FrozenTrial], cold: Sequence[float] = ()
) -> tuple[float, float]:
    """Ends of the values that are shown: all but the worst outliers, the cold start within."""
    direction = sign(study)
    losses = sorted(direction * (each.value or 0.0) for each in trials)
    worst = losses[math.ceil((1 - _OUTLYING) * len(losses)) - 1]
    # A long tail would press everything else into a line; without one all is shown.
    if losses[-1] - losses[0] <= 3 * (worst - losses[0]):
        worst = losses[-1]
    ends = [losses[0], worst, *(direction * each for each in cold)]
    margin = 0.06 * (max(ends) - min(ends)) or 0.05 * abs(losses[0]) or 0.5
    low, high = min(ends) - margin, max(ends) + margin
    return (low, high) if direction > 0 else (-high, -low)
