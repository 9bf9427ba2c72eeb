"""Entropies of columns, alone and together with the classes, in bits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.blocks import each_column_block
from metafeatures._intermediates.counts import class_counts, level_counts
from metafeatures._intermediates.orders import column_orders, n_bins
from metafeatures._kernels._columns import order_statistics
from metafeatures._kernels._joint import binned_class_measures, class_measures, to_bins

__all__ = [
    "ClassInformation",
    "class_information",
    "column_entropies",
    "discretise",
    "entropy",
    "level_entropies",
    "target_information",
]


@dataclass(frozen=True, slots=True, eq=False)
class ClassInformation:
    """What the columns with a known cell, over these cells, and the classes tell of each other.

    Each field has shape (k,).
    """

    joint: NDArray[np.float64]
    """Entropy of column and class together."""
    mutual: NDArray[np.float64]
    """Mutual information of column and class."""
    concentration: NDArray[np.float64]
    """Goodman and Kruskal's tau of the column given the class; NaN for a constant column."""


def entropy(counts: NDArray[np.intp]) -> float:
    """Shannon entropy in bits of a distribution given by counts.

    Examples
    --------
    >>> entropy(np.array([2, 1, 1, 0]))
    1.5
    """
    p = counts[counts > 0] / counts.sum()
    # Adding 0 turns the -0.0 of a single class into 0.0.
    return float(-(p * np.log2(p)).sum()) + 0.0


def discretise(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Bins of about equal frequency, as many as the cube root of the number of values.

    Bin edges are quantiles; equal edges are one edge, so there may be fewer bins. A value that
    equals an edge belongs to the lower bin.

    Examples
    --------
    >>> discretise(np.array([5.0, 1, 1, 2, 3, 4, 9, 9])).tolist()
    [1, 0, 0, 0, 0, 1, 1, 1]
    """
    edges, bins = np.empty(n_bins(len(values))), np.empty(len(values), dtype=np.int32)
    found = order_statistics(np.sort(values), np.empty(9), edges)
    to_bins(np.ascontiguousarray(values), edges[:found], bins)
    return bins


@once
def level_entropies(context: Context) -> NDArray[np.float64]:
    """Entropy of each categorical column with a known cell."""
    return np.array([entropy(counts) for counts in level_counts(context) if counts.sum() > 0])


@once
def column_entropies(context: Context) -> NDArray[np.float64]:
    """Entropy of each column with a known cell: numeric ones in bins, then categorical ones.

    Raises
    ------
    Undefined
        If there is no such column.
    """
    binned = column_orders(context).entropy
    values = np.concatenate([binned[~np.isnan(binned)], level_entropies(context)])
    if len(values) == 0:
        raise Undefined("no numeric or categorical column has a known cell")
    return values


@once
def class_information(context: Context) -> ClassInformation:
    """Compare each column, in the order of `column_entropies`, with the classes.

    Raises
    ------
    Undefined
        If no column has a known cell.
    """
    return _information(context, context.target.codes, len(class_counts(context)))


@once
def target_information(context: Context) -> ClassInformation:
    """Compare each column with the bins of a numeric target as with classes.

    Raises
    ------
    Undefined
        If no column has a known cell.
    """
    bins = discretise(context.target.values)
    return _information(context, bins, int(bins.max()) + 1)


def _information(context: Context, classes: NDArray[np.int32], n_classes: int) -> ClassInformation:
    column_entropies(context)
    table, edges = context.table, column_orders(context).edges
    out = np.full((table.n_numeric + table.n_categorical, 4), np.nan)

    def numeric(start: int, block: NDArray[np.float64]) -> None:
        for j, column in enumerate(block.T, start=start):
            context.check_time()
            if len(edges[j]) > 0:
                binned_class_measures(column, edges[j], classes, n_classes, out[j])

    def categorical(j: int) -> None:
        if table.levels[j] > 0:
            place = out[table.n_numeric + j]
            class_measures(table.codes[:, j], table.levels[j], classes, n_classes, place)

    each_column_block(context, numeric)
    context.spread(categorical, table.n_categorical)
    return ClassInformation(*out[~np.isnan(out[:, 1]), 1:].T)
