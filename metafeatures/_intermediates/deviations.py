"""Rows of a table as deviations from the column means, and the sums of their products."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._kernels._scatter import class_sums, level_deviations, numeric_deviations
from metafeatures._tables.table import Table

__all__ = ["Deviations", "Levels", "StoredRows", "group_products", "products", "stored_rows"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

BLOCK_CELLS = 1 << 16
PARTS = 8
SMALL_WORK = 1e7


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Dummies of one categorical column."""

    column: int
    """The column."""
    places: Places
    """Which dummy shows missing cells, and each level, shape (1 + n_levels,).

    -1 for none; -2 for missing cells that are filled with the mean.
    """
    share: Floats
    """Mean of each dummy, shape (k,)."""
    unit: Floats
    """Unit of each dummy, shape (k,)."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredRows:
    """Columns of a sparse table in compressed row form."""

    data: Floats
    """Stored values, shape (n_stored,)."""
    columns: Places
    """Which of the columns each belongs to, shape (n_stored,)."""
    starts: Places
    """Where each row starts, shape (n_rows + 1,)."""

    def write(self, rows: Places, half_mean: Floats, inverse: Floats, out: Floats) -> None:
        """Write deviations, as `numeric_deviations` does for a dense table."""
        out[:, : len(inverse)] = -half_mean * inverse
        lengths = self.starts[rows + 1] - self.starts[rows]
        row = np.repeat(np.arange(len(rows)), lengths)
        before = np.cumsum(lengths) - lengths
        place = np.arange(len(row)) + np.repeat(self.starts[rows] - before, lengths)
        column = self.columns[place]
        values = (self.data[place] / 2.0 - half_mean[column]) * inverse[column]
        out[row, column] = np.where(np.isnan(values), 0.0, values)


def stored_rows(table: Table, columns: Places) -> StoredRows | None:
    """Some columns of a sparse table row by row; None if the table is dense."""
    sparse = table.sparse
    if sparse is None:
        return None
    lengths = np.diff(sparse.starts)[columns]
    column = np.repeat(np.arange(len(columns)), lengths)
    before = np.cumsum(lengths) - lengths
    place = np.arange(len(column)) + np.repeat(sparse.starts[columns] - before, lengths)
    order = np.argsort(sparse.rows[place], kind="stable")
    counts = np.bincount(sparse.rows[place], minlength=table.n_rows)
    starts = np.append(0, np.cumsum(counts))
    return StoredRows(sparse.data[place[order]], column[order], starts)


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """How to write the deviations of some rows: numeric columns first, then dummies."""

    table: Table
    """The table."""
    numeric: Places
    """Numeric columns, shape (k,)."""
    mean: Floats
    """Their means, shape (k,)."""
    unit: Floats
    """Their units, shape (k,); a column of unit 0 gives zeros."""
    levels: tuple[Levels, ...] = ()
    """Dummies of the categorical columns."""
    stored: StoredRows | None = None
    """The numeric columns row by row, where the table is sparse."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.numeric) + sum(len(levels.share) for levels in self.levels)

    def write(self, rows: Places, out: Floats) -> None:
        """Write the deviations of rows, in units of the columns, into out of shape (k, width)."""
        table = self.table
        numbers = self.mean / 2.0, 2.0 * _inverse(self.unit)
        if table.sparse is None:
            numeric_deviations(table.numeric, self.numeric, rows, *numbers, out)
        elif self.stored is not None:
            self.stored.write(rows, *numbers, out)
        start = len(self.numeric)
        for levels in self.levels:
            codes, inverse = table.codes[:, levels.column], _inverse(levels.unit)
            level_deviations(codes, rows, levels.places, levels.share, inverse, start, out)
            start += len(levels.share)


def _inverse(unit: Floats) -> Floats:
    return np.divide(1.0, unit, out=np.zeros_like(unit), where=unit > 0)


def products(
    context: Context,
    deviations: Deviations,
    rows: Places,
    codes: NDArray[np.int32] | None = None,
    n_classes: int = 1,
) -> tuple[Floats, Floats]:
    """Sums of the products of every two columns, and sums of the columns by class.

    Parameters
    ----------
    context : Context
    deviations : Deviations
    rows : ndarray of shape (k,)
    codes : ndarray of shape (k,), optional
        Class of each of the rows; by default they are one class.
    n_classes : int

    Returns
    -------
    products : ndarray of shape (width, width)
    sums : ndarray of shape (n_classes, width)
    """
    p = deviations.width
    small = len(rows) * p**2 < SMALL_WORK or n_classes * p > BLOCK_CELLS
    n_parts = 1 if small else PARTS
    # A column of ones among the others: its products are the sums of all rows.
    found, sums = np.zeros((n_parts, p + 1, p + 1)), np.zeros((n_parts, n_classes, p + 1))
    edges = np.linspace(0, len(rows), n_parts + 1).astype(int)
    height = max(64, BLOCK_CELLS // (p + 1))

    def work(part: int) -> None:
        room = np.ones((min(height, edges[part + 1] - edges[part]), p + 1))
        for start in range(edges[part], edges[part + 1], height):
            context.check_time()
            mine = slice(start, min(start + height, edges[part + 1]))
            block = room[: mine.stop - mine.start]
            deviations.write(rows[mine], block)
            found[part] += block.T @ block
            if codes is not None:
                class_sums(block, codes[mine], sums[part])

    context.spread(work, n_parts)
    total = found.sum(axis=0)
    by_class = total[p:, :p] if codes is None else sums.sum(axis=0)[:, :p]
    return total[:p, :p], by_class


def group_products(
    context: Context, deviations: Deviations, rows: Places, counts: Places
) -> Iterator[tuple[Floats, Floats]]:
    """What `products` gives for each of some groups of rows, each on its own.

    Parameters
    ----------
    context : Context
    deviations : Deviations
    rows : ndarray of shape (k,)
        The rows of the first group, then those of the second, and so on.
    counts : ndarray of shape (n_groups,)
        How many rows each group has.

    Yields
    ------
    products : ndarray of shape (width, width)
    sums : ndarray of shape (width,)
    """
    p = deviations.width
    height = max(64, BLOCK_CELLS // (p + 1))
    ends = np.append(0, np.cumsum(counts)).tolist()
    room = np.ones((min(height, len(rows)), p + 1))
    start = stop = 0  # the rows that stand in the room
    for first, end in itertools.pairwise(ends):
        context.check_time()
        if end - first > height or (end - first) * p**2 >= SMALL_WORK:
            total, sums = products(context, deviations, rows[first:end])
            yield total, sums[0]
            continue
        if end > stop:
            # As many whole groups as there is room for, since each write has its own cost.
            start, stop = first, ends[bisect_right(ends, first + height) - 1]
            deviations.write(rows[start:stop], room[: stop - start])
        block = room[first - start : end - start]
        found = block.T @ block
        yield found[:p, :p], found[p, :p]
