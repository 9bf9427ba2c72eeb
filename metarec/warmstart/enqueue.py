"""Suggestions as the first trials of an Optuna study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metarec._exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import optuna

    from metarec.suggestions import Suggestion


def enqueue(
    study: optuna.Study, suggestions: Iterable[Suggestion], *, algorithm: str | None = None
) -> int:
    """Put suggestions at the head of a study: its next trials try them in their order.

    A suggestion that the study has tried or enqueued already is left out.

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

    Returns
    -------
    int
        How many trials were enqueued.

    Raises
    ------
    UsageError
        If `algorithm` is given and none of the suggestions is of it.
    ValueError
        By Optuna inside the trial, if a value is none of the choices that the trial's own
        distribution names; numbers out of its range are used with a warning.

    Examples
    --------
    >>> import metarec, optuna
    >>> from sklearn.datasets import load_wine
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> X, y = load_wine(return_X_y=True, as_frame=True)
    >>> study = optuna.create_study(direction="maximize")
    >>> enqueue(study, metarec.suggest(X, y, top=3))
    3
    """
    wanted = [item for item in suggestions if algorithm in {None, item.algorithm}]
    if algorithm is not None and not wanted:
        msg = (
            f"none of the suggestions is of {algorithm!r}: ask for them with "
            f"suggest(..., algorithms=[{algorithm!r}])"
        )
        raise UsageError(msg)
    before = len(study.get_trials(deepcopy=False))
    for item in wanted:
        study.enqueue_trial(
            trial_parameters(item, qualified=algorithm is None),
            user_attrs={"metarec_rank": item.rank},
            skip_if_exists=True,
        )
    return len(study.get_trials(deepcopy=False)) - before


def trial_parameters(suggestion: Suggestion, *, qualified: bool = True) -> dict[str, object]:
    """The parameters of the trial that tries a suggestion.

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
    if not qualified:
        return dict(suggestion.hyperparameters)
    return {
        "algorithm": suggestion.algorithm,
        **{
            f"{suggestion.algorithm}.{name}": value
            for name, value in suggestion.hyperparameters.items()
        },
    }
