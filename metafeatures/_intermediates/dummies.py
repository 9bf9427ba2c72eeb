"""Dummies of the categorical columns: columns of 0 and 1, known by their counts alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.counts import level_counts

__all__ = ["Dummies", "dummies"]


@dataclass(frozen=True, slots=True, eq=False)
class Dummies:
    """Columns of 0 and 1, each of shape (k,)."""

    column: NDArray[np.intp]
    """Categorical column that each of them belongs to."""
    level: NDArray[np.intp]
    """Code that it shows."""
    ones: NDArray[np.float64]
    """Rows of this level."""
    known: NDArray[np.float64]
    """Rows in which the column is known."""

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of the known rows that have the level; the mean."""
        return self.ones / self.known

    @property
    def varied(self) -> NDArray[np.bool_]:
        """Which are not constant."""
        return self.ones < self.known

    def quantile(self, q: float) -> NDArray[np.float64]:
        """Quantile of each, between two neighbours in proportion."""
        if len(self.ones) == 0:
            return self.ones
        place = q * (self.known - 1)
        below = np.floor(place)
        first_one = self.known - self.ones
        value: NDArray[np.float64] = np.where(below >= first_one, 1.0, place - below)
        value[below + 1 < first_one] = 0.0
        return value


@once
def dummies(context: Context) -> Dummies:
    """Every level of the first categorical column, and of the others all but their first one.

    That is pymfe's way. The first level is that of the lowest label.
    """
    columns, levels, ones, known = [], [], [], []
    for j, counts in enumerate(level_counts(context)):
        shown = context.table.level_order[j][(j > 0) :]
        columns.append(np.full(len(shown), j))
        levels.append(shown)
        ones.append(counts[shown])
        known.append(np.full(len(shown), counts.sum()))
    if not columns:
        nothing = np.empty(0, dtype=np.intp)
        return Dummies(nothing, nothing, np.empty(0), np.empty(0))
    return Dummies(
        np.concatenate(columns),
        np.concatenate(levels),
        np.concatenate(ones).astype(np.float64),
        np.concatenate(known).astype(np.float64),
    )
