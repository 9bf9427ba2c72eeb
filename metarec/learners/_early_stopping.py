"""Boosting that ends when rows it does not learn from are no longer predicted better."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PATIENCE = 50
"""Rounds in a row without a gain after which it ends."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Rows that a model is judged by while it is fitted."""

    X: Any
    """What the model takes, a row each."""
    y: Any
    """Their classes as in the rows fitted on, each of which is among those, or values."""
    metric: str
    """What to judge by, one of `metarec.history.METRICS`."""
    score: Callable[[Any, Any], float]
    """The same of what is true and of probabilities, a column per class, or values.

    Larger is better.
    """
    seconds: float
    """What the fit may take: then it ends with the rounds that it got to."""


@dataclass(frozen=True, eq=False)
class EarlyStopping:
    """How a base-learner finds its number of rounds."""

    hyperparameter: str
    """The one that is that number."""
    fit: Callable[[Any, Any, Any, HeldOut], int]
    """Fits an estimator on rows and their classes or values, and returns how many rounds were best.

    There are as many as the space has at most, whatever the estimator was built with; it predicts
    with the best number.
    """
