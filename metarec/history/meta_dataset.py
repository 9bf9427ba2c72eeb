"""The meta-dataset: a run history and its data sets' meta-features as aligned arrays."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import HistoryError, UsageError
from metarec.history.records import METRICS
from metarec.learners import Configuration

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from metarec._types import FloatMatrix, IntVector
    from metarec.history.store import HistoryStore


@dataclass(frozen=True)
class KnownDataset:
    """A data set of the run history."""

    name: str
    """Name within its source."""
    openml_id: int | None
    """OpenML data set id, if known."""
    family: str
    """Near relatives share a family: they are left out of a meta-test together."""


@dataclass(frozen=True, eq=False)
class MetaDataset:
    """Scores of configurations on data sets, and the meta-features of these.

    Rows are data sets, columns are configurations or meta-features.
    """

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
    """Shape (n_datasets, n_configurations), larger is better; NaN where not run."""
    fit_seconds: FloatMatrix
    """Shape (n_datasets, n_configurations), on the source's machine; NaN where unknown."""

    @property
    def families(self) -> tuple[str, ...]:
        """The family of each data set."""
        return tuple(dataset.family for dataset in self.datasets)

    def regret(self) -> FloatMatrix:
        """Min-max normalised regret per data set, 0 the best and 1 the worst configuration.

        A data set on which all configurations score alike has regret 0 throughout. A run that
        is missing counts as the worst.

        Returns
        -------
        ndarray of shape (n_datasets, n_configurations)
        """
        best = np.nanmax(self.scores, axis=1, keepdims=True)
        worst = np.nanmin(self.scores, axis=1, keepdims=True)
        spread = best - worst
        regret = np.divide(
            best - self.scores, spread, out=np.zeros_like(self.scores), where=spread > 0
        )
        return np.where(np.isnan(self.scores), 1.0, regret)

    def take(self, rows: IntVector) -> MetaDataset:
        """The same for some of the data sets."""
        return replace(
            self,
            datasets=tuple(self.datasets[row] for row in rows),
            meta_features=self.meta_features[rows],
            scores=self.scores[rows],
            fit_seconds=self.fit_seconds[rows],
        )

    def with_meta_features(self, names: Sequence[str]) -> MetaDataset:
        """The same with some of the meta-features, in the order of `names`."""
        columns = [self.meta_feature_names.index(name) for name in names]
        return replace(
            self, meta_feature_names=tuple(names), meta_features=self.meta_features[:, columns]
        )


SIZE: Final = ("nr_inst", "nr_attr", "nr_class")
"""The meta-features that say how large a data set is; every meta-dataset has them."""

_REGRET_FLOOR: Final = 0.01  # below it, differences are noise
_SAME_SCORES: Final = 0.97

CLASSIFICATION_TASKS: Final = ("binary", "multiclass")


def build_meta_dataset(store: HistoryStore, *, metric: str) -> MetaDataset:
    """Bring a stored history into one meta-dataset.

    Only classification data sets with runs under `metric` and with meta-features enter. Several
    runs of a configuration on a data set are averaged.

    Parameters
    ----------
    store : HistoryStore
        The run history.
    metric : str
        A key of `METRICS`.

    Returns
    -------
    MetaDataset
        Data sets ordered by name, configurations by their key.

    Raises
    ------
    HistoryError
        If no data set has both runs under this metric and meta-features, or one of the
        meta-features that say how large a data set is, is missing.
    UsageError
        If there is no such metric.
    """
    import pyarrow.compute as pc

    if metric not in METRICS:
        msg = f"there is no metric {metric!r}; choose one of {', '.join(METRICS)}"
        raise UsageError(msg)
    runs = store.runs(
        columns=[
            "dataset",
            "openml_id",
            "task",
            "algorithm",
            "hyperparameters",
            metric,
            "fit_seconds",
            "status",
        ]
    )
    classification = pc.field("task").isin(CLASSIFICATION_TASKS)
    runs = runs.filter((pc.field("status") == "ok") & pc.field(metric).is_valid() & classification)
    described = store.meta_features()
    runs = runs.filter(pc.is_in(runs["dataset"], value_set=described["dataset"].unique()))
    if not runs.num_rows:
        msg = (
            f"no data set in {str(store.folder)!r} has both classification runs under {metric!r} "
            "and meta-features: import a source that brings both"
        )
        raise HistoryError(msg)
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    names, dataset_codes = _codes(runs["dataset"])
    keys, configuration_codes = _codes(
        pc.binary_join_element_wise(runs["algorithm"], runs["hyperparameters"], "\n")
    )
    shape = (len(names), len(keys))
    cells = (dataset_codes, configuration_codes)
    meta_names, meta_features = _meta_feature_matrix(described, names)
    if missing := sorted(set(SIZE) - set(meta_names)):
        msg = f"{str(store.folder)!r} lacks the meta-feature {missing[0]!r}: import it too"
        raise HistoryError(msg)
    known_families = dict(
        zip(described["dataset"].to_pylist(), described["family"].to_pylist(), strict=True)
    )
    openml_ids = dict(zip(runs["dataset"].to_pylist(), runs["openml_id"].to_pylist(), strict=True))
    meta_dataset = MetaDataset(
        metric=metric,
        datasets=tuple(
            KnownDataset(name, openml_ids[name], known_families[name] or name) for name in names
        ),
        configurations=tuple(_configuration(*key.split("\n", maxsplit=1)) for key in keys),
        meta_feature_names=meta_names,
        meta_features=meta_features,
        scores=sign * _cell_means(cells, runs[metric], shape),
        fit_seconds=_cell_means(cells, runs["fit_seconds"], shape),
    )
    return replace(
        meta_dataset,
        datasets=tuple(
            replace(dataset, family=family)
            for dataset, family in zip(
                meta_dataset.datasets, find_families(meta_dataset), strict=True
            )
        ),
    )


def find_families(meta_dataset: MetaDataset) -> tuple[str, ...]:
    """Group near relatives: of one known family, of one size, or with almost the same scores.

    Two data sets with the same number of rows, columns and classes are often variants of one
    table, and so are two whose scores over the configurations correlate above 0.97. Families are
    the connected components of that relation.

    Returns
    -------
    tuple of str
        For each data set the name of the first one of its family.
    """
    from scipy.sparse.csgraph import connected_components

    size = meta_dataset.with_meta_features(SIZE).meta_features
    same_size = (size[:, None, :] == size[None, :, :]).all(axis=2)
    profile = np.log(meta_dataset.regret() + _REGRET_FLOOR)
    profile -= profile.mean(axis=1, keepdims=True)
    length = np.linalg.norm(profile, axis=1, keepdims=True)
    profile = np.divide(profile, length, out=np.zeros_like(profile), where=length > 0)
    known = np.array(meta_dataset.families)
    related = same_size | (known[:, None] == known) | (profile @ profile.T > _SAME_SCORES)
    _, component = connected_components(related, directed=False)
    names = [dataset.name for dataset in meta_dataset.datasets]
    first = [names[int(np.argmax(component == which))] for which in component]
    return tuple(first)


def _configuration(algorithm: str, hyperparameters: str) -> Configuration:
    return Configuration(algorithm, json.loads(hyperparameters))


def _codes(column: pa.ChunkedArray) -> tuple[list[str], IntVector]:
    """Sorted distinct strings, and for each cell the place of its own among them."""
    names, codes = np.unique(column.to_numpy().astype(str), return_inverse=True)
    return names.tolist(), codes.astype(np.int64)


def _cell_means(
    cells: tuple[IntVector, IntVector], values: pa.ChunkedArray, shape: tuple[int, int]
) -> FloatMatrix:
    numbers = values.to_numpy().astype(np.float64)
    known = ~np.isnan(numbers)
    flat = np.ravel_multi_index(cells, shape)[known]
    size = shape[0] * shape[1]
    count = np.bincount(flat, minlength=size)
    total = np.bincount(flat, weights=numbers[known], minlength=size)
    means = np.full(size, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means.reshape(shape)


def _meta_feature_matrix(
    described: pa.Table, datasets: list[str]
) -> tuple[tuple[str, ...], FloatMatrix]:
    import pyarrow.compute as pc

    described = described.filter(pc.field("dataset").isin(datasets))
    names, rows = _codes(described["dataset"])
    features, columns = _codes(described["name"])
    values = np.full((len(names), len(features)), np.nan)
    values[rows, columns] = described["value"].to_numpy()
    return tuple(features), values
