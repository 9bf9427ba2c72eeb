"""auto-sklearn's warm start: the best configuration of each data set, the nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np

from metarec.metalearners.base import MetaLearner, Task

if TYPE_CHECKING:
    from metarec._types import FloatVector, IntVector
    from metarec.history.meta_dataset import MetaDataset

_DROPPED: Final = (
    "best_node.mean",
    "linear_discr.mean",
    "linear_regr.mean",
    "naive_bayes.mean",
    "one_nn.mean",
    "pca_fraction_95",
    "pca_kurtosis_first_pc",
)
"""Landmarkers and components, which auto-sklearn leaves out where it warm-starts."""


class AutoSklearnNeighbours(MetaLearner):
    """The best configuration of the nearest data set, then that of the next nearest, and so on.

    Data sets are compared by the sum of absolute differences of their meta-features, each scaled to
    the range that it has over the known data sets and the new one; an unknown value of a known data
    set is the mean, and one of the new data set is left out. Once every data set has named its
    best, all name their second best in the same order.

    References
    ----------
    Feurer, Springenberg & Hutter, Initializing Bayesian hyperparameter optimization via
    meta-learning, AAAI 2015; auto-sklearn's `kND.py`.
    """

    name: ClassVar[str] = "auto_sklearn_neighbours"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Order the configurations of each data set and keep the meta-features."""
        self._names = tuple(
            name for name in meta_dataset.meta_feature_names if name not in _DROPPED
        )
        known = meta_dataset.with_meta_features(self._names).meta_features
        count = np.maximum((~np.isnan(known)).sum(axis=0), 1)
        self._meta_features = np.where(np.isnan(known), np.nansum(known, axis=0) / count, known)
        # What was not run comes last.
        self._best_first = np.argsort(meta_dataset.regret(), axis=1, kind="stable")
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The list that the neighbours name in turn."""
        nearest = np.argsort(self._distances(task), kind="stable")
        ordered = self._best_first[nearest]
        usable = task.usable[ordered]
        # Each data set's configurations without those that cannot run, the former before the latter
        ordered = np.take_along_axis(ordered, np.argsort(~usable, axis=1, kind="stable"), axis=1)
        named = ordered[:, : int(task.usable.sum())].T.ravel()
        _, first = np.unique(named, return_index=True)
        return np.asarray(named[np.sort(first)][:top], dtype=np.int64)

    def _distances(self, task: Task) -> FloatVector:
        new = task.vector(self._names)
        low = np.fmin(self._meta_features.min(axis=0), new)
        width = np.fmax(self._meta_features.max(axis=0), new) - low
        difference = np.abs(self._meta_features - new) / np.where(width > 0, width, 1.0)
        return np.asarray(np.nansum(difference, axis=1))
