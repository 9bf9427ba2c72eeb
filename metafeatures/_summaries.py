"""How the values of a meta-feature (one per column, class or fold) are condensed.

The names and definitions are pymfe's, besides sd_pop. Its names with the prefix "nan" are
understood and mean the same as those without, since the values hold no NaN here.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import Undefined

__all__ = ["SUFFIXES", "SUMMARIES", "summarise"]

Values = NDArray[np.float64]

N_BINS = 10
QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)

ONE_VALUE = "there is only one value to summarise"
ALL_EQUAL = "the values to summarise are all equal"

SMALL, LARGE = 1e-70, 1e70
"""Fourth powers of numbers between these stay within the range of floats."""

RESOLUTION = 1e-15
"""Deviations below this share of the largest value are rounding."""


def _mean(values: Values) -> float:
    return float(np.add.reduce(values)) / len(values)


def _variance(values: Values, ddof: int) -> float:
    if len(values) <= ddof:
        raise Undefined(ONE_VALUE)
    squares = values - _mean(values)
    squares *= squares  # in place: there may be millions of pairs of items
    return float(np.add.reduce(squares)) / (len(values) - ddof)


def _standardised_moment(values: Values, power: int) -> float:
    """The mean of ((x - mean) / sd) ** power, 3 or 4, where sd divides by k - 1."""
    deviations = values - _mean(values)
    squares = deviations * deviations
    spread = float(np.add.reduce(squares))
    if spread <= len(values) * (RESOLUTION * _largest(values)) ** 2:
        raise Undefined(ALL_EQUAL if len(values) > 1 else ONE_VALUE)
    moment = float(np.add.reduce(squares * (deviations if power == 3 else squares)))
    return moment / len(values) / math.pow(spread / (len(values) - 1), power / 2)


def _largest(values: Values) -> float:
    return max(float(np.maximum.reduce(values)), -float(np.minimum.reduce(values)))


def _quantiles(values: Values, shares: Sequence[float]) -> list[float]:
    """Quantiles, linear between neighbours; as a mean of the two, which cannot overflow."""
    ordered = np.sort(values)
    found = []
    for share in shares:
        place = share * (len(ordered) - 1)
        low = int(place)
        weight = place - low
        below = float(ordered[low])
        found.append(
            below if weight == 0 else below * (1 - weight) + float(ordered[low + 1]) * weight
        )
    return found


def _iq_range(values: Values) -> float:
    first, third = _quantiles(values, (0.25, 0.75))
    return third - first


def _histogram(values: Values) -> list[float]:
    try:
        counts, _ = np.histogram(values, N_BINS)
    except ValueError as error:  # NumPy finds no ten different edges
        raise Undefined("the values to summarise are too close for ten bins") from error
    return [float(count) for count in counts / len(values)]


_ONE: dict[str, tuple[int | None, Callable[[Values], float]]] = {
    "count": (None, lambda values: float(len(values))),
    "iq_range": (1, _iq_range),
    "kurtosis": (0, lambda values: _standardised_moment(values, 4) - 3.0),
    "max": (None, lambda values: float(np.maximum.reduce(values))),
    "mean": (1, _mean),
    "median": (None, lambda values: _quantiles(values, (0.5,))[0]),
    "min": (None, lambda values: float(np.minimum.reduce(values))),
    "pnorm": (1, lambda values: math.sqrt(np.add.reduce(values * values))),
    "powersum": (2, lambda values: float(np.add.reduce(values * values))),
    "range": (1, lambda values: float(np.maximum.reduce(values) - np.minimum.reduce(values))),
    "sd": (1, lambda values: math.sqrt(_variance(values, 1))),
    "sd_pop": (1, lambda values: math.sqrt(_variance(values, 0))),
    "skewness": (0, lambda values: _standardised_moment(values, 3)),
    "sum": (1, lambda values: float(np.add.reduce(values))),
    "var": (2, lambda values: _variance(values, 1)),
}
"""Summaries that are one number, each with the power of the values with which it grows, so that
values too large or too small for squares can be scaled; None where nothing can overflow."""

_SEVERAL: dict[str, tuple[int, Callable[[Values], list[float]]]] = {
    "histogram": (N_BINS, _histogram),
    "quantiles": (len(QUANTILES), lambda values: _quantiles(values, QUANTILES)),
}
"""Summaries that are several numbers, and how many."""

SUMMARIES: tuple[str, ...] = tuple(sorted([*_ONE, *_SEVERAL]))
"""Every summary, without the prefix "nan" of pymfe.

sd and var divide by k - 1, sd_pop by k; skewness and kurtosis are b1 and b2 of Joanes, Gill (1998);
powersum is the sum of squares and pnorm its root; histogram gives the shares of ten bins of equal
width, quantiles minimum, quartiles and maximum.
"""

_SUFFIXES = {
    **{name: (name,) for name in _ONE},
    **{name: tuple(f"{name}.{i}" for i in range(n)) for name, (n, _) in _SEVERAL.items()},
}
SUFFIXES: dict[str, tuple[str, ...]] = _SUFFIXES | {
    f"nan{name}": tuple(f"nan{suffix}" for suffix in given) for name, given in _SUFFIXES.items()
}
"""What stands behind the name of a meta-feature in its outputs, for each summary."""


def summarise(values: Values, wanted: Sequence[str]) -> dict[str, float | str]:
    """Condense values into numbers.

    Parameters
    ----------
    values : ndarray of shape (k,)
        At least one value, all finite.
    wanted : sequence of str
        Suffixes, such as "mean" or "quantiles.4".

    Returns
    -------
    dict
        A number, or the reason why there is none, under each suffix.

    Examples
    --------
    >>> summarise(np.array([1.0, 3.0]), ["mean", "quantiles.1"])
    {'mean': 2.0, 'quantiles.1': 1.5}
    """
    found: dict[str, float | str] = {}
    several: dict[str, list[float]] = {}
    largest = _largest(values)
    exponent = 0 if largest == 0 or SMALL < largest < LARGE else math.frexp(largest)[1]
    scaled = np.ldexp(values, -exponent) if exponent else values
    for suffix in wanted:
        summary, _, place = suffix.removeprefix("nan").partition(".")
        try:
            if not place:
                power, function = _ONE[summary]
                if power is None or exponent == 0:
                    found[suffix] = function(values)
                else:
                    found[suffix] = math.ldexp(function(scaled), power * exponent)
                continue
            if summary not in several:
                chosen = values if summary == "quantiles" else scaled
                several[summary] = _SEVERAL[summary][1](chosen)
            found[suffix] = several[summary][int(place)]
        except Undefined as undefined:
            found[suffix] = str(undefined)
        except OverflowError:
            found[suffix] = "the result is too large for a float"
    return found
