"""Products of every two columns, all rows together and class by class, and what follows from them.

The columns are pymfe's matrix N: numeric columns and the dummies of the categorical ones. Missing
cells are filled with the mean. Tables with more than 1,024 such columns are represented by 1,024 of
them, drawn at random; where rows times columns squared exceed 2e10, by fewer rows (`max_rows=None`
keeps all rows).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.deviations import (
    Deviations,
    Levels,
    group_products,
    products,
    stored_rows,
)
from metafeatures._intermediates.dummies import dummies
from metafeatures._intermediates.moments import numeric_moments

__all__ = ["Scatter", "canonical_correlations", "correlations", "covariances", "scatter"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MAX_COLUMNS = 1024
MAX_WORK = 2e10
MAX_CLASS_MEANS = 1e6
RANK_TOLERANCE = 1e-11
SINGULAR = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Sums over the rows of deviations from the column means, in units of `unit`."""

    n_rows: int
    """Rows that were taken."""
    mean: Floats
    """Mean of each column over the whole table, shape (p,)."""
    unit: Floats
    """Largest distance from the mean; 0 for a constant column, shape (p,)."""
    products: Floats
    """Sums of the products of two columns about their means, shape (p, p)."""
    class_counts: Floats
    """Rows of each class, shape (n_classes,); empty without classes."""
    class_means: Floats
    """Mean deviation of each class, shape (n_classes, p)."""
    log_determinants: Floats
    """Logarithm of the determinant of the covariances within each class, shape (n_classes,).

    Empty if one of them is singular.
    """
    within: Floats
    """Sums of products about the class means, shape (p, p); only if no class is singular."""

    @property
    def varied(self) -> NDArray[np.bool_]:
        """Columns that are not constant in the rows taken."""
        return np.diag(self.products) > 0


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The drawn columns of N."""

    deviations: Deviations
    mean: Floats
    unit: Floats


def _columns(context: Context) -> _Columns:
    moments, encoded = numeric_moments(context), dummies(context)
    usable = np.flatnonzero((moments.count > 0) & np.isfinite(moments.scale))
    p = len(usable) + len(encoded.ones)
    if p == 0:
        raise Undefined("there is no numeric or categorical column with a known cell")
    drawn = np.arange(p)
    if p > MAX_COLUMNS:
        drawn = np.random.default_rng(context.seed).choice(p, MAX_COLUMNS, replace=False)
        drawn = np.sort(drawn)
        context.remark(f"{MAX_COLUMNS:,} of {p:,} columns and dummies")
    numeric = usable[drawn[drawn < len(usable)]]
    shown = drawn[drawn >= len(usable)] - len(usable)
    mean, unit = moments.mean[numeric], np.where(moments.varied, moments.scale, 0.0)[numeric]
    share = encoded.share[shown]
    largest = np.where(encoded.varied[shown], np.maximum(share, 1.0 - share), 0.0)
    levels = []
    for j in np.unique(encoded.column[shown]).tolist():
        mine = encoded.column[shown] == j
        places = np.full(1 + context.table.levels[j], -1)
        places[0] = -2
        places[1 + encoded.level[shown][mine]] = np.arange(np.count_nonzero(mine))
        levels.append(Levels(j, places, share[mine], largest[mine]))
    stored = stored_rows(context.table, numeric)
    return _Columns(
        Deviations(context.table, numeric, mean, unit, tuple(levels), stored),
        np.concatenate([mean, share]),
        np.concatenate([unit, largest]),
    )


@once
def scatter(context: Context) -> Scatter:
    """Multiply all columns by each other, block of rows by block of rows.

    Raises
    ------
    Undefined
        If there is no column.
    """
    columns = _columns(context)
    p = len(columns.mean)
    codes, n_classes = _classes(context, p)
    rows = _rows(context, p, codes)
    codes = codes[rows]
    counts = np.bincount(codes, minlength=n_classes).astype(np.float64)
    if n_classes == 0 or counts.min() <= p:
        total, sums = products(context, columns.deviations, rows, codes, max(n_classes, 1))
        within, determinants = np.empty((0, 0)), np.empty(0)
    else:
        total, within = np.zeros((p, p)), np.zeros((p, p))
        sums, determinants = np.empty((n_classes, p)), np.full(n_classes, -np.inf)
        groups = group_products(context, columns.deviations, rows, counts.astype(np.intp))
        for k, (part, sums[k]) in enumerate(groups):
            total += part
            about_mean = part - sums[k][:, None] * (sums[k] / counts[k])
            within += about_mean
            if k == 0 or determinants[k - 1] > -np.inf:
                determinants[k] = _log_determinant(about_mean / (counts[k] - 1.0))
        if not np.isfinite(determinants).all():
            determinants = np.empty(0)
    mean = sums.sum(axis=0) / len(rows)
    total -= np.outer(mean, mean) * len(rows)
    # Rounding must not make a constant column vary.
    noise = np.finfo(np.float64).eps * len(rows) * (1.0 + mean**2)
    constant = (np.diag(total) <= noise) | (columns.unit == 0)
    total[constant] = total[:, constant] = 0.0
    means = sums / np.maximum(counts, 1.0)[:, None] - mean if n_classes else np.empty((0, p))
    return Scatter(
        len(rows), columns.mean, columns.unit, total, counts, means, determinants, within
    )


def _classes(context: Context, p: int) -> tuple[NDArray[np.int32], int]:
    target = context.table.target
    if target is None or target.task == "regression" or target.n_classes * p > MAX_CLASS_MEANS:
        return np.zeros(context.table.n_rows, dtype=np.int32), 0
    return target.codes, target.n_classes


def _rows(context: Context, p: int, codes: NDArray[np.int32]) -> Places:
    """The rows that are taken, in the order of their classes."""
    rows = np.arange(len(codes))
    most = max(2000, int(MAX_WORK / p**2))
    if context.max_rows is not None and len(rows) > most:
        rows = np.sort(np.random.default_rng(context.seed).choice(rows, most, replace=False))
        context.remark(f"{most:,} of {len(codes):,} rows")
    small = codes.astype(np.uint16) if codes.max() < 1 << 16 else codes  # for the radix sort
    return rows[np.argsort(small[rows], kind="stable")]


def _log_determinant(covariance: Floats) -> float:
    """Logarithm of the determinant of a covariance matrix; minus infinity if it is singular."""
    variances = covariance.diagonal()
    if variances.min() <= SINGULAR**2:
        return -np.inf
    deviations = np.sqrt(variances)
    try:
        factor = np.linalg.cholesky(covariance / (deviations[:, None] * deviations))
    except np.linalg.LinAlgError:
        return -np.inf
    # What of a column is no linear combination of those before it.
    own = factor.diagonal() ** 2
    return float(np.log(variances).sum() + np.log(own).sum()) if own.min() > SINGULAR else -np.inf


@once
def covariances(context: Context) -> Floats:
    """Covariances of the columns, shape (p, p); infinite or NaN beyond the range of float64."""
    found = scatter(context)
    if found.n_rows < 2:
        raise Undefined("one row has no covariance")
    with np.errstate(over="ignore", invalid="ignore"):
        return found.products / (found.n_rows - 1.0) * found.unit[:, None] * found.unit


@once
def correlations(context: Context) -> Floats:
    """Correlations of the columns that vary, shape (k, k).

    Raises
    ------
    Undefined
        If fewer than two columns vary.
    """
    found = scatter(context)
    if np.count_nonzero(found.varied) < 2:
        raise Undefined("fewer than two columns have two distinct values")
    return _standardised(found)


def _standardised(found: Scatter) -> Floats:
    products = found.products[np.ix_(found.varied, found.varied)]
    lengths = np.sqrt(np.diag(products))
    return np.clip(products / lengths[:, None] / lengths, -1.0, 1.0)


@once
def canonical_correlations(context: Context) -> Floats:
    """Canonical correlations of the columns and the classes, from the largest down.

    As many as classes less one, or as the rank of the columns: directions with less than 1e-11 of
    the standardised columns' variance are taken for rounding. The largest possible one is 1.

    Raises
    ------
    Undefined
        If there is one class, or no column varies.
    """
    if context.target.n_classes < 2:
        raise Undefined("the target has only one class")
    found = scatter(context)
    if len(found.class_counts) == 0:
        raise Undefined("classes times columns exceed 1,000,000")
    if not found.varied.any():
        raise Undefined("no column has two distinct values")
    variances, axes = np.linalg.eigh(_standardised(found))
    kept = variances > RANK_TOLERANCE * len(variances)
    lengths = np.sqrt(np.diag(found.products)[found.varied])
    means = found.class_means[:, found.varied] / lengths
    between = np.sqrt(found.class_counts)[:, None] * (
        means @ (axes[:, kept] / np.sqrt(variances[kept]))
    )
    cosines = np.linalg.svd(between, compute_uv=False)
    return np.minimum(cosines[: np.count_nonzero(found.class_counts) - 1], 1.0)
