"""Oboe's low-rank model: a few informative runs place a new data set among the known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np

from metarec.history.meta_dataset import fill_unknown
from metarec.history.records import BOUNDED_METRICS
from metarec.metalearners.base import MetaLearner, Task, best_first
from metarec.metalearners.scale import to_loss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatMatrix, FloatVector, IntVector, Mask
    from metarec.history.meta_dataset import MetaDataset

_SINGULAR_SHARE: Final = 0.2
"""Singular values below this share of the largest are left out.

Oboe's own 3 % would leave up to 50 configurations to try before any is chosen for its promise.
"""
_N_COMPLETIONS: Final = 30
_LEAST_LOSS: Final = 1e-3  # keeps the logarithm of a perfect score finite


class LowRank(MetaLearner):
    """Losses as the product of a few latent features of data sets and of configurations.

    The first configurations are those that tell most of the latent features: the pivots of a QR
    decomposition, among the faster half, each with its column scaled to what the earlier ones leave
    open. Once they were tried, the latent features of the new data set follow by least squares from
    all results, and the next one is that of the least predicted loss. The losses of a data set have
    a level of its own. Losses without an upper bound are taken as logarithms, what was not run is
    completed by the model itself.

    References
    ----------
    Yang, Akimoto, Kim & Udell, OBOE: Collaborative filtering for AutoML model selection, KDD 2019.
    """

    name: ClassVar[str] = "low_rank"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Factorise the losses of the known data sets."""
        self._metric = meta_dataset.metric
        losses = self._losses(meta_dataset.scores)
        completed = complete_losses(losses)
        self._mean = completed.mean(axis=0)
        self._components = np.vstack([np.ones(completed.shape[1]), _factors(completed)])
        self._is_fast = _faster_half(meta_dataset.fit_seconds)
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The informative configurations, then those of the least mean loss."""
        return self._cold(self._pivots(task.usable), task.usable, top)

    def update(self, task: Task, observed: Mapping[int, float], *, top: int) -> IntVector:
        """The informative ones that are left, then those of the least predicted loss."""
        open_ = task.usable.copy()
        open_[list(observed)] = False
        pivots = self._pivots(task.usable)
        known = {column: score for column, score in observed.items() if np.isfinite(score)}
        if not known or open_[pivots].any():
            return self._cold(pivots, open_, top)
        columns = list(known)
        losses = self._losses(np.array(list(known.values())))
        latent, *_ = np.linalg.lstsq(self._components[:, columns].T, losses, rcond=None)
        return best_first(np.asarray(latent @ self._components), open_, top)

    def _cold(self, pivots: IntVector, open_: Mask, top: int) -> IntVector:
        cost = self._mean - self._mean.min() + len(pivots)
        cost[pivots] = np.arange(len(pivots))
        return best_first(cost, open_, top)

    def _pivots(self, usable: Mask) -> IntVector:
        from scipy.linalg import qr

        fast = np.flatnonzero(usable & self._is_fast)
        columns = fast if fast.size >= len(self._components) else np.flatnonzero(usable)
        _, order = qr(self._components[:, columns], mode="r", pivoting=True)
        return np.asarray(columns[order[: len(self._components)]])

    def _losses(self, scores: FloatMatrix | FloatVector) -> FloatMatrix:
        """What the model adds up; a failed run is as one that was not made."""
        losses = to_loss(self._metric, np.where(np.isfinite(scores), scores, np.nan))
        if self._metric not in BOUNDED_METRICS:
            losses = np.log(np.maximum(losses, _LEAST_LOSS))
        return np.asarray(losses)


def complete_losses(losses: FloatMatrix) -> FloatMatrix:
    """Fill what was not run with what the low-rank model says of it, again and again."""
    unknown = np.isnan(losses)
    completed = fill_unknown(losses)
    for _ in range(_N_COMPLETIONS if unknown.any() else 0):
        level = completed.mean(axis=1, keepdims=True)
        factors = _factors(completed)
        modelled = level + (completed - level) @ factors.T @ factors
        completed = np.where(unknown, modelled, losses)
    return completed


def _factors(losses: FloatMatrix) -> FloatMatrix:
    """Orthonormal latent features of the configurations, shape (rank, n_configurations)."""
    centred = losses - losses.mean(axis=1, keepdims=True)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(axes[sizes >= _SINGULAR_SHARE * sizes[0]])


def _faster_half(fit_seconds: FloatMatrix) -> Mask:
    """Configurations that are not slower than most, against others on the same data sets."""
    known = ~np.isnan(fit_seconds)
    logarithms = np.log(np.where(known & (fit_seconds > 0), fit_seconds, 1.0))
    level = logarithms.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    relative = np.where(known, logarithms - level, 0.0).sum(axis=0)
    relative = np.where(known.any(axis=0), relative / np.maximum(known.sum(axis=0), 1), np.inf)
    return np.asarray(relative <= np.median(relative))
