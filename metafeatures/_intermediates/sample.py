"""The rows, columns and folds on which landmarkers and the quadratic groups are measured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.encoding import design_matrix, encode, stratified_order
from metafeatures._tables.table import Target

__all__ = [
    "MAX_COLUMNS",
    "N_FOLDS",
    "DesignSample",
    "Rows",
    "Sample",
    "design_sample",
    "landmark_sample",
    "sample_rows",
    "standardised",
]

MAX_COLUMNS = 256
N_FOLDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some rows of the table, with their folds."""

    rows: NDArray[np.intp]
    """Ascending row numbers, shape (k,)."""
    fold: NDArray[np.int32]
    """Fold in which each row is tested, shape (k,)."""
    n_folds: int
    """Number of folds; 1 if there is only one row."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A stratified sample of encoded rows with their folds."""

    X: NDArray[np.float64]
    """Shape (n_rows, n_encoded), Fortran order, finite; numeric columns are standardised."""
    codes: NDArray[np.int32]
    """Class of each row, counted over the classes in the sample; empty for regression."""
    n_classes: int
    """Number of classes in the sample; 0 for regression."""
    values: NDArray[np.float64]
    """Target of each row for regression, standardised; else empty."""
    fold: NDArray[np.int32]
    """Fold in which each row is tested, shape (n_rows,)."""
    n_folds: int
    """Number of folds."""

    def split(self, fold: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows to train on and rows to test on."""
        return np.flatnonzero(self.fold != fold), np.flatnonzero(self.fold == fold)


@dataclass(frozen=True, slots=True, eq=False)
class DesignSample:
    """The same rows as numbers in their own units, as pymfe makes them."""

    X: NDArray[np.float64]
    """Shape (n_rows, n_dummied), Fortran order, finite; see `design_matrix`."""
    rows: NDArray[np.intp]
    """Their row numbers in the table, ascending, shape (n_rows,)."""
    codes: NDArray[np.int32]
    """Class of each row, counted over the classes in the sample; empty without classes."""
    n_classes: int
    """Number of classes in the sample; 0 without classes."""
    values: NDArray[np.float64]
    """Target of each row for regression, else empty."""


@once
def sample_rows(context: Context) -> Rows:
    """Draw at most `context.max_rows` rows and deal them into 10 folds.

    Classes (or, for regression, quantiles of the target) have the same share in the sample, and in
    every fold, as in the table. The folds are of equal size, up to one row.
    """
    table = context.table
    rng = np.random.default_rng(context.seed)
    order = _order(table.target, table.n_rows, rng)
    if context.max_rows is not None and len(order) > context.max_rows:
        order = order[np.linspace(0, len(order) - 1, context.max_rows).astype(np.intp)]
        context.remark(f"{context.max_rows:,} of {table.n_rows:,} rows")
    n_folds = min(N_FOLDS, len(order))
    fold = np.arange(len(order), dtype=np.int32) % n_folds
    by_row = np.argsort(order)
    return Rows(order[by_row], fold[by_row], n_folds)


def _order(target: Target | None, n_rows: int, rng: np.random.Generator) -> NDArray[np.intp]:
    if target is None:
        return rng.permutation(n_rows)
    if target.task == "regression":
        return np.argsort(target.values, kind="stable")
    return stratified_order(target.codes, rng)


@once
def landmark_sample(context: Context) -> Sample:
    """Encode the sample's rows for the landmarkers, in at most 256 columns.

    Raises
    ------
    Undefined
        If there is no target, only one value of it, one row or no column that varies.
    """
    target = context.target
    if target.n_classes == 1:
        raise Undefined("the target has only one class")
    drawn = sample_rows(context)
    values = target.values[drawn.rows] if target.task == "regression" else np.empty(0)
    if target.task == "regression" and values.min() == values.max():
        raise Undefined("the target is constant")
    rng = np.random.default_rng(context.seed)
    X = encode(context, drawn.rows, MAX_COLUMNS, rng)
    if target.task == "regression":
        codes, n_classes = np.empty(0, np.int32), 0
    else:
        codes, n_classes = _compact(target.codes[drawn.rows])
    return Sample(X, codes, n_classes, standardised(values), drawn.fold, drawn.n_folds)


@once
def design_sample(context: Context) -> DesignSample:
    """Make the sample's rows into numbers as pymfe does, in at most 256 columns.

    Raises
    ------
    Undefined
        If there is no numeric or categorical column with a known cell.
    """
    target, rows = context.table.target, sample_rows(context).rows
    rng = np.random.default_rng(context.seed)
    X = design_matrix(context, rows, MAX_COLUMNS, rng)
    if target is None:
        return DesignSample(X, rows, np.empty(0, np.int32), 0, np.empty(0))
    if target.task == "regression":
        return DesignSample(X, rows, np.empty(0, np.int32), 0, target.values[rows])
    return DesignSample(X, rows, *_compact(target.codes[rows]), np.empty(0))


def standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shift and scale finite values to mean 0 and standard deviation 1; constant ones to 0."""
    if len(values) == 0:
        return values
    # Onto 0..1 first, from halves: sums of huge or tiny numbers are then safe.
    low, high = values.min() / 2, values.max() / 2
    if not low < high:
        return np.zeros_like(values)
    shifted = (values / 2 - low) / (high - low)
    return np.asarray((shifted - shifted.mean()) / shifted.std())


def _compact(codes: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    present, compact = np.unique(codes, return_inverse=True)
    return compact.astype(np.int32), len(present)
