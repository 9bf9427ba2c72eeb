"""Three small classifiers in NumPy: linear discriminant, naive Bayes, nearest neighbour.

They follow scikit-learn's definitions, without its import (more than the whole time budget).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["gaussian_naive_bayes", "linear_discriminant", "nearest_rows"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

RANK_TOLERANCE = 1e-4
SMOOTHING = 1e-9
BLOCK_ROWS = 512


def linear_discriminant(X: Floats, codes: Codes, new: Floats) -> Codes:
    """Fit a linear discriminant analysis and predict.

    Directions in which the classes do not vary are dropped, as in scikit-learn's solver "svd":
    those whose standard deviation within classes is at most 1e-4 of a standardised column's.

    Parameters
    ----------
    X : ndarray of shape (n, p)
    codes : ndarray of shape (n,)
    new : ndarray of shape (m, p)

    Returns
    -------
    ndarray of shape (m,)
        Predicted class of each row of `new`; the most frequent one if no direction is left.
    """
    present, compact, counts = np.unique(codes, return_inverse=True, return_counts=True)
    means = _class_sums(X, compact, len(present)) / counts[:, None]
    within = X - means[compact]
    deviation = within.std(axis=0)
    deviation[deviation == 0] = 1.0
    degrees = max(len(X) - len(present), 1)
    within /= deviation
    variances, axes = np.linalg.eigh(within.T @ within / degrees)
    kept = variances > RANK_TOLERANCE**2
    whiten = axes[:, kept] / np.sqrt(variances[kept]) / deviation[:, None]
    centre = X.mean(axis=0)
    centroids = (means - centre) @ whiten
    offset = np.log(counts / len(X)) - 0.5 * (centroids**2).sum(axis=1)
    scores = ((new - centre) @ whiten) @ centroids.T + offset
    predicted: Codes = present[scores.argmax(axis=1)]
    return predicted


def gaussian_naive_bayes(X: Floats, codes: Codes, new: Floats) -> Codes:
    """Fit Gaussian naive Bayes and predict; shapes as in `linear_discriminant`.

    1e-9 of the largest variance of a column is added to every variance. If the training rows are
    all the same, the most frequent class is predicted.
    """
    present, compact, counts = np.unique(codes, return_inverse=True, return_counts=True)
    means = _class_sums(X, compact, len(present)) / counts[:, None]
    variances = _class_sums((X - means[compact]) ** 2, compact, len(present)) / counts[:, None]
    largest = X.var(axis=0).max()
    if largest == 0:
        majority: Codes = np.full(len(new), present[counts.argmax()], dtype=codes.dtype)
        return majority
    variances += SMOOTHING * largest
    scores = np.empty((len(new), len(present)))
    for k in range(len(present)):
        distance = ((new - means[k]) ** 2 / variances[k]).sum(axis=1)
        scores[:, k] = np.log(counts[k]) - 0.5 * (distance + np.log(variances[k]).sum())
    predicted: Codes = present[scores.argmax(axis=1)]
    return predicted


def nearest_rows(X: Floats, fold: Codes) -> NDArray[np.intp]:
    """For each row the nearest row (Euclidean) of another fold; the first of equally near ones.

    Parameters
    ----------
    X : ndarray of shape (n, p)
    fold : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n,)
    """
    nearest = np.empty(len(X), dtype=np.intp)
    squares = (X**2).sum(axis=1)
    for start in range(0, len(X), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        # The row's own square is the same for all of its candidates, so it is left out.
        distance = X[block] @ X.T
        distance *= -2.0
        distance += squares
        distance[fold[block, None] == fold] = np.inf
        nearest[block] = distance.argmin(axis=1)
    return nearest


def _class_sums(X: Floats, compact: NDArray[np.intp], n_classes: int) -> Floats:
    members = np.zeros((n_classes, len(X)))
    members[compact, np.arange(len(X))] = 1.0
    return members @ X
