"""Static portfolios: a list that covers the known data sets, all of them or those of like size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from metarec.history.meta_dataset import SIZE, fill_unknown
from metarec.metalearners.base import MetaLearner, Task
from metarec.metalearners.cover import greedy_cover
from metarec.metalearners.similarity import SizeDistance

if TYPE_CHECKING:
    from metarec._types import IntVector
    from metarec.history.meta_dataset import MetaDataset


class Portfolio(MetaLearner):
    """Greedy cover of all known data sets (Wistuba et al. 2015; Feurer et al. 2022)."""

    name: ClassVar[str] = "portfolio"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Keep the regrets that are to be covered."""
        self._regret = fill_unknown(meta_dataset.regret())
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The same list for every table, without what cannot run on it."""
        return greedy_cover(self._regret, task.usable, top)


class SizeAwarePortfolio(MetaLearner):
    """Greedy cover of the known data sets, weighted by how near they are in size.

    The weight falls exponentially with the distance in the logarithms of rows, columns and
    classes.

    Parameters
    ----------
    width : float
        Distance at which the weight has fallen to 1/e: 2 is a factor of e squared in one of the
        three, or of e in two. Narrower, and hard limits to 20, 40 or 80 nearest, did no better.
    """

    name: ClassVar[str] = "size_aware_portfolio"

    def __init__(self, width: float = 2.0) -> None:
        self.width = width

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Keep the regrets and the sizes."""
        self._regret = fill_unknown(meta_dataset.regret())
        self._distance = SizeDistance(meta_dataset.with_meta_features(SIZE).meta_features)
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """A list for tables of this size."""
        distance = self._distance.to_all(task.vector(SIZE))
        return greedy_cover(self._regret, task.usable, top, weights=np.exp(-distance / self.width))
