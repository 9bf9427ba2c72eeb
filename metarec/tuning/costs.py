"""What the fit on all rows will take, from what the stages of a trial took."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_POWER, _MOST_POWER = 0.3, 2.0
"""Of the rows, by which the time of a fit grows: rounds of boosting to a kernel matrix."""
_USUAL_POWER: Final = 1.0
"""The same where only folds of one size were timed."""


def expect_refit(
    rows: Sequence[int], seconds: Sequence[float], *, n_samples: int, n_rows: int
) -> float:
    """Seconds that a fit on all rows is expected to take.

    Parameters
    ----------
    rows : sequence of int
        Training rows of a trial's stages, of those to come as well.
    seconds : sequence of float
        What the fit of each of the stages took that are over.
    n_samples : int
        How many stages came before the first fold, each with more rows than the one before.
    n_rows : int
        All rows.

    Returns
    -------
    float

    Examples
    --------
    Twice the rows took one and a half times as long, and so will twice the rows again:

    >>> expect_refit([1000, 2000, 2000], [1.0, 1.5, 1.5], n_samples=1, n_rows=4000)
    2.25
    """
    folds = slice(n_samples, len(seconds))
    power = _USUAL_POWER
    if n_samples:
        growth = math.log(seconds[n_samples] / seconds[n_samples - 1])
        power = growth / math.log(rows[n_samples] / rows[n_samples - 1])
    power = min(max(power, _LEAST_POWER), _MOST_POWER)
    return float(np.mean(seconds[folds]) * (n_rows / np.mean(rows[folds])) ** power)
