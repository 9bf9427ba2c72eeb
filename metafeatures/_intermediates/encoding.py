"""Rows of a table as one matrix of numbers: imputed, standardised, one-hot encoded."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._tables.table import Table

__all__ = ["design_matrix", "encode", "stratified_order"]


def encode(
    context: Context, rows: NDArray[np.intp], max_columns: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Encode some rows.

    Numeric columns are filled with their mean and standardised (population standard deviation).
    Each level of a categorical column becomes a column of 0 and 1, missing cells a level of their
    own. Columns that are constant in these rows are left out, text columns too.

    Parameters
    ----------
    context : Context
    rows : ndarray of shape (k,)
    max_columns : int
        If there are more encoded columns, levels get half of the places, or what numeric columns
        leave free. The levels nearest to half of the rows stay; numeric columns are drawn at
        random.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (k, n_encoded), Fortran order

    Raises
    ------
    Undefined
        If no column varies.
    """
    table = context.table
    numeric = _numeric(context, rows, _draw(table.n_numeric, 4 * max_columns, rng))
    room = max(max_columns // 2, max_columns - numeric.shape[1])
    every = _levels(table, rows, _draw(table.n_categorical, 4 * max_columns, rng))
    pairs = _most_varied(every, room)
    chosen = _draw(numeric.shape[1], max_columns - len(pairs), rng)
    if len(chosen) + len(pairs) == 0:
        raise Undefined("no numeric or categorical column has two distinct values")
    drawn = max(table.n_numeric, table.n_categorical) > 4 * max_columns
    if drawn or len(chosen) + len(pairs) < numeric.shape[1] + len(every):
        context.remark(_at_most(max_columns))
    matrix = np.empty((len(rows), len(chosen) + len(pairs)), order="F")
    matrix[:, : len(chosen)] = numeric[:, chosen]
    for place, (column, level) in enumerate(pairs, start=len(chosen)):
        context.check_time()
        matrix[:, place] = table.codes[rows, column] == level
    return matrix


def design_matrix(
    context: Context, rows: NDArray[np.intp], max_columns: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Turn some rows into numbers in their own units, as pymfe does (`transform_cat="gray"`).

    Numeric columns come first, as they are. Each level of the first categorical column becomes a
    column of 0 and 1, each level but the first (that of the lowest label) of every other one. A
    missing number is the mean of its column, a missing category a level of its own. Constant
    columns stay, except for columns without a known cell; text is left out.

    Parameters
    ----------
    context : Context
    rows : ndarray of shape (k,)
    max_columns : int
        Of more columns, this many are drawn at random.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (k, n_dummied), Fortran order

    Raises
    ------
    Undefined
        If no column is left.
    """
    table = context.table
    makers: list[tuple[int, int]] = [(j, -2) for j in range(table.n_numeric)]
    for j in range(table.n_categorical):
        counts = np.bincount(table.codes[rows, j] + 1, minlength=table.levels[j] + 1)
        # In the order of the labels, so that readers do not decide it; missing cells come last.
        levels = np.append(table.level_order[j][(j > 0) :], -1)
        makers += [(j, int(level)) for level in levels[counts[levels + 1] > 0]]
    chosen = _draw(len(makers), max_columns, rng)
    if len(chosen) < len(makers):
        context.remark(_at_most(max_columns))
    matrix = np.empty((len(rows), len(chosen)), order="F")
    kept = np.ones(len(chosen), dtype=bool)
    for place, (j, level) in enumerate(makers[i] for i in chosen):
        context.check_time()
        if level > -2:
            matrix[:, place] = table.codes[rows, j] == level
            continue
        column = table.numeric_block(j, j + 1)[rows, 0]
        unknown = np.isnan(column)
        kept[place] = not unknown.all()
        if unknown.any() and kept[place]:
            # Divided first, so that the sum of huge numbers cannot overflow.
            known = column[~unknown]
            column[unknown] = (known / len(known)).sum()
        matrix[:, place] = column
    if not kept.any():
        raise Undefined("no numeric or categorical column has a known cell")
    return matrix if kept.all() else np.asfortranarray(matrix[:, kept])


def _draw(n: int, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Ascending indices: all of n, or `most` of them at random."""
    if n <= most:
        return np.arange(n)
    return np.sort(rng.choice(n, most, replace=False))


def _numeric(
    context: Context, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Numeric columns that vary, filled and standardised."""
    table = context.table
    if table.sparse is not None:
        pieces = [table.sparse.dense(j, j + 1, table.n_rows)[rows] for j in columns]
        block = np.asfortranarray(np.concatenate(pieces, axis=1)) if pieces else np.empty((0, 0))
    elif len(rows) == table.n_rows and len(columns) == table.n_numeric:
        block = table.numeric_block(0, table.n_numeric).copy(order="F")
    else:
        block = np.asfortranarray(table.numeric[np.ix_(rows, columns)])
    # Halved, so that the largest finite numbers do not overflow when they are subtracted.
    low = np.fmin.reduce(block, axis=0, initial=np.inf) / 2
    high = np.fmax.reduce(block, axis=0, initial=-np.inf) / 2
    kept = low < high
    context.check_time()
    if not kept.all():
        block, low, high = np.asfortranarray(block[:, kept]), low[kept], high[kept]
    # Onto 0..1 first: sums of squares of huge or tiny numbers are then safe.
    block /= 2
    block -= low
    block /= high - low
    context.check_time()
    means = block.mean(axis=0)
    for j in np.flatnonzero(np.isnan(means)):
        missing = np.isnan(block[:, j])
        means[j] = block[~missing, j].mean()
        block[missing, j] = means[j]
    context.check_time()
    block -= means
    block /= block.std(axis=0)
    return block


def _levels(table: Table, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Triples of a categorical column, a level that some of the rows have, and how far it varies.

    The last is the number of rows that have the level or that do not, whichever is less.
    """
    found = [np.empty((0, 3), dtype=np.intp)]
    for j in columns:
        counts = np.bincount(table.codes[rows, j] + 1)
        spread = np.minimum(counts, len(rows) - counts)
        seen = np.flatnonzero(spread)
        found.append(np.stack([np.full(len(seen), j), seen - 1, spread[seen]], axis=1))
    return np.concatenate(found)


def _most_varied(levels: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Pairs of a column and a level; if there are too many, those of the largest variance."""
    largest = np.argsort(-levels[:, 2], kind="stable")[:most]
    return levels[np.sort(largest), :2]


def _at_most(max_columns: int) -> str:
    return f"at most {max_columns:,} encoded columns"


def stratified_order(codes: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows ordered by class and at random within a class.

    Every k-th of them is a stratified sample; dealing them out in turn gives stratified folds.

    Examples
    --------
    >>> order = stratified_order(np.array([1, 0, 1, 0]), np.random.default_rng(0))
    >>> sorted(order[:2].tolist()), sorted(order[2:].tolist())
    ([1, 3], [0, 2])
    """
    shuffled = rng.permutation(len(codes))
    return shuffled[np.argsort(codes[shuffled], kind="stable")]
