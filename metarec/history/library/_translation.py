"""From another system's values to a configuration of a base-learner that exists here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeGuard

from metarec.learners import Categorical, Configuration, get_learner, learner_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec.learners import Domain, Kind, Value

STOPPED_STEPS: Final = 10.0
"""Rounds times learning rate at which a boosting that watches a validation set tends to stop."""


def to_configuration(
    algorithm: str, values: Mapping[str, Value], kind: Kind
) -> Configuration | None:
    """Bring values under our names into the space, every hyperparameter written out.

    A hyperparameter that the base-learner lacks is left out, a number out of range is moved to
    the closest allowed one, and a value that is not allowed at all takes the default.

    Parameters
    ----------
    algorithm : str
        Name of the base-learner.
    values : mapping
        Values under the base-learner's names.
    kind : {"classification", "regression"}
        What it does.

    Returns
    -------
    Configuration or None
        None if there is no such base-learner for this kind of task.

    Examples
    --------
    >>> to_configuration("knn", {"n_neighbors": 99, "metric": "cosine"}, "classification")
    Configuration('knn', {'n_neighbors': 50, 'p': 2})
    """
    if algorithm not in learner_names(kind):
        return None
    learner = get_learner(algorithm, kind)
    space = learner.space(None)
    brought = {
        name: _closest(space[name], value, learner.defaults[name])
        for name, value in values.items()
        if name in space
    }
    return Configuration(algorithm, learner.complete(brought))


def exact_configuration(
    algorithm: str, values: Mapping[str, Value], kind: Kind
) -> Configuration | None:
    """Bring values into the space like `to_configuration`, but only if they say the same there.

    For runs, of which it must be true. The one thing that moves is a number between two choices:
    it takes the closer one, on a logarithmic scale.

    Parameters
    ----------
    algorithm, values, kind
        As in `to_configuration`.

    Returns
    -------
    Configuration or None
        None if there is no such base-learner, or it lacks a hyperparameter or allows no such value.

    Examples
    --------
    >>> exact_configuration("knn", {"n_neighbors": 99}, "classification")
    >>> forest = exact_configuration("random_forest", {"max_features": 0.7}, "classification")
    >>> forest.hyperparameters["max_features"]
    0.75
    """
    if algorithm not in learner_names(kind):
        return None
    space = get_learner(algorithm, kind).space(None)
    allowed = all(name in space and _is_within(space[name], each) for name, each in values.items())
    return to_configuration(algorithm, values, kind) if allowed else None


def _is_within(domain: Domain, value: Value) -> bool:
    if domain.contains(value):
        return True
    if not isinstance(domain, Categorical) or not _is_number(value):
        return False
    numbers = [choice for choice in domain.choices if _is_number(choice)]
    return bool(numbers) and min(numbers) <= value <= max(numbers)


def _closest(domain: Domain, value: Value, default: Value) -> Value:
    if domain.contains(value):
        return domain.clip(value)
    if not _is_number(value):
        return default
    if not isinstance(domain, Categorical):
        return domain.clip(value)
    numbers = [choice for choice in domain.choices if _is_number(choice) and choice > 0]
    return min(numbers, key=lambda choice: abs(math.log(choice / value)), default=default)


def _is_number(value: Value) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
