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
from metafeatures._intermediates.dummies import dummies
from metafeatures._intermediates.moments import numeric_moments
from metafeatures._kernels._scatter import class_sums, level_deviations, numeric_deviations

__all__ = ["Scatter", "canonical_correlations", "correlations", "covariances", "scatter"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MAX_COLUMNS = 1024
MAX_WORK = 2e10
MAX_CLASS_MEANS = 1e6
BLOCK_CELLS = 1 << 17
PARTS = 8
SMALL_WORK = 1e7
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


class _Design:
    """The drawn columns, and how to write their deviations for some rows."""

    def __init__(self, context: Context) -> None:
        moments, levels = numeric_moments(context), dummies(context)
        usable = np.flatnonzero((moments.count > 0) & np.isfinite(moments.scale))
        p = len(usable) + len(levels.ones)
        if p == 0:
            raise Undefined("there is no numeric or categorical column with a known cell")
        drawn = np.arange(p)
        if p > MAX_COLUMNS:
            rng = np.random.default_rng(context.seed)
            drawn = np.sort(rng.choice(p, MAX_COLUMNS, replace=False))
            context.remark(f"{MAX_COLUMNS:,} of {p:,} columns and dummies")
        self.table = context.table
        self.numeric = usable[drawn[drawn < len(usable)]]
        shown = drawn[drawn >= len(usable)] - len(usable)
        share = levels.share[shown]
        scale = np.where(moments.varied, moments.scale, 0.0)[self.numeric]
        self.mean = np.concatenate([moments.mean[self.numeric], share])
        largest = np.where(levels.varied[shown], np.maximum(share, 1.0 - share), 0.0)
        self.unit = np.concatenate([scale, largest])
        self.half_mean = self.mean[: len(scale)] / 2.0
        self.inverse = np.divide(2.0, scale, out=np.zeros_like(scale), where=scale > 0)
        self.levels: list[tuple[int, Places, Floats]] = []
        for j in np.unique(levels.column[shown]):
            mine = levels.column[shown] == j
            places = np.full(context.table.levels[j], -1)
            places[levels.level[shown][mine]] = np.arange(np.count_nonzero(mine))
            self.levels.append((int(j), places, share[mine]))

    def write(self, rows: Places, out: Floats) -> None:
        """Deviations of the rows in units of the columns, shape (k, p)."""
        table = self.table
        if table.sparse is None:
            numeric_deviations(table.numeric, self.numeric, rows, self.half_mean, self.inverse, out)
        else:
            pieces = [table.sparse.dense(j, j + 1, table.n_rows)[rows] for j in self.numeric]
            if pieces:
                block = np.concatenate(pieces, axis=1)
                places = np.arange(len(pieces)), np.arange(len(rows))
                numeric_deviations(block, *places, self.half_mean, self.inverse, out)
        start = len(self.numeric)
        for j, places_of, share in self.levels:
            level_deviations(table.codes[:, j], rows, places_of, share, start, out)
            start += len(share)
        out[:, len(self.numeric) :] *= _inverse(self.unit[len(self.numeric) :])


def _inverse(unit: Floats) -> Floats:
    return np.divide(1.0, unit, out=np.zeros_like(unit), where=unit > 0)


@once
def scatter(context: Context) -> Scatter:
    """Multiply all columns by each other, block of rows by block of rows.

    Raises
    ------
    Undefined
        If there is no column.
    """
    design = _Design(context)
    p = len(design.mean)
    codes, n_classes = _classes(context, p)
    rows = _rows(context, p, codes)
    codes = codes[rows]
    counts = np.bincount(codes, minlength=n_classes).astype(np.float64)
    if n_classes == 0 or counts.min() <= p:
        products, sums = _products(context, design, rows, codes, n_classes)
        within, determinants = np.empty((0, 0)), np.empty(0)
    else:
        products, within = np.zeros((p, p)), np.zeros((p, p))
        sums, determinants = np.empty((n_classes, p)), np.empty(n_classes)
        ends = np.cumsum(counts).astype(np.intp)
        for k, end in enumerate(ends):
            context.check_time()
            mine = rows[end - int(counts[k]) : end]
            part, total = _products(context, design, mine, np.zeros(len(mine), np.int32), 1)
            products += part
            sums[k] = total[0]
            part -= np.outer(total[0], total[0] / counts[k])
            within += part
            determinants[k] = _log_determinant(part / (counts[k] - 1.0))
        if not np.isfinite(determinants).all():
            determinants = np.empty(0)
    mean = sums.sum(axis=0) / len(rows)
    products -= np.outer(mean, mean) * len(rows)
    # Rounding must not make a constant column vary.
    noise = np.finfo(np.float64).eps * len(rows) * (1.0 + mean**2)
    constant = (np.diag(products) <= noise) | (design.unit == 0)
    products[constant] = products[:, constant] = 0.0
    means = sums / np.maximum(counts, 1.0)[:, None] - mean if n_classes else np.empty((0, p))
    return Scatter(
        len(rows), design.mean, design.unit, products, counts, means, determinants, within
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


def _products(
    context: Context, design: _Design, rows: Places, codes: NDArray[np.int32], n_classes: int
) -> tuple[Floats, Floats]:
    """Sums of products of deviations, shape (p, p), and of deviations by class."""
    p = len(design.mean)
    n_parts = 1 if len(rows) * p**2 < SMALL_WORK or n_classes * p > BLOCK_CELLS else PARTS
    products = np.zeros((n_parts, p, p))
    sums = np.zeros((n_parts, max(n_classes, 1), p))
    edges = np.linspace(0, len(rows), n_parts + 1).astype(int)
    height = max(64, BLOCK_CELLS // p)

    def work(part: int) -> None:
        room = np.empty((min(height, len(rows)), p))
        for start in range(edges[part], edges[part + 1], height):
            context.check_time()
            mine = slice(start, min(start + height, edges[part + 1]))
            block = room[: mine.stop - mine.start]
            design.write(rows[mine], block)
            products[part] += block.T @ block
            class_sums(block, codes[mine], sums[part])

    context.spread(work, n_parts)
    return products.sum(axis=0), sums.sum(axis=0)


def _log_determinant(covariance: Floats) -> float:
    """Logarithm of the determinant of a covariance matrix; minus infinity if it is singular."""
    variances = np.diag(covariance)
    if variances.min() <= SINGULAR**2:
        return -np.inf
    deviations = np.sqrt(variances)
    try:
        factor = np.linalg.cholesky(covariance / np.outer(deviations, deviations))
    except np.linalg.LinAlgError:
        return -np.inf
    # What of a column is no linear combination of those before it.
    own = np.diag(factor) ** 2
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

    As many as classes less one, or as the rank of the columns. The largest possible one is 1.

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
