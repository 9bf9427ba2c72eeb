"""Domains that several base-learners share, and bounds that depend on the number of rows."""

from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Integer, Rows

CLASS_WEIGHT = Categorical((None, "balanced"))
"""Whether rare classes count for more; the same in every classifier that has it."""


def rows_at_most(shape: TableShape | None, most: int, part: int, *, low: int = 1) -> int:
    """Take the smaller of a bound and one part of the rows, but no less than `low`.

    Examples
    --------
    >>> rows_at_most(TableShape(n_rows=100, n_features=3, n_classes=2), 64, 4)
    25
    """
    return most if shape is None else max(low, min(most, shape.n_rows // part))


def split_rows(shape: TableShape | None) -> Rows:
    """Domain of `min_samples_split`: at most a quarter of the rows, and never above 1024.

    A quarter leaves several splits to a tree that sees half of the rows, as in two folds.
    """
    return Rows(2, rows_at_most(shape, 1024, 4, low=2))


def leaf_rows(shape: TableShape | None) -> Integer:
    """Domain of `min_samples_leaf`: at most an eighth of the rows, and never above 128."""
    return Integer(1, rows_at_most(shape, 128, 8), log=True)
