"""Several pipelines that answer together, and the choice of them.

Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from libraries of models", ICML 2004,
section 2: forward selection with replacement on predictions of rows that no model was fitted on.
Where a metric counts classes alike, rare classes are decided for below their share of the
probability: each class has a weight, a power of how rare it is, chosen along with the members.
Where probabilities themselves are judged, they are as sure as they were right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from metarec.collecting.evaluating import FoldPredictions, score_fold
from metarec.collecting.scoring import OF_SUPPORT
from metarec.history import METRICS
from metarec.tuning.tempering import fit_temperature, temper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.collecting.tasks import LearningTask

_N_ROUNDS: Final = 25
_ALIKE: Final = ("balanced_accuracy", "f1_macro")
"""Metrics to which each class counts the same, however rare it is."""
_POWERS: Final = (0.25, 0.5, 0.75, 1.0)
"""Of a class's rarity; with 1 and true probabilities, balanced accuracy is greatest."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Which candidates answer together, and how."""

    weights: dict[int, float]
    """By candidate, the largest first; they sum to 1."""
    score: float | None
    """Mean over the folds of the mean prediction; None where it is undefined."""
    class_weights: FloatVector | None = None
    """What each class's probability counts when one is decided for; None for all alike."""
    temperature: float = 1.0
    """Of the mean probabilities."""


def select_members(
    task: LearningTask,
    metric: str,
    candidates: Sequence[Sequence[FoldPredictions]],
    *,
    costs: Sequence[float],
    budget: Callable[[], float],
) -> Selection:
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
        Seconds that are left for the fits of all that are chosen, asked before each round; where
        it is too little for any candidate, the first one is chosen.

    Returns
    -------
    Selection
    """
    opinions = [[opinion(fold, task) for fold in each] for each in candidates]
    found = _select(opinions, task, metric, None, costs=costs, budget=budget)
    if metric == "log_loss" and found.score is not None:
        return _tempered(found, opinions, task)
    if metric not in _ALIKE:
        return found
    rarity = 1.0 / np.maximum(np.bincount(task.y, minlength=task.card.shape.n_classes), 1)
    rarity /= rarity.sum()
    for power in _POWERS:
        other = _select(opinions, task, metric, rarity**power, costs=costs, budget=budget)
        # All alike, or less unlike, where nothing is gained.
        if other.score is not None and (found.score is None or other.score > found.score):
            found = other
    return found


def _select(
    opinions: Sequence[Sequence[FloatMatrix]],
    task: LearningTask,
    metric: str,
    class_weights: FloatVector | None,
    *,
    costs: Sequence[float],
    budget: Callable[[], float],
) -> Selection:
    chosen: list[int] = []
    totals = [np.zeros_like(fold) for fold in opinions[0]]
    best, best_size = -np.inf, 0
    for size in range(1, _N_ROUNDS + 1):
        seconds = budget()
        allowed = [
            sum(costs[each] for each in {*chosen, place}) <= seconds for place in range(len(costs))
        ]
        allowed[0] |= not (chosen or any(allowed))
        scores = [
            _score(
                [(a + b) / size for a, b in zip(totals, each, strict=True)],
                task,
                metric,
                class_weights,
            )
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
        return Selection({0: 1.0}, None)
    counts = Counter(chosen[:best_size])
    weights = {place: count / best_size for place, count in counts.most_common()}
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    return Selection(weights, sign * best, class_weights)


def _tempered(
    found: Selection, opinions: Sequence[Sequence[FloatMatrix]], task: LearningTask
) -> Selection:
    """The same members, as sure together as they were right."""
    folds = [
        np.sum([weight * opinions[place][fold] for place, weight in found.weights.items()], axis=0)
        for fold in range(len(opinions[0]))
    ]
    codes = np.concatenate([task.y[test] for _, test in task.folds[: len(folds)]])
    temperature = fit_temperature(np.concatenate(folds), codes)
    score = -_score([temper(fold, temperature) for fold in folds], task, "log_loss", None)
    return replace(found, score=score, temperature=temperature)


class _Ensemble(BaseEstimator):  # type: ignore[misc]
    """What the classifier and the regressor share."""

    def __init__(self, pipelines: list[Any], weights: list[float]) -> None:
        self.pipelines = pipelines
        self.weights = weights

    def fit(self, X: Any, y: Any) -> Self:
        """Fit a copy of each member."""
        self.pipelines_ = [clone(each).fit(X, y) for each in self.pipelines]
        return self

    def _prepared(self, X: Any) -> Iterator[tuple[Any, Any]]:
        """Each member's model and what it is to see; steps that members share run once."""
        check_is_fitted(self)
        made: dict[tuple[int, ...], Any] = {}
        for member in self.pipelines_:
            *steps, model = [step for _, step in getattr(member, "steps", [("", member)])]
            data = X
            for place, step in enumerate(steps):
                path = tuple(map(id, steps[: place + 1]))
                if path not in made:
                    made[path] = step.transform(data)
                data = made[path]
            yield model, data


class EnsembleClassifier(ClassifierMixin, _Ensemble):  # type: ignore[misc]
    """The weighted mean of several classifiers' probabilities.

    A classifier without probabilities gives all to the class that it predicts.

    Parameters
    ----------
    pipelines : list of estimators
        The members.
    weights : list of float
        Of each, with sum 1.
    class_weights : ndarray of shape (n_classes,), optional
        What each class's probability counts when one is decided for; they leave the probabilities
        as they are.
    temperature : float
        What the logarithms of the mean probabilities are divided by.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> members = [DummyClassifier(strategy="constant", constant=each) for each in (0, 1)]
    >>> model = EnsembleClassifier(members, [0.25, 0.75]).fit([[1.0], [2.0]], [0, 1])
    >>> model.predict_proba([[1.0]]).tolist(), model.predict([[1.0]]).tolist()
    ([[0.25, 0.75]], [1])
    >>> EnsembleClassifier(members, [0.25, 0.75], [0.9, 0.1]).fit([[1.0], [2.0]], [0, 1]).predict(
    ...     [[1.0]]
    ... ).tolist()
    [0]
    """

    def __init__(
        self,
        pipelines: list[Any],
        weights: list[float],
        class_weights: Any = None,
        temperature: float = 1.0,
    ) -> None:
        super().__init__(pipelines, weights)
        self.class_weights = class_weights
        self.temperature = temperature

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, as the members have them."""
        labels: NDArray[Any] = self.pipelines_[0].classes_
        return labels

    def predict_proba(self, X: Any) -> FloatMatrix:
        """Probability of each class, in the order of `classes_`."""
        total = sum(
            weight * self._probabilities(model, data)
            for weight, (model, data) in zip(self.weights, self._prepared(X), strict=True)
        )
        return temper(np.asarray(total), self.temperature)

    def predict(self, X: Any) -> NDArray[Any]:
        """The likeliest class, as much as each counts."""
        codes = decide(self.predict_proba(X), self.class_weights)
        labels: NDArray[Any] = self.classes_[codes]
        return labels

    def _probabilities(self, model: Any, X: Any) -> FloatMatrix:
        if hasattr(model, "predict_proba"):
            return np.asarray(model.predict_proba(X), dtype=np.float64)
        predicted = np.asarray(model.predict(X))
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
        total = sum(
            weight * np.asarray(model.predict(data), dtype=np.float64).ravel()
            for weight, (model, data) in zip(self.weights, self._prepared(X), strict=True)
        )
        return np.asarray(total)


def join(
    fitted: list[Any],
    weights: list[float],
    *,
    classification: bool,
    class_weights: FloatVector | None = None,
    temperature: float = 1.0,
) -> Any:
    """One estimator of fitted pipelines; one alone stays what it is if its answer does."""
    if len(fitted) == 1 and class_weights is None and temperature == 1.0:
        return fitted[0]
    share = [weight / sum(weights) for weight in weights]
    whole = (
        EnsembleClassifier(fitted, share, class_weights, temperature)
        if classification
        else EnsembleRegressor(fitted, share)
    )
    whole.pipelines_ = fitted
    return whole


def parts_of(pipeline: Any) -> tuple[list[Any], list[float], FloatVector | None, float]:
    """What `join` made one of: pipelines, their weights, those of the classes, the temperature."""
    if isinstance(pipeline, EnsembleClassifier):
        joined = pipeline.pipelines_, pipeline.weights
        return *joined, pipeline.class_weights, pipeline.temperature
    if isinstance(pipeline, EnsembleRegressor):
        return pipeline.pipelines_, pipeline.weights, None, 1.0
    return [pipeline], [1.0], None, 1.0


def decide(probabilities: FloatMatrix, class_weights: FloatVector | None) -> IntVector:
    """Code of the class that is decided for, of each row."""
    weighed = probabilities if class_weights is None else probabilities * class_weights
    return np.asarray(weighed.argmax(axis=1))


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


def _score(
    blended: Sequence[FloatMatrix],
    task: LearningTask,
    metric: str,
    class_weights: FloatVector | None,
) -> float:
    """Mean score over the folds, larger is better; the worst where it is undefined."""
    scores = []
    for fold, mean in enumerate(blended):
        if task.card.shape.n_classes:
            # Areas under curves are dear, and few metrics want them.
            support = mean if metric in OF_SUPPORT else None
            found = FoldPredictions(decide(mean, class_weights), support, True, 0.0, 0.0)
        else:
            found = FoldPredictions(mean[:, 0], None, False, 0.0, 0.0)
        of_fold = score_fold(task, fold, found)
        if metric not in of_fold:
            return -np.inf
        scores.append(of_fold[metric])
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    return sign * float(np.mean(scores))
