"""One configuration on one task, fold by fold; and the meta-features of the same rows."""

from __future__ import annotations

import platform
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec.collecting.preparation import Prepared, prepare
from metarec.collecting.scoring import score_classes, score_values
from metarec.collecting.tasks import LearningTask, Protocol, load_task
from metarec.history.tables import describe_rows
from metarec.learners import make_pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from metarec._types import FloatMatrix
    from metarec.collecting.tables import TableFile
    from metarec.learners import Configuration

_PACKAGES: Final = ("metarec", "numpy", "scipy", "pandas", "scikit-learn", "skrub", "lightgbm")


@dataclass(frozen=True)
class Started:
    """From here on the time of a run counts: the table is read and the pipeline is built."""

    versions: dict[str, str] = field(default_factory=dict)
    """Of Python and the packages that take part."""
    algorithm_version: str | None = None
    """The model's package and its version."""


@dataclass(frozen=True)
class FoldResult:
    """What one fold gave."""

    scores: dict[str, float]
    """By name of the metric."""
    fit_seconds: float
    """CPU time of the whole pipeline: a fit has one thread, and other load must not count."""
    predict_seconds: float
    """CPU time of all test rows."""


@dataclass(frozen=True, eq=False)
class FoldPredictions:
    """What a model says of the test rows of one fold."""

    predicted: NDArray[Any]
    """Code of the class, or value, of each row."""
    support: FloatMatrix | None
    """How much speaks for each class, shape (n_rows, n_classes); None where it does not say."""
    probabilities: bool
    """Whether the support is made of probabilities."""
    fit_seconds: float
    """As in `FoldResult`."""
    predict_seconds: float
    """As in `FoldResult`."""


def evaluate(
    file: TableFile, protocol: Protocol, configuration: Configuration
) -> Iterator[Started | FoldResult]:
    """Cross-validate a configuration; yields `Started`, then one `FoldResult` per fold."""
    from joblib import hash as fingerprint

    task = load_task(file, protocol)
    pipeline = make_pipeline(configuration, task=task.card.task, random_state=protocol.seed)
    steps, model = pipeline[:-1], pipeline[-1]
    key = fingerprint(steps)
    yield Started(_versions(), _version_of(model))
    for fold in range(len(task.folds)):
        # Without `prepared` in hand, the memory of one fold is free before the next.
        yield _evaluate_fold(model, task, fold, prepare(steps, key, task, fold))


def describe(file: TableFile, protocol: Protocol) -> Iterator[object]:
    """Yields what must be known of a task to plan runs on it."""
    yield load_task(file, protocol).card


def extract_meta_features(
    file: TableFile, protocol: Protocol, time_limit: float
) -> Iterator[Started | dict[str, float | None]]:
    """Yields `Started`, then the meta-features of a task's rows; None where undefined."""
    task = load_task(file, protocol)
    yield Started()
    yield describe_rows(
        task.X, task.y, task.card.task, time_limit=time_limit, random_state=protocol.seed
    )


def predict_fold(
    model: Any,
    task: LearningTask,
    fold: int,
    prepared: Prepared,
    fit: Callable[[Any, Any, Any], object] | None = None,
) -> FoldPredictions:
    """Fit a model on a fold's prepared training rows, by `fit` if given; predict its test rows."""
    from sklearn.base import clone

    train, _ = task.folds[fold]
    fitted, y = clone(model), task.y[train]
    start = time.process_time()
    if fit is None:
        fitted.fit(prepared.train, y)
    else:
        fit(fitted, prepared.train, y)
    done = time.process_time()
    predicted = fitted.predict(prepared.test)
    end = time.process_time()
    support, probabilities = None, False
    if task.card.shape.n_classes:
        support, probabilities = _support(fitted, prepared.test, task.card.shape.n_classes)
    else:
        predicted = np.asarray(predicted, dtype=np.float64).ravel()
    return FoldPredictions(
        predicted,
        support,
        probabilities,
        done - start + prepared.fit_seconds,
        end - done + prepared.transform_seconds,
    )


def score_fold(task: LearningTask, fold: int, found: FoldPredictions) -> dict[str, float]:
    """Scores of a fold's predictions, by name of the metric."""
    _, test = task.folds[fold]
    if not task.card.shape.n_classes:
        return score_values(task.y[test], found.predicted)
    return score_classes(
        task.y[test], found.predicted, found.support, probabilities=found.probabilities
    )


def _evaluate_fold(model: Any, task: LearningTask, fold: int, prepared: Prepared) -> FoldResult:
    found = predict_fold(model, task, fold, prepared)
    return FoldResult(score_fold(task, fold, found), found.fit_seconds, found.predict_seconds)


def _support(model: Any, X: Any, n_classes: int) -> tuple[Any, bool]:
    """How much speaks for each class of the task, and whether as a probability."""
    probabilities = hasattr(model, "predict_proba")
    if probabilities:
        found = np.asarray(model.predict_proba(X), dtype=np.float64)
    elif hasattr(model, "decision_function"):
        found = np.asarray(model.decision_function(X), dtype=np.float64)
    else:
        return None, False
    if found.ndim == 1:
        found = np.column_stack([-found, found])
    # A class that is not among the training rows has nothing for it.
    nothing = 0.0 if probabilities else -np.inf
    support = np.full((len(found), n_classes), nothing)
    support[:, np.asarray(model.classes_, dtype=np.int64)] = found
    return support, probabilities


@cache
def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {
        name: metadata.version(name) for name in _PACKAGES
    }


def _version_of(model: object) -> str:
    package = type(model).__module__.partition(".")[0]
    # A class of the user's own may have come without its module.
    version = getattr(sys.modules.get(package), "__version__", "")
    return f"{package} {version}".strip()
