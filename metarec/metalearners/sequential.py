"""The sequential meta-learner: LightGBM's expectation, corrected after every result."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self
from weakref import WeakKeyDictionary

import numpy as np

from metarec.history.meta_dataset import fill_unknown
from metarec.metalearners.base import best_first
from metarec.metalearners.belief import Belief
from metarec.metalearners.lightgbm import LightGBM
from metarec.metalearners.scale import Scale, to_loss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatMatrix, FloatVector, IntVector, Mask
    from metarec.history import MetaDataset
    from metarec.metalearners.base import Task

    Beginning = tuple[FloatVector, FloatMatrix, FloatVector, FloatVector]

_SHRINKAGE: Final = 0.05
"""Share of the diagonal in the covariance (Ledoit & Wolf 2004 shrink likewise)."""
_NEAR: Final = 0.2
"""Distance in ranked meta-features at which a data set counts 1/e in the covariance."""
N_COVERING: Final = 3
"""Suggestions that the list decides alone: one or two results of unknown scale say little."""


class Sequential(LightGBM):
    """LightGBM for the first list; after results, what promises most given all of them.

    What LightGBM missed on other data sets, most of all on those like the task, says which
    configurations do well or badly together: the covariance of its residuals. After each result
    the expectation of all configurations is corrected by it, and the next one is the one of the
    greatest expected improvement.
    """

    name: ClassVar[str] = "sequential"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Train LightGBM, and the models of what scores a data set allows."""
        super().fit(meta_dataset)
        self._begin(meta_dataset, Scale.fit(meta_dataset))
        return self

    def _begin(self, meta_dataset: MetaDataset, scale: Scale) -> None:
        self._metric = meta_dataset.metric
        self._scale = scale
        self._priors: WeakKeyDictionary[Task, Beginning] = WeakKeyDictionary()

    def update(self, task: Task, observed: Mapping[int, float], *, top: int) -> IntVector:
        """What promises most after some results; up to two, what is next in the list of `rank`.

        Where the task says what a trial takes, what promises most per second (Snoek, Larochelle &
        Adams 2012, section 3.2), from the first one on.
        """
        known = {column: score for column, score in observed.items() if np.isfinite(score)}
        if len(known) < N_COVERING and task.seconds is None:
            return super().update(task, observed, top=top)
        belief = Belief(*self.prior(task))
        losses = to_loss(self._metric, np.array(list(known.values())))
        for column, loss in zip(known, losses.tolist(), strict=True):
            belief.observe(column, loss)
        for column in observed.keys() - known.keys():
            belief.fail(column)
        open_ = task.usable.copy()
        open_[list(observed)] = False
        chosen: list[int] = []
        while len(chosen) < top and open_.any():
            gain = belief.improvement()
            if task.seconds is not None:
                gain /= task.seconds
            column = int(best_first(-gain, open_, 1)[0])
            chosen.append(column)
            open_[column] = False
            belief.expect(column)
        return np.array(chosen, dtype=np.int64)

    def prior(self, task: Task) -> Beginning:
        """What a `Belief` begins with: expectation, covariance, least losses and spreads."""
        # Made with the first result and kept: who only ranks must not wait for it.
        if task not in self._priors:
            nearness = np.exp(-self._cells.distances(task) / _NEAR)
            known = ~np.isnan(self._cells.log_regret)
            found = covariance(self._residuals, known, nearness)
            # Without what was missed nearby: a first result and the covariance tell it better.
            _, expected = self._foresee(task)
            self._priors[task] = expected, found, *self._scale.scenarios(task)
        return self._priors[task]

    def plain_prior(self, task: Task) -> Beginning:
        """As `prior`, with an expectation and a covariance that all known data sets share."""
        log_regret = self._cells.log_regret
        filled = fill_unknown(log_regret)
        expected = filled.mean(axis=0)
        found = covariance(filled - expected, ~np.isnan(log_regret), np.ones(len(log_regret)))
        return expected, found, *self._scale.scenarios(task)

    def to_files(self) -> dict[str, bytes]:
        """LightGBM's files and those of the scale."""
        return {**super().to_files(), **self._scale.to_files()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], meta_dataset: MetaDataset) -> Self:
        """The inverse of `to_files`."""
        metalearner = super().from_files(files, meta_dataset)
        metalearner._begin(meta_dataset, Scale.from_files(files, meta_dataset))
        return metalearner


def covariance(residuals: FloatMatrix, known: Mask, weights: FloatVector) -> FloatMatrix:
    """Weighted covariance of residuals over data sets, shrunk towards its diagonal.

    Parameters
    ----------
    residuals : ndarray of shape (n_datasets, n_configurations)
    known : ndarray of shape (n_datasets, n_configurations)
        Where a configuration was run. A configuration's variance is that of its own runs; two that
        hardly met on a data set have little covariance, and the matrix stays semidefinite.
    weights : ndarray of shape (n_datasets,)
        How much each data set counts.

    Returns
    -------
    ndarray of shape (n_configurations, n_configurations)

    Examples
    --------
    The third data set has no run of the second configuration:

    >>> residuals = np.array([[1.0, 2.0], [-1.0, -2.0], [0.0, 0.0]])
    >>> known = np.array([[True, True], [True, True], [True, False]])
    >>> covariance(residuals, known, np.ones(3)).diagonal().round(3).tolist()
    [0.667, 4.0]
    """
    share = np.where(known, weights[:, None], 0.0)
    total = np.maximum(share.sum(axis=0), np.finfo(float).tiny)
    centred = np.sqrt(share) * (residuals - (share * residuals).sum(axis=0) / total)
    found = centred.T @ centred / np.sqrt(np.outer(total, total))
    return np.asarray((1.0 - _SHRINKAGE) * found + _SHRINKAGE * np.diag(found.diagonal()))
