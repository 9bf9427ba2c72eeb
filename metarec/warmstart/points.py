"""Configurations as points of a unit cube, and how alike two of them are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from optuna.distributions import CategoricalDistribution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sklearn.gaussian_process.kernels import Kernel

    from metarec._types import FloatMatrix
    from metarec.warmstart.distributions import Distribution

_APART: Final = 0.7
"""Of an indicator, so that two choices are 1 apart."""
_UNSET: Final = 0.5
"""Of a number that does not count: as far from one end as from the other."""
_LENGTH: Final = 0.27
"""Length scale of the kernel, per square root of the number of parameters."""


def encode_points(
    points: Sequence[Mapping[str, Any]], space: Mapping[str, Distribution]
) -> FloatMatrix:
    """One row per configuration: numbers between the ends of their range, choices as indicators.

    Examples
    --------
    >>> from optuna.distributions import FloatDistribution
    >>> space = {"C": FloatDistribution(0.01, 100.0, log=True)}
    >>> encode_points([{"C": 1.0}, {}], space).round(6).tolist()
    [[0.5], [0.5]]
    """
    columns: list[list[float]] = []
    for name in sorted(space):
        distribution = space[name]
        values = [point.get(name) for point in points]
        if isinstance(distribution, CategoricalDistribution):
            columns += [
                [_APART * (name in point and value == choice) for point, value in
                 zip(points, values, strict=True)]
                for choice in distribution.choices
            ]  # fmt: skip
            continue
        ends = np.array([distribution.low, distribution.high], dtype=float)
        numbers = np.array([np.nan if value is None else float(value) for value in values])
        if distribution.log:
            ends, numbers = np.log(ends), np.log(numbers)
        width = ends[1] - ends[0]
        scaled = (numbers - ends[0]) / width if width > 0 else np.zeros(len(numbers))
        columns.append(np.where(np.isnan(scaled), _UNSET, scaled).tolist())
    rows: FloatMatrix = np.array(columns).reshape(len(columns), len(points)).T
    return np.asarray(rows / np.sqrt(max(len(space), 1)))


def likeness() -> Kernel:
    """The Matern kernel with nu = 5/2 (Rasmussen & Williams 2006, equation 4.17) over points."""
    from sklearn.gaussian_process.kernels import Matern

    return Matern(length_scale=_LENGTH, nu=2.5)
