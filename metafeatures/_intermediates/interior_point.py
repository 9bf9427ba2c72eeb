"""A linear support vector machine by an interior-point method, for what converges slowly otherwise.

Predictor and corrector steps as in Mehrotra (SIAM Journal on Optimization 2, 1992) on the dual,
whose matrix has as many dimensions as there are columns (Ferris, Munson: Interior-Point Methods
for Massive Support Vector Machines, SIAM Journal on Optimization 13, 2002).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["minimum"]

GAP = 1e-4
MAX_STEPS = 60
CELLS_PER_CALL = 500_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """A point between the bounds, or a change of one; each field has shape (n,)."""

    alpha: Floats
    """How much a row counts, at least 0."""
    room: Floats
    """How far that is below the cost."""
    low: Floats
    """Multiplier of the lower bound."""
    high: Floats
    """Multiplier of the upper bound."""

    def moved(self, change: "_Point", length: float) -> "_Point":
        """The point after a step."""
        return _Point(
            self.alpha + length * change.alpha,
            self.room + length * change.room,
            self.low + length * change.low,
            self.high + length * change.high,
        )

    def longest(self, change: "_Point") -> float:
        """The longest step, up to 1, that leaves everything at least 0."""
        pairs = (
            (self.alpha, change.alpha),
            (self.room, change.room),
            (self.low, change.low),
            (self.high, change.high),
        )
        return float(min((-x[d < 0] / d[d < 0]).min(initial=1.0) for x, d in pairs))

    def slack(self) -> float:
        """Distance from the solution, where a row has no multiplier or is at its bound."""
        return float(self.alpha @ self.low + self.room @ self.high)


class _System:
    """The linear equations of one step."""

    def __init__(
        self, X: Floats, point: _Point, gradient: Floats, pause: Callable[[], None]
    ) -> None:
        self.X, self.point, self.gradient = X, point, gradient
        self.stiffness = point.low / point.alpha + point.high / point.room
        matrix = np.eye(X.shape[1])
        size = max(1, CELLS_PER_CALL // X.shape[1])
        for start in range(0, len(X), size):
            pause()
            rows = X[start : start + size] / np.sqrt(self.stiffness[start : start + size, None])
            matrix += rows.T @ rows
        self.matrix = matrix

    def change(self, below: Floats, above: Floats) -> _Point:
        """The change after which alpha * low is below and room * high above, to first order."""
        now = self.point
        pull = (below / now.alpha - above / now.room - self.gradient) / self.stiffness
        alpha = pull - self.X @ np.linalg.solve(self.matrix, pull @ self.X) / self.stiffness
        return _Point(
            alpha,
            -alpha,
            (below - now.low * alpha) / now.alpha - now.low,
            (above + now.high * alpha) / now.room - now.high,
        )


def minimum(X: Floats, cost: float, pause: Callable[[], None]) -> Floats:
    """Weights w that minimise |w|^2 / 2 + cost times the sum of max(0, 1 - w x) over the rows x.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        Rows, those of the second class with the opposite sign.
    cost : float
    pause : callable
        Called every few milliseconds.

    Returns
    -------
    ndarray of shape (p,)
        The objective is within a ten-thousandth of the smallest one.
    """
    n = len(X)
    point = _Point(np.full(n, cost / 2), np.full(n, cost / 2), np.ones(n), np.ones(n))
    weights: Floats = point.alpha @ X
    for _ in range(MAX_STEPS):
        gradient = X @ weights - 1
        square = weights @ weights
        objective = square / 2 + cost * np.maximum(-gradient, 0).sum()
        if objective - (point.alpha.sum() - square / 2) <= GAP * max(1.0, objective):
            break
        system = _System(X, point, gradient, pause)
        # First straight to the solution, then with what that misses, and off the bounds.
        zero = np.zeros(n)
        ahead = system.change(zero, zero)
        slack = point.slack()
        then = point.moved(ahead, point.longest(ahead)).slack()
        centre = slack / (2 * n) * (then / slack) ** 3
        change = system.change(centre - ahead.alpha * ahead.low, centre - ahead.room * ahead.high)
        point = point.moved(change, 0.99 * point.longest(change))
        weights = point.alpha @ X
    return weights
