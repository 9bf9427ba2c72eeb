"""What the evaluation of an Optuna trial found by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

FOUND_ATTRIBUTE: Final = "metarec_found"
"""User attribute of a trial: values by parameter that hold instead of those it asked for."""


def parameters_of(trial: FrozenTrial) -> dict[str, Any]:
    """What a trial's value is of: the parameters that it asked for, but for what was found.

    Examples
    --------
    >>> from optuna.distributions import IntDistribution
    >>> from optuna.trial import create_trial
    >>> trial = create_trial(
    ...     value=0.9,
    ...     params={"rounds": 100},
    ...     distributions={"rounds": IntDistribution(1, 1000)},
    ...     user_attrs={FOUND_ATTRIBUTE: {"rounds": 63}},
    ... )
    >>> parameters_of(trial)
    {'rounds': 63}
    """
    return {**trial.params, **trial.user_attrs.get(FOUND_ATTRIBUTE, {})}
