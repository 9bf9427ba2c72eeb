"""How the values of a meta-feature (one per column, class or fold) are condensed."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import Undefined

__all__ = ["SUMMARIES"]


def _sd(values: NDArray[np.float64]) -> float:
    if len(values) < 2:
        raise Undefined("the standard deviation of one value is undefined")
    return float(np.std(values, ddof=1))


SUMMARIES: dict[str, Callable[[NDArray[Any]], float]] = {
    "max": lambda values: float(np.max(values)),
    "mean": lambda values: float(np.mean(values)),
    "min": lambda values: float(np.min(values)),
    "sd": _sd,
    "sd_pop": lambda values: float(np.std(values)),
    "sum": lambda values: float(np.sum(values)),
}
"""How an array of at least one value is condensed. sd divides by k - 1, sd_pop by k."""
