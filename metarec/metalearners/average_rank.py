"""Baselines that know nothing of the table: random order, library defaults, average rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from metarec.history.meta_dataset import fill_unknown
from metarec.learners import get_learner
from metarec.metalearners.base import MetaLearner, Task, best_first

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.history.meta_dataset import MetaDataset


class RandomOrder(MetaLearner):
    """Any order: the floor of every comparison.

    Parameters
    ----------
    random_state : int
        Seed of the order.
    """

    name: ClassVar[str] = "random"

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Note how many configurations there are."""
        self._n_configurations = len(meta_dataset.configurations)
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """A random order that depends on the table and the seed alone."""
        numbers = [self.random_state, *np.nan_to_num(list(task.meta_features.values()))]
        entropy = np.frombuffer(np.array(numbers).tobytes(), dtype=np.uint32)
        generator = np.random.default_rng(entropy)
        return best_first(generator.random(self._n_configurations), task.usable, top)


class AverageRank(MetaLearner):
    """The order of the mean rank over all known data sets (Brazdil & Soares 2000)."""

    name: ClassVar[str] = "average_rank"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Average the ranks."""
        self._mean_rank = mean_rank(-meta_dataset.scores)
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The same order for every table."""
        return best_first(self._mean_rank, task.usable, top)


class LibraryDefaults(AverageRank):
    """The base-learners with their library's own defaults, in the order of their mean rank.

    The other configurations follow in theirs, once the defaults are used up.
    """

    name: ClassVar[str] = "library_defaults"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Average the ranks and put the library defaults first."""
        super().fit(meta_dataset)
        kind = meta_dataset.kind
        is_default = np.array(
            [
                dict(configuration.hyperparameters)
                == get_learner(configuration.algorithm, kind).default_hyperparameters()
                for configuration in meta_dataset.configurations
            ]
        )
        self._mean_rank = self._mean_rank + np.where(is_default, 0.0, is_default.size)
        return self


def mean_rank(losses: FloatMatrix) -> FloatVector:
    """Mean over data sets of each configuration's rank; ties share their mean rank.

    Parameters
    ----------
    losses : ndarray of shape (n_datasets, n_configurations)
        NaN where not run, infinite where a run failed.

    Returns
    -------
    ndarray of shape (n_configurations,)
        From 1 (best everywhere) to n_configurations. Where a data set lacks some, the ranks of
        the others are stretched to this range, and one alone has the middle.

    Examples
    --------
    >>> mean_rank(np.array([[0.0, 0.5, 0.5], [0.0, 1.0, 0.2]])).tolist()
    [1.0, 2.75, 2.25]
    """
    from scipy.stats import rankdata

    n_run = (~np.isnan(losses)).sum(axis=1, keepdims=True)
    ranks = rankdata(losses, axis=1, nan_policy="omit")
    share = np.where(n_run > 1, (ranks - 1.0) / np.maximum(n_run - 1.0, 1.0), 0.5)
    stretched = np.where(np.isnan(ranks), np.nan, 1.0 + share * (losses.shape[1] - 1))
    return np.asarray(fill_unknown(stretched).mean(axis=0))
