"""Configurations that no study has tried, where a model of the studies expects better ones.

A few thousand configurations leave a space of ten parameters nearly empty: the best one on average
is seldom among them. A Gaussian process over the configurations says what others would have reached
in each study, and how sure that is; an evolution looks for those that would have been best.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from optuna.distributions import CategoricalDistribution, IntDistribution

from metarec.metalearners.cells import REGRET_FLOOR
from metarec.metalearners.cover import greedy_cover
from metarec.warmstart.points import encode_points, learn_likeness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sklearn.gaussian_process import GaussianProcessRegressor

    from metarec._types import FloatMatrix, IntVector
    from metarec.warmstart.distributions import Distribution

    Point: TypeAlias = Mapping[str, Any]

_LEAST_POINTS: Final = 100
"""Configurations below which too little is known of what lies between them."""
_MOST_POINTS: Final = 3000
"""That the model learns from; its cost grows with the cube."""
_N_DIRECTIONS: Final = 4
"""In which studies differ most, that the kernel is learned from."""
_N_GENERATIONS: Final = 5
_N_CHILDREN: Final = 800
_BEST_OF_EACH: Final = 4
_COVERING: Final = 60
_BEST_OF_ALL: Final = 40
_STEPS: Final = (0.02, 0.1, 0.3)
"""How far a number moves, as a share of its range."""
_TAKEN, _MOVED = 0.1, 0.5
"""Share of a child's values that come from another configuration, and of its numbers that move."""


def breed(
    candidates: Sequence[Point],
    regret: FloatMatrix,
    space: Mapping[str, Distribution],
    generator: np.random.Generator,
) -> tuple[list[Point], FloatMatrix]:
    """Find configurations that are expected to be better than those that were tried.

    Parents are those with the least regret in each study, on average, and together. A child moves
    some numbers of its parent, and takes some values from another configuration that was tried.

    Parameters
    ----------
    candidates : sequence of mapping
        What was tried.
    regret : ndarray of shape (n_studies, n_candidates)
        From 0 to 1.
    space : mapping of str to optuna distribution
        What the parameters are drawn from.
    generator : numpy.random.Generator
        Chooses parents and steps.

    Returns
    -------
    children : list of mapping
        None where fewer than 100 were tried.
    expected : ndarray of shape (n_studies, n_children)
        Their regret; an uncertain one is expected to be larger.

    Examples
    --------
    >>> from optuna.distributions import FloatDistribution
    >>> tried = [{"x": x / 101} for x in range(101)]
    >>> regret = np.array([[abs(each["x"] - best) for each in tried] for best in (0.3, 0.4, 0.5)])
    >>> space = {"x": FloatDistribution(0, 1)}
    >>> children, expected = breed(tried, regret, space, np.random.default_rng(0))
    >>> bool(0.3 < children[expected.mean(axis=0).argmin()]["x"] < 0.5)
    True
    """
    if len(candidates) < _LEAST_POINTS or not space:
        return [], np.empty((len(regret), 0))
    surrogate = _fit_surrogate(encode_points(candidates, space), regret, generator)
    tried: dict[frozenset[str], list[Point]] = {}
    for each in candidates:
        tried.setdefault(frozenset(each), []).append(each)
    pool = list(candidates)
    for _ in range(_N_GENERATIONS):
        parents = [pool[column] for column in _parents(regret)]
        children = _children(parents, tried, space, generator)
        expected = _expected_regret(surrogate, encode_points(children, space))
        pool += children
        regret = np.hstack([regret, expected])
    return pool[len(candidates) :], regret[:, len(candidates) :]


def _fit_surrogate(
    points: FloatMatrix, regret: FloatMatrix, generator: np.random.Generator
) -> GaussianProcessRegressor:
    """One Gaussian process for all studies: they have the kernel in common."""
    from sklearn.gaussian_process import GaussianProcessRegressor

    values = np.log(regret + REGRET_FLOOR).T
    if len(points) > _MOST_POINTS:
        best = greedy_cover(regret, np.ones(len(points), dtype=bool), _MOST_POINTS // 4)
        others = generator.permutation(np.setdiff1d(np.arange(len(points)), best))
        some = np.concatenate([best, others[: _MOST_POINTS - len(best)]])
        points, values = points[some], values[some]
    # The principal directions of the studies have the kernel in common.
    directions, _, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    kernel, noise = learn_likeness(points, directions[:, :_N_DIRECTIONS], generator)
    return GaussianProcessRegressor(kernel, alpha=noise, optimizer=None, normalize_y=True).fit(
        points, values
    )


def _expected_regret(surrogate: GaussianProcessRegressor, points: FloatMatrix) -> FloatMatrix:
    """Mean of exp(x) - floor with x normal, shape (n_studies, n_points)."""
    mean, deviation = surrogate.predict(points, return_std=True)
    mean, deviation = (np.reshape(each, (len(points), -1)) for each in (mean, deviation))
    return np.asarray(np.clip(np.exp(mean + deviation**2 / 2) - REGRET_FLOOR, 0.0, 1.0).T)


def _parents(regret: FloatMatrix) -> IntVector:
    best = np.argsort(regret, axis=1, kind="stable")[:, :_BEST_OF_EACH]
    covering = greedy_cover(regret, np.ones(regret.shape[1], dtype=bool), _COVERING)
    on_average = np.argsort(regret.mean(axis=0), kind="stable")[:_BEST_OF_ALL]
    return np.unique(np.concatenate([best.ravel(), covering, on_average]))


def _children(
    parents: Sequence[Point],
    tried: Mapping[frozenset[str], Sequence[Point]],
    space: Mapping[str, Distribution],
    generator: np.random.Generator,
) -> list[Point]:
    children: list[Point] = []
    for place in generator.integers(len(parents), size=_N_CHILDREN).tolist():
        child = dict(parents[place])
        # In a conditional space others than those with the same parameters would not go together.
        alike = tried[frozenset(child)]
        other = alike[int(generator.integers(len(alike)))]
        for name in sorted(child):
            if generator.random() < _TAKEN:
                child[name] = other[name]
            if name in space and generator.random() < _MOVED:
                child[name] = _moved(child[name], space[name], generator)
        children.append(child)
    return children


def _moved(value: Any, distribution: Distribution, generator: np.random.Generator) -> Any:
    if isinstance(distribution, CategoricalDistribution):
        return value
    low, high = float(distribution.low), float(distribution.high)
    number = float(value)
    if distribution.log:
        low, high, number = math.log(low), math.log(high), math.log(number)
    number += float(generator.normal() * generator.choice(_STEPS)) * (high - low)
    number = min(max(number, low), high)
    number = math.exp(number) if distribution.log else number
    # The end of a range must not be left by the last digit of a logarithm.
    number = min(max(number, float(distribution.low)), float(distribution.high))
    if distribution.step:
        steps = round((number - distribution.low) / distribution.step)
        number = distribution.low + steps * distribution.step
    return round(number) if isinstance(distribution, IntDistribution) else number
