"""The contract of a base-learner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from metarec.learners._configuration import TableShape, TaskType
from metarec.learners._domains import Condition, Domain, Rows, Value
from metarec.learners._early_stopping import EarlyStopping
from metarec.learners._exceptions import InvalidConfigurationError, MissingPackageError
from metarec.learners._preparation import PREPARATION

if TYPE_CHECKING:
    from random import Random

    from sklearn.base import BaseEstimator

CLASSIFICATION: tuple[TaskType, ...] = ("binary", "multiclass")
"""Task types of a base-learner that builds classifiers."""

REGRESSION: tuple[TaskType, ...] = ("regression",)
"""Task types of a base-learner that builds regressors."""

Cost: TypeAlias = Literal["low", "medium", "high", "very high"]

COSTS: tuple[Cost, ...] = get_args(Cost)
"""Cost classes of a fit with default hyperparameters, cheapest first."""


@dataclass(frozen=True, eq=False, kw_only=True)
class BaseLearner:
    """An algorithm with a hyperparameter space and a way to build its estimator.

    Built once, when its module is imported, and registered under its name and the kind of its
    tasks: an algorithm that does both classification and regression is two base-learners of one
    name, because their estimators, spaces and defaults differ. `space` is asked each time bounds
    are needed; `build` each time an estimator is, with a value for every active hyperparameter
    that is not about the preparation of the columns.

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
    """Name in snake_case, unique in the registry among those for the same kind of task."""

    summary: str
    """One sentence: what the algorithm does and which of its settings are fixed here."""

    space: Callable[[TableShape | None], Mapping[str, Domain]]
    """Domain of each hyperparameter for a table of that shape; None asks for the widest.

    The names that `with_preparation` adds are about the columns and do not reach `build`.
    """

    defaults: Mapping[str, Value]
    """Value of each hyperparameter that is left out, before it is clipped to the shape."""

    build: Callable[[Mapping[str, Value], int | None], "BaseEstimator"]
    """From values of the active hyperparameters and a seed to an unfitted estimator."""

    tasks: tuple[TaskType, ...] = CLASSIFICATION
    """Task types that it takes."""

    cost: Cost = "medium"
    """How dear a fit is beside those of other base-learners, one of `COSTS`."""

    conditions: tuple[Condition, ...] = ()
    """Which hyperparameters only count with certain values of another."""

    implicit: frozenset[str] = frozenset()
    """Hyperparameters that a configuration leaves out where they are at their default.

    Those that were added after runs had been recorded: the older configurations keep their keys.
    """

    row_power: float = 1.0
    """Power of the rows with which the time of a fit grows at most, roughly."""

    max_rows: int | None = None
    """Most rows that it takes in reasonable time; None where time grows gently."""

    max_rows_times_classes: int | None = None
    """Most rows times classes, for an algorithm that fits one model per class and step."""

    max_features: int | None = None
    """Most columns that it takes in reasonable time."""

    takes_sparse: bool = True
    """Whether the estimator takes a SciPy sparse matrix."""

    takes_sparse_arrays: bool = True
    """Whether it takes SciPy's sparse arrays too, not sparse matrices only."""

    gives_probabilities: bool = True
    """Whether a classifier says how probable each class is; log loss needs it."""

    takes_missing: bool = False
    """Whether the estimator has its own way with missing cells, and with any scale of a column."""

    early_stopping: EarlyStopping | None = None
    """How it finds its number of rounds, where it can."""

    package: str | None = None
    """Package that the estimator comes from, where metarec does not install it."""

    @property
    def is_installed(self) -> bool:
        """Whether the package that it needs is there."""
        from importlib.util import find_spec

        return self.package is None or find_spec(self.package) is not None

    def default_hyperparameters(self, shape: TableShape | None = None) -> dict[str, Value]:
        """Active hyperparameters at their defaults, clipped to what the shape allows.

        Parameters
        ----------
        shape : TableShape, optional
            The table; None takes the defaults as they are.
        """
        return self.complete({}, shape)

    def complete(
        self, hyperparameters: Mapping[str, Value], shape: TableShape | None = None
    ) -> dict[str, Value]:
        """Fill in defaults, drop what does not count, write whole numbers as floats if real.

        Two settings that build the same estimator have the same completion. An implicit
        hyperparameter at its default is left out.

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
        return self._concise(self.write_out(hyperparameters, shape))

    def write_out(
        self, hyperparameters: Mapping[str, Value], shape: TableShape | None = None
    ) -> dict[str, Value]:
        """Fill in defaults as `complete` does, the implicit hyperparameters included.

        Parameters
        ----------
        hyperparameters, shape
            As in `complete`.

        Raises
        ------
        InvalidConfigurationError
            If a name is unknown or a value is never allowed.

        Examples
        --------
        >>> from metarec.learners import get_learner
        >>> get_learner("naive_bayes").complete({})
        {}
        >>> get_learner("naive_bayes").write_out({})["var_smoothing"]
        1e-09
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

    def in_counts(
        self, hyperparameters: Mapping[str, Value], shape: TableShape
    ) -> dict[str, Value]:
        """The same values; a share of the rows as the count that scikit-learn makes of it.

        Examples
        --------
        >>> from metarec.learners import TableShape, get_learner
        >>> forest, shape = get_learner("random_forest"), TableShape(100, 4, 2)
        >>> forest.in_counts({"min_samples_split": 0.1, "n_estimators": 50}, shape)
        {'min_samples_split': 10, 'n_estimators': 50}
        """
        space = self.space(shape)
        return {
            name: domain.count(value, shape.n_rows)
            if isinstance(domain := space[name], Rows)
            else value
            for name, value in hyperparameters.items()
        }

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
        if shape.task not in self.tasks:
            return f"{self.name}: takes {' and '.join(self.tasks)} tasks, this one is {shape.task}"
        if not self.is_installed:
            return f"{self.name}: {self._missing_package}"
        too_large = self._too_large(shape)
        if too_large is not None:
            return f"{self.name}: takes too long above {too_large}"
        try:
            values = self.write_out(hyperparameters, shape)
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
        return self.place({name: rng.random() for name in self.space(shape)}, shape)

    def place(
        self, positions: Mapping[str, float], shape: TableShape | None = None
    ) -> dict[str, Value]:
        """Active hyperparameters at a point of the unit cube.

        Parameters
        ----------
        positions : mapping
            A number from 0 to 1 for each hyperparameter of the space.
        shape : TableShape, optional
            The table; None takes the widest space.

        Examples
        --------
        >>> from metarec.learners import get_learner
        >>> get_learner("perceptron").place({})
        {}
        """
        space = self.space(shape)
        return self._concise(
            self._active({name: domain.at(positions[name]) for name, domain in space.items()})
        )

    def make_estimator(
        self, hyperparameters: Mapping[str, Value], *, random_state: int | None = 0
    ) -> "BaseEstimator":
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
        MissingPackageError
            If the package that the estimator comes from is not installed.

        Examples
        --------
        >>> from metarec.learners import get_learner
        >>> get_learner("decision_tree").make_estimator({"min_samples_split": 16})
        DecisionTreeClassifier(min_samples_split=16, random_state=0)
        """
        if not self.is_installed:
            raise MissingPackageError(f"The base-learner {self.name!r} {self._missing_package}.")
        values = self.write_out(hyperparameters)
        return self.build(
            {name: value for name, value in values.items() if name not in PREPARATION},
            random_state,
        )

    def _too_large(self, shape: TableShape) -> str | None:
        """Say which bound a table exceeds, and by what."""
        rows, features, classes = shape.n_rows, shape.n_features, max(1, shape.n_classes)
        if self.max_features is not None and features > self.max_features:
            return f"{self.max_features} features, the table has {features}"
        if self.max_rows is not None and rows > self.max_rows:
            return f"{self.max_rows} rows, the table has {rows}"
        most = self.max_rows_times_classes
        if most is not None and rows * classes > most:
            return f"{most} rows times classes, the table has {rows} rows and {classes} classes"
        return None

    @property
    def _missing_package(self) -> str:
        return (
            f"needs the package {self.package}, which is not installed; "
            f"get it with `pip install {self.package}`"
        )

    def _concise(self, values: dict[str, Value]) -> dict[str, Value]:
        """Drop the implicit hyperparameters that are at their default."""
        return {
            name: value
            for name, value in values.items()
            if name not in self.implicit or value != self.defaults[name]
        }

    def _active(self, values: dict[str, Value]) -> dict[str, Value]:
        """Drop the hyperparameters whose condition does not hold."""
        idle = {c.hyperparameter for c in self.conditions if values[c.parent] not in c.values}
        return {name: value for name, value in values.items() if name not in idle}
