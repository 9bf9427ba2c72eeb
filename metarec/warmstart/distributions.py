"""Whether a value suits the distribution that a user's trial draws from."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard, cast

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optuna.trial import FrozenTrial

_STEP_TOLERANCE: Final = 1e-8

Distribution: TypeAlias = FloatDistribution | IntDistribution | CategoricalDistribution
"""What Optuna draws a parameter from."""


def fit(distribution: Distribution, value: object) -> object | None:
    """The value as the distribution writes it; None if it is not one of its own.

    Examples
    --------
    >>> from optuna.distributions import CategoricalDistribution, IntDistribution
    >>> fit(IntDistribution(1, 9), 3.0), fit(IntDistribution(1, 9), 30)
    (3, None)
    >>> fit(CategoricalDistribution([0, 1]), True) is None
    True
    """
    if isinstance(distribution, CategoricalDistribution):
        # 1 and 1.0 are one choice; 1 and True are two.
        return next(
            (
                choice
                for choice in distribution.choices
                if choice == value and isinstance(choice, bool) == isinstance(value, bool)
            ),
            None,
        )
    if not is_number(value) or not math.isfinite(value):
        return None
    low, high = distribution.low, distribution.high
    step = distribution.step or 0.0
    steps = (value - low) / step if step else 0.0
    if not low <= value <= high or abs(steps - round(steps)) > _STEP_TOLERANCE:
        return None
    return int(value) if isinstance(distribution, IntDistribution) else float(value)


def suits(distribution: Distribution, value: object) -> bool:
    """Whether the distribution may give the value; None is a value where it is a choice."""
    if value is None:
        return isinstance(distribution, CategoricalDistribution) and None in distribution.choices
    return fit(distribution, value) is not None


def seen_distributions(trials: Iterable[FrozenTrial]) -> dict[str, Distribution]:
    """What each parameter was last drawn from."""
    found: dict[str, Distribution] = {}
    for trial in trials:
        found.update(cast("dict[str, Distribution]", trial.distributions))
    return found


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number of Python's or NumPy's, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, bool)
