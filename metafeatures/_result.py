"""What `extract` returns."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from metafeatures._catalogue import ORDERED, split_name
from metafeatures._exceptions import UnknownNameError
from metafeatures._registry import MetaFeature
from metafeatures._tables.table import Target

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Explanation", "MetaFeatures"]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One value and all that is known about it; prints as text.

    Examples
    --------
    >>> entry = ORDERED["nr_inst"].feature
    >>> print(Explanation("nr_inst", 150.0, entry))  # doctest: +ELLIPSIS
    nr_inst = 150
      definition   number of rows
      group        general
      range        1 to infinity
      tasks        binary, multiclass, regression, none
      cost         per table
      measured on  the whole table
      source       Michie, Spiegelhalter, Taylor: Machine Learning, ... Classification, 1994
      elsewhere    pymfe nr_inst, auto-sklearn NumberOfInstances, ... FLAML NumberOfInstances
    """

    name: str
    """Name of the output."""
    value: float
    """Its value; NaN if there is none."""
    feature: MetaFeature
    """The entry of the catalogue."""
    skipped: str = ""
    """Why there is no value; empty if there is one."""
    measured_on: str = "the whole table"
    """The rows and columns that it was measured on."""

    @property
    def rows(self) -> dict[str, str]:
        """What is known, in words."""
        feature = self.feature
        summary = self.name.removeprefix(feature.name).removeprefix(".")
        elsewhere = feature.elsewhere(self.name).items()
        rows = {
            "definition": feature.definition,
            "summary": summary and f"{summary} of these values",
            "group": feature.group,
            "range": f"{_number(feature.low)} to {_number(feature.high)}",
            "tasks": ", ".join(feature.tasks),
            "cost": feature.cost,
            "measured on": "" if self.skipped else self.measured_on,
            "skipped": self.skipped,
            "source": feature.source,
            "elsewhere": ", ".join(f"{system} {name}" for system, name in elsewhere),
        }
        return {title: text for title, text in rows.items() if text}

    def __str__(self) -> str:
        rows = [f"  {title:<12} {text}" for title, text in self.rows.items()]
        return "\n".join([f"{self.name} = {self.value:.6g}", *rows])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(title)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for title, text in self.rows.items()
        )
        return f"<p>{escape(self.name)} = {self.value:.6g}</p><table>{rows}</table>"


def _number(bound: float) -> str:
    if math.isinf(bound):
        return "infinity" if bound > 0 else "-infinity"
    return f"{bound:g}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MetaFeatures(Mapping[str, float]):
    """Named numbers that describe a table; a read-only mapping.

    Examples
    --------
    >>> numbers = MetaFeatures({"nr_inst": 4.0}, {"general": 0.001}, {})
    >>> numbers["nr_inst"], len(numbers), dict(numbers)
    (4.0, 1, {'nr_inst': 4.0})
    """

    numbers: dict[str, float]
    """Each asked-for name with its value; NaN where it is undefined or was skipped."""
    times: dict[str, float]
    """Seconds: "read" for making the table, then one entry per group. A value that two groups
    share counts for the group that needed it first."""
    skipped: dict[str, str]
    """Why a value is NaN, as a fragment of a sentence."""
    measured_on: dict[str, str] = field(default_factory=dict)
    """The rows or columns that a value was measured on, such as "2,000 of 150,000 rows"; names
    that are not here were measured on the whole table."""
    source: str = ""
    """Path of the file, or the type of the object the table came from."""
    target: Target | None = None
    """What is to be predicted, without the rows; None if nothing is, or the time limit was over
    before all was read."""

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        rows = [f"  {name}: {value:.6g}" for name, value in self.items()]
        sampled = f", {len(self.measured_on)} on a sample" if self.measured_on else ""
        head = f"MetaFeatures({len(self)} names, {len(self.skipped)} skipped{sampled})"
        return "\n".join([head, *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td style='text-align:right'>{value:.6g}</td>"
            f"<td>{escape(self._note(name))}</td></tr>"
            for name, value in self.items()
        )
        head = "<tr><th>meta-feature</th><th>value</th><th>note</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"

    def _note(self, name: str) -> str:
        if name in self.skipped:
            return f"skipped: {self.skipped[name]}"
        return f"on {self.measured_on[name]}" if name in self.measured_on else ""

    def explain(self, name: str) -> Explanation:
        """Say what a value means, where it comes from and what it was measured on.

        Parameters
        ----------
        name : str
            One of the names in this result.

        Returns
        -------
        Explanation

        Raises
        ------
        UnknownNameError
            If this result has no such name.

        Examples
        --------
        >>> from metafeatures import extract
        >>> extract([[1.0], [2.0]], ["no", "yes"]).explain("class_ent").feature.definition
        'entropy of the target'
        """
        if name not in self.numbers:
            raise UnknownNameError("meta-feature", name, self.numbers)
        feature = ORDERED[split_name(name)[0]].feature
        measured_on = self.measured_on.get(name, "the whole table")
        return Explanation(name, self[name], feature, self.skipped.get(name, ""), measured_on)

    def to_frame(self) -> "pd.DataFrame":
        """One row per name.

        Returns
        -------
        pandas.DataFrame
            Index "meta_feature", columns "value" (float64), "skipped" (str, empty if not) and
            "measured_on" (str, empty for the whole table).
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "value": [float(value) for value in self.values()],
                "skipped": [self.skipped.get(name, "") for name in self],
                "measured_on": [self.measured_on.get(name, "") for name in self],
            },
            index=pd.Index(list(self), name="meta_feature"),
        )

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """All that is here, as plain dicts that JSON can hold: an undefined value is None.

        Returns
        -------
        dict
            Keys "meta_features", "skipped", "measured_on" and "seconds".
        """
        numbers = {name: value if math.isfinite(value) else None for name, value in self.items()}
        return {
            "meta_features": numbers,
            "skipped": dict(self.skipped),
            "measured_on": dict(self.measured_on),
            "seconds": dict(self.times),
        }

    def to_json(self, indent: int | None = None) -> str:
        """All that is here, as JSON; an undefined value is null.

        Examples
        --------
        >>> numbers = MetaFeatures({"a": float("nan")}, {}, {"a": "it is empty"})
        >>> print(numbers.to_json())  # doctest: +ELLIPSIS
        {"meta_features": {"a": null}, "skipped": {"a": "it is empty"}, "measured_on": {}, "se...
        """
        return json.dumps(self.to_dict(), indent=indent)
