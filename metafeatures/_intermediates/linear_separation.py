"""A linear support vector machine for every pair of classes.

As pymfe fits it: columns standardised over the rows of the pair, hinge loss, C = 2, tolerance 0.01,
the intercept regularised like a weight; but what some rounds of coordinate descent do not solve,
where pymfe's may stop far from the solution, an interior-point method does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.class_pairs import class_pairs, class_rows
from metafeatures._intermediates.interior_point import minimum
from metafeatures._intermediates.interpolation import interpolated
from metafeatures._kernels._hinge import descend

__all__ = ["Separation", "separations"]

COST = 2.0
TOLERANCE = 1e-2
MAX_ROUNDS = 100
CELLS_PER_CALL = 4_000_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Separation:
    """How well a hyperplane separates two classes; each field has shape (n_pairs,)."""

    distance: Floats
    """Sum of the distances (decision values) of misclassified rows, over the rows of the pair."""
    error: Floats
    """Share of misclassified rows."""
    interpolated_error: Floats
    """Share of misclassified points among as many interpolated ones."""


@once
def separations(context: Context) -> Separation:
    """Separate each of the `class_pairs`."""
    rows, pairs = class_rows(context), class_pairs(context)
    found = Separation(*np.empty((3, len(pairs))))
    # Random numbers come before the threads, pair by pair, so that the threads do not matter.
    seeds = np.random.default_rng(context.seed).integers(2**63, size=len(pairs))

    def work(i: int) -> None:
        first, second = pairs[i].tolist()
        chosen = np.concatenate([rows.of(first), rows.of(second)])
        is_first = np.arange(len(chosen)) < rows.counts[first]
        mean, sd = chosen.mean(axis=0), chosen.std(axis=0)
        # Rounding may give a constant column a deviation; squares of tiny ones vanish.
        both = [first, second]
        constant = rows.low[both].min(axis=0) == rows.high[both].max(axis=0)
        sd[constant | (sd == 0)] = 1.0
        weights = _hyperplane(context, (chosen - mean) / sd, is_first)
        values = _values((chosen - mean) / sd, weights)
        wrong = (values > 0) != is_first
        found.distance[i] = np.abs(values[wrong]).sum() / len(chosen)
        found.error[i] = wrong.mean()
        points = interpolated(rows, [first, second], np.random.default_rng(int(seeds[i])))
        guessed = _values((points - mean) / sd, weights) > 0
        found.interpolated_error[i] = np.mean(guessed != is_first)

    context.spread(work, len(pairs))
    return found


def _values(X: Floats, weights: Floats) -> Floats:
    values: Floats = X @ weights[:-1] + weights[-1]
    return values


def _hyperplane(context: Context, X: Floats, is_first: NDArray[np.bool_]) -> Floats:
    """Weights of the columns and the intercept; the first class lies on the positive side."""
    n = len(X)
    X = np.column_stack([X, np.ones(n)])
    weights, alpha, order = np.zeros(X.shape[1]), np.zeros(n), np.arange(n, dtype=np.int32)
    state = np.array([n, 88172645463325252], dtype=np.uint64)
    bounds = np.array([-np.inf, np.inf])
    sign = np.where(is_first, 1, -1).astype(np.int8)
    squares = (X**2).sum(axis=1)
    rounds = max(1, CELLS_PER_CALL // X.size)
    for _ in range(0, MAX_ROUNDS, rounds):
        context.check_time()
        if descend(X, sign, COST, TOLERANCE, rounds, alpha, weights, squares, order, state, bounds):
            return weights
    return minimum(X * sign[:, None], COST, context.check_time)
