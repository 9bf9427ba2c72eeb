"""One conditional space of several base-learners, as Optuna asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from metarec._arguments import check_algorithms
from metarec._exceptions import UsageError
from metarec.learners import (
    Categorical,
    Configuration,
    Integer,
    Rows,
    TableShape,
    Value,
    get_learner,
    learner_names,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import optuna

    from metarec.learners import Domain
    from metarec.warmstart import Prior


def choose_algorithms(
    names: Sequence[str] | None, shape: TableShape, *, metric: str
) -> tuple[str, ...]:
    """Names of the base-learners to search, sorted: the wanted ones, or all that have a score.

    Raises
    ------
    UsageError
        If one that was asked for does not exist, cannot run on such a table or has no score under
        the metric.

    Examples
    --------
    >>> choose_algorithms(["svm", "knn"], TableShape(100, 4, 2), metric="accuracy")
    ('knn', 'svm')
    """

    def reject(name: str) -> str | None:
        learner = get_learner(name, shape.task)
        if metric == "log_loss" and not learner.gives_probabilities:
            return f"{name} gives no probabilities, which log_loss needs"
        return learner.reject({}, shape)

    check_algorithms(names)
    if names is None:
        known = learner_names(shape.task, installed=True)
        return tuple(name for name in known if not reject(name))
    for name in names:
        if why := reject(name):
            msg = f"{why}: choose other algorithms"
            raise UsageError(msg)
    return tuple(sorted(set(names)))


def suggest_configuration(
    trial: optuna.Trial, algorithms: Sequence[str], shape: TableShape
) -> Configuration:
    """Ask a trial for a base-learner and for those of its hyperparameters that count.

    Parameters are called ``algorithm`` and ``<algorithm>.<hyperparameter>``, as in
    `metarec.warmstart`.

    Examples
    --------
    >>> import optuna
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> trial = optuna.create_study().ask()
    >>> suggest_configuration(trial, ["knn"], TableShape(100, 4, 2)).algorithm
    'knn'
    >>> sorted(trial.params)[:2]
    ['algorithm', 'knn.encoding']
    """
    name = str(trial.suggest_categorical("algorithm", tuple(algorithms)))
    learner = get_learner(name, shape.task)
    depends = {item.hyperparameter: item for item in learner.conditions}
    values: dict[str, Value] = {}
    space = learner.space(shape)
    # A parent comes first; none of them depends on another itself.
    for each in sorted(space, key=depends.__contains__):
        condition = depends.get(each)
        if condition is None or values[condition.parent] in condition.values:
            values[each] = _suggest(trial, f"{name}.{each}", space[each])
    return Configuration(name, learner.complete(values, shape))


def read_configuration(parameters: Mapping[str, Value], shape: TableShape) -> Configuration:
    """The configuration of a finished trial.

    Examples
    --------
    >>> read_configuration({"algorithm": "knn", "knn.p": 1}, TableShape(9, 2, 2)).algorithm
    'knn'
    """
    name = str(parameters["algorithm"])
    values = {
        key.removeprefix(f"{name}."): value
        for key, value in parameters.items()
        if key.startswith(f"{name}.")
    }
    return Configuration(name, get_learner(name, shape.task).complete(values, shape))


def place_candidates(prior: Prior, algorithms: Sequence[str], shape: TableShape) -> Prior | None:
    """Those of a prior's candidates that are in this space, written as it asks.

    Each value that counts is written out, shares of the rows as counts. None if there are none.
    """
    kept = np.array([each["algorithm"] in algorithms for each in prior.candidates], dtype=bool)
    if not kept.any():
        return None
    place = np.cumsum(kept) - 1
    return replace(
        prior,
        candidates=tuple(
            _written_out(each, shape)
            for each, is_kept in zip(prior.candidates, kept, strict=True)
            if is_kept
        ),
        order=place[prior.order[kept[prior.order]]],
        expected=prior.expected[..., kept],
        covariance=prior.covariance[np.ix_(kept, kept)],
        plain=prior.plain[kept],
        seconds=None if prior.seconds is None else prior.seconds[kept],
    )


def _written_out(candidate: Mapping[str, Value], shape: TableShape) -> dict[str, Value]:
    configuration = read_configuration(candidate, shape)
    learner = get_learner(configuration.algorithm, shape.task)
    values = learner.write_out(configuration.hyperparameters, shape)
    written = learner.in_counts(values, shape)
    return {
        "algorithm": learner.name,
        **{f"{learner.name}.{key}": value for key, value in written.items()},
    }


def _suggest(trial: optuna.Trial, name: str, domain: Domain) -> Value:
    if isinstance(domain, Categorical):
        value: Value = trial.suggest_categorical(name, domain.choices)
        return value
    if isinstance(domain, Rows):
        return trial.suggest_int(name, domain.low, domain.high, log=True)
    if isinstance(domain, Integer):
        return trial.suggest_int(name, domain.low, domain.high, log=domain.log)
    return trial.suggest_float(name, domain.low, domain.high, log=domain.log)
