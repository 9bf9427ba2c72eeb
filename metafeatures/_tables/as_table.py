"""Any table becomes a `Table`."""

import os
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError, TargetError
from metafeatures._tables.assemble import (
    assemble,
    check_names,
    from_dense,
    from_sparse,
    take_target,
)
from metafeatures._tables.files import read_file
from metafeatures._tables.frames import dense_frame
from metafeatures._tables.objects import object_columns, one_column, type_name
from metafeatures._tables.table import Table, Target
from metafeatures._tables.target import NAMED, infer_target, make_target

__all__ = ["as_table"]


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
    then they are text. A column without a known cell counts as numeric. Infinite numbers count as
    missing. Rows whose target is missing are dropped.

    In CSV files the delimiter is guessed (comma, semicolon, tab or bar), and empty cells, NA, N/A,
    NaN, nan, null, NULL, None and ? are missing. A decimal comma is not understood.

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
    if target is not None:
        target = str(target)  # the name of a column may be a number or, with levels, a tuple
    chosen = target is not None or (find_target and y is None)
    if not chosen:
        if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "iuf":
            return _dense(X, [f"x{i}" for i in range(X.shape[1])], type_name(X), y, task)
        frame = dense_frame(X)
        if frame is not None:
            return _dense(frame[1], frame[0], type_name(X), y, task)

    if isinstance(X, str | os.PathLike):
        source = str(X)
        names, columns = read_file(Path(X))
    else:
        source = type_name(X)
        names, columns = object_columns(X)
    check_names(names, source)
    n_rows = len(columns[0].values)
    _check_rows(n_rows, source)
    if chosen:
        column, reason = (target, NAMED) if target is not None else infer_target(names)
        position = take_target(names, column, source)
        try:
            made, keep = make_target(names.pop(position), columns.pop(position), task, reason)
        except TargetError as error:
            raise TargetError(f"{source}: {error}") from error
        return assemble(source, names, columns, made, keep)
    return assemble(source, names, columns, *_target_apart(y, n_rows, task))


def _dense(X: NDArray[Any], names: list[str], source: str, y: Any, task: str) -> Table:
    check_names(names, source)
    _check_rows(X.shape[0], source)
    return from_dense(source, names, X, *_target_apart(y, X.shape[0], task))


def _sparse(X: Any, y: Any, target: str | None, task: str) -> Table:
    source = type_name(X)
    if target is not None:
        raise TargetError(f"a sparse matrix has no column {target!r} by name; give the target as y")
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise TableError(f"{source} of shape {X.shape} is empty; give it rows and columns")
    return from_sparse(source, X, *_target_apart(y, X.shape[0], task))


def _check_rows(n_rows: int, source: str) -> None:
    if n_rows == 0:
        raise TableError(f"{source} has no rows; give it at least one")


def _target_apart(y: Any, n_rows: int, task: str) -> tuple[Target | None, NDArray[np.bool_] | None]:
    """Target and rows to keep, of a target that is not a column of the table."""
    if y is None:
        return None, None
    if hasattr(y, "toarray"):  # a sparse column
        y = y.toarray()
    name = getattr(y, "name", None)
    shape = tuple(getattr(y, "shape", (n_rows,)))
    if not (isinstance(y, Iterable) and shape) or isinstance(y, str | bytes | Mapping | Set):
        raise TargetError(f"y is a single {type_name(y)}; give a list with a value per row")
    if len(shape) > 1:
        if shape[1] != 1:
            raise TargetError(f"y of shape {shape} has several columns; give one column")
        y = y[:, 0] if isinstance(y, np.ndarray) else y
    if isinstance(y, np.ndarray) and y.dtype.kind in "US":
        y = y.astype(object)  # labels that read as numbers are labels all the same
    column = one_column(y)
    if len(column.values) != n_rows:
        raise TargetError(
            f"y has {len(column.values)} values and X has {n_rows} rows; make them equal"
        )
    return make_target("target" if name is None else str(name), column, task, GIVEN)
