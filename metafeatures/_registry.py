"""The register behind the catalogue: one decorator line puts a function on the list.

A function takes the `Context` values of one table and returns a number, or an array whose
summaries are the meta-features. It raises `Undefined` where the table gives it no value.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._summaries import SUFFIXES

__all__ = ["COSTS", "ENTRIES", "GROUPS", "Entry", "Group", "MetaFeature", "register"]

Group = Literal[
    "general",
    "statistical",
    "info-theory",
    "model-based",
    "landmarking",
    "relative",
    "clustering",
    "complexity",
    "concept",
    "itemset",
]
Cost = Literal["per table", "per column", "per row", "column pairs", "per fold", "row pairs"]

GROUPS: tuple[Group, ...] = get_args(Group)
"""In the order of the catalogue."""

COSTS: tuple[Cost, ...] = get_args(Cost)
"""From cheap to dear: constant, linear in the columns, one or a few passes over the cells, every
pair of columns, fits of models on a sample, every pair of rows of a sample."""

CLASSIFICATION = ("binary", "multiclass")
REGRESSION = ("regression",)
SUPERVISED = (*CLASSIFICATION, "regression")
ANY = ("binary", "multiclass", "regression", "none")


@dataclass(frozen=True, slots=True, eq=False)
class MetaFeature:
    """One entry of the catalogue."""

    name: str
    """Base name; `outputs` are the names that `extract` gives."""
    group: Group
    """Group it belongs to."""
    definition: str
    """What the number is, in one line."""
    source: str
    """Publication or program that defines it."""
    tasks: tuple[str, ...]
    """Tasks it is defined for: "binary", "multiclass", "regression", "none" (no target)."""
    cost: Cost
    """What its time grows with."""
    summaries: tuple[str, ...] = ()
    """How its values are condensed; empty if it is one number."""
    low: float = -np.inf
    """Smallest possible value."""
    high: float = np.inf
    """Largest possible value."""
    pymfe: str = ""
    """Name in pymfe; empty if pymfe lacks it."""
    autosklearn: Mapping[str, str] = field(default_factory=dict)
    """Name of each output in auto-sklearn, where it has one."""
    openml: Mapping[str, str] = field(default_factory=dict)
    """Name of each output among OpenML's data qualities, where it has one. OpenML counts the target
    as a feature, and gives shares in percent."""
    flaml: Mapping[str, str] = field(default_factory=dict)
    """Name of each output in FLAML's zero-shot selection, where it has one."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names that `extract` gives: the base name, or one per number of each summary."""
        return self.outputs_of(self.summaries)

    def outputs_of(self, summaries: Iterable[str]) -> tuple[str, ...]:
        """The names that `extract` gives if these summaries are asked for."""
        if not self.summaries:
            return (self.name,)
        return tuple(f"{self.name}.{suffix}" for each in summaries for suffix in SUFFIXES[each])

    def elsewhere(self, output: str) -> dict[str, str]:
        """What other systems call an output.

        Examples
        --------
        >>> from metafeatures import catalogue
        >>> catalogue()[0].elsewhere("nr_inst")["pymfe"]
        'nr_inst'
        """
        names = {
            "pymfe": self.pymfe and self.pymfe + output.removeprefix(self.name),
            "auto-sklearn": self.autosklearn.get(output, ""),
            "OpenML": self.openml.get(output, ""),
            "FLAML": self.flaml.get(output, ""),
        }
        return {system: name for system, name in names.items() if name}


Function = Callable[[Context], float | NDArray[np.float64]]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A meta-feature and the function that computes it."""

    feature: MetaFeature
    """What the catalogue shows."""
    function: Function
    """A context in, a number or an array of shape (k,) out."""


ENTRIES: dict[str, Entry] = {}
"""Filled while the modules of the groups are imported, constant afterwards."""


def register(
    name: str,
    group: Group,
    definition: str,
    *,
    source: str,
    cost: Cost,
    tasks: tuple[str, ...] = ANY,
    summaries: tuple[str, ...] = (),
    low: float = -np.inf,
    high: float = np.inf,
    pymfe: str = "",
    autosklearn: str | Mapping[str, str] = "",
    openml: str | Mapping[str, str] = "",
    flaml: str | Mapping[str, str] = "",
) -> Callable[[F], F]:
    """Put the decorated function into the catalogue.

    Parameters
    ----------
    autosklearn, openml, flaml : str or mapping
        Their name; a mapping from summary to their name if there are summaries.
    """

    def outputs(names: str | Mapping[str, str]) -> dict[str, str]:
        if isinstance(names, str):
            return {name: names} if names else {}
        return {f"{name}.{summary}": theirs for summary, theirs in names.items()}

    def add(function: F) -> F:
        if name in ENTRIES:
            raise ValueError(f"meta-feature {name!r} is registered twice")
        feature = MetaFeature(
            name,
            group,
            definition,
            source,
            tasks,
            cost,
            summaries,
            low,
            high,
            pymfe,
            outputs(autosklearn),
            outputs(openml),
            outputs(flaml),
        )
        ENTRIES[name] = Entry(feature, function)
        return function

    return add
