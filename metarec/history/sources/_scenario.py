"""The folder format of ASlib (Bischl et al., Artificial Intelligence 237, 2016).

`description.txt` is YAML in version 2 of the format and `key: a, b` in version 1; of both, only the
lists under a key that starts a line are needed here. An instance is a data set, and each row of
`algorithm_runs.arff` is a run of an algorithm on it; `feature_values.arff` describes the instances.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import HistoryError
from metarec.history.sources._files import read_arff, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUNS_FILE: Final = "algorithm_runs.arff"
_STATUSES: Final = {"ok": "ok", "timeout": "timed_out", "memout": "out_of_memory"}
"""ASlib's status to ours; all others are failures."""


@dataclass(frozen=True)
class Scenario:
    """What a folder holds."""

    name: str
    """Its id."""
    maximize: Mapping[str, bool]
    """Whether larger is better, by performance measure."""
    runs: Sequence[Mapping[str, Any]]
    """`instance_id`, `algorithm`, `runstatus` and a cell per measure, one mapping per run."""
    features: Mapping[str, Mapping[str, Any]]
    """Features by instance; those of the first repetition."""


def read_scenario(folder: str | Path) -> Scenario:
    """Read a scenario; raises a HistoryError where the folder breaks the format."""
    folder = Path(folder)
    path = folder / "description.txt"
    said = _lists(read_text(path))
    measures = said.get("performance_measures", [])
    maximize = [value.lower() for value in said.get("maximize", [])]
    if not said.get("scenario_id") or not measures:
        msg = f"{str(path)!r} is no description of a scenario: it lacks its id or its measures"
        raise HistoryError(msg)
    if len(maximize) != len(measures) or not {"true", "false"}.issuperset(maximize):
        msg = f"{str(path)!r} must say `maximize: true` or `false` for each performance measure"
        raise HistoryError(msg)
    features: dict[str, Mapping[str, Any]] = {}
    for row in read_arff(folder / "feature_values.arff", ["instance_id"]):
        features.setdefault(_name(row["instance_id"]), row)
    runs = read_arff(folder / RUNS_FILE, ["instance_id", "algorithm", "runstatus", *measures])
    return Scenario(
        name=said["scenario_id"][0],
        maximize={name: value == "true" for name, value in zip(measures, maximize, strict=True)},
        runs=[
            {**row, **{key: _name(row[key]) for key in ("instance_id", "algorithm")}}
            for row in runs
        ],
        features=features,
    )


def status_cells(runstatus: str) -> dict[str, str | None]:
    """Cells that say how a run ended.

    Examples
    --------
    >>> status_cells("crash")
    {'status': 'failed', 'reason': 'crash'}
    """
    status = _STATUSES.get(runstatus, "failed")
    return {"status": status, "reason": None if status == "ok" else runstatus}


def _name(cell: Any) -> str:
    """Names that are numbers may be declared as such."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _lists(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.splitlines():
        if start := re.match(r"([A-Za-z_]\w*):(.*)", line):
            key = start[1]
            found[key] = [
                stripped
                for part in start[2].strip().strip("[]").split(",")
                if (stripped := part.strip(" '\""))
            ]
        elif key and (item := re.match(r"\s*-\s+(.*)", line)):
            found[key].append(item[1].strip(" '\""))
    return found
