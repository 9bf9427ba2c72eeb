"""What a child process does for a study: one fold of a configuration, or its fit on all rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from metarec.collecting.evaluating import (
    FoldPredictions,
    Started,
    predict_fold,
    score_fold,
)
from metarec.collecting.preparation import prepare
from metarec.learners import make_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metarec.collecting.tasks import LearningTask
    from metarec.learners import Configuration
    from metarec.tuning.validation import TuningData


@dataclass(frozen=True, eq=False)
class FoldOutcome:
    """What one fold gave."""

    scores: dict[str, float]
    """By name of the metric."""
    predictions: FoldPredictions
    """Of its test rows."""


def warm_up(path: str) -> Iterator[Started]:
    """Read the table, so that no trial pays for it."""
    _load(path)
    yield Started()


def evaluate_fold(
    path: str, configuration: Configuration, fold: int, seed: int
) -> Iterator[Started | FoldOutcome]:
    """Yields `Started`, then the `FoldOutcome`."""
    from joblib import hash as fingerprint

    yield Started()
    task = _load_task(path)
    pipeline = make_pipeline(configuration, task=task.card.task, random_state=seed)
    steps, model = pipeline[:-1], pipeline[-1]
    prepared = prepare(steps, fingerprint(steps), task, fold)
    found = predict_fold(model, task, fold, prepared)
    yield FoldOutcome(score_fold(task, fold, found), found)


def fit_whole(path: str, configuration: Configuration, seed: int) -> Iterator[Started | bytes]:
    """Yields `Started`, then the pipeline fitted on all rows, pickled by value where needed."""
    import cloudpickle

    yield Started()
    data = _load(path)
    pipeline = make_pipeline(configuration, task=data.target.task, random_state=seed)
    yield cloudpickle.dumps(pipeline.fit(data.learning.X, data.labels))


@lru_cache(maxsize=1)
def _load(path: str) -> TuningData:
    import joblib

    data: TuningData = joblib.load(path)
    return data


def _load_task(path: str) -> LearningTask:
    return _load(path).learning


def read_fitted(fitted: bytes) -> Any:
    """The pipeline that `fit_whole` sent."""
    import pickle

    return pickle.loads(fitted)  # noqa: S301 - from our child
