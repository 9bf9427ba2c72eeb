"""From a pipeline to Python source that builds it without this package.

The pipeline of `make_pipeline` is read, not described a second time: an estimator becomes a call
with the parameters that differ from its defaults, a function becomes its import.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metarec.learners._configuration import Configuration, TableShape
from metarec.learners._exceptions import LearnerError
from metarec.learners._pipeline import make_pipeline
from metarec.learners._registry import Task
from metarec.learners._steps import FRAME_STEP

LINE_LENGTH = 88
"""Longest line that is not broken, the formatters' default."""


def to_source(
    configuration: Configuration,
    *,
    task: Task | None = None,
    shape: TableShape | None = None,
    sparse: bool = False,
    random_state: int | None = 0,
) -> str:
    """Write the source that builds the same pipeline as `make_pipeline`.

    The source imports scikit-learn, skrub, NumPy and SciPy only, and the package of the estimator
    where that is another one. It leaves out the step that turns other tables into pandas frames and
    words among numbers into missing cells: its pipeline takes pandas frames or, if `sparse`, SciPy
    matrices, and such a word is an error.

    Parameters
    ----------
    configuration, task, shape, sparse, random_state
        As in `make_pipeline`.

    Returns
    -------
    str
        Imports, a blank line, and a statement that assigns `pipeline`.

    Raises
    ------
    LearnerError
        If the configuration is unusable, or a user's own base-learner builds an estimator with
        parameters that cannot be written as source.

    Examples
    --------
    >>> print(to_source(Configuration("naive_bayes"), sparse=True))
    from operator import methodcaller
    <BLANKLINE>
    from sklearn.impute import SimpleImputer
    from sklearn.naive_bayes import GaussianNB
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler
    <BLANKLINE>
    pipeline = Pipeline(
        [
            ("impute", SimpleImputer(keep_empty_features=True)),
            ("scale", StandardScaler(with_mean=False)),
            (
                "dense",
                FunctionTransformer(func=methodcaller("toarray"), accept_sparse=True),
            ),
            ("classify", GaussianNB()),
        ]
    )
    <BLANKLINE>
    """
    source = Source()
    statement = source.pipeline_statement(
        make_pipeline(
            configuration, task=task, shape=shape, sparse=sparse, random_state=random_state
        )
    )
    return f"{source.imports()}\n\n{statement}\n"


@dataclass(frozen=True)
class _Group:
    """An expression that can be broken between its items."""

    opening: str
    items: "tuple[_Group | str, ...]"
    closing: str

    def flat(self) -> str:
        parts = (item if isinstance(item, str) else item.flat() for item in self.items)
        return self.opening + ", ".join(parts) + self.closing


@dataclass
class Source:
    """Expressions for Python objects, and the imports that they turned out to need."""

    _names: dict[str, set[str]] = field(default_factory=dict)
    """Imported names by module; an empty set stands for the module itself."""

    def pipeline_statement(self, pipeline: Any) -> str:
        """Assign a pipeline to the name `pipeline`, without the step for the container."""
        self.add("sklearn.pipeline", "Pipeline")
        steps = tuple(self._expression(step) for step in pipeline.steps if step[0] != FRAME_STEP)
        return _layout(_Group("pipeline = Pipeline(", (_Group("[", steps, "]"),), ")"), "")

    def add(self, module: str, name: str | None = None) -> None:
        """Import a name from a module, or the module."""
        names = self._names.setdefault(module, set())
        if name is not None:
            names.add(name)

    def imports(self) -> str:
        """Import statements: standard library, blank line, the rest, each sorted."""
        blocks: tuple[list[str], list[str]] = ([], [])
        for module in sorted(self._names, key=lambda m: (bool(self._names[m]), m)):
            short = {"numpy": "numpy as np", "pandas": "pandas as pd"}.get(module, module)
            blocks[module != "operator"].append(
                _import_line(module, sorted(self._names[module]))
                if self._names[module]
                else f"import {short}"
            )
        return "\n\n".join("\n".join(block) for block in blocks if block)

    def _expression(self, value: Any) -> _Group | str:
        if isinstance(value, list | tuple | Mapping):
            return self._container(value)
        if hasattr(value, "get_params"):
            return self._call(value, value.get_params(deep=False))
        if type(value).__module__.startswith("sklearn."):
            # What splits rows keeps its parameters as attributes.
            return self._call(value, dict(vars(value)))
        return self._function(value) if callable(value) else self._plain(value)

    def _container(self, value: Any) -> _Group:
        if isinstance(value, Mapping):
            items = (
                _prefixed(f"{literal(key)}: ", self._expression(item))
                for key, item in value.items()
            )
            return _Group("{", tuple(items), "}")
        opening, closing = ("[", "]") if isinstance(value, list) else ("(", ")")
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return _Group(opening, tuple(map(self._expression, value)), comma + closing)

    def _plain(self, value: Any) -> str:
        if isinstance(value, float) and not math.isfinite(value):
            self.add("numpy")
            return "np.nan" if math.isnan(value) else ("np.inf" if value > 0 else "-np.inf")
        if isinstance(value, str):
            return literal(value)
        if value is None or isinstance(value, bool | int | float):
            return repr(value)
        raise LearnerError(
            f"{value!r} cannot be written as Python source. Build the estimator with "
            "numbers, strings, lists, importable functions and other estimators."
        )

    def _call(self, built: Any, values: dict[str, Any]) -> _Group:
        """Write the call that builds an object with these parameters."""
        from inspect import signature

        items: list[_Group | str] = []
        for name, parameter in signature(type(built)).parameters.items():
            # Some libraries take more than they name, or report only what was given.
            if name not in values:
                continue
            value = values.pop(name)
            required = parameter.default is parameter.empty
            # repr compares estimators and NaN, which `==` does not.
            if required or repr(value) != repr(parameter.default):
                prefix = "" if required else f"{name}="
                items.append(_prefixed(prefix, self._expression(value)))
        for name, value in sorted(values.items()):
            if value is not None and not _is_nan(value):
                items.append(_prefixed(f"{name}=", self._expression(value)))
        return _Group(f"{self._imported(type(built))}(", tuple(items), ")")

    def _function(self, function: Any) -> str:
        if type(function).__name__ == "methodcaller":
            self.add("operator", "methodcaller")
            (method,) = function.__reduce__()[1]
            return f"methodcaller({literal(method)})"
        if function.__module__ == "numpy":
            self.add("numpy")
            return f"np.{function.__name__}"
        return self._imported(function)

    def _imported(self, thing: Any) -> str:
        """Import a class or function from the shortest public module that has it."""
        from importlib import import_module

        name = thing.__qualname__
        parts = thing.__module__.split(".")
        private = next((i for i, part in enumerate(parts) if part.startswith("_")), len(parts))
        modules = [".".join(parts[:length]) for length in range(1, private + 1)]
        public = (each for each in modules if getattr(import_module(each), name, None) is thing)
        module = next(public, None)
        if module is None:
            raise LearnerError(
                f"{thing!r} cannot be imported from {modules[-1] if modules else parts[0]!r}. "
                "Move it to the top level of a public module."
            )
        self.add(module, name)
        return str(name)


def _import_line(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LINE_LENGTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def literal(text: str) -> str:
    """Write a string as a Python literal, in double quotes where that needs no escape.

    Examples
    --------
    >>> print(literal("it's"), literal("a"), literal('say "a"'))
    "it's" "a" 'say "a"'
    """
    written = repr(text)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in written else written


def _prefixed(prefix: str, expression: _Group | str) -> _Group | str:
    if isinstance(expression, str):
        return prefix + expression
    return _Group(prefix + expression.opening, expression.items, expression.closing)


def _layout(expression: _Group | str, indent: str) -> str:
    """Write an expression on one line if it fits, else one item per line."""
    if isinstance(expression, str):
        return expression
    flat = expression.flat()
    # One character stays free for the comma.
    if len(indent) + len(flat) < LINE_LENGTH or not expression.items:
        return flat
    inner = indent + "    "
    # A lone list hugs nothing: formatters put it on a line of its own, without a comma.
    comma = (
        ""
        if len(expression.items) == 1
        and expression.closing == ")"
        and (not isinstance(expression.items[0], str))
        else ","
    )
    lines = [f"{inner}{_layout(item, inner)}{comma}" for item in expression.items]
    return "\n".join([expression.opening, *lines, indent + expression.closing.lstrip(",")])
