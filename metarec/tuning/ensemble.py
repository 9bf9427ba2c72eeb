"""Several pipelines that answer together, and the choice of them.

Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from libraries of models", ICML 2004,
section 2: forward selection with replacement on predictions of rows that no model was fitted on.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from metarec.collecting.evaluating import FoldPredictions, score_fold
from metarec.history import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from metarec._types import FloatMatrix
    from metarec.collecting.tasks import LearningTask

_N_ROUNDS: Final = 25


def select_members(
    task: LearningTask,
    metric: str,
    candidates: Sequence[Sequence[FoldPredictions]],
    *,
    costs: Sequence[float],
    budget: Callable[[], float],
) -> tuple[dict[int, float], float | None]:
    """Choose candidates whose mean prediction scores best, with replacement.

    Parameters
    ----------
    task : LearningTask
        Rows and folds.
    metric : str
        What to score by.
    candidates : sequence of sequence of FoldPredictions
        For each candidate its predictions of each fold's test rows; the best candidate first.
    costs : sequence of float
        Seconds to fit each candidate on all rows.
    budget : callable
        Seconds that are left for the fits of all that are chosen, asked before each round; the
        first candidate may exceed it.

    Returns
    -------
    weights : dict of int to float
        By candidate, the largest first; they sum to 1.
    score : float or None
        Mean over the folds of the mean prediction; None where it is undefined.
    """
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    opinions = [[opinion(fold, task) for fold in each] for each in candidates]
    chosen: list[int] = []
    totals = [np.zeros_like(fold) for fold in opinions[0]]
    best, best_size = -np.inf, 0
    for size in range(1, _N_ROUNDS + 1):
        seconds = budget()
        allowed = [
            sum(costs[each] for each in {*chosen, place}) <= seconds for place in range(len(costs))
        ]
        allowed[0] |= not chosen
        scores = [
            _score([(a + b) / size for a, b in zip(totals, each, strict=True)], task, metric)
            if affordable
            else -np.inf
            for each, affordable in zip(opinions, allowed, strict=True)
        ]
        place = int(np.argmax(scores))
        if np.isneginf(scores[place]):
            break
        chosen.append(place)
        totals = [a + b for a, b in zip(totals, opinions[place], strict=True)]
        if scores[place] > best:
            best, best_size = scores[place], size
    if not chosen:
        return {0: 1.0}, None
    counts = Counter(chosen[:best_size])
    return {place: count / best_size for place, count in counts.most_common()}, sign * best


class _Ensemble(BaseEstimator):  # type: ignore[misc]
    """What the classifier and the regressor share."""

    def __init__(self, pipelines: list[Any], weights: list[float]) -> None:
        self.pipelines = pipelines
        self.weights = weights

    def fit(self, X: Any, y: Any) -> Self:
        """Fit a copy of each member."""
        self.pipelines_ = [clone(each).fit(X, y) for each in self.pipelines]
        return self


class EnsembleClassifier(ClassifierMixin, _Ensemble):  # type: ignore[misc]
    """The weighted mean of several classifiers' probabilities.

    A classifier without probabilities gives all to the class that it predicts.

    Parameters
    ----------
    pipelines : list of estimators
        The members.
    weights : list of float
        Of each, with sum 1.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> members = [DummyClassifier(strategy="constant", constant=each) for each in (0, 1)]
    >>> model = EnsembleClassifier(members, [0.25, 0.75]).fit([[1.0], [2.0]], [0, 1])
    >>> model.predict_proba([[1.0]]).tolist(), model.predict([[1.0]]).tolist()
    ([[0.25, 0.75]], [1])
    """

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, as the members have them."""
        labels: NDArray[Any] = self.pipelines_[0].classes_
        return labels

    def predict_proba(self, X: Any) -> FloatMatrix:
        """Probability of each class, in the order of `classes_`."""
        check_is_fitted(self)
        total = sum(
            weight * self._probabilities(each, X)
            for weight, each in zip(self.weights, self.pipelines_, strict=True)
        )
        return np.asarray(total)

    def predict(self, X: Any) -> NDArray[Any]:
        """The likeliest class."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def _probabilities(self, member: Any, X: Any) -> FloatMatrix:
        if hasattr(member, "predict_proba"):
            return np.asarray(member.predict_proba(X), dtype=np.float64)
        predicted = np.asarray(member.predict(X))
        votes: FloatMatrix = (predicted[:, None] == self.classes_).astype(np.float64)
        return votes


class EnsembleRegressor(RegressorMixin, _Ensemble):  # type: ignore[misc]
    """The weighted mean of several regressors' predictions.

    Parameters
    ----------
    pipelines : list of estimators
        The members.
    weights : list of float
        Of each, with sum 1.

    Examples
    --------
    >>> from sklearn.dummy import DummyRegressor
    >>> members = [DummyRegressor(strategy="constant", constant=each) for each in (0, 1)]
    >>> model = EnsembleRegressor(members, [0.25, 0.75]).fit([[1.0], [2.0]], [0.0, 1.0])
    >>> model.predict([[1.0]]).tolist()
    [0.75]
    """

    def predict(self, X: Any) -> NDArray[np.float64]:
        """The weighted mean."""
        check_is_fitted(self)
        total = sum(
            weight * np.asarray(each.predict(X), dtype=np.float64).ravel()
            for weight, each in zip(self.weights, self.pipelines_, strict=True)
        )
        return np.asarray(total)


def join(fitted: list[Any], weights: list[float], *, classification: bool) -> Any:
    """One estimator of fitted pipelines; a pipeline alone stays what it is."""
    if len(fitted) == 1:
        return fitted[0]
    share = [weight / sum(weights) for weight in weights]
    whole = (EnsembleClassifier if classification else EnsembleRegressor)(fitted, share)
    whole.pipelines_ = fitted
    return whole


def members_of(pipeline: Any) -> tuple[list[Any], list[float]]:
    """What `join` made one estimator of, and their weights."""
    if isinstance(pipeline, EnsembleClassifier | EnsembleRegressor):
        return pipeline.pipelines_, pipeline.weights
    return [pipeline], [1.0]


def share_steps(fitted: list[Any], unfitted: list[Any]) -> list[Any]:
    """Let pipelines have those fitted steps in common in which they begin alike.

    They were fitted on the same rows with the same seed, so that the steps are equal.
    """
    from joblib import hash as fingerprint
    from sklearn.pipeline import Pipeline

    known: dict[str, Any] = {}
    return [
        Pipeline(
            [
                (name, known.setdefault(fingerprint(plain[: place + 1]), step))
                for place, (name, step) in enumerate(whole.steps)
            ]
        )
        for whole, plain in zip(fitted, unfitted, strict=True)
    ]


def opinion(found: FoldPredictions, task: LearningTask) -> FloatMatrix:
    """What a candidate adds to the mean, as a column per class or one of values."""
    n_classes = task.card.shape.n_classes
    if not n_classes:
        return np.asarray(found.predicted, dtype=np.float64)[:, None]
    if found.support is not None and found.probabilities:
        return found.support
    codes = np.asarray(found.predicted, dtype=np.int64)
    return np.asarray(np.eye(n_classes)[codes])


def _score(blended: Sequence[FloatMatrix], task: LearningTask, metric: str) -> float:
    """Mean score over the folds, larger is better; the worst where it is undefined."""
    scores = []
    for fold, opinion in enumerate(blended):
        if task.card.shape.n_classes:
            found = FoldPredictions(opinion.argmax(axis=1), opinion, True, 0.0, 0.0)
        else:
            found = FoldPredictions(opinion[:, 0], None, False, 0.0, 0.0)
        of_fold = score_fold(task, fold, found)
        if metric not in of_fold:
            return -np.inf
        scores.append(of_fold[metric])
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    return sign * float(np.mean(scores))
