"""Entropies of columns, alone and together with the classes, in bits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._tables.table import Table

__all__ = ["Entropies", "column_entropies", "discretise", "entropy"]

MAX_COLUMNS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Entropies:
    """Entropies of the columns that have a known cell, over their known cells."""

    column: NDArray[np.float64]
    """Entropy of each column, shape (k,)."""
    joint: NDArray[np.float64]
    """Entropy of each column and the class together, shape (k,); NaN without classes."""
    information: NDArray[np.float64]
    """Mutual information of each column and the class, shape (k,); NaN without classes."""


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


def discretise(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Bins of about equal frequency, as many as the cube root of the number of values.

    Bin edges are quantiles; equal edges are one edge, so there may be fewer bins. A value that
    equals an edge belongs to the lower bin.

    Examples
    --------
    >>> discretise(np.array([5.0, 1, 1, 2, 3, 4, 9, 9])).tolist()
    [1, 0, 0, 0, 0, 1, 1, 1]
    """
    # As pymfe computes it, so that values agree: in floating point 1000 ** (1 / 3) is below 10.
    n_bins = int(len(values) ** (1 / 3))
    ordered = np.sort(values)
    place = np.arange(1, n_bins + 1) * (len(values) - 1) / n_bins
    below = place.astype(np.intp)
    low, high = ordered[below], ordered[np.minimum(below + 1, len(values) - 1)]
    # Weighted like this, huge numbers of both signs cannot overflow; the limits undo rounding, so
    # that between two equal numbers lies this number.
    weight = place - below
    edges = np.clip(low * (1 - weight) + high * weight, low, high)
    return np.searchsorted(edges[np.append(True, edges[1:] > edges[:-1])], values)


@once
def column_entropies(context: Context) -> Entropies:
    """Entropies of numeric (discretised) and categorical columns.

    A table with more than 2,000 such columns is represented by 2,000 drawn at random.

    Raises
    ------
    Undefined
        If no such column has a known cell.
    """
    table = context.table
    columns = np.arange(table.n_numeric + table.n_categorical)
    if len(columns) > MAX_COLUMNS:
        drawn = np.random.default_rng(context.seed).choice(len(columns), MAX_COLUMNS, replace=False)
        context.remark(f"{MAX_COLUMNS:,} of {len(columns):,} columns")
        columns = np.sort(drawn)
    target = table.target
    classes = None if target is None or target.task == "regression" else target.codes
    out = np.full((3, len(columns)), np.nan)

    def measure(i: int) -> None:
        bins, known = _bins(table, int(columns[i]))
        if len(bins) == 0:
            return
        out[0, i] = entropy(np.bincount(bins))
        if classes is not None:
            same_rows = classes if known is None else classes[known]
            out[1, i] = entropy(np.bincount(bins * (int(classes.max()) + 1) + same_rows))
            # Rounding must not make it negative.
            out[2, i] = max(0.0, out[0, i] + entropy(np.bincount(same_rows)) - out[1, i])

    context.spread(measure, len(columns))
    out = out[:, ~np.isnan(out[0])]
    if out.shape[1] == 0:
        raise Undefined("no numeric or categorical column has a known cell")
    return Entropies(*out)


def _bins(table: Table, column: int) -> tuple[NDArray[np.intp], NDArray[np.bool_] | None]:
    """Bin or level of each known cell, and which cells are known (None for all)."""
    if column < table.n_numeric:
        if table.sparse is None:
            values = table.numeric[:, column]
        else:
            values = table.sparse.dense(column, column + 1, table.n_rows)[:, 0]
        known = ~np.isnan(values)
        if known.all():
            return discretise(values), None
        return discretise(values[known]) if known.any() else np.empty(0, np.intp), known
    codes = table.codes[:, column - table.n_numeric].astype(np.intp)
    known = codes >= 0
    return (codes, None) if known.all() else (codes[known], known)
