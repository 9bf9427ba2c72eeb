"""Configurations as points of a unit cube, and how alike two of them are."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from optuna.distributions import CategoricalDistribution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from sklearn.gaussian_process.kernels import Kernel

    from metarec._types import FloatMatrix
    from metarec.warmstart.distributions import Distribution

_APART: Final = 0.7
"""Of an indicator, so that two choices are 1 apart."""
_UNSET: Final = 0.5
"""Of a number that does not count: as far from one end as from the other."""
_LENGTH: Final = 0.27
"""Length scale of the kernel, per square root of the number of parameters."""
_SCALES: Final = (0.03, 10.0)
"""Between which a learned one lies: what is further apart than the last does not count at all."""
_NOISES: Final = (0.005, 2.0)
_N_LEARNED: Final = 250
"""Points that scales are learned from; the cost grows with the cube."""


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


def learn_likeness(
    points: FloatMatrix, values: FloatMatrix, generator: np.random.Generator
) -> tuple[Kernel, float]:
    """The kernel with a length scale for each coordinate, and the noise, by likelihood.

    Rasmussen & Williams 2006, sections 5.1 and 5.4.1.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_coordinates)
        As `encode_points` makes them; some at random are learned from.
    values : ndarray of shape (n_points, n_outputs)
        Each output is a function of its own with the same kernel.
    generator : numpy.random.Generator
        Chooses the points.

    Returns
    -------
    kernel : sklearn.gaussian_process.kernels.Kernel
    noise : float
        Variance, in units of the values' own.

    Examples
    --------
    Only the first coordinate counts:

    >>> points = np.random.default_rng(0).random((60, 2))
    >>> kernel, _ = learn_likeness(points, np.sin(6 * points[:, :1]), np.random.default_rng(0))
    >>> first, second = kernel.length_scale
    >>> bool(first < 1 < second)
    True
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import Matern, WhiteKernel

    some = generator.permutation(len(points))[:_N_LEARNED]
    start = np.full(points.shape[1], _LENGTH)
    process = GaussianProcessRegressor(
        Matern(start, _SCALES, nu=2.5) + WhiteKernel(0.05, _NOISES), normalize_y=True
    )
    with warnings.catch_warnings():
        # What does not count has its scale at the upper end.
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(points[some], values[some])
    return process.kernel_.k1, float(process.kernel_.k2.noise_level)


def on_one_thread() -> AbstractContextManager[Any]:
    """Linear algebra inside gives the same digits however many processors there are."""
    import sklearn.gaussian_process  # noqa: F401 - only libraries that are loaded are limited
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits
