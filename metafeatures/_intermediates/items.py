"""Columns as items: the levels of categorical columns and the bins of numeric ones.

A row holds at most one item of a column: none where its cell is missing.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.blocks import each_column_block
from metafeatures._intermediates.counts import level_counts
from metafeatures._intermediates.orders import column_orders
from metafeatures._kernels._items import symmetric_differences
from metafeatures._kernels._joint import to_bins

__all__ = ["item_counts", "item_differences"]

MAX_COUNTED = 10_000
MAX_COLUMNS = 256
MAX_ITEMS = 4096
MAX_WORK = 1e9

Counts = NDArray[np.intp]


@once
def item_counts(context: Context) -> tuple[Counts, ...]:
    """Number of rows in each bin of the numeric columns, then in each level of the others.

    Bins without a row are counted, too; nothing is for a column without a known cell, nor for
    numeric columns beyond 10,000 drawn at random.
    """
    edges = column_orders(context).edges
    counts = [np.empty(0, np.intp)] * len(edges)
    counted = np.ones(len(edges), dtype=bool)
    if len(edges) > MAX_COUNTED:
        context.remark(f"{MAX_COUNTED:,} of {len(edges):,} numeric columns")
        drawn = np.random.default_rng(context.seed).permutation(len(edges))
        counted[drawn[MAX_COUNTED:]] = False

    def measure(start: int, block: NDArray[np.float64]) -> None:
        bins = np.empty(context.table.n_rows, np.int32)
        for j, column in enumerate(block.T, start=start):
            if counted[j] and len(edges[j]):
                to_bins(column, edges[j], bins)
                counts[j] = np.bincount(bins + 1, minlength=len(edges[j]) + 1)[1:]

    each_column_block(context, measure)
    return (*counts, *level_counts(context))


@once
def item_differences(context: Context) -> NDArray[np.float64]:
    """Share of the rows that hold exactly one of two items, for items of different columns.

    Pairs are made of at most 256 columns and 4,096 items, drawn at random. Unless all rows are
    asked for, so many rows are drawn that rows times pairs of columns stay below 1e9 (but
    `max_rows` at least); bins remain those of all rows.

    Raises
    ------
    Undefined
        If there are fewer than two columns to pair.
    """
    columns = _columns(context)
    codes = _codes(context, columns, _rows(context, len(columns)))
    sizes = _sizes(context)[columns]
    starts = np.append(0, np.cumsum(sizes))
    counts = np.zeros(starts[-1])
    for i, size in enumerate(sizes):
        counts[starts[i] : starts[i + 1]] = np.bincount(codes[:, i] + 1, minlength=size + 1)[1:]
    later = sizes * (starts[-1] - starts[1:])
    ends = np.cumsum(later)
    out = np.empty(ends[-1])

    def measure(i: int) -> None:
        symmetric_differences(codes, counts, starts, i, out[ends[i] - later[i] : ends[i]])

    context.spread(measure, len(columns))
    out /= len(codes)
    return out


def _sizes(context: Context) -> NDArray[np.intp]:
    """Number of items that occur in each column."""
    return np.array([np.count_nonzero(counts) for counts in item_counts(context)], np.intp)


def _columns(context: Context) -> list[int]:
    """Columns whose items are paired, as many as fit."""
    sizes = _sizes(context)
    some = np.flatnonzero((sizes > 0) & (sizes <= MAX_ITEMS))
    drawn = np.random.default_rng(context.seed).permutation(some)
    fit = int(np.searchsorted(np.cumsum(sizes[drawn]), MAX_ITEMS, side="right"))
    columns = sorted(drawn[: min(fit, MAX_COLUMNS)].tolist())
    if len(columns) < 2:
        raise Undefined("there are no two columns whose items could be paired")
    if len(columns) < np.count_nonzero(sizes):
        context.remark(f"{len(columns):,} of {np.count_nonzero(sizes):,} columns")
    return columns


def _rows(context: Context, n_columns: int) -> NDArray[np.intp]:
    rows = np.arange(context.table.n_rows)
    if context.max_rows is None:
        return rows
    most = max(context.max_rows, int(2 * MAX_WORK / (n_columns * (n_columns - 1))))
    if len(rows) > most:
        context.remark(f"{most:,} of {len(rows):,} rows")
        rows = np.sort(np.random.default_rng(context.seed).choice(rows, most, replace=False))
    return rows


def _codes(context: Context, columns: list[int], rows: NDArray[np.intp]) -> NDArray[np.int16]:
    """Item of each cell, counted over the items that occur; -1 where there is none."""
    table, edges, counts = context.table, column_orders(context).edges, item_counts(context)
    codes = np.empty((len(rows), len(columns)), np.int16, order="F")

    def fill(place: int) -> None:
        j = columns[place]
        if j < table.n_numeric:
            found = np.empty(len(rows), np.int32)
            to_bins(table.numeric_block(j, j + 1)[rows, 0], edges[j], found)
        else:
            found = table.codes[rows, j - table.n_numeric]
        compact = np.append(np.cumsum(counts[j] > 0) - 1, -1).astype(np.int16)
        codes[:, place] = compact[found]

    context.spread(fill, len(columns))
    return codes
