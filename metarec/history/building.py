"""From a stored history to a meta-dataset."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import HistoryError, UsageError
from metarec.history.families import find_families
from metarec.history.inputs import INPUTS
from metarec.history.meta_dataset import SIZE, KnownDataset, MetaDataset
from metarec.history.records import METRICS
from metarec.history.store import HistoryStore
from metarec.learners import Configuration, LearnerError, get_learner, learner_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.learners import Kind

TASK_TYPES: Final[dict[Kind, tuple[str, ...]]] = {
    "classification": ("binary", "multiclass"),
    "regression": ("regression",),
}
"""The types of task of each kind."""

_LEAST_SHARE: Final = 0.5
"""Of the runs of the data set of the same source that has most."""
_NAMES: Final = ("source", "dataset", "variant_of", "openml_id", "n_rows", "n_folds")
_DESCRIBED: Final = ("source", "dataset", "family", "name", "value")
_COLUMNS: Final = (*_NAMES, "algorithm", "hyperparameters", "fit_seconds", "status")


def build_meta_dataset(
    history: HistoryStore | Sequence[HistoryStore],
    *,
    metric: str,
    kind: Kind = "classification",
    meta_features: Sequence[str] | None = None,
    max_configurations: int = 1000,
) -> MetaDataset:
    """Bring stored histories into one meta-dataset.

    Only data sets with runs under `metric` and with meta-features enter, and only configurations
    of registered base-learners. A data set with less than half the runs of another one of its
    source is left out. Several runs of a configuration on a data set are averaged; where all of
    them failed, it failed. A data set that two sources have makes two rows. Memory grows with the
    number of runs, by about 30 bytes each.

    Parameters
    ----------
    history : HistoryStore or sequence of HistoryStore
        The run history, or several that are joined.
    metric : str
        A key of `METRICS`.
    kind : {"classification", "regression"}
        Of the tasks.
    meta_features : sequence of str, optional
        Of these, and of `INPUTS` if left out, those that describe any of the data sets.
    max_configurations : int
        Of more configurations, those with most data sets are taken, drawn at random where equal.

    Returns
    -------
    MetaDataset
        Data sets ordered by source and name, configurations by their key.

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
    stores = [history] if isinstance(history, HistoryStore) else list(history)
    names = sorted({*SIZE, *(INPUTS[kind] if meta_features is None else meta_features)})
    of_these = pc.field("name").isin(names)
    described = _Described.read(
        [store.meta_features(columns=_DESCRIBED, where=of_these) for store in stores]
    )
    wanted = pc.field("task").isin(TASK_TYPES[kind])
    wanted &= pc.field(metric).is_valid() | (pc.field("status") != "ok")
    wanted &= pc.field("dataset").isin(described.names)
    cells = _Cells(kind)
    for store in stores:
        for batch in store.scan_runs(columns=[*_COLUMNS, metric], where=wanted):
            cells.add(batch, batch[metric])
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    grid = cells.to_grid(sign, max_configurations)
    where = " and ".join(repr(str(store.folder)) for store in stores)
    if not grid.datasets:
        msg = (
            f"no data set in {where} has both {kind} runs under {metric!r} "
            "and meta-features: import a source that brings both"
        )
        raise HistoryError(msg)
    if missing := sorted(set(SIZE) - described.features):
        msg = f"{where} lacks the meta-feature {missing[0]!r}: import it too"
        raise HistoryError(msg)
    names = described.known(grid.datasets)
    meta_dataset = MetaDataset(
        kind=kind,
        metric=metric,
        datasets=tuple(
            replace(dataset, family=described.family(dataset)) for dataset in grid.datasets
        ),
        configurations=grid.configurations,
        meta_feature_names=tuple(names),
        meta_features=described.matrix(grid.datasets, names),
        scores=grid.scores,
        fit_seconds=grid.fit_seconds,
        fit_rows=grid.fit_rows,
    )
    # An unknown number of rows is that of the meta-features.
    n_rows = meta_dataset.with_meta_features(SIZE).meta_features[:, 0]
    meta_dataset = replace(
        meta_dataset, fit_rows=np.where(np.isnan(grid.fit_rows), n_rows, grid.fit_rows)
    )
    families = find_families(meta_dataset)
    return replace(
        meta_dataset,
        datasets=tuple(
            replace(dataset, family=family)
            for dataset, family in zip(meta_dataset.datasets, families, strict=True)
        ),
    )


@dataclass(frozen=True, eq=False)
class _Grid:
    """Runs as matrices."""

    datasets: tuple[KnownDataset, ...]
    configurations: tuple[Configuration, ...]
    scores: FloatMatrix
    fit_seconds: FloatMatrix
    fit_rows: FloatVector


class _Cells:
    """Gathers runs batch by batch, each as a few numbers."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._dataset_codes: dict[tuple[str, str], int] = {}
        self._datasets: list[KnownDataset] = []
        self._fit_rows: list[float] = []
        self._columns: dict[str, int] = {}
        self._parts: list[tuple[IntVector, IntVector, FloatVector, FloatVector]] = []

    def add(self, batch: pa.RecordBatch, scores: pa.Array) -> None:
        """Take the runs of one batch."""
        import pyarrow.compute as pc

        rows = self._rows(batch)
        keys = pc.binary_join_element_wise(batch["algorithm"], batch["hyperparameters"], "\n")
        encoded = keys.dictionary_encode()
        codes = [self._columns.setdefault(key, len(self._columns))
                 for key in encoded.dictionary.to_pylist()]  # fmt: skip
        columns = np.array(codes, dtype=np.int64)[encoded.indices.to_numpy()]
        values = _floats(scores)
        values[pc.not_equal(batch["status"], "ok").to_numpy(zero_copy_only=False)] = np.nan
        self._parts.append((rows, columns, values, _floats(batch["fit_seconds"])))

    def to_grid(self, sign: float, max_configurations: int) -> _Grid:
        """Average the runs of each cell; `sign` makes larger scores better."""
        n_columns = len(self._columns)
        rows, columns, values, seconds = (
            np.concatenate(parts) if parts else np.empty(0) for parts in _transpose(self._parts)
        )
        # Only cells that were run take memory: most pairs of a large history never met.
        cells, inverse = np.unique(rows * n_columns + columns, return_inverse=True)
        at_row, at_column = np.divmod(cells.astype(np.int64), max(n_columns, 1))
        means = sign * _means(inverse, values, len(cells))
        means[np.isnan(means)] = -np.inf
        n_datasets = np.bincount(at_column[np.isfinite(means)], minlength=n_columns)
        chosen = self._choose(n_datasets, max_configurations)
        kept = sorted(chosen, key=lambda column: chosen[column].key)
        place = np.full(n_columns, -1)
        place[kept] = np.arange(len(kept))
        in_grid = place[at_column] >= 0
        at = at_row[in_grid], place[at_column[in_grid]]
        scores = np.full((len(self._datasets), len(kept)), np.nan)
        scores[at] = means[in_grid]
        fit_seconds = np.full_like(scores, np.nan)
        fit_seconds[at] = _three_digits(_means(inverse, seconds, len(cells))[in_grid])
        order = sorted(
            self._well_covered(scores),
            key=lambda row: (self._datasets[row].source, self._datasets[row].name),
        )
        return _Grid(
            tuple(self._datasets[row] for row in order),
            tuple(chosen[column] for column in kept),
            scores[order],
            fit_seconds[order],
            np.array(self._fit_rows)[order],
        )

    def _well_covered(self, scores: FloatMatrix) -> list[int]:
        """Rows with at least half as many runs as the best covered one of their source.

        Where a collection is under way, the best of a few cheap runs is not a data set's best.
        """
        count = (~np.isnan(scores)).sum(axis=1) * np.isfinite(scores).any(axis=1)
        sources = np.array([dataset.source for dataset in self._datasets])
        most = {source: count[sources == source].max() for source in np.unique(sources)}
        return [
            row for row, source in enumerate(sources)
            if count[row] > 0 and count[row] >= _LEAST_SHARE * most[source]
        ]  # fmt: skip

    def _rows(self, batch: pa.RecordBatch) -> IntVector:
        """Code of each run's data set."""
        import pyarrow.compute as pc

        keys = pc.binary_join_element_wise(batch["source"], batch["dataset"], "\n")
        encoded = keys.dictionary_encode()
        indices = encoded.indices.to_numpy()
        codes = np.empty(len(encoded.dictionary), dtype=np.int64)
        _, first = np.unique(indices, return_index=True)
        for place, row in enumerate(first.tolist()):
            known = {name: batch[name][row].as_py() for name in _NAMES}
            key = (known["source"], known["dataset"])
            if key not in self._dataset_codes:
                self._dataset_codes[key] = len(self._datasets)
                self._datasets.append(
                    KnownDataset(
                        known["dataset"],
                        known["openml_id"],
                        known["dataset"],
                        known["source"],
                        known["variant_of"],
                    )
                )
                share = 1.0 - 1.0 / known["n_folds"] if known["n_folds"] else 1.0
                self._fit_rows.append(share * (known["n_rows"] or np.nan))
            codes[place] = self._dataset_codes[key]
        return np.asarray(codes[indices])

    def _choose(self, n_datasets: IntVector, most: int) -> dict[int, Configuration]:
        """Usable configurations by column, those with most data sets first."""
        keys = list(self._columns)
        at_random = np.random.default_rng(0).permutation(len(keys))
        chosen: dict[int, Configuration] = {}
        for column in np.lexsort((at_random, -n_datasets)).tolist():
            if n_datasets[column] == 0 or len(chosen) == most:
                break
            configuration = _usable(keys[column], self._kind)
            if configuration is not None:
                chosen[column] = configuration
        return chosen


def _usable(key: str, kind: Kind) -> Configuration | None:
    """The configuration, if a registered base-learner has it."""
    algorithm, hyperparameters = key.split("\n", maxsplit=1)
    if algorithm not in learner_names(kind):
        return None
    configuration = Configuration(algorithm, json.loads(hyperparameters))
    try:
        get_learner(algorithm, kind).validate(configuration.hyperparameters)
    except LearnerError:
        return None
    return configuration


class _Described:
    """Meta-features of data sets, by source."""

    def __init__(
        self,
        values: dict[tuple[str, str], dict[str, float | None]],
        families: dict[tuple[str, str], str | None],
    ) -> None:
        self._values, self._families = values, families
        self.names = sorted({dataset for _, dataset in values})
        self.features = {name for row in values.values() for name in row}
        self._sources: dict[str, list[str]] = {}
        for source, dataset in sorted(values):
            self._sources.setdefault(dataset, []).append(source)

    @classmethod
    def read(cls, tables: Sequence[pa.Table]) -> _Described:
        """Take them from the stores' tables."""
        values: dict[tuple[str, str], dict[str, float | None]] = {}
        families: dict[tuple[str, str], str | None] = {}
        for table in tables:
            for source, dataset, family, name, value in zip(
                *(table[column].to_pylist() for column in _DESCRIBED), strict=True
            ):
                values.setdefault((source, dataset), {})[name] = value
                families[source, dataset] = family
        return cls(values, families)

    def known(self, datasets: Sequence[KnownDataset]) -> list[str]:
        """Names that describe any of the data sets, sorted; size always."""
        return sorted(set(SIZE).union(*(self._of(dataset) for dataset in datasets)))

    def matrix(self, datasets: Sequence[KnownDataset], names: Sequence[str]) -> FloatMatrix:
        """Values of the data sets, NaN where unknown."""
        rows = [self._of(dataset) for dataset in datasets]
        return np.array([[row.get(name) for name in names] for row in rows], dtype=np.float64)

    def family(self, dataset: KnownDataset) -> str:
        """What the data set's own source calls its family, or else its name."""
        return self._families.get((dataset.source, dataset.name)) or dataset.name

    def _of(self, dataset: KnownDataset) -> dict[str, float | None]:
        """All that is known of a data set; its own source comes first."""
        found: dict[str, float | None] = {}
        for source in self._sources[dataset.name]:
            found |= {
                name: value
                for name, value in self._values[source, dataset.name].items()
                if value is not None or name not in found
            }
        return found | self._values.get((dataset.source, dataset.name), {})


def _floats(column: pa.Array) -> FloatVector:
    """A copy with NaN for null."""
    return np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _means(groups: IntVector, values: FloatVector, n_groups: int) -> FloatVector:
    """Mean of the known values of each group; NaN where none is known."""
    known = ~np.isnan(values)
    count = np.bincount(groups[known], minlength=n_groups)
    total = np.bincount(groups[known], weights=values[known], minlength=n_groups)
    means = np.full(n_groups, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means


def _three_digits(seconds: FloatVector) -> FloatVector:
    """Rounded: a measured time has no more digits, and fewer values take less room."""
    magnitude = 10.0 ** np.floor(np.log10(np.maximum(seconds, 1e-12)))
    return np.asarray(np.round(seconds / magnitude, 2) * magnitude)


def _transpose(parts: Iterable[tuple[np.ndarray, ...]]) -> list[list[np.ndarray]]:
    return [list(column) for column in zip(*parts, strict=True)] or [[], [], [], []]
