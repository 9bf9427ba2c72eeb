"""What a model sees of a cell: one data set, one configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.history.meta_dataset import SIZE, fill_unknown
from metarec.metalearners.encoding import encode_configurations
from metarec.metalearners.similarity import RankedDistance, SizeDistance

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, FloatVector
    from metarec.history.meta_dataset import MetaDataset
    from metarec.metalearners.base import Task

REGRET_FLOOR: Final = 0.05
"""Added to a regret before its logarithm: smaller differences are noise."""
_N_LOADINGS: Final = 8
_N_NEAR: Final = 10
_SIZE_WIDTHS: Final = (0.5, 1.0)
_UNKNOWN_WEIGHT: Final = 0.01


class Cells:
    """Describes cells by meta-features, configuration, and how the configuration did elsewhere.

    The columns are the data set's meta-features; the encoded configuration; the mean, the spread
    and the first principal components of its log regret over the history; and its mean log regret
    over the other data sets, weighted by meta-features and by size within two widths.

    Parameters
    ----------
    meta_dataset : MetaDataset
        The history.
    loadings : ndarray of shape (n_configurations, n_loadings)
        What `principal_loadings` gave for this history. They are handed over, not computed again,
        because their last digits depend on the processor's linear algebra.
    """

    def __init__(self, meta_dataset: MetaDataset, loadings: FloatMatrix) -> None:
        self._names = meta_dataset.meta_feature_names
        self._meta_features = meta_dataset.meta_features
        self.log_regret = log_regret(meta_dataset)
        self._known = (~np.isnan(self.log_regret)).astype(np.float64)
        self._filled = fill_unknown(self.log_regret)
        self._distance = RankedDistance(meta_dataset.meta_features)
        self._sizes = meta_dataset.with_meta_features(SIZE).meta_features
        self._size_distance = SizeDistance(self._sizes)
        self._configurations = np.column_stack(
            [
                encode_configurations(meta_dataset.configurations, meta_dataset.kind),
                self._filled.mean(axis=0),
                self._filled.std(axis=0),
                loadings,
            ]
        )

    def of_known(self) -> FloatMatrix:
        """Every cell of the history.

        A data set's own scores take no part in the weighted means of its cells. They do take
        part in the columns that are constant over data sets: the mean, the spread and the
        components of a configuration.

        Returns
        -------
        ndarray of shape (n_datasets, n_configurations, n_columns)
        """
        return np.stack(
            [
                self._describe(row, self._sizes[at], leave_out=at)
                for at, row in enumerate(self._meta_features)
            ]
        )

    def of_task(self, task: Task) -> FloatMatrix:
        """The cells of a new data set, shape (n_configurations, n_columns)."""
        return self._describe(task.vector(self._names), task.vector(SIZE))

    def distances(self, task: Task) -> FloatVector:
        """How unlike every known data set a new one is, shape (n_datasets,), from 0 to 1."""
        return self._distance.to_all(task.vector(self._names))

    def add_up(self, effects: FloatMatrix) -> tuple[FloatMatrix, FloatMatrix]:
        """Sum effects of columns over what they tell of.

        Parameters
        ----------
        effects : ndarray of shape (n_cells, n_columns)

        Returns
        -------
        of_meta_features : ndarray of shape (n_cells, n_meta_features)
        of_results : ndarray of shape (n_cells, 2)
            Those of a configuration's results `ELSEWHERE`; what it is counts with all data sets.
        """
        of_meta_features, configuration, similar = np.split(
            effects, [len(self._names), -1 - len(_SIZE_WIDTHS)], axis=1
        )
        parts = (similar, configuration)
        return of_meta_features, np.stack([part.sum(axis=1) for part in parts], axis=1)

    def regret_elsewhere(self, cells: FloatMatrix) -> FloatMatrix:
        """Typical regret of each configuration `ELSEWHERE`, shape (n_configurations, 2).

        Parameters
        ----------
        cells : ndarray of shape (n_configurations, n_columns)
            Of one task.
        """
        similar = cells[:, -1 - len(_SIZE_WIDTHS)]
        logs = np.stack([similar, self._filled.mean(axis=0)], axis=1)
        return np.asarray(np.maximum(np.exp(logs) - REGRET_FLOOR, 0.0))

    def _describe(
        self, meta_features: FloatVector, sizes: FloatVector, *, leave_out: int | None = None
    ) -> FloatMatrix:
        near = self._distance.to_all(meta_features)
        size = self._size_distance.to_all(sizes)
        if leave_out is not None:
            near[leave_out] = size[leave_out] = np.inf
        width = max(float(np.sort(near[np.isfinite(near)])[:_N_NEAR][-1]), 1e-9)
        weights = np.stack(
            [np.exp(-((near / width) ** 2)), *(np.exp(-size / each) for each in _SIZE_WIDTHS)]
        )
        # What was not run hardly counts, but keeps a configuration that was run far away only.
        share = weights @ (self._known + _UNKNOWN_WEIGHT * (1.0 - self._known))
        counted = np.where(self._known > 0, self._filled, _UNKNOWN_WEIGHT * self._filled)
        means = weights @ counted / share
        repeated = np.broadcast_to(meta_features, (len(self._configurations), len(meta_features)))
        return np.column_stack([repeated, self._configurations, means.T])


def log_regret(meta_dataset: MetaDataset) -> FloatMatrix:
    """Logarithm of the regret plus a floor, shape (n_datasets, n_configurations); may have NaN."""
    return np.asarray(np.log(meta_dataset.regret() + REGRET_FLOOR))


def principal_loadings(meta_dataset: MetaDataset) -> FloatMatrix:
    """Configurations on the first principal components, shape (n_configurations, n_loadings)."""
    centred = fill_unknown(log_regret(meta_dataset))
    centred -= centred.mean(axis=0)
    _, spread, axes = np.linalg.svd(centred, full_matrices=False)
    loadings = (axes[:_N_LOADINGS] * spread[:_N_LOADINGS, None]).T / np.sqrt(len(centred))
    # An axis has no sign of its own; a fixed one gives the same model everywhere.
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))
