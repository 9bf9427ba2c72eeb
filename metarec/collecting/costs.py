"""How long runs will take: a rough guess beforehand, corrected by what was measured."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metarec.learners import COSTS

if TYPE_CHECKING:
    from metarec.learners import Cost, TableShape

_PREPARATION_SECONDS: Final = 0.02
_SECONDS_PER_CELL: Final = 1e-6
_OWN_COLUMNS: Final = 5  # even a table of one column has rows to go through
_COST_STEP: Final = 5.0
"""How much dearer a cost class is than the one before."""
META_FEATURES: Final = "meta-features"
"""Stands for an algorithm where meta-features are computed."""
_PRIOR_SECONDS: Final = 0.5  # how much of measured time the guess is worth


def guess_seconds(cost: Cost, shape: TableShape, n_folds: int) -> float:
    """Seconds that one run may take, before anything was measured.

    Parameters
    ----------
    cost : str
        Cost class of the base-learner, one of `metarec.learners.COSTS`.
    shape : TableShape
        Of the rows that are split into folds.
    n_folds : int
        How often it is fitted.

    Examples
    --------
    >>> from metarec.learners import TableShape
    >>> small, large = TableShape(100, 5, 2), TableShape(10_000, 5, 2)
    >>> guess_seconds("low", small, 3) < guess_seconds("high", small, 3)
    True
    >>> guess_seconds("low", small, 3) < guess_seconds("low", large, 3)
    True
    """
    cells = shape.n_rows * (shape.n_features + _OWN_COLUMNS)
    factor = _COST_STEP ** COSTS.index(cost)
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
