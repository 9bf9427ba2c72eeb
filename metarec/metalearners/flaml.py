"""FLAML's zero-shot answer: what a small portfolio has for the one nearest data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np

from metarec.history.meta_dataset import SIZE, fill_unknown
from metarec.metalearners.base import MetaLearner, Task, best_first
from metarec.metalearners.cover import greedy_cover

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, IntVector
    from metarec.history.meta_dataset import MetaDataset

_REGRET_BOUND: Final = 0.01
_NAMES: Final = (*SIZE, "nr_num")


class FlamlZeroShot(MetaLearner):
    """A greedy portfolio, ordered by the regrets on the nearest known data set.

    The nearest one is found by rows, columns, classes and the share of numeric columns, each minus
    its median and divided by its interquartile range, by Euclidean distance. The portfolio is grown
    greedily until no configuration lessens the sum of regrets above 0.01; the rest follows in the
    order in which the growth would go on. FLAML takes regrets in units of the metric, here they are
    normalised.

    References
    ----------
    Wang, Wu & Weimer, Mining robust default configurations for resource-constrained AutoML,
    arXiv 2202.09927; FLAML's `default/greedy.py`, `portfolio.py` and `suggest.py`.
    """

    name: ClassVar[str] = "flaml_zero_shot"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Grow the portfolio and keep the scaled meta-features."""
        self._regret = fill_unknown(meta_dataset.regret())
        excess = np.maximum(self._regret - _REGRET_BOUND, 0.0)
        self._growth = greedy_cover(excess, np.ones(excess.shape[1], dtype=bool), excess.shape[1])
        left = np.minimum.accumulate(excess[:, self._growth], axis=1).sum(axis=0)
        self._n_portfolio = int(np.argmax(left <= left[-1] + 1e-9)) + 1
        names = meta_dataset.meta_feature_names
        values = [
            meta_dataset.meta_features[:, names.index(name)]
            if name in names
            else np.full(len(self._regret), np.nan)
            for name in _NAMES
        ]
        features = _with_share(np.stack(values, axis=1))
        known = ~np.isnan(features).all(axis=0)
        quartiles = np.zeros((3, len(_NAMES)))
        quartiles[:, known] = np.nanpercentile(features[:, known], [25, 50, 75], axis=0)
        low, self._centre, high = quartiles
        self._width = np.where(high > low, high - low, 1.0)
        self._features = self._scaled(features)
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The portfolio in the nearest data set's order, then the rest."""
        difference = self._features - self._scaled(_with_share(task.vector(_NAMES)[None]))
        nearest = int(np.argmin((difference**2).sum(axis=1)))
        cost = np.empty(self._regret.shape[1])
        cost[self._growth] = 1.0 + np.arange(1, cost.size + 1)
        portfolio = self._growth[: self._n_portfolio]
        cost[portfolio] = self._regret[nearest, portfolio]
        return best_first(cost, task.usable, top)

    def _scaled(self, features: FloatMatrix) -> FloatMatrix:
        # What is unknown is taken for the median.
        return np.asarray(np.nan_to_num((features - self._centre) / self._width))


def _with_share(features: FloatMatrix) -> FloatMatrix:
    """Numeric columns as a share of all; no classes where the target is a number."""
    features = features.copy()
    features[:, 3] /= features[:, 1]
    features[:, 2] = np.nan_to_num(features[:, 2])
    return features
