"""Counts of levels, classes and missing cells."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.moments import numeric_moments

__all__ = ["class_counts", "incomplete_rows", "level_counts", "missing"]


@once
def level_counts(context: Context) -> list[NDArray[np.intp]]:
    """For each categorical column the count of each level, shape (n_levels,)."""
    codes, levels = context.table.codes, context.table.levels
    return [np.bincount(codes[:, i] + 1, minlength=k + 1)[1:] for i, k in enumerate(levels)]


@once
def missing(context: Context) -> NDArray[np.int64]:
    """Missing cells of each column: numeric, categorical, text; shape (n_features,)."""
    table = context.table
    numeric = table.n_rows - numeric_moments(context).count.astype(np.int64)
    known = np.array([counts.sum() for counts in level_counts(context)], dtype=np.int64)
    return np.concatenate([numeric, table.n_rows - known, table.text_missing.sum(axis=0)])


@once
def incomplete_rows(context: Context) -> int:
    """Number of rows with a missing cell."""
    table, counts = context.table, missing(context)
    rows: NDArray[np.bool_] = np.any(table.text_missing, axis=1)
    if table.sparse is not None:
        rows[table.sparse.rows[np.isnan(table.sparse.data)]] = True
    else:
        for i in np.flatnonzero(counts[: table.n_numeric]):
            rows |= np.isnan(table.numeric[:, i])
    for i in np.flatnonzero(counts[table.n_numeric : table.n_numeric + table.n_categorical]):
        rows |= table.codes[:, i] < 0
    return int(np.count_nonzero(rows))


@once
def class_counts(context: Context) -> NDArray[np.intp]:
    """Number of rows of each class, shape (n_classes,)."""
    return np.bincount(context.target.codes, minlength=context.target.n_classes)
