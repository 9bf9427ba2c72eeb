"""Intermediate values of one table that several meta-features need, computed once on demand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metafeatures._classifiers import nearest_rows
from metafeatures._entropies import Entropies, column_entropies
from metafeatures._exceptions import Undefined
from metafeatures._kernels._moments import column_moments
from metafeatures._pca import Pca, principal_components
from metafeatures._sample import Sample, draw_sample
from metafeatures._table import Table, Target
from metafeatures._tree import presort

__all__ = ["Moments", "Shared"]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Moments of the finite cells of each numeric column; each field has shape (n_numeric,)."""

    count: NDArray[np.float64]
    """Number of finite cells."""
    mean: NDArray[np.float64]
    """Mean; 0 for a column without a finite cell."""
    m2: NDArray[np.float64]
    """Second central moment of the values divided by `scale`."""
    m3: NDArray[np.float64]
    """Third central moment, scaled likewise."""
    m4: NDArray[np.float64]
    """Fourth central moment, scaled likewise."""
    scale: NDArray[np.float64]
    """Largest distance from the mean; 0 for a constant column."""
    low: NDArray[np.float64]
    """Smallest value."""
    high: NDArray[np.float64]
    """Largest value."""
    extreme: NDArray[np.float64]
    """Number of cells that equal the smallest or the largest value."""

    @property
    def varied(self) -> NDArray[np.bool_]:
        """Columns that are not constant, to the precision of float64."""
        noise = np.finfo(np.float64).eps * np.abs(self.mean)
        return (self.low < self.high) & (np.sqrt(self.m2) * self.scale > noise)


class Shared:
    """Lazily computed intermediate values of one table.

    Parameters
    ----------
    table : Table
    n_jobs : int
        Number of threads, at least 1.
    seed : int
        Every random choice starts from it anew, so that the order of features does not matter.
    """

    def __init__(self, table: Table, n_jobs: int, seed: int) -> None:
        self.table = table
        self.n_jobs = n_jobs
        self.seed = seed

    def spread(self, work: Callable[[int], None], n: int) -> None:
        """Call work(0), ..., work(n - 1), on `n_jobs` threads."""
        if self.n_jobs == 1 or n < 2:
            for i in range(n):
                work(i)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(self.n_jobs, n)) as pool:
            list(pool.map(work, range(n)))

    @property
    def target(self) -> Target:
        """The target.

        Raises
        ------
        Undefined
            If there is none.
        """
        if self.table.target is None:
            raise Undefined("there is no target")
        return self.table.target

    @cached_property
    def moments(self) -> Moments:
        """Moments of the numeric columns."""
        parts = []
        for block in self.table.numeric_chunks():
            out = np.empty((block.shape[1], 9))
            self._moments_of(block, out)
            parts.append(out)
        whole = np.concatenate(parts) if parts else np.empty((0, 9))
        return Moments(*np.ascontiguousarray(whole.T))

    def _moments_of(self, block: NDArray[np.float64], out: NDArray[np.float64]) -> None:
        edges = np.linspace(0, block.shape[1], self.n_jobs + 1).astype(int)
        self.spread(lambda i: column_moments(block, edges[i], edges[i + 1], out), self.n_jobs)

    @cached_property
    def level_counts(self) -> list[NDArray[np.intp]]:
        """For each categorical column the count of each level, shape (n_levels,)."""
        codes, levels = self.table.codes, self.table.levels
        return [np.bincount(codes[:, i] + 1, minlength=k + 1)[1:] for i, k in enumerate(levels)]

    @cached_property
    def missing(self) -> NDArray[np.int64]:
        """Missing cells of each column: numeric, categorical, text; shape (n_features,)."""
        table = self.table
        numeric = table.n_rows - self.moments.count.astype(np.int64)
        known = np.array([counts.sum() for counts in self.level_counts], dtype=np.int64)
        return np.concatenate([numeric, table.n_rows - known, table.text_missing.sum(axis=0)])

    @cached_property
    def incomplete_rows(self) -> int:
        """Number of rows with a missing cell."""
        table, counts = self.table, self.missing
        rows: NDArray[np.bool_] = np.any(table.text_missing, axis=1)
        if table.sparse is not None:
            rows[table.sparse.rows[np.isnan(table.sparse.data)]] = True
        else:
            for i in np.flatnonzero(counts[: table.n_numeric]):
                rows |= np.isnan(table.numeric[:, i])
        for i in np.flatnonzero(counts[table.n_numeric : table.n_numeric + table.n_categorical]):
            rows |= table.codes[:, i] < 0
        return int(np.count_nonzero(rows))

    @cached_property
    def class_counts(self) -> NDArray[np.intp]:
        """Number of rows of each class, shape (n_classes,)."""
        return np.bincount(self.target.codes, minlength=self.target.n_classes)

    @cached_property
    def entropies(self) -> Entropies:
        """Entropies of the columns, alone and with the class."""
        return column_entropies(self.table, self.seed, self.spread)

    @cached_property
    def pca(self) -> Pca:
        """Principal components of the encoded table."""
        return principal_components(self.table, self.seed)

    @cached_property
    def sample(self) -> Sample:
        """Rows and folds for the landmarkers."""
        return draw_sample(self.table, self.target, self.seed)

    @cached_property
    def sorted_rows(self) -> NDArray[np.int32]:
        """Rows of the sample in ascending order of each column, shape (n_encoded, n_rows)."""
        return presort(self.sample.X)

    @cached_property
    def nearest(self) -> NDArray[np.intp]:
        """For each row of the sample the nearest row of another fold, shape (n_rows,)."""
        return nearest_rows(self.sample.X, self.sample.fold)
