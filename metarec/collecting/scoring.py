"""The scores of one fold under every metric of its task.

They equal scikit-learn's, and are computed here because runs are many and small: one confusion
matrix serves three of them, and none checks its input again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, FloatVector, IntVector

OF_SUPPORT: Final = ("log_loss", "roc_auc")
"""Metrics of how much speaks for each class; the others see the predicted class alone."""


def score_classes(
    truth: IntVector, predicted: IntVector, support: FloatMatrix | None, *, probabilities: bool
) -> dict[str, float]:
    """Scores of predicted classes.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n_rows,)
        Codes of the classes.
    support : ndarray of shape (n_rows, n_classes), optional
        How much speaks for each class.
    probabilities : bool
        Whether the support is made of probabilities; only then is there a log loss.

    Returns
    -------
    dict
        By name of the metric; without what is undefined, such as the area under the curve of a
        fold with one class.

    Examples
    --------
    >>> scores = score_classes(np.array([0, 1, 1]), np.array([0, 1, 0]), None, probabilities=False)
    >>> scores["balanced_accuracy"]
    0.75
    """
    n_classes = int(max(truth.max(), predicted.max())) + 1
    pairs = np.bincount(truth * n_classes + predicted, minlength=n_classes**2)
    confusion = pairs.reshape(n_classes, n_classes)
    hits, actual, guessed = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    occurs = actual + guessed > 0
    scores = {
        "accuracy": float(hits.sum() / len(truth)),
        "balanced_accuracy": float((hits[actual > 0] / actual[actual > 0]).mean()),
        "f1_macro": float((2 * hits[occurs] / (actual + guessed)[occurs]).mean()),
    }
    if support is not None and (area := _roc_auc(truth, support)) is not None:
        scores["roc_auc"] = area
    if support is not None and probabilities:
        of_truth = support[np.arange(len(truth)), truth]
        scores["log_loss"] = float(-np.log(np.clip(of_truth, np.finfo(float).eps, 1.0)).mean())
    return _finite(scores)


def score_values(truth: FloatVector, predicted: FloatVector) -> dict[str, float]:
    """Scores of predicted values, by name of the metric; without what is undefined.

    Examples
    --------
    >>> score_values(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0]))["rmse"]
    0.5773502691896257
    """
    error = truth - predicted
    scores = {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
    }
    spread = float(((truth - truth.mean()) ** 2).sum())
    if spread > 0:
        scores["r2"] = float(1.0 - (error**2).sum() / spread)
    ranks = rankdata(truth), rankdata(predicted)
    if all(np.ptp(each) > 0 for each in ranks):
        scores["spearman"] = float(np.corrcoef(*ranks)[0, 1])
    return _finite(scores)


def _finite(scores: dict[str, float]) -> dict[str, float]:
    return {name: score for name, score in scores.items() if np.isfinite(score)}


def _roc_auc(truth: IntVector, support: FloatMatrix) -> float | None:
    """Mean area of each class against the rest; of the second one alone where there are two."""
    n_rows, n_classes = support.shape
    positives = np.bincount(truth, minlength=n_classes)
    classes = np.flatnonzero((positives > 0) & (positives < n_rows))
    if not len(classes):
        return None
    if n_classes == 2:
        classes = np.array([1])
    areas = []
    for code in classes:
        n_positive = int(positives[code])
        ranks = rankdata(support[:, code])[truth == code].sum() - n_positive * (n_positive + 1) / 2
        areas.append(ranks / (n_positive * (n_rows - n_positive)))
    return float(np.mean(areas))
