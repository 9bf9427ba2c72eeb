"""The sequential meta-learner: LightGBM's expectation, corrected after every result."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np

from metarec.metalearners.base import best_first
from metarec.metalearners.belief import Belief
from metarec.metalearners.lightgbm import LightGBM
from metarec.metalearners.scale import Scale, to_loss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatMatrix, IntVector
    from metarec.history import MetaDataset
    from metarec.metalearners.base import Task

_SHRINKAGE: Final = 0.1
"""Share of the diagonal in the covariance (Ledoit & Wolf 2004 shrink likewise)."""


class Sequential(LightGBM):
    """LightGBM for the first list; after results, what promises most given all of them.

    What LightGBM missed on other data sets says which configurations do well or badly together:
    the covariance of its residuals. After each result the expectation of all configurations is
    corrected by it, and the next one is the one of the greatest expected improvement.
    """

    name: ClassVar[str] = "sequential"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Train LightGBM, and the models of what scores a data set allows."""
        super().fit(meta_dataset)
        self._metric = meta_dataset.metric
        self._scale = Scale.fit(meta_dataset)
        return self

    @cached_property
    def _covariance(self) -> FloatMatrix:
        # A list needs none: who only ranks must not wait for it.
        return covariance(self._residuals)

    def update(self, task: Task, observed: Mapping[int, float], *, top: int) -> IntVector:
        """What promises most after some results; without any, the list of `rank`."""
        known = {column: score for column, score in observed.items() if np.isfinite(score)}
        if not known:
            return super().update(task, observed, top=top)
        belief = Belief(self._expected(task), self._covariance, *self._scale.scenarios(task))
        losses = to_loss(self._metric, np.array(list(known.values())))
        for column, loss in zip(known, losses.tolist(), strict=True):
            belief.observe(column, loss)
        open_ = task.usable.copy()
        open_[list(observed)] = False
        chosen: list[int] = []
        while len(chosen) < top and open_.any():
            column = int(best_first(-belief.improvement(), open_, 1)[0])
            chosen.append(column)
            open_[column] = False
            belief.expect(column)
        return np.array(chosen, dtype=np.int64)

    def to_files(self) -> dict[str, bytes]:
        """LightGBM's files and those of the scale."""
        return {**super().to_files(), **self._scale.to_files()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], meta_dataset: MetaDataset) -> Self:
        """The inverse of `to_files`."""
        metalearner = super().from_files(files, meta_dataset)
        metalearner._metric = meta_dataset.metric
        metalearner._scale = Scale.from_files(files, meta_dataset)
        return metalearner


def covariance(residuals: FloatMatrix) -> FloatMatrix:
    """Covariance of residuals over data sets, shrunk towards its diagonal.

    Parameters
    ----------
    residuals : ndarray of shape (n_datasets, n_configurations)
        0 where a configuration was not run: there it says nothing.

    Returns
    -------
    ndarray of shape (n_configurations, n_configurations)
    """
    centred = residuals - residuals.mean(axis=0)
    found = centred.T @ centred / max(len(residuals) - 1, 1)
    return np.asarray((1.0 - _SHRINKAGE) * found + _SHRINKAGE * np.diag(found.diagonal()))
