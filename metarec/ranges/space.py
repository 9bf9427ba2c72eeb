"""A narrowed search space, and its faces for Optuna and for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, prod
from typing import TYPE_CHECKING

from metarec.learners import Categorical, Integer, Real

if TYPE_CHECKING:
    from collections.abc import Iterator

    import optuna

    from metarec.learners import Condition, Value


@dataclass(frozen=True)
class SearchRange:
    """Values of one hyperparameter that are worth searching.

    Examples
    --------
    >>> narrowed = SearchRange(Real(0.1, 10.0, log=True), kept=0.93, width=0.5)
    >>> narrowed.low, narrowed.high, narrowed.choices
    (0.1, 10.0, None)
    >>> narrowed.distribution
    FloatDistribution(high=10.0, log=True, low=0.1, step=None)
    """

    domain: Integer | Real | Categorical
    """The values."""
    kept: float
    """Share of the known good configurations whose value lies in it."""
    width: float
    """Share of the whole range, on its scale, or of the choices."""

    @property
    def low(self) -> float | None:
        """Smallest value; None for choices."""
        return None if isinstance(self.domain, Categorical) else self.domain.low

    @property
    def high(self) -> float | None:
        """Largest value; None for choices."""
        return None if isinstance(self.domain, Categorical) else self.domain.high

    @property
    def choices(self) -> tuple[Value, ...] | None:
        """The values of a hyperparameter without order; None for a number."""
        return self.domain.choices if isinstance(self.domain, Categorical) else None

    @property
    def distribution(self) -> optuna.distributions.BaseDistribution:
        """The same for Optuna, which is imported here."""
        from optuna import distributions

        domain = self.domain
        if isinstance(domain, Categorical):
            return distributions.CategoricalDistribution(domain.choices)
        if isinstance(domain, Integer):
            return distributions.IntDistribution(domain.low, domain.high, log=domain.log)
        return distributions.FloatDistribution(domain.low, domain.high, log=domain.log)

    def suggest(self, trial: optuna.Trial, name: str) -> Value:
        """Ask a trial for a value."""
        domain = self.domain
        if isinstance(domain, Categorical):
            return trial.suggest_categorical(name, domain.choices)
        if isinstance(domain, Integer):
            return trial.suggest_int(name, domain.low, domain.high, log=domain.log)
        return trial.suggest_float(name, domain.low, domain.high, log=domain.log)

    def to_dict(self) -> dict[str, object]:
        """The range as JSON's types."""
        domain = self.domain
        values: dict[str, object] = (
            {"choices": list(domain.choices)}
            if isinstance(domain, Categorical)
            else {"low": domain.low, "high": domain.high, "log": domain.log}
        )
        return {**values, "kept": round(self.kept, 4), "width": round(self.width, 4)}


@dataclass(frozen=True)
class SearchSpace(Mapping[str, SearchRange]):
    """The ranges of a base-learner's hyperparameters for one table, by name.

    A hyperparameter whose condition none of the kept choices fulfils is not in it.
    """

    algorithm: str
    """Name of the base-learner."""
    ranges: Mapping[str, SearchRange]
    """By name of the hyperparameter."""
    conditions: tuple[Condition, ...]
    """Which hyperparameters count with certain values of another only."""
    kept: float
    """Share of the known good configurations that lie in all ranges; 1 for the whole space."""

    def __getitem__(self, name: str) -> SearchRange:
        return self.ranges[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.ranges)

    def __len__(self) -> int:
        return len(self.ranges)

    @property
    def volume(self) -> float:
        """Share of the whole space that is left to search."""
        return prod(
            1.0 - (active := self._active_share(name)) + active * item.width
            for name, item in self.items()
        )

    def distributions(
        self, *, qualified: bool = False
    ) -> dict[str, optuna.distributions.BaseDistribution]:
        """Optuna's distributions, for `study.ask` and for samplers.

        Parameters
        ----------
        qualified : bool
            Whether names carry the base-learner, as in ``svm.C``.
        """
        return {self._named(name, qualified): item.distribution for name, item in self.items()}

    def suggest(self, trial: optuna.Trial, *, qualified: bool = False) -> dict[str, Value]:
        """Ask a trial for a configuration: those hyperparameters that count, inside the ranges.

        Parameters
        ----------
        trial : optuna.Trial
            Of any study.
        qualified : bool
            Whether the trial's names carry the base-learner, as in ``svm.C``.

        Returns
        -------
        dict
            Values by the hyperparameter's plain name.

        Examples
        --------
        >>> import metarec, optuna
        >>> from sklearn.datasets import load_wine
        >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
        >>> X, y = load_wine(return_X_y=True, as_frame=True)
        >>> space = metarec.suggest(X, y).search_space("knn")
        >>> values = space.suggest(optuna.create_study().ask())
        >>> all(space[name].domain.contains(value) for name, value in values.items())
        True
        """
        depends = {item.hyperparameter: item for item in self.conditions}
        found: dict[str, Value] = {}
        # A parent comes first; none of them depends on another itself.
        for name in sorted(self, key=depends.__contains__):
            condition = depends.get(name)
            if condition is None or found[condition.parent] in condition.values:
                found[name] = self[name].suggest(trial, self._named(name, qualified))
        return found

    def to_dict(self) -> dict[str, object]:
        """The space as JSON's types."""
        conditions = {
            item.hyperparameter: {item.parent: list(item.values)}
            for item in self.conditions
            if item.hyperparameter in self
        }
        return {
            "kept": round(self.kept, 4),
            "volume": round(self.volume, 6),
            "ranges": {name: item.to_dict() for name, item in self.items()},
            "conditions": conditions,
        }

    def _named(self, name: str, qualified: bool) -> str:
        return f"{self.algorithm}.{name}" if qualified else name

    def _active_share(self, name: str) -> float:
        """Share of the space in which a hyperparameter counts."""
        share = 1.0
        for condition in self.conditions:
            if condition.hyperparameter == name:
                choices = self[condition.parent].choices or condition.values
                share *= sum(choice in condition.values for choice in choices) / len(choices)
        return share


def width_of(domain: Integer | Real | Categorical) -> float:
    """Length of a domain on its scale, or its number of choices.

    Examples
    --------
    >>> width_of(Integer(1, 4)), width_of(Real(1.0, 1.5)), width_of(Categorical((None, "a")))
    (4.0, 0.5, 2.0)
    """
    if isinstance(domain, Categorical):
        return float(len(domain.choices))
    # A whole number stands for half a step on both sides.
    low, high = domain.low, domain.high
    if isinstance(domain, Integer):
        low, high = domain.low - 0.5, domain.high + 0.5
    return log(high) - log(low) if domain.log else float(high - low)
