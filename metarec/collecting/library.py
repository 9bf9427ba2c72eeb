"""Which configurations to evaluate: from a file, or the defaults of every base-learner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from metarec._exceptions import UsageError
from metarec.learners import Configuration, LearnerError, get_learner, learner_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metarec.learners import TableShape


def read_library(path: str | Path) -> list[Configuration]:
    """Read configurations from JSON lines.

    Parameters
    ----------
    path : str or Path
        One object per line, with ``algorithm`` and ``hyperparameters``; others are passed over.

    Raises
    ------
    UsageError
        If the file cannot be read, or a line is no configuration.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "library.jsonl"
    >>> _ = file.write_text('{"algorithm": "knn", "hyperparameters": {"n_neighbors": 1}}')
    >>> read_library(file)
    [Configuration('knn', {'n_neighbors': 1})]
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        msg = f"the library {str(path)!r} cannot be read ({error}): give a file of JSON lines"
        raise UsageError(msg) from error
    configurations = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
            configurations.append(
                Configuration(content["algorithm"], content.get("hyperparameters", {}))
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            msg = (
                f"{str(path)!r}, line {number}, is no configuration ({error!r}): write "
                '{"algorithm": "knn", "hyperparameters": {"n_neighbors": 1}}'
            )
            raise UsageError(msg) from error
    return configurations


def default_library() -> list[Configuration]:
    """Every base-learner with its defaults.

    Examples
    --------
    >>> default_library()[0]
    Configuration('adaboost', {})
    """
    return [Configuration(name) for name in learner_names()]


def choose(
    configurations: Iterable[Configuration], algorithms: Sequence[str] | None = None
) -> list[Configuration]:
    """The configurations of some base-learners, each once and with every value written out.

    Raises
    ------
    LearnerError
        If a base-learner or hyperparameter is not known.
    UsageError
        If nothing is left.

    Examples
    --------
    >>> choose([Configuration("knn"), Configuration("knn", {"p": 2})], ["knn"])
    [Configuration('knn', {'n_neighbors': 5, 'p': 2})]
    """
    for name in algorithms or ():
        get_learner(name)
    chosen = {}
    for configuration in configurations:
        if algorithms is None or configuration.algorithm in algorithms:
            try:
                learner = get_learner(configuration.algorithm)
                # Not clipped to a table's shape: a configuration is the same one on every table.
                values = learner.complete(configuration.hyperparameters)
            except LearnerError as error:
                msg = f"the library has {configuration.key}: {error}"
                raise LearnerError(msg) from error
            complete = Configuration(configuration.algorithm, values)
            chosen[complete.key] = complete
    if not chosen:
        msg = "the library has no configuration of these algorithms: name others, or another file"
        raise UsageError(msg)
    return list(chosen.values())


def usable(configurations: Iterable[Configuration], shape: TableShape) -> list[Configuration]:
    """The configurations that a table of this shape can be learned with."""
    return [
        configuration
        for configuration in configurations
        if get_learner(configuration.algorithm).reject(configuration.hyperparameters, shape) is None
    ]
