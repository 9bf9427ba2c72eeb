"""A prior from what metarec knows of a table."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import UsageError
from metarec.metalearners.sequential import N_COVERING, Sequential
from metarec.warmstart.enqueue import check_names, parameters_of, rename
from metarec.warmstart.prior import Prior

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from metarec._types import FloatVector
    from metarec.recommender import Recommender

_LOGGER: Final = logging.getLogger("metarec.warmstart")


def prior_from_table(
    X: object,
    y: object = None,
    *,
    target: str | None = None,
    task: str = "auto",
    metric: str = "auto",
    algorithms: Sequence[str] | None = None,
    algorithm: str | None = None,
    names: Mapping[str, str] | None = None,
    knowledge: str | Path | Recommender | None = None,
    cost_aware: bool = False,
    n_fits: int = 1,
    random_state: int = 0,
) -> Prior:
    """What the sequential meta-learner expects of a study about a table.

    Of a table that is unlike everything known it expects what all known data sets have in common,
    and begins with the portfolio for its size, as `metarec.suggest` does; the log says so.

    Parameters
    ----------
    X, y, target, task, metric, algorithms, knowledge, random_state
        As in `metarec.suggest`. The study's values are scores of `metric`, to be maximised; or its
        errors, or negative scores, to be minimised.
    algorithm : str, optional
        For a study of this base-learner alone, whose parameters have its plain hyperparameter
        names. Left out, they are ``algorithm`` and ``<algorithm>.<hyperparameter>``.
    names : mapping of str to str, optional
        Our name of a parameter to the study's, where they differ.
    cost_aware : bool
        For a study that ends with a time: begin with what promises most per second, as far as it is
        known how long a fit takes.
    n_fits : int
        Fits of a trial, as the folds of its cross-validation: the prior's `seconds` are of all.

    Returns
    -------
    Prior

    Raises
    ------
    UsageError
        If the knowledge was trained with another meta-learner, or an argument cannot be met.
    MetarecError, metafeatures.TableError
        As `metarec.suggest`.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> X, y = load_wine(return_X_y=True, as_frame=True)
    >>> prior = prior_from_table(X, y, algorithm="svm")
    >>> "C" in prior.candidates[prior.order[0]]
    True
    """
    from metafeatures import as_table
    from metarec.recommender import Recommender

    table = as_table(X, y, target=target, task=task, find_target=True)
    metric, expert, seen = Recommender.of(knowledge).expert(
        table,
        metric=metric,
        algorithms=[algorithm] if algorithm is not None else algorithms,
        cost_aware=cost_aware,
        random_state=random_state,
    )
    metalearner = expert.metalearner
    if not isinstance(metalearner, Sequential):
        msg = (
            f"a prior needs the meta-learner {Sequential.name!r}, but the knowledge has "
            f"{metalearner.name!r}: train with it, or `enqueue` suggestions"
        )
        raise UsageError(msg)
    first, likeness = expert.answering(seen, expert.distances(seen))
    if likeness.why_unfamiliar is None:
        expected, covariance, least, spread = metalearner.prior(seen)
    else:
        _LOGGER.warning(
            "%s is unlike the known data sets (%s): the prior is what all of them have in common",
            table.source,
            likeness.why_unfamiliar,
        )
        expected, covariance, least, spread = metalearner.plain_prior(seen)
    if metric != expert.meta_dataset.metric:
        least, spread = _unexplained(least, spread, seen.meta_features.get("target_sd", np.nan))
    usable = np.flatnonzero(seen.usable)
    place = {int(column): at for at, column in enumerate(usable)}
    configurations = [expert.meta_dataset.configurations[column] for column in usable]
    candidates = [
        parameters_of(item.algorithm, item.hyperparameters, qualified=algorithm is None)
        for item in configurations
    ]
    check_names(names or {}, {name for each in candidates for name in each})
    return Prior(
        candidates=tuple(rename(each, names) for each in candidates),
        order=np.array(
            [place[int(column)] for column in first.rank(seen, top=len(usable))],
            dtype=np.int64,
        ),
        expected=expected[usable],
        covariance=covariance[np.ix_(usable, usable)],
        least=least,
        spread=spread,
        plain=np.ones(len(usable), dtype=bool),
        n_covering=N_COVERING,
        seconds=None if seen.seconds is None else n_fits * seen.seconds[usable],
        unfamiliar=likeness.why_unfamiliar,
        metric=metric,
    )


def _unexplained(
    least: FloatVector, spread: FloatVector, target_sd: float
) -> tuple[FloatVector, FloatVector]:
    """Least loss and spread of a root mean squared error as what is missing to an R2 of 1."""
    sd = target_sd if target_sd > 0 else 1.0
    unexplained = (least / sd) ** 2
    return unexplained, ((least + spread) / sd) ** 2 - unexplained
