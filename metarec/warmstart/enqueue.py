"""Suggestions as the first trials of an Optuna study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metarec._exceptions import UsageError
from metarec.learners import get_learner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import optuna

    from metarec.suggestions import Suggestion
    from metarec.warmstart.distributions import Distribution

RANK_ATTRIBUTE: Final = "metarec_rank"
"""User attribute of a trial that tries a suggestion: the suggestion's rank."""


@dataclass(frozen=True)
class Enqueued:
    """What one call of `enqueue` did."""

    added: int
    """Trials that were put at the head of the study."""
    known: int
    """Suggestions that the study has tried or enqueued already."""
    skipped: tuple[str, ...]
    """Suggestions that do not fit the study's space, each with what does not."""
    left_out: tuple[str, ...]
    """Values that were left to the sampler or the objective, because the space lacks them."""


def enqueue(
    study: optuna.Study,
    suggestions: Iterable[Suggestion],
    *,
    algorithm: str | None = None,
    space: Mapping[str, Distribution] | None = None,
    names: Mapping[str, str] | None = None,
) -> Enqueued:
    """Put suggestions at the head of a study: its next trials try them in their order.

    Optuna takes an enqueued value as it is: it ignores a name that no trial asks for, uses a
    number out of range with a warning, and raises inside the trial for an unknown category. So
    the values are compared with the study's own distributions first, as far as these are known.
    Of several workers one should call it: what two enqueue at the same moment is there twice.

    Parameters
    ----------
    study : optuna.Study
        Any study, any storage, any sampler.
    suggestions : iterable of Suggestion
        What `metarec.suggest` returned.
    algorithm : str, optional
        Left out, a trial gets ``algorithm`` and ``<algorithm>.<hyperparameter>`` parameters, for
        a study over several base-learners. Given, only the suggestions of this base-learner are
        enqueued, under their plain hyperparameter names, for a study of it alone.
    space : mapping of str to optuna distribution, optional
        The study's own names and what it draws from; left out, what its trials drew from so far.
        A suggestion with a value that none of these can give is skipped. If given, values under
        other names are left out, as no trial would ask for them.
    names : mapping of str to str, optional
        Our name of a parameter to the study's, where they differ.

    Returns
    -------
    Enqueued
        How many trials were enqueued, and what did not fit.

    Raises
    ------
    UsageError
        If `algorithm` is given and none of the suggestions is of it; or a name in `names` is none
        of the suggestions' or two of them become one.

    Examples
    --------
    >>> import metarec, optuna
    >>> from optuna.distributions import FloatDistribution
    >>> from sklearn.datasets import load_wine
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> X, y = load_wine(return_X_y=True, as_frame=True)
    >>> study = optuna.create_study(direction="maximize")
    >>> enqueue(study, metarec.suggest(X, y, top=3)).added
    3
    >>> suggestions = metarec.suggest(X, y, top=1, algorithms=["svm"])
    >>> tiny = {"cost": FloatDistribution(1e-9, 2e-9)}
    >>> result = enqueue(study, suggestions, algorithm="svm", space=tiny, names={"C": "cost"})
    >>> result.added, len(result.skipped)
    (0, 1)
    """
    from metarec.warmstart.distributions import seen_distributions, suits

    wanted = [item for item in suggestions if algorithm in {None, item.algorithm}]
    if algorithm is not None and not wanted:
        msg = (
            f"none of the suggestions is of {algorithm!r}: ask for them with "
            f"suggest(..., algorithms=[{algorithm!r}])"
        )
        raise UsageError(msg)
    parameters = [trial_parameters(item, qualified=algorithm is None) for item in wanted]
    check_names(names or {}, {name for each in parameters for name in each})
    known_space = (
        seen_distributions(study.get_trials(deepcopy=False)) if space is None else dict(space)
    )
    before = len(study.get_trials(deepcopy=False))
    fitting, skipped = 0, []
    left_out: dict[str, None] = {}
    for item, ours in zip(wanted, parameters, strict=True):
        values = rename(ours, names)
        odd = [
            name
            for name, value in values.items()
            if name in known_space and not suits(known_space[name], value)
        ]
        if odd:
            name = odd[0]
            skipped.append(
                f"suggestion {item.rank} ({item.algorithm}): {name} = {values[name]!r} is not in "
                f"{known_space[name]}"
            )
            continue
        if space is not None:
            left_out |= dict.fromkeys(name for name in values if name not in space)
            values = {name: value for name, value in values.items() if name in space}
        if not values:
            skipped.append(
                f"suggestion {item.rank} ({item.algorithm}): the space has none of its parameters"
            )
            continue
        fitting += 1
        study.enqueue_trial(values, user_attrs={RANK_ATTRIBUTE: item.rank}, skip_if_exists=True)
    added = len(study.get_trials(deepcopy=False)) - before
    return Enqueued(added, fitting - added, tuple(skipped), tuple(left_out))


def trial_parameters(suggestion: Suggestion, *, qualified: bool = True) -> dict[str, object]:
    """The parameters of the trial that tries a suggestion; a share of the rows is a count of them.

    Parameters
    ----------
    suggestion : Suggestion
        What is to be tried.
    qualified : bool
        Whether names carry their base-learner, beside a parameter ``algorithm`` that names it.

    Returns
    -------
    dict
        Parameter name to value.

    Examples
    --------
    >>> import metarec
    >>> from sklearn.datasets import load_wine
    >>> X, y = load_wine(return_X_y=True, as_frame=True)
    >>> (suggestion,) = metarec.suggest(X, y, top=1, algorithms=["naive_bayes"])
    >>> parameters = trial_parameters(suggestion)
    >>> parameters.pop("algorithm"), all(name.startswith("naive_bayes.") for name in parameters)
    ('naive_bayes', True)
    """
    learner = get_learner(suggestion.algorithm, suggestion.shape.task)
    values = learner.in_counts(suggestion.configuration.hyperparameters, suggestion.shape)
    return parameters_of(suggestion.algorithm, values, qualified=qualified)


def parameters_of(
    algorithm: str, hyperparameters: Mapping[str, object], *, qualified: bool
) -> dict[str, object]:
    """The parameters of the trial that tries a configuration."""
    if not qualified:
        return dict(hyperparameters)
    return {
        "algorithm": algorithm,
        **{f"{algorithm}.{name}": value for name, value in hyperparameters.items()},
    }


def rename(values: Mapping[str, object], names: Mapping[str, str] | None) -> dict[str, object]:
    """The same values under the study's names."""
    return {(names or {}).get(name, name): value for name, value in values.items()}


def check_names(names: Mapping[str, str], ours: set[str]) -> None:
    """See that names of parameters are renamed that there are, and each to its own."""
    if unknown := sorted(set(names) - ours):
        msg = (
            f"`names` renames {unknown[0]!r}, which nothing here has; there are "
            f"{', '.join(sorted(ours))}"
        )
        raise UsageError(msg)
    renamed = [names.get(name, name) for name in sorted(ours)]
    if twice := sorted({name for name in renamed if renamed.count(name) > 1}):
        msg = f"`names` gives two parameters the name {twice[0]!r}: give each its own"
        raise UsageError(msg)
