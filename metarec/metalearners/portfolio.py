"""Static portfolios: a list that covers the known data sets, all of them or those of like size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from metarec.metalearners.base import MetaLearner, Task
from metarec.metalearners.cover import greedy_cover
from metarec.metalearners.similarity import SIZE, RankedDistance

if TYPE_CHECKING:
    from metarec._types import IntVector
    from metarec.history.meta_dataset import MetaDataset


class Portfolio(MetaLearner):
    """Greedy cover of all known data sets (Wistuba et al. 2015; Feurer et al. 2022)."""

    name: ClassVar[str] = "portfolio"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Keep the regrets that are to be covered."""
        self._regret = meta_dataset.regret()
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The same list for every table, without what cannot run on it."""
        return greedy_cover(self._regret, task.usable, top)


class SizeAwarePortfolio(MetaLearner):
    """Greedy cover of the known data sets that are nearest in rows, columns and classes.

    Parameters
    ----------
    share : float
        Share of the known data sets that is covered.
    """

    name: ClassVar[str] = "size_aware_portfolio"

    def __init__(self, share: float = 0.4) -> None:
        self.share = share

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Keep the regrets and the sizes."""
        self._regret = meta_dataset.regret()
        self._distance = RankedDistance(meta_dataset.with_meta_features(SIZE).meta_features)
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """A list for tables of this size."""
        distance = self._distance.to_all(task.vector(SIZE))
        n_near = max(1, round(self.share * distance.size))
        near = np.argsort(distance, kind="stable")[:n_near]
        return greedy_cover(self._regret[near], task.usable, top)
