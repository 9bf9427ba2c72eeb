"""The register behind the catalogue: one decorator line puts a function on the list.

A function takes the `Shared` values of one table and returns a number, or an array whose
summaries are the meta-features. It raises `Undefined` where the table gives it no value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import Undefined
from metafeatures._shared import Shared

__all__ = ["COSTS", "ENTRIES", "GROUPS", "SUMMARIES", "Entry", "Group", "MetaFeature", "register"]

Group = Literal["general", "statistical", "info-theory", "landmarking"]
Cost = Literal["per table", "per column", "per row", "pairwise", "per fold"]

GROUPS: tuple[Group, ...] = ("general", "statistical", "info-theory", "landmarking")
"""In the order of the catalogue."""

COSTS: tuple[Cost, ...] = ("per table", "per column", "per row", "pairwise", "per fold")
"""From cheap to dear."""

CLASSIFICATION = ("binary", "multiclass")
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

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names that `extract` gives: the base name, or one per summary."""
        if not self.summaries:
            return (self.name,)
        return tuple(f"{self.name}.{summary}" for summary in self.summaries)


Function = Callable[[Shared], "float | NDArray[np.float64]"]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A meta-feature and the function that computes it."""

    feature: MetaFeature
    """What the catalogue shows."""
    function: Function
    """Shared values in, a number or an array of shape (k,) out."""


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
) -> Callable[[F], F]:
    """Put the decorated function into the catalogue.

    Parameters
    ----------
    autosklearn, openml : str or mapping
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
        )
        ENTRIES[name] = Entry(feature, function)
        return function

    return add


def _sd(values: NDArray[np.float64]) -> float:
    if len(values) < 2:
        raise Undefined("the standard deviation of one value is undefined")
    return float(np.std(values, ddof=1))


SUMMARIES: dict[str, Callable[[NDArray[Any]], float]] = {
    "max": lambda values: float(np.max(values)),
    "mean": lambda values: float(np.mean(values)),
    "min": lambda values: float(np.min(values)),
    "sd": _sd,
    "sd_pop": lambda values: float(np.std(values)),
    "sum": lambda values: float(np.sum(values)),
}
"""How an array of at least one value is condensed. sd divides by k - 1, sd_pop by k."""
