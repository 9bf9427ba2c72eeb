"""What `extract` returns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MetaFeatures"]


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

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        rows = [f"  {name}: {value:.6g}" for name, value in self.items()]
        return "\n".join([f"MetaFeatures({len(self)} names, {len(self.skipped)} skipped)", *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td style='text-align:right'>{value:.6g}</td>"
            f"<td>{escape(self.skipped.get(name, ''))}</td></tr>"
            for name, value in self.items()
        )
        head = "<tr><th>meta-feature</th><th>value</th><th>skipped because</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"

    def to_frame(self) -> "pd.DataFrame":
        """One row per name.

        Returns
        -------
        pandas.DataFrame
            Index "meta_feature", columns "value" (float64) and "skipped" (str, empty if not).
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "value": [float(value) for value in self.values()],
                "skipped": [self.skipped.get(name, "") for name in self],
            },
            index=pd.Index(list(self), name="meta_feature"),
        )
