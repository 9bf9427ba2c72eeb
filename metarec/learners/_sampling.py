"""Configurations that stand for a base-learner: its default, and points that fill its space."""

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import Configuration, TableShape
from metarec.learners._domains import Domain, Real, Value

TRIES = 20
"""Points looked at for each configuration asked for, before the space counts as exhausted."""


def default(learner: BaseLearner, shape: TableShape | None = None) -> Configuration:
    """Return the default configuration of a base-learner, every hyperparameter written out.

    Parameters
    ----------
    learner : BaseLearner
        The base-learner.
    shape : TableShape, optional
        The table that the defaults are clipped to.

    Examples
    --------
    >>> from metarec.learners import get_learner
    >>> default(get_learner("svm"))
    Configuration('svm', {'C': 1.0, 'kernel': 'rbf'})
    """
    return Configuration(learner.name, learner.default_hyperparameters(shape))


def space_filling(
    learner: BaseLearner, n: int, shape: TableShape | None = None, *, seed: int = 0
) -> list[Configuration]:
    """Choose configurations that fill a base-learner's space evenly.

    The points are those of a scrambled Halton sequence (Owen 2017), so that the first ones of a
    longer list are the shorter list. Numbers follow the scale of their domain, and real ones
    keep four digits.

    Parameters
    ----------
    learner : BaseLearner
        The base-learner.
    n : int
        How many, at least 0.
    shape : TableShape, optional
        The table whose bounds hold; None takes the widest space.
    seed : int
        Seed of the scrambling.

    Returns
    -------
    list of Configuration
        All different; fewer than `n` where the space does not have more.

    Examples
    --------
    >>> from metarec.learners import get_learner
    >>> ridge = get_learner("ridge", "regression")
    >>> chosen = space_filling(ridge, 3)
    >>> len(chosen), chosen == space_filling(ridge, 5)[:3]
    (3, True)
    >>> space_filling(get_learner("perceptron"), 3)
    [Configuration('perceptron', {})]
    """
    from scipy.stats import qmc

    space = learner.space(shape)
    names = sorted(space)
    if not names:
        return [Configuration(learner.name)][:n]
    points = qmc.Halton(len(names), seed=seed)
    chosen: dict[Configuration, None] = {}
    for _ in range(TRIES * n):
        if len(chosen) == n:
            break
        point = points.random(1)[0].tolist()
        values = learner.place(dict(zip(names, point, strict=True)), shape)
        rounded = {name: _round(value, space[name]) for name, value in values.items()}
        chosen[Configuration(learner.name, rounded)] = None
    return list(chosen)


def _round(value: Value, domain: Domain) -> Value:
    """Keep four digits of a real number; more only make a configuration hard to read."""
    return domain.clip(float(f"{value:.4g}")) if isinstance(domain, Real) else value
