"""The contract of a base-learner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Value
from metarec.learners._exceptions import InvalidConfigurationError

if TYPE_CHECKING:
    from random import Random

    from sklearn.base import ClassifierMixin

CLASSIFICATION = ("binary", "multiclass")
"""Task types of a base-learner that builds classifiers."""


@dataclass(frozen=True)
class Condition:
    """A hyperparameter that only counts while another one has certain values."""

    hyperparameter: str
    """Name of the conditional hyperparameter."""

    parent: str
    """Name of the one it depends on."""

    values: tuple[Value, ...]
    """Values of the parent that make it count."""


@dataclass(frozen=True, eq=False, kw_only=True)
class BaseLearner:
    """An algorithm with a hyperparameter space and a way to build its estimator.

    Built once, when its module is imported, and registered under its name. `space` is asked
    each time bounds are needed; `build` each time an estimator is, with a value for every
    active hyperparameter.

    Examples
    --------
    >>> from metarec.learners import TableShape, get_learner
    >>> knn = get_learner("knn")
    >>> knn.default_hyperparameters(TableShape(n_rows=12, n_features=3, n_classes=2))
    {'n_neighbors': 4, 'p': 2}
    >>> knn.reject({"n_neighbors": 15}, TableShape(n_rows=10, n_features=3, n_classes=2))
    'knn: n_neighbors=15 is not an integer from 1 to 3, the range for 10 rows and 3 features'
    """

    name: str
    """Name in snake_case, unique in the registry."""

    summary: str
    """One sentence: what the algorithm does and which of its settings are fixed here."""

    space: Callable[[TableShape | None], Mapping[str, Domain]]
    """Domain of each hyperparameter for a table of that shape; None asks for the widest."""

    defaults: Mapping[str, Value]
    """Value of each hyperparameter that is left out, before it is clipped to the shape."""

    build: Callable[[Mapping[str, Value], int | None], "ClassifierMixin"]
    """From values of the active hyperparameters and a seed to an unfitted estimator."""

    tasks: tuple[str, ...] = CLASSIFICATION
    """Task types that it takes."""

    conditions: tuple[Condition, ...] = ()
    """Which hyperparameters only count with certain values of another."""

    max_rows: int | None = None
    """Most rows that it takes in reasonable time; None where time grows gently."""

    max_rows_times_classes: int | None = None
    """Most rows times classes, for an algorithm that fits one model per class and step."""

    takes_sparse: bool = True
    """Whether the estimator takes a SciPy sparse matrix."""

    def default_hyperparameters(self, shape: TableShape | None = None) -> dict[str, Value]:
        """Active hyperparameters at their defaults, clipped to what the shape allows.

        Parameters
        ----------
        shape : TableShape, optional
            The table; None takes the defaults as they are.
        """
        space = self.space(shape)
        return self._active({name: space[name].clip(self.defaults[name]) for name in space})

    def complete(
        self, hyperparameters: Mapping[str, Value], shape: TableShape | None = None
    ) -> dict[str, Value]:
        """Fill in defaults, drop what does not count, write whole numbers as floats if real.

        Two settings that build the same estimator have the same completion.

        Parameters
        ----------
        hyperparameters : mapping
            Values by name; may be partial.
        shape : TableShape, optional
            The table that the defaults are clipped to.

        Raises
        ------
        InvalidConfigurationError
            If a name is unknown or a value is never allowed.

        Examples
        --------
        >>> from metarec.learners import get_learner
        >>> get_learner("svm").complete({"C": 1, "kernel": "rbf", "coef0": 10})
        {'C': 1.0, 'kernel': 'rbf'}
        """
        self.validate(hyperparameters)
        widest, space = self.space(None), self.space(shape)
        return self._active(
            {
                name: widest[name].clip(hyperparameters[name])
                if name in hyperparameters
                else space[name].clip(self.defaults[name])
                for name in widest
            }
        )

    def validate(self, hyperparameters: Mapping[str, Value]) -> None:
        """Check names and values against the widest space.

        Raises
        ------
        InvalidConfigurationError
            If a name is unknown or a value is never allowed, whatever the table.
        """
        from difflib import get_close_matches

        space = self.space(None)
        for name, value in hyperparameters.items():
            if name not in space:
                close = get_close_matches(name, space, n=1)
                known = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(space)}."
                raise InvalidConfigurationError(
                    f"{self.name} has no hyperparameter {name!r}. "
                    f"{known if space else 'It has none.'}"
                )
            if not space[name].contains(value):
                raise InvalidConfigurationError(
                    f"{self.name}: {name} must be {space[name]}, but got {value!r}."
                )

    def reject(self, hyperparameters: Mapping[str, Value], shape: TableShape) -> str | None:
        """Say why a setting is unusable for a table, or None if it is usable.

        Parameters
        ----------
        hyperparameters : mapping
            Values by name; may be partial.
        shape : TableShape
            The whole table. The bounds leave room for cross-validation down to two folds.

        Returns
        -------
        str or None
            The reason in one line.
        """
        task = _task(shape)
        if task not in self.tasks:
            return f"{self.name}: takes {' and '.join(self.tasks)} tasks, this one is {task}"
        if self.max_rows is not None and shape.n_rows > self.max_rows:
            return (
                f"{self.name}: takes too long above {self.max_rows} rows, "
                f"the table has {shape.n_rows}"
            )
        cells = shape.n_rows * max(1, shape.n_classes)
        if self.max_rows_times_classes is not None and cells > self.max_rows_times_classes:
            return (
                f"{self.name}: takes too long above {self.max_rows_times_classes} rows times "
                f"classes, the table has {shape.n_rows} rows and {shape.n_classes} classes"
            )
        try:
            values = self.complete(hyperparameters, shape)
        except InvalidConfigurationError as error:
            return str(error)
        space = self.space(shape)
        for name, value in values.items():
            if not space[name].contains(value):
                return (
                    f"{self.name}: {name}={value!r} is not {space[name]}, the range for "
                    f"{shape.n_rows} rows and {shape.n_features} features"
                )
        return None

    def sample(self, rng: "Random", shape: TableShape | None = None) -> dict[str, Value]:
        """Draw active hyperparameters from the space.

        Parameters
        ----------
        rng : random.Random
            Source of randomness; its state moves on.
        shape : TableShape, optional
            The table; None draws from the widest space.
        """
        return self._active({name: d.sample(rng) for name, d in self.space(shape).items()})

    def make_classifier(
        self, hyperparameters: Mapping[str, Value], *, random_state: int | None = 0
    ) -> "ClassifierMixin":
        """Build the unfitted estimator, without any preparation of the data.

        Parameters
        ----------
        hyperparameters : mapping
            Values by name; may be partial.
        random_state : int or None
            Seed of the estimator, where it has one.

        Raises
        ------
        InvalidConfigurationError
            If a name is unknown or a value is never allowed.

        Examples
        --------
        >>> from metarec.learners import get_learner
        >>> get_learner("decision_tree").make_classifier({"min_samples_split": 16})
        DecisionTreeClassifier(min_samples_split=16, random_state=0)
        """
        return self.build(self.complete(hyperparameters), random_state)

    def _active(self, values: dict[str, Value]) -> dict[str, Value]:
        """Drop the hyperparameters whose condition does not hold."""
        idle = {c.hyperparameter for c in self.conditions if values[c.parent] not in c.values}
        return {name: value for name, value in values.items() if name not in idle}


def _task(shape: TableShape) -> str:
    if shape.n_classes == 0:
        return "regression"
    return "binary" if shape.n_classes <= 2 else "multiclass"
