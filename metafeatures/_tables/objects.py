"""Objects in memory become columns: frames, arrays, dicts of columns, lists of rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from metafeatures._exceptions import TableError
from metafeatures._tables.arrow import from_arrow
from metafeatures._tables.columns import Column, from_numpy, from_objects
from metafeatures._tables.frames import frame_columns

__all__ = ["object_columns", "one_column", "type_name"]

INPUTS = (
    "a path, a pandas or polars DataFrame, a pyarrow Table, a two-dimensional NumPy array, a SciPy "
    "sparse matrix, a list of rows or a dict of columns"
)


def object_columns(X: Any) -> tuple[list[str], list[Column]]:
    """Names and columns of any table in memory.

    Raises
    ------
    TableError
        If X is no table, or its columns or rows are of different lengths.
    """
    framed = frame_columns(X)
    if framed is not None:
        return framed
    if isinstance(X, np.ndarray):
        if X.ndim != 2 or X.dtype.names is not None:
            raise TableError(f"an array of shape {X.shape} is not a table; give it two dimensions")
        return _numbered([from_numpy(X[:, i]) for i in range(X.shape[1])])
    if isinstance(X, Mapping):
        return _mapping(X)
    if isinstance(X, Sequence) and not isinstance(X, bytes) and all(map(_is_row, X)):
        return _rows(X)
    raise TableError(f"an object of type {type_name(X)} is not a table; give {INPUTS}")


def one_column(cells: Any) -> Column:
    """Turn an array, a series, a frame of one column or an iterable into a column."""
    framed = frame_columns(cells)
    if framed is not None and len(framed[1]) == 1:
        return framed[1][0]
    if type(cells).__module__.startswith("pyarrow"):
        return from_arrow(cells, "y")
    if isinstance(cells, np.ndarray):
        return from_numpy(cells)
    return from_objects(list(cells))


def type_name(X: Any) -> str:
    """Name of the type of X with its package, as users know it.

    Examples
    --------
    >>> type_name([]), type_name(np.zeros(1))
    ('list', 'numpy.ndarray')
    """
    kind = type(X)
    package = kind.__module__.partition(".")[0]
    return kind.__name__ if package == "builtins" else f"{package}.{kind.__name__}"


def _mapping(columns: Mapping[Any, Any]) -> tuple[list[str], list[Column]]:
    names, made = [str(name) for name in columns], [one_column(c) for c in columns.values()]
    for name, column in zip(names, made, strict=True):
        if len(column.values) != len(made[0].values):
            raise TableError(
                f"column {name!r} has {len(column.values)} rows and {names[0]!r} has "
                f"{len(made[0].values)}; make them equally long"
            )
    return names, made


def _is_row(row: Any) -> bool:
    return isinstance(row, Sequence | np.ndarray) and not isinstance(row, str | bytes)


def _rows(rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[Column]]:
    width = len(rows[0]) if rows else 0
    for i, row in enumerate(rows):
        if len(row) != width:
            raise TableError(f"row {i} has {len(row)} cells and row 0 has {width}; make them equal")
    return _numbered([from_objects([row[i] for row in rows]) for i in range(width)])


def _numbered(columns: list[Column]) -> tuple[list[str], list[Column]]:
    return [f"x{i}" for i in range(len(columns))], columns
