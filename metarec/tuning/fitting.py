"""What a child process does for a study: one stage of a configuration, or its fit on all rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from metarec.collecting.evaluating import (
    FoldPredictions,
    Started,
    predict_fold,
    score_fold,
)
from metarec.collecting.preparation import prepare
from metarec.learners import Configuration, make_pipeline
from metarec.tuning.rounds import early_fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metarec.collecting.tasks import LearningTask
    from metarec.tuning.rounds import Stopping
    from metarec.tuning.validation import TuningData


@dataclass(frozen=True, eq=False)
class StageOutcome:
    """What one stage gave: a fold, or the first fold with fewer training rows."""

    scores: dict[str, float]
    """By name of the metric."""
    predictions: FoldPredictions
    """Of its test rows."""
    rounds: int | None = None
    """How many rounds of boosting were best, where that was to be found."""


def begin() -> Iterator[Started]:
    """Nothing but the start of the process."""
    yield Started()


def warm_up(path: str) -> Iterator[Started]:
    """Read the table, so that no trial pays for it."""
    _load(path)
    yield Started()


def evaluate_stage(
    path: str,
    configuration: Configuration,
    stage: int,
    seed: int,
    stopping: Stopping | None = None,
) -> Iterator[Started | StageOutcome]:
    """Yields `Started`, then the `StageOutcome`; boosting stops early if `stopping` says when."""
    from joblib import hash as fingerprint

    yield Started()
    task = _load_stages(path)
    pipeline = make_pipeline(configuration, task=task.card.task, random_state=seed)
    steps, model = pipeline[:-1], pipeline[-1]
    prepared = prepare(steps, fingerprint(steps), task, stage)
    fit = None
    if stopping is not None:
        fit = early_fit(configuration.algorithm, task, stage, prepared, stopping)
    found = predict_fold(model, task, stage, prepared, fit)
    rounds = None if fit is None else fit.rounds
    yield StageOutcome(score_fold(task, stage, found), found, rounds)


def fit_whole(
    path: str, configuration: Configuration, seed: int, n_rows: int
) -> Iterator[Started | bytes]:
    """Yields `Started`, then the pipeline fitted on so many rows, pickled by value where needed."""
    import cloudpickle

    yield Started()
    data = _load(path)
    pipeline = make_pipeline(configuration, task=data.target.task, random_state=seed)
    rows = data.sample(n_rows)
    yield cloudpickle.dumps(pipeline.fit(data.learning.X.iloc[rows], data.labels[rows]))


def read_fitted(fitted: bytes) -> Any:
    """The pipeline that `fit_whole` sent."""
    import pickle

    return pickle.loads(fitted)  # noqa: S301 - from our child


def import_pipelines() -> None:
    """Import what fitted pipelines are made of, before the first one comes back."""
    make_pipeline(Configuration("naive_bayes"))


@lru_cache(maxsize=1)
def _load(path: str) -> TuningData:
    import joblib

    data: TuningData = joblib.load(path)
    return data


@lru_cache(maxsize=1)
def _load_stages(path: str) -> LearningTask:
    """The task with a fold for each stage."""
    data = _load(path)
    return replace(data.learning, folds=data.stages)
