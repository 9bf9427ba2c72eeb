"""The meta-dataset: a run history and its data sets' meta-features as aligned arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.history.records import BOUNDED_METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.learners import Configuration, Kind

SIZE: Final = ("nr_inst", "nr_attr", "nr_class")
"""The meta-features that say how large a data set is; every meta-dataset has them."""


@dataclass(frozen=True)
class KnownDataset:
    """A data set of the run history."""

    name: str
    """Name within its source."""
    openml_id: int | None
    """OpenML data set id, if known."""
    family: str
    """Near relatives share a family: they are left out of a meta-test together."""
    source: str = ""
    """Where its runs come from."""
    variant_of: str | None = None
    """The data set that this one is a sample of."""


@dataclass(frozen=True, eq=False)
class MetaDataset:
    """Scores of configurations on data sets, and the meta-features of these.

    Rows are data sets, columns are configurations or meta-features. Where several sources are
    joined, not every configuration was run on every data set.
    """

    kind: Kind
    """classification or regression."""
    metric: str
    """A key of `METRICS`."""
    datasets: tuple[KnownDataset, ...]
    """One per row."""
    configurations: tuple[Configuration, ...]
    """One per column of `scores` and `fit_seconds`."""
    meta_feature_names: tuple[str, ...]
    """One per column of `meta_features`."""
    meta_features: FloatMatrix
    """Shape (n_datasets, n_meta_features); NaN where unknown."""
    scores: FloatMatrix
    """Shape (n_datasets, n_configurations), larger is better; NaN where not run, -inf where the
    run failed."""
    fit_seconds: FloatMatrix
    """Shape (n_datasets, n_configurations), on the source's machine; NaN where unknown."""
    fit_rows: FloatVector
    """Shape (n_datasets,): rows that one fit learned from."""

    @property
    def families(self) -> tuple[str, ...]:
        """The family of each data set."""
        return tuple(dataset.family for dataset in self.datasets)

    def features_of(self, row: int) -> dict[str, float]:
        """Meta-features of one data set by name, NaN where unknown."""
        return dict(zip(self.meta_feature_names, self.meta_features[row].tolist(), strict=True))

    def regret(self) -> FloatMatrix:
        """Normalised regret per data set: 0 the best configuration, 1 a bad one.

        Under a metric with bounds 1 is the worst configuration that ran (min-max). A metric
        without bounds has no meaningful worst, so there 1 is the median configuration, and
        everything below it (Pfisterer et al., AutoML Conf 2022, normalise likewise). A run that
        failed has regret 1; on a data set where all score alike the others have 0.

        Returns
        -------
        ndarray of shape (n_datasets, n_configurations)
            NaN where not run.
        """
        ran = np.where(np.isfinite(self.scores), self.scores, np.nan)
        best, spread = (column[:, None] for column in self.scale())
        regret = np.divide(best - ran, spread, out=np.zeros_like(ran), where=spread > 0)
        regret = np.where(np.isneginf(self.scores), 1.0, np.minimum(regret, 1.0))
        return np.where(np.isnan(self.scores), np.nan, regret)

    def scale(self) -> tuple[FloatVector, FloatVector]:
        """The best score on each data set, and by how much a regret of 1 is below it.

        Returns
        -------
        best, spread : ndarray of shape (n_datasets,)
        """
        ran = np.where(np.isfinite(self.scores), self.scores, np.nan)
        best = np.nanmax(ran, axis=1)
        reference = np.nanmin if self.metric in BOUNDED_METRICS else np.nanmedian
        return best, best - reference(ran, axis=1)

    def take(self, rows: IntVector) -> MetaDataset:
        """The same for some of the data sets; a configuration may be left without any run."""
        return replace(
            self,
            datasets=tuple(self.datasets[row] for row in rows),
            meta_features=self.meta_features[rows],
            scores=self.scores[rows],
            fit_seconds=self.fit_seconds[rows],
            fit_rows=self.fit_rows[rows],
        )

    def take_configurations(self, columns: IntVector) -> MetaDataset:
        """The same for some of the configurations."""
        return replace(
            self,
            configurations=tuple(self.configurations[column] for column in columns),
            scores=self.scores[:, columns],
            fit_seconds=self.fit_seconds[:, columns],
        )

    def with_meta_features(self, names: Sequence[str]) -> MetaDataset:
        """The same with some of the meta-features, in the order of `names`."""
        columns = [self.meta_feature_names.index(name) for name in names]
        return replace(
            self, meta_feature_names=tuple(names), meta_features=self.meta_features[:, columns]
        )


def fill_unknown(values: FloatMatrix) -> FloatMatrix:
    """Fill what was not run with the configuration's mean over the data sets where it was.

    Parameters
    ----------
    values : ndarray of shape (n_datasets, n_configurations)
        Regrets or their logarithms; NaN where not run.

    Returns
    -------
    ndarray of the same shape
        A configuration that was run nowhere takes the mean of all.

    Examples
    --------
    >>> fill_unknown(np.array([[0.0, 1.0], [0.5, np.nan]])).tolist()
    [[0.0, 1.0], [0.5, 1.0]]
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    overall = total.sum() / max(int(count.sum()), 1)
    means = np.where(count > 0, total / np.maximum(count, 1), overall)
    return np.where(known, values, means)
