"""From the parameters of a trial to the configuration of a base-learner."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import UsageError
from metarec.history.found import parameters_of
from metarec.learners import (
    Configuration,
    Integer,
    InvalidConfigurationError,
    Real,
    get_learner,
    kind_of,
    learner_names,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna

    from metarec.learners import BaseLearner, Domain, TaskType, Value

PREFIX: Final = "study."
"""Begins the name of an algorithm that is none of ours, or not in a way that we have."""

NAMED_BY: Final = ("algorithm", "classifier", "regressor", "model", "estimator")
"""Parameters or user attributes that may name the base-learner."""
_WITHOUT_EFFECT: Final = frozenset(
    {"n_jobs", "nthread", "num_threads", "random_state", "seed", "verbose", "verbosity"}
)
"""Parameters that change no model, or only by chance."""
_NEGLIGIBLE: Final = 1e-8
"""A range on a logarithmic scale that begins below it stands for one that begins at 0."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How a study calls things."""

    algorithm: str | None = None
    """The base-learner of all trials."""
    algorithm_param: str | None = None
    """The parameter or user attribute that names each trial's."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """The study's name of a base-learner or hyperparameter to ours."""
    fixed: Mapping[str, Value] = field(default_factory=dict)
    """Hyperparameters that the study does not vary, by our names."""
    ignore: frozenset[str] = frozenset()
    """Parameters that do not matter to the model."""


class Translator:
    """Translates trial by trial, and notes what could not be.

    Parameters
    ----------
    naming : Naming
        How the study calls things.
    study_attrs : mapping
        The study's user attributes.
    task : {"binary", "multiclass", "regression"}
        What the trials were about.

    Raises
    ------
    UsageError
        If a base-learner is named that does not exist.
    """

    def __init__(self, naming: Naming, study_attrs: Mapping[str, Any], task: TaskType) -> None:
        self._naming, self._study_attrs, self._task = naming, study_attrs, task
        self._learners = {_plain(name): name for name in learner_names(task)}
        if naming.algorithm is not None:
            get_learner(naming.algorithm, task)
        self._reasons: dict[tuple[str, str], str] = {}
        self._kept: Counter[tuple[str, str]] = Counter()
        self._at_default: dict[str, set[str]] = {}
        self._unused = {*naming.rename, *naming.fixed, *naming.ignore}

    def __call__(self, trial: optuna.trial.FrozenTrial) -> tuple[str, str] | None:
        """Algorithm and hyperparameters (JSON); None if the trial does not say the algorithm."""
        named = self._named(trial)
        if named is None:
            return None
        by, theirs = named
        params = {name: value for name, value in parameters_of(trial).items() if name != by}
        wanted = self._rename(theirs)
        name = self._learners.get(_plain(wanted))
        if name is None:
            why = f"{theirs!r} is no base-learner for {kind_of(self._task)} (rename it if it is)"
            return self._keep(theirs, params, "", why)
        learner = get_learner(name, self._task)
        values, unknown = self._hyperparameters(learner, theirs, params)
        if unknown:
            why = (
                f"{name} has no hyperparameter {unknown[0]!r} (rename it, or ignore it if it does "
                "not matter to the model)"
            )
            return self._keep(name, params, unknown[0], why)
        space = learner.space(None)
        fixed = {each: value for each, value in self._naming.fixed.items() if each in space}
        self._unused -= set(fixed)
        try:
            complete = learner.complete(fixed | values)
        except InvalidConfigurationError as error:
            odd = next(each for each, value in values.items() if not space[each].contains(value))
            return self._keep(name, params, odd, str(error).rstrip("."))
        self._at_default.setdefault(name, set()).update(set(complete) - set(fixed) - set(values))
        return name, json.dumps(dict(Configuration(name, complete).hyperparameters))

    def check(self) -> None:
        """Complain of names that no trial has.

        Raises
        ------
        UsageError
            If something was to be renamed, fixed or ignored in vain.
        """
        if self._unused:
            msg = f"no trial has anything called {min(self._unused)!r}: check what was named"
            raise UsageError(msg)

    def notes(self) -> list[str]:
        """What a user should know of the translation, in one line each."""
        lines = [
            f"{count} trial{'s' if count > 1 else ''} kept as {PREFIX}{algorithm}: "
            f"{self._reasons[algorithm, what]}"
            for (algorithm, what), count in self._kept.items()
        ]
        lines += [
            f"{algorithm}: taken at the default what the study does not vary (fix it if it had "
            f"another value): {', '.join(sorted(names))}"
            for algorithm, names in self._at_default.items()
            if names
        ]
        return lines

    def _named(self, trial: optuna.trial.FrozenTrial) -> tuple[str | None, str] | None:
        """By what a trial names its algorithm, and how."""
        if self._naming.algorithm is not None:
            return None, self._naming.algorithm
        given = self._naming.algorithm_param
        for name in NAMED_BY if given is None else (given,):
            for attributes in (trial.params, trial.user_attrs, self._study_attrs):
                if isinstance(attributes.get(name), str):
                    return name, attributes[name]
        return None

    def _hyperparameters(
        self, learner: BaseLearner, theirs: str, params: Mapping[str, Any]
    ) -> tuple[dict[str, Value], list[str]]:
        """Values by our names, and the names that the base-learner lacks."""
        space = learner.space(None)
        prefixes = [f"{name}{mark}" for name in (theirs, learner.name) for mark in ("__", ".", "_")]
        values: dict[str, Value] = {}
        unknown = []
        for param, value in params.items():
            bare = next(
                (param.removeprefix(each) for each in prefixes if param.startswith(each)), param
            )
            name = self._rename(param if param in self._naming.rename else bare)
            if name in space:
                values[name] = _fit(space[name], value)
            elif ignored := {param, bare} & self._naming.ignore:
                self._unused -= ignored
            elif bare not in _WITHOUT_EFFECT:
                unknown.append(param if name == bare else name)
        return values, unknown

    def _rename(self, theirs: str) -> str:
        if theirs not in self._naming.rename:
            return theirs
        self._unused.discard(theirs)
        return self._naming.rename[theirs]

    def _keep(
        self, algorithm: str, params: Mapping[str, Any], what: str, why: str
    ) -> tuple[str, str]:
        """Under a name of its own, because it is none of our configurations."""
        self._reasons.setdefault((algorithm, what), why)
        self._kept[algorithm, what] += 1
        return PREFIX + algorithm, to_json(params)


def to_json(values: Mapping[str, Any]) -> str:
    """Canonical JSON of what a trial holds; what JSON cannot hold as text."""
    return json.dumps(_writable(values), sort_keys=True)


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _writable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(each) for each in value]
    if isinstance(value, bool | int | str | None):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else repr(value)


def _plain(name: str) -> str:
    """A name without its spelling: RandomForestClassifier is random_forest."""
    letters = "".join(each for each in name.lower() if each.isalnum())
    return letters.removesuffix("classifier").removesuffix("regressor")


def _fit(domain: Domain, value: Any) -> Any:
    """Write a value as the domain does, where it means the same."""
    if isinstance(domain, Integer) and isinstance(value, float) and value.is_integer():
        return int(value)
    is_zero = isinstance(value, int | float) and not isinstance(value, bool) and value == 0
    if isinstance(domain, Real) and domain.log and domain.low < _NEGLIGIBLE and is_zero:
        return domain.low
    return value
