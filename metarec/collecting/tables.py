"""Which tables to collect runs on, and their rows as the pipelines take them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import UsageError
from metarec.history.tables import BINARY_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT: Final = (".csv", ".tsv", ".txt")
_ENDINGS: Final = (*_TEXT, *BINARY_FILES)


@dataclass(frozen=True)
class TableFile:
    """A table in a file, and what is known of it beforehand."""

    path: str
    """Absolute path."""
    name: str
    """Name of the data set."""
    target: str | None = None
    """The column to predict; None to find it, as `metafeatures.infer_target` does."""
    task: str = "auto"
    """Kind of task; "auto" decides by the target's values."""
    groups: str | None = None
    """The column whose equal values stay in one fold; it is no feature."""
    openml_id: int | None = None
    """OpenML data set id, if known."""
    family: str | None = None
    """Near relatives share a family."""


def find_tables(
    paths: Iterable[str | Path],
    *,
    index: str | Path | None = None,
    target: str | None = None,
    groups: str | None = None,
) -> list[TableFile]:
    """Find the tables in files and folders.

    Parameters
    ----------
    paths : iterable of path
        CSV, Parquet or Feather files, and folders that hold such files.
    index : path, optional
        CSV with the column `name` (a file's name without its ending), and any of `target`, `task`,
        `groups`, `openml_id` and `family`. What it says goes before the other arguments.
    target : str, optional
        The column to predict, in every table.
    groups : str, optional
        The column whose equal values stay in one fold, in every table.

    Returns
    -------
    list of TableFile
        In the order of the paths.

    Raises
    ------
    UsageError
        If a file is missing or of another kind, two are called alike, or the index is none.
    """
    known = {} if index is None else _read_index(Path(index))
    found: dict[str, TableFile] = {}
    for path in _files(paths):
        values = {"target": target, "groups": groups} | known.get(path.stem, {})
        table = TableFile(str(path.resolve()), path.stem, **values)
        if table.name in found:
            msg = (
                f"{found[table.name].path!r} and {table.path!r} are both called {table.name!r}: "
                "rename one, because a history has one table of a name"
            )
            raise UsageError(msg)
        found[table.name] = table
    return list(found.values())


def _files(paths: Iterable[str | Path]) -> list[Path]:
    files = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() in _ENDINGS)
            if not inside:
                msg = f"the folder {str(path)!r} has no table: name files ({', '.join(_ENDINGS)})"
                raise UsageError(msg)
            files += inside
        elif not path.is_file():
            msg = f"there is no file {str(path)!r}: check the path"
            raise UsageError(msg)
        elif path.suffix.lower() not in _ENDINGS:
            msg = f"{str(path)!r} is not collected from: save it as {', '.join(_ENDINGS)}"
            raise UsageError(msg)
        else:
            files.append(path)
    return files


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    """What an index says of each table, by name; empty cells say nothing."""
    import pandas as pd

    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        msg = f"the index {str(path)!r} cannot be read ({error}): give a CSV file"
        raise UsageError(msg) from error
    if "name" not in frame:
        msg = f"the index {str(path)!r} has no column 'name': add one with the tables' names"
        raise UsageError(msg)
    columns = [
        name
        for name in ("target", "task", "groups", "openml_id", "family")
        if name in frame.columns
    ]
    rows = {}
    for row in frame.to_dict("records"):
        values = {str(name): row[name] for name in columns if pd.notna(row[name])}
        if "openml_id" in values:
            values["openml_id"] = int(values["openml_id"])
        rows[str(row["name"])] = values
    return rows
