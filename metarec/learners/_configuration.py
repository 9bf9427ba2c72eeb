"""A configuration, and the shape of the table that it is meant for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from metarec.learners._domains import Value
from metarec.learners._exceptions import InvalidConfigurationError

TaskType: TypeAlias = Literal["binary", "multiclass", "regression"]
"""What the target asks for: one of two classes, one of several, or a number."""


@dataclass(frozen=True)
class TableShape:
    """How large a table is: what the bounds of a space depend on.

    Examples
    --------
    >>> TableShape(n_rows=150, n_features=4, n_classes=3)
    TableShape(n_rows=150, n_features=4, n_classes=3)
    """

    n_rows: int
    """Rows of the whole table, before any split; at least 1."""

    n_features: int
    """Columns without the target; at least 1."""

    n_classes: int
    """Classes of the target; 0 for regression."""

    def __post_init__(self) -> None:
        if self.n_rows < 1 or self.n_features < 1:
            raise ValueError(
                "`n_rows >= 1` and `n_features >= 1` must hold, but got "
                f"({self.n_rows=}, {self.n_features=}). Give a table that is not empty."
            )
        if self.n_classes < 0:
            raise ValueError(
                f"`n_classes >= 0` must hold, but got ({self.n_classes=}). Use 0 for regression."
            )

    @property
    def task(self) -> TaskType:
        """Type of the task, read off the number of classes."""
        if self.n_classes == 0:
            return "regression"
        return "binary" if self.n_classes <= 2 else "multiclass"


@dataclass(frozen=True, eq=False)
class Configuration:
    """A base-learner and values of its hyperparameters.

    Two configurations are equal when their keys are. Whether the base-learner knows the
    hyperparameters is checked on demand, by `BaseLearner.validate`.

    Examples
    --------
    >>> configuration = Configuration("knn", {"p": 1, "n_neighbors": 5})
    >>> configuration.key
    '{"algorithm":"knn","hyperparameters":{"n_neighbors":5,"p":1}}'
    >>> configuration == Configuration("knn", {"n_neighbors": 5, "p": 1})
    True
    """

    algorithm: str
    """Name of the base-learner."""

    hyperparameters: Mapping[str, Value] = field(default_factory=dict)
    """Values by name, in the order of the names; what is left out takes its default."""

    def __post_init__(self) -> None:
        values = {
            name: _plain(name, self.hyperparameters[name]) for name in sorted(self.hyperparameters)
        }
        object.__setattr__(self, "hyperparameters", MappingProxyType(values))

    @cached_property
    def key(self) -> str:
        """The configuration as canonical JSON: sorted names, no spaces."""
        import json

        content = {"algorithm": self.algorithm, "hyperparameters": dict(self.hyperparameters)}
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_key(cls, key: str) -> "Configuration":
        """Read what `key` wrote.

        Examples
        --------
        >>> Configuration.from_key('{"algorithm":"knn","hyperparameters":{"p":1}}').algorithm
        'knn'
        """
        import json

        content = json.loads(key)
        return cls(content["algorithm"], content["hyperparameters"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Configuration) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __reduce__(self) -> tuple[type["Configuration"], tuple[str, dict[str, Value]]]:
        # A read-only view cannot be pickled or copied; a dict can.
        return Configuration, (self.algorithm, dict(self.hyperparameters))

    def __repr__(self) -> str:
        return f"Configuration({self.algorithm!r}, {dict(self.hyperparameters)!r})"


def _plain(name: str, value: object) -> Value:
    if not isinstance(value, bool | int | float | str | None) or type(value).__module__ == "numpy":
        # NumPy scalars turn into the Python value that JSON can write.
        value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, bool | int | float | str | None):
        raise InvalidConfigurationError(
            "A hyperparameter must be a bool, int, float, str or None, but got "
            f"{name}={value!r} of type {type(value).__name__}. Convert it first."
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidConfigurationError(
            f"A hyperparameter must be finite, but got {name}={value!r}. "
            "Leave it out to take its default."
        )
    return value
