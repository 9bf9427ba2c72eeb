"""How good predictions are: per fold, and over the rows of all folds together."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import Undefined
from metafeatures._intermediates.sample import Sample

__all__ = ["error_rate", "fold_scores", "kappa", "one_corner_auc", "weighted_auc"]

Floats = NDArray[np.float64]

CLASSES_AT_ONCE = 64


def fold_scores(sample: Sample, predicted: Floats) -> Floats:
    """Accuracy of each fold; for regression R^2, at least -1, of each fold whose target varies.

    Raises
    ------
    Undefined
        If the target of a regression varies in no fold.
    """
    fold, n_folds = sample.fold, sample.n_folds
    size = np.bincount(fold, minlength=n_folds)
    if sample.n_classes > 0:
        return np.bincount(fold, predicted == sample.codes, minlength=n_folds) / size
    y = sample.values
    means = np.bincount(fold, y, minlength=n_folds) / size
    spread = np.bincount(fold, (y - means[fold]) ** 2, minlength=n_folds)
    varied = spread > np.finfo(np.float64).eps * size
    if not varied.any():
        raise Undefined("the target varies in no fold")
    left = np.bincount(fold, (y - predicted) ** 2, minlength=n_folds)
    return np.maximum(1.0 - left[varied] / spread[varied], -1.0)


def error_rate(sample: Sample, predicted: Floats) -> float:
    """Share of all rows that are predicted wrongly."""
    return float(np.mean(predicted != sample.codes))


def kappa(sample: Sample, predicted: Floats) -> float:
    """Cohen's kappa of prediction and class over all rows.

    Raises
    ------
    Undefined
        If every row has the same class and the same prediction.
    """
    k, n = sample.n_classes, len(predicted)
    chance = float(
        np.bincount(sample.codes, minlength=k)
        @ np.bincount(predicted.astype(np.intp), minlength=k)
        / n**2
    )
    if chance >= 1.0:
        raise Undefined("chance agreement is perfect")
    return (1.0 - error_rate(sample, predicted) - chance) / (1.0 - chance)


def one_corner_auc(sample: Sample, predicted: Floats) -> float:
    """Find the `weighted_auc` of scores that are 1 for the predicted class, else 0."""
    k, n = sample.n_classes, len(predicted)
    total = np.bincount(sample.codes, minlength=k)
    said = np.bincount(predicted.astype(np.intp), minlength=k)
    hits = np.bincount(sample.codes[predicted == sample.codes], minlength=k)
    areas = (1.0 + hits / total - (said - hits) / (n - total)) / 2.0
    return float(areas @ total / n)


def weighted_auc(scores: Floats, counts: Floats, check: Callable[[], None]) -> float:
    """Area under the ROC curve of each class against the rest, weighted by its frequency.

    Parameters
    ----------
    scores : ndarray of shape (g, n_classes)
        What is said for each class of the rows of a group.
    counts : ndarray of shape (g, n_classes)
        Rows of each class in the group; at least two classes have one.
    check : callable
        Called every few milliseconds.
    """
    total = counts.sum(axis=0)
    rows = counts.sum(axis=1)
    used = np.flatnonzero(total)
    areas = np.empty(len(used))
    for start in range(0, len(used), CLASSES_AT_ONCE):
        check()
        block = used[start : start + CLASSES_AT_ONCE]
        said, hits = scores.T[block], counts.T[block]
        order = np.argsort(said, axis=1, kind="stable")
        said = np.take_along_axis(said, order, axis=1)
        hits = np.take_along_axis(hits, order, axis=1)
        misses = rows[order] - hits
        # Misses up to and including a group, then up to where its ties begin and to their end.
        below = np.cumsum(misses, axis=1)
        new = np.ones(said.shape, dtype=bool)
        new[:, 1:] = said[:, 1:] > said[:, :-1]
        before = np.maximum.accumulate(np.where(new, below - misses, 0.0), axis=1)
        last = np.ones_like(new)
        last[:, :-1] = new[:, 1:]
        after = np.where(last, below, np.inf)[:, ::-1]
        after = np.minimum.accumulate(after, axis=1)[:, ::-1]
        won = (hits * (before + after)).sum(axis=1) / 2.0
        areas[start : start + len(block)] = won / (total[block] * (rows.sum() - total[block]))
    return float(areas @ total[used] / total.sum())
