"""The rows, columns and folds on which all landmarkers are measured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._encoding import encode, stratified_order
from metafeatures._exceptions import Undefined
from metafeatures._table import Table, Target

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "N_FOLDS", "Sample", "draw_sample"]

MAX_ROWS = 2000
MAX_COLUMNS = 256
N_FOLDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A stratified sample of encoded rows with their folds."""

    X: NDArray[np.float64]
    """Shape (n_rows, n_encoded), Fortran order, finite."""
    codes: NDArray[np.int32]
    """Class of each row, shape (n_rows,), counted over the classes in the sample."""
    n_classes: int
    """Number of classes in the sample."""
    fold: NDArray[np.int32]
    """Fold in which each row is tested, shape (n_rows,)."""
    n_folds: int
    """Number of folds."""

    def split(self, fold: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows to train on and rows to test on."""
        return np.flatnonzero(self.fold != fold), np.flatnonzero(self.fold == fold)


def draw_sample(table: Table, target: Target, seed: int) -> Sample:
    """Draw at most 2,000 rows, 256 encoded columns and 10 stratified folds.

    Raises
    ------
    Undefined
        If there is only one class, one row or no column that varies.
    """
    if target.n_classes < 2:
        raise Undefined("the target has only one class")
    rng = np.random.default_rng(seed)
    order = stratified_order(target.codes, rng)
    if len(order) > MAX_ROWS:
        order = order[np.linspace(0, len(order) - 1, MAX_ROWS).astype(np.intp)]
    n_folds = min(N_FOLDS, len(order))
    fold = np.arange(len(order), dtype=np.int32) % n_folds
    by_row = np.argsort(order)
    rows = order[by_row]
    X = encode(table, rows, MAX_COLUMNS, rng)
    present, codes = np.unique(target.codes[rows], return_inverse=True)
    return Sample(X, codes.astype(np.int32), len(present), fold[by_row], n_folds)
