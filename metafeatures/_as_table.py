"""Any table becomes a `Table`."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from metafeatures._arrow import from_arrow
from metafeatures._assemble import assemble, check_names, from_dense, from_sparse, take_target
from metafeatures._columns import Column, from_numpy, from_objects
from metafeatures._exceptions import TableError, TargetError
from metafeatures._files import read_file
from metafeatures._frames import frame_columns
from metafeatures._table import Table
from metafeatures._target import infer_target, make_target

__all__ = ["as_table"]

INPUTS = (
    "a path, a pandas or polars DataFrame, a pyarrow Table, a two-dimensional NumPy array, a SciPy "
    "sparse matrix, a list of rows or a dict of columns"
)

NAMED = "it was named as the target"
GIVEN = "it was given as y"


def as_table(
    X: Any,
    y: Any = None,
    *,
    target: str | None = None,
    task: str = "auto",
    find_target: bool = False,
) -> Table:
    """Turn any table into typed blocks of columns.

    Integers and decimals are numeric, booleans categorical with two levels, dates numeric
    (seconds since 1970). Strings are categorical, unless they have more than 20 distinct values
    and either one for more than half of the known cells or more than 100 characters on average:
    then they are text. Infinite numbers count as missing. Rows whose target is missing are
    dropped.

    Parameters
    ----------
    X : path, DataFrame, Table, array, sparse matrix, list of rows or dict of columns
        The table. A path is a CSV, Parquet, Feather/Arrow or ARFF file. A `Table` is returned
        unchanged if neither y nor target is given.
    y : array-like of shape (n_rows,), optional
        The target, if it is not a column of X.
    target : str, optional
        The column of X to take out as the target.
    task : {"auto", "classification", "binary", "multiclass", "regression"}
        "auto" takes strings, booleans and integers with at most 20 distinct values as classes,
        other numbers as regression.
    find_target : bool
        Whether to take a column of X as the target, as `infer_target` does, if neither y nor
        target is given.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        If X is no table, or y or target does not fit it. The message is one line.

    Examples
    --------
    >>> table = as_table({"age": [20, 31, 44], "job": ["a", "b", None], "risk": ["lo", "hi", "lo"]},
    ...                  target="risk")
    >>> table.names, table.kinds
    (('age', 'job'), ('numeric', 'categorical'))
    >>> table.target.task, table.target.classes
    ('binary', ('hi', 'lo'))
    >>> as_table([[1, 2], [3, None]]).numeric
    array([[ 1.,  2.],
           [ 3., nan]])
    """
    if y is not None and target is not None:
        raise TargetError(f"y and target={target!r} exclude each other; give one of them")
    if isinstance(X, Table):
        if y is not None or target is not None:
            raise TargetError("a Table has its target already; give y or target when you make it")
        return X
    if hasattr(X, "tocsc"):
        return _sparse(X, y, target, task)
    chosen = target is not None or (find_target and y is None)
    if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "biuf" and not chosen:
        return _dense(X, y, task)

    source, names, columns = _columns(X)
    check_names(names, source)
    n_rows = len(columns[0].values)
    if n_rows == 0:
        raise TableError(f"{source} has no rows; give it at least one")
    if chosen:
        column, reason = (target, NAMED) if target is not None else infer_target(names)
        position = take_target(names, column, source)
        made, keep = make_target(names.pop(position), columns.pop(position), task, reason)
        return assemble(source, names, columns, made, keep)
    if y is None:
        return assemble(source, names, columns, None, None)
    made, keep = make_target(*_target_column(y, n_rows), task, GIVEN)
    return assemble(source, names, columns, made, keep)


def _dense(X: Any, y: Any, task: str) -> Table:
    source, names = "numpy.ndarray", [f"x{i}" for i in range(X.shape[1])]
    check_names(names, source)
    if X.shape[0] == 0:
        raise TableError(f"{source} has no rows; give it at least one")
    if y is None:
        return from_dense(source, names, X, None, None)
    made, keep = make_target(*_target_column(y, X.shape[0]), task, GIVEN)
    return from_dense(source, names, X, made, keep)


def _sparse(X: Any, y: Any, target: str | None, task: str) -> Table:
    source = _type_name(X)
    if target is not None:
        raise TargetError(f"a sparse matrix has no column {target!r} by name; give the target as y")
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise TableError(f"{source} of shape {X.shape} is empty; give it rows and columns")
    if y is None:
        return from_sparse(source, X, None, None)
    made, keep = make_target(*_target_column(y, X.shape[0]), task, GIVEN)
    return from_sparse(source, X, made, keep)


def _columns(X: Any) -> tuple[str, list[str], list[Column]]:
    """Name of the source, names of the columns, columns."""
    if isinstance(X, str | os.PathLike):
        return str(X), *read_file(Path(X))
    source = _type_name(X)
    framed = frame_columns(X)
    if framed is not None:
        return source, *framed
    if isinstance(X, np.ndarray):
        if X.ndim != 2 or X.dtype.names is not None:
            raise TableError(f"an array of shape {X.shape} is not a table; give it two dimensions")
        return (
            source,
            [f"x{i}" for i in range(X.shape[1])],
            [from_numpy(X[:, i]) for i in range(X.shape[1])],
        )
    if isinstance(X, Mapping):
        names, columns = [str(name) for name in X], [_one_column(cells) for cells in X.values()]
        for name, column in zip(names, columns, strict=True):
            if len(column.values) != len(columns[0].values):
                raise TableError(
                    f"column {name!r} has {len(column.values)} rows and {names[0]!r} has "
                    f"{len(columns[0].values)}; make them equally long"
                )
        return source, names, columns
    if (
        isinstance(X, Sequence)
        and not isinstance(X, bytes)
        and all(isinstance(row, Sequence | np.ndarray) and not isinstance(row, str) for row in X)
    ):
        return source, *_rows(X)
    raise TableError(f"an object of type {source} is not a table; give {INPUTS}")


def _rows(rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[Column]]:
    width = len(rows[0]) if rows else 0
    for i, row in enumerate(rows):
        if len(row) != width:
            raise TableError(f"row {i} has {len(row)} cells and row 0 has {width}; make them equal")
    return [f"x{i}" for i in range(width)], [
        from_objects([row[i] for row in rows]) for i in range(width)
    ]


def _one_column(cells: Any) -> Column:
    if hasattr(cells, "type") and hasattr(
        cells, "num_chunks" if hasattr(cells, "num_chunks") else "null_count"
    ):
        return from_arrow(cells, "y")
    framed = frame_columns(cells)
    if framed is not None and len(framed[1]) == 1:
        return framed[1][0]
    if isinstance(cells, np.ndarray):
        return from_numpy(cells)
    return from_objects(list(cells))


def _target_column(y: Any, n_rows: int) -> tuple[str, Column]:
    name = getattr(y, "name", None)
    shape = getattr(y, "shape", None)
    if shape is not None and len(shape) == 2 and shape[1] == 1 and isinstance(y, np.ndarray):
        y = y[:, 0]
    elif shape is not None and len(shape) > 1 and shape[1] != 1:
        raise TargetError(f"y of shape {tuple(shape)} has several columns; give one column")
    column = _one_column(y)
    if len(column.values) != n_rows:
        raise TargetError(
            f"y has {len(column.values)} values and X has {n_rows} rows; make them equal"
        )
    return ("target" if name is None else str(name)), column


def _type_name(X: Any) -> str:
    kind = type(X)
    package = kind.__module__.partition(".")[0]
    return kind.__name__ if package == "builtins" else f"{package}.{kind.__name__}"
