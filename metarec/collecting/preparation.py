"""The steps before the model, fitted once for all configurations that have them in common."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from metarec.collecting.tasks import LearningTask

_MAX_BYTES: Final = 128 * 2**20
"""Prepared folds of one task that are kept."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One fold after the steps before the model."""

    train: Any
    """Matrix of the training rows."""
    test: Any
    """Matrix of the test rows."""
    fit_seconds: float
    """CPU time to fit the steps and transform the training rows."""
    transform_seconds: float
    """CPU time to transform the test rows."""

    @property
    def n_bytes(self) -> int:
        """Memory of both matrices; a type that does not say counts as too large to keep."""
        return _n_bytes(self.train) + _n_bytes(self.test)


def prepare(steps: Pipeline, key: str, task: LearningTask, fold: int) -> Prepared:
    """Fit the steps on a fold, or take what was kept; the matrices are the caller's to change.

    The times are those of the first fit, so that a run's times do not depend on the runs before.

    Parameters
    ----------
    steps : Pipeline
        All but the last step of a configuration's pipeline, not fitted.
    key : str
        What the steps do; equal for equal steps.
    task : LearningTask
        The rows; what is prepared is kept with it.
    fold : int
        Which of its folds.
    """
    found = task.prepared.get((key, fold))
    if found is None:
        train, test = task.folds[fold]
        start = time.process_time()
        train_matrix = steps.fit_transform(task.X.iloc[train], task.y[train])
        fitted = time.process_time()
        test_matrix = steps.transform(task.X.iloc[test])
        done = time.process_time()
        found = Prepared(train_matrix, test_matrix, fitted - start, done - fitted)
        if found.n_bytes + sum(each.n_bytes for each in task.prepared.values()) > _MAX_BYTES:
            return found
        task.prepared[key, fold] = found
    # A model may change its input in place.
    return Prepared(
        found.train.copy(), found.test.copy(), found.fit_seconds, found.transform_seconds
    )


def _n_bytes(matrix: Any) -> int:
    if hasattr(matrix, "memory_usage"):
        return int(matrix.memory_usage(deep=True).sum())
    return int(getattr(matrix, "nbytes", _MAX_BYTES))
