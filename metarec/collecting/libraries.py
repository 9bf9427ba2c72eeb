"""Which configurations to evaluate on which tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metarec._exceptions import UsageError
from metarec.history.library import Library, LibraryEntry
from metarec.learners import (
    Configuration,
    Kind,
    LearnerError,
    default,
    get_learner,
    kind_of,
    learner_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metarec.learners import TableShape

KINDS: Final[tuple[Kind, ...]] = ("classification", "regression")


def default_libraries() -> list[Library]:
    """For each kind of task the defaults of every base-learner that is installed.

    Examples
    --------
    >>> [library.kind for library in default_libraries()]
    ['classification', 'regression']
    """
    return [
        Library(
            kind,
            tuple(
                LibraryEntry(default(get_learner(name, kind)), "default")
                for name in learner_names(kind, installed=True)
            ),
        )
        for kind in KINDS
    ]


def choose(
    libraries: Iterable[Library], algorithms: Sequence[str] | None = None
) -> dict[Kind, list[Configuration]]:
    """The configurations for each kind of task, each once and completed.

    Parameters
    ----------
    libraries : iterable of Library
        Any number for each kind of task.
    algorithms : sequence of str, optional
        Only these base-learners.

    Raises
    ------
    LearnerError
        If a base-learner or hyperparameter is not known.
    UsageError
        If nothing is left.

    Examples
    --------
    >>> choose(default_libraries(), ["ridge"])["regression"][0].algorithm
    'ridge'
    """
    for name in set(algorithms or ()) - set(learner_names()):
        get_learner(name)  # says what is called alike
    chosen: dict[Kind, dict[Configuration, None]] = {kind: {} for kind in KINDS}
    for library in libraries:
        for configuration in library.configurations:
            if algorithms is None or configuration.algorithm in algorithms:
                completed = _complete(configuration, library.kind)
                chosen[library.kind][completed] = None
    if not any(chosen.values()):
        msg = "the libraries have no configuration of these algorithms: name others"
        raise UsageError(msg)
    return {kind: list(configurations) for kind, configurations in chosen.items()}


def usable(configurations: Iterable[Configuration], shape: TableShape) -> list[Configuration]:
    """The configurations that a table of this shape can be learned with."""
    kind = kind_of(shape.task)
    return [
        configuration
        for configuration in configurations
        if get_learner(configuration.algorithm, kind).reject(configuration.hyperparameters, shape)
        is None
    ]


def _complete(configuration: Configuration, kind: Kind) -> Configuration:
    """The same with every value that counts, whatever the table: one name for one thing."""
    try:
        learner = get_learner(configuration.algorithm, kind)
        return Configuration(learner.name, learner.complete(configuration.hyperparameters))
    except LearnerError as error:
        msg = f"the library has {configuration.key}: {error}"
        raise LearnerError(msg) from error
