"""The rows of the sample class by class, and the pairs of classes that are compared.

Of more than 2,000 pairs (64 classes and more), 2,000 are drawn at random.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.blocks import row_blocks
from metafeatures._intermediates.distances import unit_sample
from metafeatures._intermediates.neighbours import sample_classes

__all__ = ["MAX_PAIRS", "ClassRows", "class_pairs", "class_rows"]

MAX_PAIRS = 2000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ClassRows:
    """The `unit_sample`, sorted by class."""

    X: Floats
    """Shape (n_rows, n_columns), C order, within 0..1; every column varies."""
    start: NDArray[np.intp]
    """First row of each class, and n_rows at the end; shape (n_classes + 1,)."""
    low: Floats
    """Smallest value of each column within each class, shape (n_classes, n_columns)."""
    high: Floats
    """Largest value likewise."""
    mean: Floats
    """Mean likewise."""

    @property
    def counts(self) -> NDArray[np.intp]:
        """Rows of each class."""
        return np.diff(self.start)

    def of(self, code: int) -> Floats:
        """Rows of one class."""
        return self.X[self.start[code] : self.start[code + 1]]

    def numbers(self, first: int, second: int) -> NDArray[np.int32]:
        """Row numbers of one class, then of another."""
        return np.concatenate(
            [np.arange(self.start[c], self.start[c + 1], dtype=np.int32) for c in (first, second)]
        )


@once
def class_rows(context: Context) -> ClassRows:
    """Sort the sample by class, keeping the order within a class."""
    codes = sample_classes(context)
    unit = unit_sample(context).X
    counts = np.bincount(codes)
    start = np.concatenate([[0], np.cumsum(counts)])
    order = np.argsort(codes, kind="stable")
    X = np.empty_like(unit)
    for rows in row_blocks(context, *X.shape):
        np.take(unit, order[rows], axis=0, out=X[rows])
    low, high, mean = (np.empty((len(counts), X.shape[1])) for _ in range(3))
    for columns in row_blocks(context, *X.shape[::-1]):
        np.minimum.reduceat(X[:, columns], start[:-1], out=low[:, columns])
        np.maximum.reduceat(X[:, columns], start[:-1], out=high[:, columns])
        np.add.reduceat(X[:, columns], start[:-1], out=mean[:, columns])
    return ClassRows(X, start, low, high, mean / counts[:, None])


@once
def class_pairs(context: Context) -> NDArray[np.intp]:
    """Pairs a < b of classes, shape (n_pairs, 2)."""
    n = len(class_rows(context).counts)
    n_pairs = n * (n - 1) // 2
    if n_pairs <= MAX_PAIRS:
        return np.stack(np.triu_indices(n, 1), axis=1)
    context.remark(f"{MAX_PAIRS:,} of {n_pairs:,} pairs of classes")
    rng = np.random.default_rng(context.seed)
    drawn = rng.choice(n_pairs, MAX_PAIRS, replace=False)
    # Pair i of the rows of a triangle: b counts the rows, a the place within one.
    b = ((1 + np.sqrt(1 + 8 * np.sort(drawn))) / 2).astype(np.intp)
    return np.stack([np.sort(drawn) - b * (b - 1) // 2, b], axis=1)
