"""From a flow and the parameters of a setup to a configuration.

A flow of scikit-learn is named after its class and, in brackets, its parts with their roles:
``sklearn.pipeline.Pipeline(imputer=sklearn.preprocessing.imputation.Imputer,...)(12)``, the last
number being the flow's version. Its parameters are JSON, named after the part they belong to:
``sklearn.tree.tree.DecisionTreeClassifier(4)_max_depth``. Flows of other systems keep their names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metarec.history.sources._scikit_learn import Step, to_configuration
from metarec.learners import Configuration

if TYPE_CHECKING:
    from metarec.learners import Kind

_VERSION: Final = re.compile(r"\(\d+\)$")
_CONTAINERS: Final = frozenset({"ColumnTransformer", "Pipeline"})
_REFERENCE: Final = "oml-python:serialized_object"
_ESTIMATOR_ROLES: Final = frozenset({"base_estimator", "estimator"})


@dataclass(frozen=True)
class Component:
    """A flow, or a part of one."""

    name: str
    """Full name as in a setup's parameters, without the version."""
    parts: tuple[tuple[str, Component], ...] = ()
    """Role and component of each part."""

    @property
    def class_name(self) -> str:
        """Name of its class, without modules and parts."""
        return self.name.partition("(")[0].rpartition(".")[2]


def translate(
    flow: str, parameters: Mapping[str, str | None], kind: Kind, *, categorical: bool
) -> Configuration:
    """Bring a setup of a flow to today's names, or leave it under its own.

    Parameters
    ----------
    flow : str
        Its name with the version.
    parameters : mapping
        Values by full name, as the server has them.
    kind : {"classification", "regression"}
        What the task asks for.
    categorical : bool
        Whether the data set has categorical columns.

    Returns
    -------
    Configuration
        With all hyperparameters of the base-learner that does the same; else the flow's name and
        the parameters as they are.

    Examples
    --------
    >>> flow = "sklearn.tree._classes.DecisionTreeClassifier(7)"
    >>> parameters = {f"{flow}_criterion": '"gini"', f"{flow}_max_depth": "5"}
    >>> translate(flow, parameters, "classification", categorical=False)
    Configuration('decision_tree', {'max_depth': 5, 'min_samples_split': 2})
    >>> translate("weka.ZeroR(1)", {}, "classification", categorical=False)
    Configuration('weka.ZeroR(1)', {})
    """
    translated = None
    if flow.startswith("sklearn.") and (component := parse(_VERSION.sub("", flow))) is not None:
        translated = _of_scikit_learn(component, parameters, kind, categorical=categorical)
    return translated or Configuration(flow, parameters)


def parse(name: str) -> Component | None:
    """Take a name apart; None if it is of another form.

    Examples
    --------
    >>> parse("a.Pipeline(first=b.Scaler,last=c.Forest)").parts[1][1].class_name
    'Forest'
    """
    head, bracket, rest = name.partition("(")
    if not bracket:
        return Component(name) if re.fullmatch(r"[\w.]+", name) else None
    if not rest.endswith(")"):
        return None
    parts = []
    for part in _split(rest[:-1]):
        role, equals, inner = part.partition("=")
        component = parse(inner)
        if not equals or "(" in role or component is None:
            return None
        parts.append((role, component))
    return Component(name, tuple(parts)) if re.fullmatch(r"[\w.]+", head) else None


def _split(text: str) -> Iterator[str]:
    """Pieces between the commas that stand in no bracket."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _of_scikit_learn(
    component: Component, parameters: Mapping[str, str | None], kind: Kind, *, categorical: bool
) -> Configuration | None:
    steps = list(_leaves(component))
    values = _values_by_component(parameters)
    # Values are filed under the name of the part: two of the same class could not be told apart.
    if values is None or len({step.name for step in steps}) < len(steps):
        return None
    *before, last = steps
    # A client writes all parameters down, also those at their default: none means unknown.
    if any(name not in values for name in (last.name, *(part.name for _, part in last.parts))):
        return None
    base = None
    if last.parts:
        role, part = last.parts[0]
        if len(last.parts) > 1 or role not in _ESTIMATOR_ROLES or part.parts:
            return None
        base = Step(part.class_name, values[part.name])
    return to_configuration(
        Step(last.class_name, values[last.name]),
        [Step(step.class_name, values.get(step.name, {})) for step in before],
        kind=kind,
        categorical=categorical,
        base=base,
    )


def _leaves(component: Component) -> Iterator[Component]:
    """Steps in order, those of pipelines in pipelines included."""
    if component.class_name in _CONTAINERS and component.parts:
        for _, part in component.parts:
            yield from _leaves(part)
    else:
        yield component


def _values_by_component(
    parameters: Mapping[str, str | None],
) -> dict[str, dict[str, Any]] | None:
    """Values by the name of the component and their own; None if one is no JSON."""
    found: dict[str, dict[str, Any]] = {}
    for full_name, text in parameters.items():
        matched = re.fullmatch(r"(.+)\(\d+\)_(\w+)", full_name)
        if matched is None:
            return None
        try:
            value = None if text is None else json.loads(text)
        except json.JSONDecodeError:
            return None
        # What a part is made of stands in the flow's name already.
        if not _refers(value):
            found.setdefault(matched[1], {})[matched[2]] = value
    return found


def _refers(value: object) -> bool:
    if isinstance(value, Mapping):
        return _REFERENCE in value
    return isinstance(value, Sequence) and not isinstance(value, str) and any(map(_refers, value))
