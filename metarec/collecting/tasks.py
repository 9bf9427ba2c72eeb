"""A table made ready to be learned from: sampled, split into folds, and described."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from metarec._exceptions import UsageError
from metarec.history.tables import read_labelled
from metarec.learners import TableShape, TaskType

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from metafeatures import Target
    from metarec._types import IntVector
    from metarec.collecting.preparation import Prepared
    from metarec.collecting.tables import TableFile


@dataclass(frozen=True)
class Protocol:
    """How runs are made comparable: which rows, which folds, which seed."""

    n_folds: int = 3
    """Folds of the cross-validation: stratified by class, or grouped if the table has groups."""
    max_rows: int | None = None
    """Rows of the sample of a larger table, stratified by class; None for all."""
    seed: int = 0
    """Of the sample, the folds and the estimators."""


@dataclass(frozen=True)
class TaskCard:
    """What must be known of a task to plan and record runs on it."""

    file: TableFile
    """Where it comes from."""
    dataset: str
    """Name; that of a sample says how many rows it has."""
    sha256: str
    """Of the whole table's content, and of what in it is the target and the groups."""
    task: TaskType
    """binary, multiclass or regression."""
    shape: TableShape
    """Of the rows that are split into folds."""

    @property
    def variant_of(self) -> str | None:
        """The data set that this one is a sample of."""
        return None if self.dataset == self.file.name else self.file.name


@dataclass(frozen=True, eq=False)
class LearningTask:
    """A task with its rows."""

    card: TaskCard
    """What it is."""
    X: pd.DataFrame
    """The features."""
    y: NDArray[Any]
    """Code of each row's class, or its value."""
    folds: Sequence[tuple[IntVector, IntVector]]
    """Training rows and test rows of each fold."""
    prepared: dict[tuple[str, int], Prepared] = field(default_factory=dict)
    """Folds after the steps that many configurations have in common."""


def load_task(file: TableFile, protocol: Protocol) -> LearningTask:
    """Read a table, draw its sample and split it.

    The last few are kept as long as their files do not change, because runs come table by table.

    Raises
    ------
    metafeatures.TableError
        If the table cannot be read or has no such target.
    UsageError
        If it cannot be split into that many folds.
    """
    state = Path(file.path).stat()
    return _load(file, protocol, (state.st_mtime_ns, state.st_size, state.st_ino))


@lru_cache(maxsize=4)
def _load(file: TableFile, protocol: Protocol, _: tuple[int, ...]) -> LearningTask:
    table = read_labelled(file.path, target=file.target, task=file.task, groups=file.groups)
    target, y, X, groups = table.target, table.y, table.X, table.groups
    rows = sample_rows(target, protocol)
    shape = TableShape(len(rows), X.shape[1], target.n_classes)
    dataset = file.name if len(rows) == len(y) else _variant_name(file.name, len(rows), protocol)
    card = TaskCard(file, dataset, table.sha256, target.task, shape)
    X, y = X.iloc[rows].reset_index(drop=True), y[rows]
    groups = None if groups is None else groups[rows]
    return LearningTask(card, X, y, split(y, groups, target.task, protocol))


def sample_rows(target: Target, protocol: Protocol) -> IntVector:
    """Rows of the sample in the order of the table; each class keeps its share.

    A small class keeps one row for every fold, if it has so many.
    """
    codes = target.codes if target.classes else np.zeros(len(target.values), dtype=np.int64)
    if protocol.max_rows is None or len(codes) <= protocol.max_rows:
        return np.arange(len(codes))
    counts = np.bincount(codes)
    exact = counts * (protocol.max_rows / len(codes))
    wanted = np.floor(exact)
    # The rows that rounding left over go where it took most.
    left = protocol.max_rows - int(wanted.sum())
    wanted[np.argsort(wanted - exact, kind="stable")[:left]] += 1
    wanted = np.maximum(wanted, np.minimum(counts, protocol.n_folds))
    generator = np.random.default_rng(protocol.seed)
    chosen = [
        generator.choice(np.flatnonzero(codes == code), int(n_rows), replace=False)
        for code, n_rows in enumerate(wanted)
    ]
    return np.sort(np.concatenate(chosen))


def split(
    y: NDArray[Any], groups: NDArray[Any] | None, task: str, protocol: Protocol
) -> list[tuple[IntVector, IntVector]]:
    """Training rows and test rows of each fold.

    Raises
    ------
    UsageError
        If there are fewer rows, rows of the largest class, or groups than folds.
    """
    import warnings

    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    if groups is None:
        kind = KFold if task == "regression" else StratifiedKFold
    else:
        kind = GroupKFold if task == "regression" else StratifiedGroupKFold
    splitter = kind(protocol.n_folds, shuffle=True, random_state=protocol.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class with fewer rows than folds
        try:
            return list(splitter.split(y, y, groups))
        except ValueError as error:
            remedy = "take fewer" if protocol.n_folds > 2 else "give more rows"
            msg = f"no {protocol.n_folds} folds can be made ({error}): {remedy}"
            raise UsageError(msg) from error


def _variant_name(name: str, n_rows: int, protocol: Protocol) -> str:
    # Another seed draws another sample, which is another table.
    return f"{name}@{n_rows}" + (f"-{protocol.seed}" if protocol.seed else "")
