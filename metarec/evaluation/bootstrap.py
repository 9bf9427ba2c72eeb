"""Intervals of means over data sets, near relatives drawn together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEVEL: Final = 0.05
_N_DRAWS: Final = 2000


class Bootstrap:
    """Draws families of data sets with replacement, the same draws for whatever is asked.

    Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13, with families as the
    units.

    Parameters
    ----------
    families : sequence of str
        The family of each data set.

    Examples
    --------
    >>> low, high = Bootstrap(["a", "a", "b", "c"]).interval(np.array([1.0, 1.0, 0.0, 0.0]))
    >>> low.item(), high.item()
    (0.0, 1.0)
    """

    def __init__(self, families: Sequence[str]) -> None:
        _, family = np.unique(np.array(families), return_inverse=True)
        n_families = int(family.max()) + 1
        times = np.random.default_rng(0).multinomial(
            n_families, np.full(n_families, 1 / n_families), size=_N_DRAWS
        )
        weights = times[:, family].astype(np.float64)
        self._weights = weights / weights.sum(axis=1, keepdims=True)

    def interval(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """95 % interval of the mean over data sets.

        Parameters
        ----------
        values : ndarray of shape (n_datasets,) or (n_datasets, n_columns)
            One row per data set.

        Returns
        -------
        low, high : ndarray of shape () or (n_columns,)
        """
        low, high = np.quantile(self._weights @ values, [_LEVEL / 2, 1 - _LEVEL / 2], axis=0)
        return low, high
