"""What is to be predicted: which column, which task, which classes."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TargetError
from metafeatures._tables.assemble import observed
from metafeatures._tables.columns import Column
from metafeatures._tables.table import Kind, Target, Task

__all__ = ["NAMED", "check_task", "infer_target", "is_regression", "make_target"]

USUAL_NAMES = ("target", "class", "y", "label")
TASKS = ("auto", "classification", "binary", "multiclass", "regression")
MAX_INTEGER_CLASSES = 20
NAMED = "it was named as the target"


def infer_target(names: Sequence[str]) -> tuple[str, str]:
    """Guess which column is to be predicted.

    A column called target, class, y or label (in this order, upper case or lower), else the
    last one.

    Parameters
    ----------
    names : sequence of str
        Column names, at least one.

    Returns
    -------
    column : str
        The column.
    reason : str
        Why, as a fragment of a sentence.

    Raises
    ------
    TargetError
        If there are no names.

    Examples
    --------
    >>> infer_target(["age", "Class", "income"])
    ('Class', "the column is called 'Class'")
    >>> infer_target(["age", "income"])
    ('income', 'it is the last column')
    """
    if not names:
        raise TargetError("there are no columns to choose a target from; give at least one name")
    for usual in USUAL_NAMES:
        for name in names:
            if name.strip().lower() == usual:
                return name, f"the column is called {name!r}"
    return names[-1], "it is the last column"


def check_task(task: str) -> None:
    """Refuse a task that does not exist.

    Raises
    ------
    TargetError
    """
    if task not in TASKS:
        raise TargetError(f"there is no task {task!r}; choose one of {', '.join(TASKS)}")


def make_target(
    name: str, column: Column, task: str, name_reason: str
) -> tuple[Target, NDArray[np.bool_] | None]:
    """Settle the task and the classes.

    Returns
    -------
    target : Target
        Without the rows whose target is missing.
    keep : ndarray of shape (n_rows,) or None
        The rows that are left; None if none was dropped.

    Raises
    ------
    TargetError
        If no row has a target, or the task does not fit the values.
    """
    check_task(task)
    missing = column.missing
    n_missing = int(np.count_nonzero(missing))
    if n_missing == len(missing):
        raise TargetError(f"no row has a value in the target {name!r}; choose another column")
    keep = ~missing if n_missing else None
    values = column.values[~missing] if n_missing else column.values
    # A frame holds whole numbers as decimals as soon as one is missing.
    whole = column.integral or (
        n_missing > 0 and not column.coded and bool((values == np.floor(values)).all())
    )
    regression, reason = is_regression(
        name, column.kind, task, len(values), lambda: len(_distinct(values)[0]), whole=whole
    )
    if regression:
        numbers = np.ascontiguousarray(values, dtype=np.float64)
        codes = np.empty(0, dtype=np.int32)
        return Target(name, "regression", codes, numbers, (), reason, name_reason, n_missing), keep
    codes, classes = _classes(column, values)
    found: Task = "binary" if len(classes) <= 2 else "multiclass"
    if task == "binary" and found != "binary":
        raise TargetError(
            f"the target {name!r} has {len(classes)} classes, not two; use task='multiclass'"
        )
    if task in ("binary", "multiclass"):
        found = cast("Task", task)
    return Target(name, found, codes, np.empty(0), classes, reason, name_reason, n_missing), keep


def is_regression(
    name: str, kind: Kind, task: str, n_rows: int, count: Callable[[], int], *, whole: bool
) -> tuple[bool, str]:
    """Settle whether the task is regression, and why.

    Parameters
    ----------
    name, kind, task
        The target, what it holds, and what was asked for.
    n_rows : int
        Number of known cells.
    count : callable
        Counts the distinct ones, if needed.
    whole : bool
        Whether they are whole numbers.

    Raises
    ------
    TargetError
        If regression was asked for and the target does not hold numbers.
    """
    coded = kind in ("categorical", "boolean", "text")
    if task != "auto":
        if task == "regression" and coded:
            raise TargetError(
                f"the target {name!r} holds {kind} values, which regression cannot predict; "
                "use task='classification'"
            )
        return task == "regression", f"task={task!r} was asked for"
    if coded:
        return False, f"the target holds {kind} values"
    if kind == "date":
        return True, "the target holds dates"
    distinct = count()
    if whole:
        few = distinct <= MAX_INTEGER_CLASSES and (distinct < n_rows / 2 or distinct <= 2)
        return not few, f"the target has {distinct} distinct whole numbers"
    if distinct <= 2:
        return False, f"the target has {distinct} distinct values"
    return True, "the target holds decimal numbers"


def _classes(
    column: Column, values: NDArray[np.float64] | NDArray[np.int32]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    if not column.coded:
        numbers, codes = _distinct(values)
        names = tuple(str(int(v)) if v == int(v) else str(v) for v in numbers.tolist())
        return codes.astype(np.int32), names
    compact, seen = observed(values.astype(np.int32), len(column.labels))
    names = tuple(column.labels[i] for i in seen)
    # Classes in alphabetical order, so that the row order does not name them.
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[compact], tuple(names[i] for i in order)


def _distinct(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Distinct numbers in ascending order, and which of them each value is."""
    low, high = values.min(), values.max()
    if abs(low) < 2**52 and abs(high) < 2**52 and high - low <= len(values):
        places = (values - low).astype(np.intp)
        if np.array_equal(places + low, values):
            # Whole numbers close to each other are counted, which is faster than sorting.
            seen = np.bincount(places) > 0
            return np.flatnonzero(seen) + low, (np.cumsum(seen) - 1)[places]
    numbers, codes = np.unique(values, return_inverse=True)
    return numbers, codes
