"""Nearest neighbours: what worked on the known data sets whose meta-features are most alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from metarec.history.meta_dataset import fill_unknown
from metarec.metalearners.base import MetaLearner, Task, best_first
from metarec.metalearners.cover import greedy_cover
from metarec.metalearners.similarity import RankedDistance

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.history.meta_dataset import MetaDataset


class Neighbours(MetaLearner):
    """Order of the mean regret over the nearest known data sets (auto-sklearn's idea, averaged).

    Parameters
    ----------
    n_neighbours : int
        How many data sets are averaged.
    """

    name: ClassVar[str] = "neighbours"

    def __init__(self, n_neighbours: int = 10) -> None:
        self.n_neighbours = n_neighbours

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Keep the regrets and the meta-features."""
        self._names = meta_dataset.meta_feature_names
        self._regret = fill_unknown(meta_dataset.regret())
        self._distance = RankedDistance(meta_dataset.meta_features)
        return self

    def distances(self, task: Task) -> FloatVector:
        """Distance of the task to every known data set, shape (n_datasets,)."""
        return self._distance.to_all(task.vector(self._names))

    def rank(self, task: Task, *, top: int) -> IntVector:
        """What was best on average nearby."""
        return best_first(self._nearby_regret(task).mean(axis=0), task.usable, top)

    def _nearby_regret(self, task: Task) -> FloatMatrix:
        nearest = np.argsort(self.distances(task), kind="stable")[: self.n_neighbours]
        return self._regret[nearest]


class NeighbourPortfolio(Neighbours):
    """Greedy cover of the nearest known data sets.

    Parameters
    ----------
    n_neighbours : int
        How many data sets are covered.
    """

    name: ClassVar[str] = "neighbour_portfolio"

    def __init__(self, n_neighbours: int = 40) -> None:
        super().__init__(n_neighbours)

    def rank(self, task: Task, *, top: int) -> IntVector:
        """A list that covers what is nearby."""
        return greedy_cover(self._nearby_regret(task), task.usable, top)
