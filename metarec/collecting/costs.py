"""How long runs will take: a rough guess beforehand, corrected by what was measured."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metarec.learners import TableShape

_PREPARATION_SECONDS: Final = 0.02
_SECONDS_PER_CELL: Final = 1e-6
_OWN_COLUMNS: Final = 5  # even a table of one column has rows to go through
_FACTORS: Final = {
    "decision_tree": 1.0,
    "knn": 1.0,
    "naive_bayes": 0.2,
    "perceptron": 0.5,
    "linear_svm": 5.0,
    "logistic_regression": 5.0,
    "adaboost": 20.0,
    "extra_trees": 20.0,
    "random_forest": 30.0,
    "svm": 20.0,
    "mlp": 100.0,
    "gradient_boosting": 100.0,
}
_FACTOR: Final = 20.0  # of a base-learner that is not named above
META_FEATURES: Final = "meta-features"
"""Stands for an algorithm where meta-features are computed."""
_PRIOR_SECONDS: Final = 0.5  # how much of measured time the guess is worth


def guess_seconds(algorithm: str, shape: TableShape, n_folds: int) -> float:
    """Seconds that one run may take, before anything was measured.

    Examples
    --------
    >>> from metarec.learners import TableShape
    >>> small, large = TableShape(100, 5, 2), TableShape(10_000, 5, 2)
    >>> guess_seconds("knn", small, 3) < guess_seconds("svm", small, 3)
    True
    >>> guess_seconds("svm", small, 3) < guess_seconds("svm", large, 3)
    True
    """
    cells = shape.n_rows * (shape.n_features + _OWN_COLUMNS)
    factor = _FACTORS.get(algorithm, _FACTOR)
    return n_folds * (_PREPARATION_SECONDS + factor * _SECONDS_PER_CELL * cells)


@dataclass
class RemainingTime:
    """Corrects the guesses of what is left by the runs that are done.

    Examples
    --------
    >>> remaining = RemainingTime()
    >>> for _ in range(100):
    ...     remaining.add("knn", 1.0)
    >>> for _ in range(50):
    ...     remaining.finish("knn", 1.0, measured=2.0)
    >>> 95 < remaining.seconds < 105
    True
    """

    _left: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _guessed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _measured: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, algorithm: str, guess: float) -> None:
        """Plan a run."""
        self._left[algorithm] += guess

    def finish(self, algorithm: str, guess: float, *, measured: float) -> None:
        """A planned run is done."""
        self._left[algorithm] -= guess
        self._guessed[algorithm] += guess
        self._measured[algorithm] += measured

    @property
    def seconds(self) -> float:
        """Time that all runs which are left will take one after the other."""
        guessed = sum(self._guessed.values()) + _PRIOR_SECONDS
        overall = (sum(self._measured.values()) + _PRIOR_SECONDS) / guessed
        total = 0.0
        for algorithm, left in self._left.items():
            # An algorithm of which little was seen is corrected as all together.
            measured = self._measured[algorithm] + overall * _PRIOR_SECONDS
            total += left * measured / (self._guessed[algorithm] + _PRIOR_SECONDS)
        return max(0.0, total)
