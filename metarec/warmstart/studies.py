"""A prior from the user's earlier studies of the same or a similar space."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution

from metarec._exceptions import UsageError
from metarec.metalearners.cells import REGRET_FLOOR
from metarec.warmstart.direction import sign
from metarec.warmstart.distributions import is_number, seen_distributions, suits
from metarec.warmstart.feasibility import is_feasible
from metarec.warmstart.points import (
    encode_points,
    learn_likeness,
    likeness,
    on_one_thread,
)
from metarec.warmstart.prior import Prior, prior_from_losses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sklearn.gaussian_process.kernels import Kernel

    from metarec._types import FloatMatrix, FloatVector
    from metarec.warmstart.distributions import Distribution

_LEAST_TRIALS: Final = 5
_MOST_TRIALS: Final = 400
"""Of one study that its surrogate learns from: half the best ones, half of the rest."""
_POOL: Final = 1000
"""Candidates that surrogates are asked for, before the prior chooses among them."""
_BEST_OF_EACH: Final = 3
_NOISE: Final = 0.05
"""Of a log regret, in units of its variance."""
_LEAST_LEARNED: Final = 100
"""Trials of all studies below which nothing is learned of which parameters count."""


def prior_from_studies(
    studies: Sequence[optuna.Study],
    *,
    space: Mapping[str, Distribution] | None = None,
    names: Mapping[str, str] | None = None,
    n_candidates: int = 300,
    seed: int = 0,
) -> Prior:
    """Learn from earlier studies, each with trials of its own.

    The candidates are the studies' best trials and some of the others. What a candidate would have
    reached in a study that did not try it, is the mean of a Gaussian process over that study's
    log regrets.

    Parameters
    ----------
    studies : sequence of optuna.Study
        Studies with one objective, from any storage; those with fewer than five finished trials
        say nothing, nor do trials that break a constraint. Read once, here.
    space : mapping of str to optuna distribution, optional
        The new study's own names and what it draws from. Candidates that these cannot give are
        left out, and so are parameters that it lacks.
    names : mapping of str to str, optional
        The earlier studies' name of a parameter to the new study's, where they differ.
    n_candidates, seed : int
        As in `prior_from_losses`.

    Returns
    -------
    Prior

    Raises
    ------
    UsageError
        If fewer than three studies have trials to learn from.

    Examples
    --------
    >>> import optuna
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> studies = []
    >>> for best in (0.2, 0.25, 0.3, 0.35):
    ...     study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    ...     study.optimize(lambda trial: (trial.suggest_float("x", 0, 1) - best) ** 2, n_trials=9)
    ...     studies.append(study)
    >>> prior = prior_from_studies(studies)
    >>> 0.2 < prior.candidates[prior.order[0]]["x"] < 0.4
    True
    """
    if isinstance(studies, optuna.Study):
        msg = "`studies` must be several studies in a list, but got one"
        raise UsageError(msg)
    known = dict(space) if space is not None else _space(studies, names or {})
    read = [_runs(study, names or {}, known) for study in studies]
    runs = [run for run in read if run[1].size >= _LEAST_TRIALS]
    pool = _pool(runs, known, np.random.default_rng(seed))
    if not pool:
        msg = (
            f"none of {len(studies)} studies has one objective and {_LEAST_TRIALS} finished trials "
            f"in the space of {', '.join(sorted(known)) or 'no parameters'}: give more studies, or "
            "map `names`"
        )
        raise UsageError(msg)
    encoded = encode_points(pool, known)
    tried = [(encode_points(points, known), values) for points, values in runs]
    with on_one_thread():
        kernel = _kernel(tried, np.random.default_rng(seed))
        losses = np.array(
            [
                _losses(points, values, encoded, kernel, np.random.default_rng(seed))
                for points, values in tried
            ]
        )
    return prior_from_losses(pool, losses, space=known, n_candidates=n_candidates, seed=seed)


def _runs(
    study: optuna.Study, names: Mapping[str, str], space: Mapping[str, Distribution]
) -> tuple[list[dict[str, Any]], FloatVector]:
    """Parameters and losses of a study's finished trials that have a place in the space."""
    if len(study.directions) > 1:
        return [], np.zeros(0)
    direction = sign(study)
    points, losses = [], []
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
        if trial.value is not None and math.isfinite(trial.value) and is_feasible(trial):
            point = {names.get(name, name): each for name, each in trial.params.items()}
            if all(_has_place(space[name], each) for name, each in point.items() if name in space):
                points.append(point)
                losses.append(direction * trial.value)
    return points, np.array(losses)


def _has_place(distribution: Distribution, value: object) -> bool:
    """Whether it is known where a value stands, be it outside of the range."""
    if isinstance(distribution, CategoricalDistribution):
        return True
    return is_number(value) and math.isfinite(value) and (value > 0 or not distribution.log)


def _space(studies: Sequence[optuna.Study], names: Mapping[str, str]) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    for study in studies:
        seen = seen_distributions(study.get_trials(deepcopy=False))
        found |= {names.get(name, name): each for name, each in seen.items()}
    return found


def _pool(
    runs: Sequence[tuple[list[dict[str, Any]], FloatVector]],
    space: Mapping[str, Distribution],
    generator: np.random.Generator,
) -> list[dict[str, Any]]:
    """The best trials of each study, then others at random; each once, all of the space."""
    best, others = [], []
    for points, losses in runs:
        order = np.argsort(losses, kind="stable")
        best += [points[at] for at in order[:_BEST_OF_EACH]]
        others += [points[at] for at in order[_BEST_OF_EACH:]]
    shuffled = best + [others[at] for at in generator.permutation(len(others))]
    found: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    for point in shuffled:
        inside = {name: value for name, value in point.items() if name in space}
        if inside and all(suits(space[name], value) for name, value in inside.items()):
            found.setdefault(tuple((name, repr(inside[name])) for name in sorted(inside)), inside)
        if len(found) == _POOL:
            break
    return list(found.values())


def _kernel(
    tried: Sequence[tuple[FloatMatrix, FloatVector]], generator: np.random.Generator
) -> Kernel:
    """One for all studies, learned from their trials together: each alone has too few."""
    points = np.concatenate([points for points, _ in tried])
    regrets = [_log_regret(losses) for _, losses in tried]
    values = np.concatenate([each - each.mean() for each in regrets])
    if len(points) < _LEAST_LEARNED or not points.shape[1]:
        return likeness()
    kernel, _ = learn_likeness(points, values[:, None], generator)
    return kernel


def _log_regret(losses: FloatVector) -> FloatVector:
    """Of one study; all the same where its losses are."""
    least, spread = _scale(losses)
    regret = np.clip((losses - least) / spread, 0.0, 1.0) if spread > 0 else np.zeros(len(losses))
    return np.asarray(np.log(regret + REGRET_FLOOR))


def _scale(losses: FloatVector) -> tuple[float, float]:
    """A study's least loss, and how far its median is from it: what a regret of 1 is."""
    least = float(losses.min())
    return least, float(np.median(losses)) - least


def _losses(
    points: FloatMatrix,
    losses: FloatVector,
    pool: FloatMatrix,
    kernel: Kernel,
    generator: np.random.Generator,
) -> FloatVector:
    """What the candidates would have reached in a study."""
    from sklearn.gaussian_process import GaussianProcessRegressor

    if len(losses) > _MOST_TRIALS:
        order = np.argsort(losses, kind="stable")
        rest = generator.permutation(order[_MOST_TRIALS // 2 :])[: _MOST_TRIALS // 2]
        some = np.concatenate([order[: _MOST_TRIALS // 2], rest])
        points, losses = points[some], losses[some]
    least, spread = _scale(losses)
    if spread <= 0:
        return np.full(len(pool), least)
    surrogate = GaussianProcessRegressor(
        kernel, alpha=_NOISE, optimizer=None, normalize_y=True
    ).fit(points, _log_regret(losses))
    regret = np.exp(surrogate.predict(pool)) - REGRET_FLOOR
    return np.asarray(least + spread * np.clip(regret, 0.0, 1.0))
