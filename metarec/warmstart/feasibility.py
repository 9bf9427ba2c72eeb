"""Whether a trial keeps the constraints of its study."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


def is_feasible(trial: FrozenTrial) -> bool:
    """Whether none of a trial's constraints is above 0; true without constraints."""
    try:
        values = [float(value) for value in trial.constraints.values()]
    except AttributeError:  # before Optuna 5, in the system attributes only
        values = [float(value) for value in trial.system_attrs.get("constraints") or ()]
    return all(value <= 0 for value in values)
