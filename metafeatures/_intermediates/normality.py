"""Shapiro and Wilk's test of normality, by Royston's approximation (1995, algorithm AS R94).

Written out because the import of scipy.stats takes longer than a whole extraction.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray

__all__ = ["MAX_VALUES", "ShapiroWilk", "shapiro_wilk_test"]

MAX_VALUES = 5000
"""Values to which the approximation was fitted."""

Floats = NDArray[np.float64]

LEVEL_95 = 1.6448536269514722

LAST = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
LAST_BUT_ONE = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
SMALL_LIMIT = (-2.273, 0.459)
SMALL_MEAN = (0.544, -0.39978, 0.025054, -6.714e-4)
SMALL_LOG_SD = (1.3822, -0.77857, 0.062767, -0.0020322)
LARGE_MEAN = (-1.5861, -0.31082, -0.083751, 0.0038915)
LARGE_LOG_SD = (-0.4803, -0.082676, 0.0030302)

CENTRE = (
    (3.3871327179, 50.434271938, 159.29113202, 59.10937472),
    (1.0, 17.895169469, 78.757757664, 67.1875636),
)
TAIL = (
    (1.4234372777, 2.75681539, 1.3067284816, 0.17023821103),
    (1.0, 0.7370016425, 0.12021132975),
)


class ShapiroWilk:
    """The test for a number of values.

    Parameters
    ----------
    n : int
        Number of values, at least 3.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.weights = _weights(n)
        """Weights of the distances between the smallest and the largest value, and so on inwards;
        shape (n // 2,)."""
        self._mean = polyval(n, SMALL_MEAN) if n <= 11 else polyval(np.log(n), LARGE_MEAN)
        self._sd = np.exp(polyval(n, SMALL_LOG_SD) if n <= 11 else polyval(np.log(n), LARGE_LOG_SD))

    def accepts(self, w: float) -> bool:
        """Whether a statistic W does not refute normality at the level of 5 %."""
        if self.n == 3:
            return 6.0 / math.pi * (math.asin(math.sqrt(w)) - math.asin(math.sqrt(0.75))) > 0.05
        if w >= 1.0:
            return True
        distance = math.log1p(-w)
        if self.n <= 11:
            limit = SMALL_LIMIT[0] + SMALL_LIMIT[1] * self.n
            if distance >= limit:
                return False
            distance = -math.log(limit - distance)
        return bool((distance - self._mean) / self._sd < LEVEL_95)


@lru_cache(64)
def shapiro_wilk_test(n: int) -> ShapiroWilk:
    """The test for a number of values, kept for the next column or table."""
    return ShapiroWilk(n)


def _weights(n: int) -> Floats:
    if n == 3:
        return np.array([math.sqrt(0.5)])
    places: Floats = np.arange(1, n // 2 + 1, dtype=np.float64)
    expected = _normal_quantiles((places - 0.375) / (n + 0.25))
    total = 2.0 * float(expected @ expected)
    root = 1.0 / math.sqrt(n)
    corrected = 1 if n <= 5 else 2
    head = np.array([polyval(root, LAST), polyval(root, LAST_BUT_ONE)])[:corrected]
    head -= expected[:corrected] / math.sqrt(total)
    left = total - 2.0 * (expected[:corrected] ** 2).sum()
    return np.append(head, -expected[corrected:] * np.sqrt((1.0 - 2.0 * (head**2).sum()) / left))


def _normal_quantiles(p: Floats) -> Floats:
    """Quantiles of the normal distribution below its median, to 7 digits (algorithm AS 241)."""
    q = p - 0.5
    r = 0.180625 - q * q
    centre = q * polyval(r, CENTRE[0]) / polyval(r, CENTRE[1])
    s = np.sqrt(-np.log(p)) - 1.6
    return np.where(q >= -0.425, centre, -polyval(s, TAIL[0]) / polyval(s, TAIL[1]))
