"""A table split into folds in the way that fits how it will be predicted."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec._arguments import check_count
from metarec._exceptions import UsageError
from metarec.collecting.tables import TableFile
from metarec.collecting.tasks import LearningTask, Protocol, TaskCard, split
from metarec.history.tables import read_frame, read_labelled, to_pandas
from metarec.learners import TableShape

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from metafeatures import Target
    from metarec._types import IntVector
    from metarec.history.tables import LabelledTable


_FIRST_ROWS: Final = 2000
"""Training rows of the first stage before the folds."""
_RATE: Final = 4
"""How many times more rows each next one has; such a stage is worth it where a fold has as many
times more again."""


_FOLDS: Final = ((10_000, 5), (100_000, 3), (math.inf, 2))
"""Folds of a table with fewer rows than that."""
_CELLS_PER_SECOND: Final = 7_500
"""Cells of a table by seconds of a time limit, for each fold: some twenty trials have time then."""
_MANY_CLASSES: Final = 10
"""From which on a class in every second row is odd."""
_LABEL_KINDS: Final = "biuf"
"""Of arrays whose values may be classes as they are; text of any kind is made of one."""


@dataclass(frozen=True)
class Validation:
    """How a configuration is judged on a table."""

    folds: int | None = None
    """Folds: stratified by class, or as the next two say; by size and time limit if None."""
    groups: str | None = None
    """Column whose equal values stay in one fold; it is no feature."""
    time_column: str | None = None
    """Column in whose order each fold is predicted from the rows before it."""
    time_limit: float | None = None
    """Seconds for all trials together."""


@dataclass(frozen=True, eq=False)
class TuningData:
    """A table ready to be tuned on."""

    learning: LearningTask
    """Features, codes or values of the target, folds."""
    target: Target
    """What is to be predicted."""
    labels: NDArray[Any]
    """Classes as the user wrote them, or values."""
    in_time: bool
    """Whether the folds follow one another in time."""
    samples: tuple[IntVector, ...] = ()
    """Some of the first fold's training rows, from few to more; none of a small table."""

    @property
    def doubt(self) -> str | None:
        """Why the target may be another one than it is taken for, if so."""
        n_classes, n_rows = self.target.n_classes, len(self.labels)
        if n_classes < _MANY_CLASSES or 2 * n_classes < n_rows:
            return None
        return (
            f"the target {self.target.name!r} has {n_classes} classes in {n_rows} rows "
            f"({self.target.reason}): write numbers as such, or name another column"
        )

    @property
    def stages(self) -> list[tuple[IntVector, IntVector]]:
        """Training rows and test rows of what a trial goes through: samples, then the folds."""
        _, test = self.learning.folds[0]
        return [*((rows, test) for rows in self.samples), *self.learning.folds]

    def sample(self, n_rows: int) -> IntVector:
        """So many rows of all."""
        every = np.concatenate(self.learning.folds[-1])
        if not self.in_time:
            every.sort()
        return _sample(every, self.learning.y, n_rows, in_time=self.in_time)


def read_data(
    X: object,
    y: object = None,
    *,
    target: str | None = None,
    task: str = "auto",
    validation: Validation | None = None,
    random_state: int = 0,
) -> TuningData:
    """Read a table and split it.

    Parameters
    ----------
    X : path, DataFrame or array of shape (n_rows, n_columns)
        The table; with the target in it if `y` is left out.
    y : array-like of shape (n_rows,), optional
        The target.
    target, task
        As in `metarec.suggest`.
    validation : Validation, optional
        Folds.
    random_state : int
        Seed of the folds.

    Raises
    ------
    metafeatures.TableError
        If the table cannot be read or has no such target.
    UsageError
        If it cannot be split like that.

    Examples
    --------
    >>> frame = {"day": [3, 1, 2, 0], "sold": [0.5, 0.2, 0.3, 0.1]}
    >>> data = read_data(frame, target="sold", task="regression",
    ...                  validation=Validation(folds=2, time_column="day"))
    >>> [test.tolist() for _, test in data.learning.folds]
    [[2], [0]]
    """
    import pandas as pd

    validation = validation or Validation()
    if validation.folds is not None:
        check_count("folds", validation.folds, least=2)
    for name, column in (("groups", validation.groups), ("time_column", validation.time_column)):
        if column is not None and not isinstance(column, str):
            msg = f"`{name}` must be the name of a column, but got a {type(column).__name__}"
            raise UsageError(msg)
    if validation.groups is not None and validation.time_column is not None:
        msg = "rows are grouped or in the order of time, not both: leave out one of the columns"
        raise UsageError(msg)
    frame, target = _with_target(X, y, target, task)
    table = read_labelled(frame, target=target, task=task, groups=validation.groups)
    if table.target.n_classes == 1:
        named = f"{table.target.name!r} has one class only ({table.target.classes[0]!r})"
        msg = f"the target {named}: choose another"
        raise UsageError(msg)
    is_date = pd.api.types.is_datetime64_any_dtype(frame[table.target.name])
    if is_date and not table.target.classes:
        raise _dates(table.target.name)
    labels, found = _labels(frame[table.target.name], table.target)
    table = replace(table, target=found)
    if found.name == validation.time_column:
        msg = f"the column {found.name!r} is the target: order by another one"
        raise UsageError(msg)
    features = table.X
    if table.groups is not None and pd.isna(table.groups).any():
        msg = f"the column {validation.groups!r} has empty cells: fill them, or group by another"
        raise UsageError(msg)
    n_folds = validation.folds or min(
        _usual_folds(features, validation.time_limit),
        _most_folds(table, in_time=validation.time_column is not None),
    )
    if validation.time_column is None:
        protocol = Protocol(n_folds, seed=random_state)
        folds = split(table.y, table.groups, found.task, protocol)
    else:
        folds = _split_in_time(features, validation.time_column, n_folds)
    shape = TableShape(len(features), features.shape[1], found.n_classes)
    file = TableFile("", str(X) if isinstance(X, str | PathLike) else "table", found.name)
    card = TaskCard(file, file.name, table.sha256, found.task, shape)
    first, _ = folds[0]
    in_time = validation.time_column is not None
    samples = tuple(
        _sample(first, table.y, size, in_time=in_time) for size in _sample_sizes(len(first))
    )
    learning = LearningTask(card, features, table.y, folds)
    return TuningData(learning, found, labels, in_time, samples)


def _with_target(X: Any, y: Any, target: str | None, task: str) -> tuple[pd.DataFrame, str | None]:
    """One frame with everything, and the name of the target if it is known."""
    from metafeatures import as_table

    if isinstance(X, str | PathLike):
        if y is not None:
            msg = "`y` goes with a frame, a file has its target in a column: name it by `target`"
            raise UsageError(msg)
        # It says what is wrong with a file, as for all other commands.
        found = as_table(X, target=target, task=task, find_target=True).target
        frame = read_frame(X)
        if found is not None and found.task == "regression" and _is_text(frame[found.name]):
            raise _dates(found.name)
        return frame, target
    frame = to_pandas(X)
    if y is None:
        return frame, target
    if target is not None:
        msg = "`y` and `target` exclude each other: give one of them"
        raise UsageError(msg)
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    if values.ndim != 1 or len(frame) != len(values):
        msg = (
            f"`y` must have one value for each of the {len(frame)} rows of `X`, not {values.shape}"
        )
        raise UsageError(msg)
    name = str(getattr(y, "name", None) or "target")
    if name in frame.columns:
        msg = f"`X` has a column {name!r} as `y` is called: leave out `y`, or rename the column"
        raise UsageError(msg)
    frame = frame.reset_index(drop=True)
    frame[name] = values
    return frame, name


def _is_text(column: pd.Series[Any]) -> bool:
    import pandas as pd

    return pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)


def _dates(name: str) -> UsageError:
    return UsageError(f"the target {name!r} holds dates: write numbers, as days from a first one")


def _sample_sizes(n_rows: int) -> list[int]:
    """How many of a fold's training rows trials are compared by first.

    As in successive halving (Jamieson & Talwalkar, AISTATS 2016).
    """
    sizes = []
    size = _FIRST_ROWS
    while size * _RATE <= n_rows:
        sizes.append(size)
        size *= _RATE
    return sizes


def _sample(rows: IntVector, y: NDArray[Any], size: int, *, in_time: bool) -> IntVector:
    """So many of the rows: the last ones, or evenly from those in the order of the target."""
    if size >= len(rows):
        return rows
    if in_time:
        return rows[-size:]
    # Equal ones are in the order of the table.
    ordered = rows[np.argsort(y[rows], kind="stable")]
    places = np.linspace(0, len(ordered) - 1, size).round().astype(np.int64)
    return np.sort(ordered[places])


def _labels(column: pd.Series[Any], target: Target) -> tuple[NDArray[Any], Target]:
    """What pipelines are fitted on, and the target with its classes in scikit-learn's order.

    Classes that scikit-learn takes for none, as dates or numbers such as 0.5, go by their names.
    """
    from sklearn.utils.multiclass import type_of_target

    if not target.classes:
        return target.values, target
    names = np.asarray(target.classes)[target.codes]
    # Gaps turn truth values and whole numbers into objects.
    labels = column[column.notna()].infer_objects().to_numpy()
    is_plain = labels.dtype.kind in _LABEL_KINDS
    if not is_plain or type_of_target(labels) not in {"binary", "multiclass"}:
        is_text = all(isinstance(each, str) for each in labels)
        labels = labels.astype(str) if is_text else names
    if len(np.unique(labels)) != target.n_classes:
        labels = names
    _, first, codes = np.unique(labels, return_index=True, return_inverse=True)
    ordered = tuple(names[first].tolist())
    return labels, replace(target, codes=codes.astype(np.int32), classes=ordered)


def _usual_folds(X: pd.DataFrame, time_limit: float | None) -> int:
    """The more rows, the less a mean over many folds adds; and trials need their time."""
    usual = next(folds for rows, folds in _FOLDS if len(X) < rows)
    if time_limit is None:
        return usual
    return min(usual, max(2, int(_CELLS_PER_SECOND * time_limit / max(X.size, 1))))


def _most_folds(table: LabelledTable, *, in_time: bool) -> int:
    """How many a small table can be split into; not fewer than two."""
    most = len(table.y) - in_time
    if table.groups is not None:
        most = len(np.unique(table.groups.astype(str)))
    if table.target.classes and not in_time:
        most = min(most, int(np.bincount(table.y).max()))
    return max(most, 2)


def _split_in_time(X: pd.DataFrame, name: str, n_folds: int) -> list[tuple[IntVector, IntVector]]:
    """Folds that follow one another; equal times keep the order of the table."""
    import pandas as pd
    from sklearn.model_selection import TimeSeriesSplit

    if name not in X.columns:
        msg = f"the table has no column {name!r} to order by: name one that it has"
        raise UsageError(msg)
    times = X[name]
    is_span = pd.api.types.is_timedelta64_dtype(times)
    if not is_span and not pd.api.types.is_numeric_dtype(times):
        times = _read_times(times)
    if times.isna().any():
        msg = (
            f"the column {name!r} has cells that are no time, or is not written in one way "
            "throughout: write 2026-12-31 in all of it, or order by another"
        )
        raise UsageError(msg)
    order = np.argsort(times.to_numpy(), kind="stable")
    try:
        splits = list(TimeSeriesSplit(n_folds).split(order))
    except ValueError as error:
        remedy = "take fewer" if n_folds > 2 else "give more rows"
        msg = f"no {n_folds} folds can be made ({error}): {remedy}"
        raise UsageError(msg) from error
    return [(order[train], order[test]) for train, test in splits]


def _read_times(column: pd.Series[Any]) -> pd.Series[Any]:
    """Dates that are all written in one way; cells that are not so are missing.

    Read each by itself, 01/02 would be a day of January beside 13/02 of February.
    """
    import pandas as pd

    ways: tuple[dict[str, Any], ...] = ({"format": "ISO8601"}, {}, {"dayfirst": True})
    for way in ways:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of a way that does not fit
            # Offsets change with the clock in summer.
            times = pd.to_datetime(column, errors="coerce", utc=True, **way)
        if not times.isna().any():
            break
    return times
