"""How many rounds of boosting pay on more rows than what is known comes from.

What is known of a configuration comes, but for a few tables, from fits on `_KNOWN_ROWS` rows at
most, and the more rows there are the more rounds pay. There a base-learner that can stop early
finds their number, by test rows that are predicted after each round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec.collecting.scoring import OF_SUPPORT, score_classes, score_values
from metarec.history import METRICS, REGRESSION_METRICS
from metarec.learners import Configuration, HeldOut, get_learner

if TYPE_CHECKING:
    from metarec._types import IntVector
    from metarec.collecting.preparation import Prepared
    from metarec.collecting.tasks import LearningTask
    from metarec.learners import EarlyStopping, TableShape, Value

_KNOWN_ROWS: Final = 5_000
"""Training rows of the largest fits that the shipped history has of more than six tables."""
_MORE: Final = 1.1
"""How many times more rows may need another number."""
_LEAST_HELD_OUT, _MOST_HELD_OUT = 500, 2000
"""Rows that tell the best number from chance; more of them only take time in each round."""


@dataclass(frozen=True)
class Stopping:
    """When a fit ends early."""

    metric: str
    """When the test rows are predicted no better by it."""
    seconds: float
    """After so many at the latest."""


@dataclass
class Rounds:
    """The number of rounds of one configuration, as its stages find it.

    Examples
    --------
    >>> from metarec.learners import TableShape
    >>> rounds = Rounds(Configuration("lightgbm"), TableShape(9000, 5, 2), most_rows=6000)
    >>> rounds.are_sought(2000)
    True
    >>> rounds.note(2000, 140)
    >>> rounds.are_sought(2000), rounds.are_sought(6000)
    (False, True)
    >>> rounds.configuration.hyperparameters["n_estimators"], rounds.found
    (140, {'lightgbm.n_estimators': 140})
    """

    configuration: Configuration
    """With the number that was found last."""
    shape: TableShape
    """The table."""
    most_rows: int
    """Training rows of the largest fold."""
    found: dict[str, Value] = field(default_factory=dict)
    """That number, by the name that it has in trials; nothing where none was found."""
    _n_rows: float = 0.0

    def are_sought(self, n_rows: int) -> bool:
        """Whether a fit on so many rows is to find it; one that as many rows gave holds."""
        learner = get_learner(self.configuration.algorithm, self.shape.task)
        is_possible = learner.early_stopping is not None and self.most_rows > _KNOWN_ROWS
        return is_possible and n_rows > _MORE * self._n_rows

    def note(self, n_rows: int, number: int) -> None:
        """A fit on so many rows found it."""
        learner = get_learner(self.configuration.algorithm, self.shape.task)
        if learner.early_stopping is None:
            return
        name = learner.early_stopping.hyperparameter
        value = learner.space(self.shape)[name].clip(number)
        values = {**self.configuration.hyperparameters, name: value}
        self.configuration = Configuration(learner.name, values)
        self.found = {f"{learner.name}.{name}": value}
        self._n_rows = n_rows


@dataclass
class EarlyFit:
    """A fit that ends early."""

    stopping: EarlyStopping
    """How."""
    held_out: HeldOut
    """When."""
    rounds: int | None = None
    """How many were best, once it is over."""

    def __call__(self, model: Any, X: Any, y: Any) -> None:
        """Fit a model on rows and their classes or values."""
        self.rounds = self.stopping.fit(model, X, y, self.held_out)


def early_fit(
    algorithm: str, task: LearningTask, stage: int, prepared: Prepared, stopping: Stopping
) -> EarlyFit | None:
    """A base-learner's fit that stops early; None where its test rows cannot tell when."""
    how = get_learner(algorithm, task.card.task).early_stopping
    train, test = task.folds[stage]
    rows = np.arange(len(test))
    if task.card.shape.n_classes:
        rows = np.flatnonzero(np.isin(task.y[test], task.y[train]))
    if how is None or len(rows) < _LEAST_HELD_OUT:
        return None
    rows = rows[:: math.ceil(len(rows) / _MOST_HELD_OUT)]
    truth = task.y[test[rows]]
    if np.ptp(truth) == 0:
        return None
    score = partial(_score, stopping.metric)
    held_out = HeldOut(_take(prepared.test, rows), truth, stopping.metric, score, stopping.seconds)
    return EarlyFit(how, held_out)


def _score(metric: str, truth: Any, output: Any) -> float:
    if metric in REGRESSION_METRICS:
        scores = score_values(truth, output)
    else:
        codes = np.asarray(truth, dtype=np.int64)
        support = output if metric in OF_SUPPORT else None
        scores = score_classes(codes, output.argmax(axis=1), support, probabilities=True)
    if metric not in scores:
        return -math.inf
    return scores[metric] if METRICS[metric] == "maximize" else -scores[metric]


def _take(matrix: Any, rows: IntVector) -> Any:
    return matrix.iloc[rows] if hasattr(matrix, "iloc") else matrix[rows]
