"""Columns as items: the levels of categorical columns and the bins of numeric ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.entropies import discretise
from metafeatures._kernels._items import symmetric_differences
from metafeatures._tables.table import Table

__all__ = ["Items", "item_differences", "items"]

MAX_COLUMNS = 2000
MAX_PAIRED_COLUMNS = 256
MAX_PAIRED_ITEMS = 4096
MAX_WORK = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Items of the columns with a known cell; every row holds at most one item of a column."""

    codes: tuple[NDArray[np.int16], ...]
    """Item of each row, -1 for a missing cell; shape (n_rows,) for each column, and (0,) for one
    with more items than pairs are made of."""
    counts: tuple[NDArray[np.float64], ...]
    """Number of rows that hold each item, for each column; all above 0."""


@once
def items(context: Context) -> Items:
    """Levels and bins of about equal frequency of all rows, of at most 2,000 columns.

    Raises
    ------
    Undefined
        If no numeric or categorical column has a known cell.
    """
    table = context.table
    n_columns = table.n_numeric + table.n_categorical
    columns = _draw(context, n_columns, MAX_COLUMNS)
    if len(columns) < n_columns:
        context.remark(f"{MAX_COLUMNS:,} of {n_columns:,} columns")
    codes = [np.empty(0, np.int16)] * len(columns)
    counts = [np.empty(0)] * len(columns)

    def measure(i: int) -> None:
        found = _codes(table, int(columns[i]))
        count = np.bincount(found + 1)[1:]
        held = np.flatnonzero(count)
        counts[i] = count[held].astype(np.float64)
        if len(held) <= MAX_PAIRED_ITEMS:
            place = np.full(len(count) + 1, -1, np.int16)
            place[held] = np.arange(len(held))
            codes[i] = place[found]

    context.spread(measure, len(columns))
    known = [i for i, count in enumerate(counts) if len(count)]
    if not known:
        raise Undefined("no numeric or categorical column has a known cell")
    return Items(tuple(codes[i] for i in known), tuple(counts[i] for i in known))


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
    found = items(context)
    chosen = _paired(context, found)
    rows = _paired_rows(context, len(chosen))
    codes = np.empty((len(rows), len(chosen)), np.int16, order="F")
    for place, i in enumerate(chosen):
        codes[:, place] = found.codes[i][rows]
    sizes = np.array([len(found.counts[i]) for i in chosen], np.intp)
    starts = np.append(0, np.cumsum(sizes))
    counts = np.zeros(starts[-1])
    for i, size in enumerate(sizes):
        counts[starts[i] : starts[i + 1]] = np.bincount(codes[:, i] + 1, minlength=size + 1)[1:]
    later = sizes * (starts[-1] - starts[1:])
    ends = np.cumsum(later)
    out = np.empty(ends[-1])

    def measure(i: int) -> None:
        symmetric_differences(codes, counts, starts, i, out[ends[i] - later[i] : ends[i]])

    context.spread(measure, len(chosen))
    out /= len(rows)
    return out


def _paired(context: Context, found: Items) -> list[int]:
    """Columns whose items are paired, as many as fit."""
    some = [i for i, codes in enumerate(found.codes) if len(codes)]
    drawn = np.random.default_rng(context.seed).permutation(some)
    total = np.cumsum([len(found.counts[i]) for i in drawn])
    fit = min(MAX_PAIRED_COLUMNS, int(np.searchsorted(total, MAX_PAIRED_ITEMS, side="right")))
    if fit < 2:
        raise Undefined("there are no two columns whose items could be paired")
    if fit < len(found.codes):
        context.remark(f"pairs of {fit:,} of {len(found.codes):,} columns")
    return sorted(drawn[:fit].tolist())


def _paired_rows(context: Context, n_columns: int) -> NDArray[np.intp]:
    if context.max_rows is None:
        return np.arange(context.table.n_rows)
    affordable = int(2 * MAX_WORK / (n_columns * (n_columns - 1)))
    rows = _draw(context, context.table.n_rows, max(context.max_rows, affordable))
    if len(rows) < context.table.n_rows:
        context.remark(f"{len(rows):,} of {context.table.n_rows:,} rows")
    return rows


def _draw(context: Context, n: int, most: int) -> NDArray[np.intp]:
    """Ascending indices: all of n, or `most` of them at random."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(context.seed).choice(n, most, replace=False))


def _codes(table: Table, column: int) -> NDArray[np.intp]:
    """Level or bin of each cell, -1 for a missing one."""
    if column >= table.n_numeric:
        return table.codes[:, column - table.n_numeric].astype(np.intp)
    if table.sparse is None:
        values = table.numeric[:, column]
    else:
        values = table.sparse.dense(column, column + 1, table.n_rows)[:, 0]
    known = ~np.isnan(values)
    if known.all():
        return discretise(values)
    codes = np.full(table.n_rows, -1)
    if known.any():
        codes[known] = discretise(values[known])
    return codes
