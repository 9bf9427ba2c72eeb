"""The table that a data set of the history is: its rows, what tells it from others, its features.

A data set is known again by a hash of its content, whatever its file is called.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metafeatures import Target, as_table, extract, infer_target
from metarec._exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

BINARY_FILES: Final = {
    ".arrow": "read_feather",
    ".feather": "read_feather",
    ".ipc": "read_feather",
    ".parquet": "read_parquet",
    ".pq": "read_parquet",
}
"""Endings of files with types to the pandas function that reads them; other files are text."""


@dataclass(frozen=True, eq=False)
class LabelledTable:
    """The rows of a table that have a target."""

    X: pd.DataFrame
    """The features."""
    target: Target
    """What is to be predicted, and the type of the task."""
    groups: NDArray[Any] | None
    """Equal values belong together."""
    sha256: str
    """Of the content, and of what in it is the target and the groups."""

    @property
    def y(self) -> NDArray[Any]:
        """Code of each row's class, or its value."""
        codes = self.target.codes.astype(np.int64)
        return codes if self.target.classes else self.target.values


def read_frame(path: str | PathLike[str], *, texts: Collection[str] = ()) -> pd.DataFrame:
    r"""Read a table with the types that its file gives.

    Parameters
    ----------
    path : path
        CSV, Parquet or Feather.
    texts : collection of str
        Columns of a file of text that are read as it is written: 07 stays 07.

    Raises
    ------
    metafeatures.TableError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "people.csv"
    >>> _ = file.write_text("age;job\n20;cook\n31;?\n")
    >>> read_frame(file)["job"].isna().tolist()
    [False, True]
    """
    import pandas as pd

    from metafeatures import TableError, as_table, sniff_csv

    ending = Path(path).suffix.lower()
    if ending == ".arff":
        msg = f"{path} is ARFF, which can be described but not fitted: save it as CSV or Parquet"
        raise TableError(msg)
    try:
        if ending in BINARY_FILES:
            frame: pd.DataFrame = getattr(pd, BINARY_FILES[ending])(path)
            return frame
        cells, encoding = sniff_csv(str(path))
        form: Any = {"sep": cells.delimiter, "decimal": cells.decimal, "encoding": encoding}
        # As they stand in the file: pandas would give the second of two equal names another one.
        names = pd.read_csv(path, nrows=1, header=None, dtype=str, **form).iloc[0].dropna()
        if (twice := names[names.str.strip().duplicated()]).size:
            msg = f"{path} has two columns called {twice.iloc[0].strip()!r}; rename one of them"
            raise TableError(msg)
        form["dtype"] = {name: str for name in names if name.strip() in texts}
        # Many public tables write a missing cell as a question mark.
        frame = pd.read_csv(path, na_values="?", **form)
    except (OSError, ValueError) as error:
        as_table(path)  # says what is wrong and where, as for all other commands
        raise TableError(f"{path} cannot be read: {error}") from error
    return frame.set_axis(frame.columns.str.strip(), axis=1)


def read_labelled(
    table: str | PathLike[str] | pd.DataFrame,
    *,
    target: str | None = None,
    task: str = "auto",
    groups: str | None = None,
) -> LabelledTable:
    """Read a table and take its target apart.

    Parameters
    ----------
    table : path or DataFrame
        CSV, Parquet or Feather; or what has been read.
    target : str, optional
        The column to predict; found as `metafeatures.infer_target` does if left out.
    task : str
        Kind of task; "auto" decides by the target's values.
    groups : str, optional
        The column whose equal values belong together; it is no feature.

    Raises
    ------
    metafeatures.TableError
        If the table cannot be read or has no such target.
    UsageError
        If there are no such groups, or the target has values that are not finite.
    """
    if isinstance(table, str | PathLike):
        frame, called = read_frame(table), repr(str(table))
    else:
        frame, called = table, "the table"
    name = target or infer_target([str(column) for column in frame.columns])[0]
    if groups is not None and groups == name:
        msg = f"the column {name!r} is the target of {called}: group by another one"
        raise UsageError(msg)
    if groups is not None and groups not in frame.columns:
        msg = f"{called} has no column {groups!r} to group by: name one that it has"
        raise UsageError(msg)
    if name in frame.columns:
        frame = frame[frame[name].notna()].reset_index(drop=True)
    labels = as_table(frame, target=name, task=task).target
    if labels is None or labels.n_missing:
        msg = f"the target {name!r} of {called} has values that are not finite: drop them"
        raise UsageError(msg)
    return LabelledTable(
        frame.drop(columns=[name] if groups is None else [name, groups]),
        labels,
        None if groups is None else frame[groups].to_numpy(),
        _digest(frame, name, groups),
    )


def to_pandas(X: Any) -> pd.DataFrame:
    """A table of any kind as a pandas frame with strings as names.

    Examples
    --------
    >>> to_pandas(np.array([[1, 2]])).columns.tolist()
    ['0', '1']
    """
    import pandas as pd

    frame = X.to_pandas() if hasattr(X, "to_pandas") else pd.DataFrame(X)
    if not hasattr(X, "columns"):
        frame = frame.infer_objects()
    return frame.set_axis([str(name) for name in frame.columns], axis=1)


def describe_rows(
    X: pd.DataFrame, y: NDArray[Any], task: str, *, time_limit: float, random_state: int = 0
) -> dict[str, float | None]:
    """Meta-features of rows as the history keeps them.

    None where undefined; what the time limit did not leave time for is missing.
    """
    table = as_table(X, y, task=task)
    found = extract(table, time_limit=time_limit, random_state=random_state)
    late = {name for name, why in found.skipped.items() if "time limit" in why}
    return {
        name: float(value) if np.isfinite(value) else None
        for name, value in found.items()
        if name not in late
    }


def _digest(frame: pd.DataFrame, target: str, groups: str | None) -> str:
    import pandas as pd

    digest = hashlib.sha256(repr((list(frame.columns), target, groups)).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()
