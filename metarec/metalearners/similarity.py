"""How alike two data sets are, by all their meta-features or by their size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, FloatVector


class RankedDistance:
    """Mean absolute difference of meta-features, each as its rank among the known data sets.

    Ranks make meta-features of any scale comparable and keep one heavy tail from deciding. A
    meta-feature that is unknown on either side takes no part; where none is left, the distance is
    the greatest: nothing speaks for likeness.

    Parameters
    ----------
    meta_features : ndarray of shape (n_datasets, n_meta_features)
        Of the known data sets; NaN where unknown.

    Examples
    --------
    >>> distance = RankedDistance(np.array([[1.0], [10.0], [1000.0]]))
    >>> distance.to_all(np.array([10.0])).tolist()
    [0.5, 0.0, 0.5]
    >>> distance.to_all(np.array([np.nan])).tolist()
    [1.0, 1.0, 1.0]
    """

    def __init__(self, meta_features: FloatMatrix) -> None:
        self._sorted = np.sort(meta_features, axis=0)  # NaN comes last
        self._n_known = np.maximum((~np.isnan(meta_features)).sum(axis=0) - 1, 1)
        self._ranks = self._rank(meta_features)

    def to_all(self, meta_features: FloatVector) -> FloatVector:
        """Distance to every known data set.

        Parameters
        ----------
        meta_features : ndarray of shape (n_meta_features,)

        Returns
        -------
        ndarray of shape (n_datasets,)
            From 0 (alike) to 1.
        """
        difference = np.abs(self._ranks - self._rank(meta_features[None]))
        known = ~np.isnan(difference)
        total, count = np.where(known, difference, 0.0).sum(axis=1), known.sum(axis=1)
        return np.asarray(np.where(count > 0, total / np.maximum(count, 1), 1.0))

    def _rank(self, rows: FloatMatrix) -> FloatMatrix:
        """Share of the known data sets below each value, ties in the middle, clipped to [0, 1]."""
        ranks = np.empty_like(rows)
        for column, (known, values) in enumerate(zip(self._sorted.T, rows.T, strict=True)):
            below = np.searchsorted(known, values, "left")
            below_or_equal = np.searchsorted(known, values, "right")
            ranks[:, column] = (below + below_or_equal - 1) / 2
        return np.where(np.isnan(rows), np.nan, np.clip(ranks / self._n_known, 0.0, 1.0))


class SizeDistance:
    """Sum of the absolute differences of the logarithms of rows, columns and classes.

    A size that is unknown on either side adds nothing.

    Parameters
    ----------
    sizes : ndarray of shape (n_datasets, 3)
        The meta-features `SIZE` of the known data sets.

    Examples
    --------
    >>> distance = SizeDistance(np.array([[100.0, 5.0, 2.0], [1000.0, 5.0, 2.0]]))
    >>> distance.to_all(np.array([100.0, 5.0, 2.0])).round(3).tolist()
    [0.0, 2.303]
    """

    def __init__(self, sizes: FloatMatrix) -> None:
        self._logarithms = np.log(sizes)

    def to_all(self, size: FloatVector) -> FloatVector:
        """Distance to every known data set, shape (n_datasets,)."""
        difference = np.abs(self._logarithms - np.log(size))
        return np.asarray(np.nan_to_num(difference).sum(axis=1))
