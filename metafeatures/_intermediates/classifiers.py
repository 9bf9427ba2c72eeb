"""Small models in NumPy, cross-validated: linear ones, naive Bayes, nearest neighbour.

They follow scikit-learn's definitions, without its import (more than the whole time budget). What
the folds share is computed once: a fold is trained on the sums over all rows less its own.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from metafeatures._intermediates.sample import Sample
from metafeatures._kernels._bayes import add_likelihoods

__all__ = [
    "fold_discriminants",
    "fold_regressions",
    "linear_discriminant",
    "naive_bayes_scores",
    "nearest_in_line",
    "nearest_rows",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Spread = Callable[[Callable[[int], None], int], None]

RANK_TOLERANCE = 1e-4
SMOOTHING = 1e-9
BLOCK_ROWS = 512
CELLS = 5_000_000


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
    members = np.zeros((len(present), len(X)))
    members[compact, np.arange(len(X))] = 1.0
    means = members @ X / counts[:, None]
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


def fold_discriminants(sample: Sample, spread: Spread) -> Codes:
    """Predict each row by the linear discriminant analysis of the other folds.

    Columns that depend on others linearly, as the levels of a category do, are left out once: the
    predictions are the same without them. A fold where classes do not vary in a direction that
    the whole sample has goes to `linear_discriminant`.

    Parameters
    ----------
    sample : Sample
        With classes.
    spread : callable
        spread(work, n) calls work(0), ..., work(n - 1).

    Returns
    -------
    ndarray of shape (n,)
    """
    X, codes, n_classes, n_folds = sample.X, sample.codes, sample.n_classes, sample.n_folds
    scatter = np.asarray(X.T @ X)
    total_mean = X.mean(axis=0)
    spreads = np.diag(scatter) / len(X) - total_mean**2
    kept = _independent(scatter / len(X) - np.outer(total_mean, total_mean))
    narrow = np.ascontiguousarray(X[:, kept])
    scatter = scatter[np.ix_(kept, kept)]
    present, sums = _class_sums(X, codes)
    cell = sample.fold * n_classes + codes
    cells, cell_sums = _class_sums(X, cell)
    ends = np.searchsorted(cells, np.arange(n_folds + 1) * n_classes)
    counts = np.bincount(cell, minlength=n_folds * n_classes).reshape(n_folds, n_classes)
    counts = counts.sum(axis=0) - counts
    squares = np.einsum("ij,ij->j", X, X)
    out = np.empty(len(X), dtype=np.int32)

    def predict(fold: int) -> None:
        train, test = sample.split(fold)
        own, rest, left = slice(ends[fold], ends[fold + 1]), sums.copy(), counts[fold, present]
        rest[np.searchsorted(present, cells[own] - fold * n_classes)] -= cell_sums[own]
        some = np.flatnonzero(left)
        n_k, n = left[some], len(train)
        means = rest[some] / n_k[:, None]
        inside = squares - np.einsum("ij,ij->j", X[test], X[test]) - n_k @ means**2
        answer = None
        if np.all(inside > 1e-4 * spreads * n):
            deviation = np.sqrt(inside[kept] / n)
            centre = (n_k @ means[:, kept]) / n
            centroids = (means[:, kept] - centre) / deviation
            new = narrow[test]
            within = scatter - new.T @ new - (means[:, kept].T * n_k) @ means[:, kept]
            within /= max(n - len(some), 1) * np.outer(deviation, deviation)
            answer = _by_inverse(within, centroids, n_k / n, (new - centre) / deviation)
        if answer is None:
            out[test] = linear_discriminant(X[train], codes[train], X[test])
        else:
            out[test] = present[some][answer]

    spread(predict, sample.n_folds)
    return out


def _by_inverse(
    within: Floats, centroids: Floats, shares: Floats, new: Floats
) -> NDArray[np.intp] | None:
    """Class of each new row, or None if `within` is singular or nearly so."""
    try:
        inverse = np.linalg.inv(within)
    except np.linalg.LinAlgError:
        return None
    # The smallest eigenvalue is at least one over this norm: none comes near the tolerance.
    if not np.linalg.norm(inverse) < 1e-2 / RANK_TOLERANCE**2:
        return None
    weights = centroids @ inverse
    offset = np.log(shares) - 0.5 * np.einsum("ij,ij->i", weights, centroids)
    answer: NDArray[np.intp] = (new @ weights.T + offset).argmax(axis=1)
    return answer


def _independent(scatter: Floats) -> NDArray[np.intp]:
    """Columns that are no linear combination of those before them, by their scatter matrix."""
    scale = np.sqrt(np.maximum(np.diag(scatter), np.finfo(np.float64).tiny))
    scatter = scatter / np.outer(scale, scale)
    factor = np.empty_like(scatter)
    kept: list[int] = []
    for j in range(len(scatter)):
        k = len(kept)
        rest = scatter[j, j:] - factor[:k, j] @ factor[:k, j:]
        if rest[0] > 1e-12:
            factor[k, j:] = rest / np.sqrt(rest[0])
            kept.append(j)
    return np.array(kept, dtype=np.intp)


def fold_regressions(sample: Sample, spread: Spread) -> Floats:
    """Predict each row by the least squares fit of the other folds, with an intercept.

    Of several solutions the shortest is taken, in units of the columns' standard deviations;
    directions with less than 1e-10 of the largest variance count as constant.

    Parameters
    ----------
    sample : Sample
        With values to predict.
    spread : callable
        As in `fold_discriminants`.

    Returns
    -------
    ndarray of shape (n,)
    """
    y = sample.values
    X = np.ascontiguousarray((sample.X - sample.X.mean(axis=0)) / sample.X.std(axis=0))
    scatter, moments, sums, total = X.T @ X, y @ X, X.sum(axis=0), y.sum()
    out = np.empty(len(X))

    def predict(fold: int) -> None:
        test = sample.split(fold)[1]
        new, own = X[test], y[test]
        n = len(X) - len(test)
        centre, mean = (sums - new.sum(axis=0)) / n, (total - own.sum()) / n
        variances, axes = np.linalg.eigh(scatter - new.T @ new - n * np.outer(centre, centre))
        kept = variances > 1e-10 * variances[-1]
        axes = axes[:, kept]
        slopes = axes @ (((moments - own @ new - n * mean * centre) @ axes) / variances[kept])
        out[test] = (new - centre) @ slopes + mean

    spread(predict, sample.n_folds)
    return out


def naive_bayes_scores(sample: Sample, check: Callable[[], None]) -> Floats:
    """Log of prior times likelihood of each class by the Gaussian naive Bayes of the other folds.

    1e-9 of the largest variance of a column is added to every variance. A fold whose training rows
    are all the same knows the prior only. The score of a class without training rows is -inf.

    Parameters
    ----------
    sample : Sample
        With classes.
    check : callable
        Called every few milliseconds.

    Returns
    -------
    ndarray of shape (n, n_classes)
    """
    X, codes, fold = sample.X, sample.codes, sample.fold
    n_classes, n_folds = sample.n_classes, sample.n_folds
    cells = np.bincount(fold * n_classes + codes, minlength=n_folds * n_classes)
    counts = np.bincount(codes, minlength=n_classes) - cells.reshape(n_folds, n_classes)
    smoothing = SMOOTHING * _largest_variances(X, fold, n_folds)
    with np.errstate(divide="ignore"):
        scores: Floats = np.log(counts)[fold]
    width = max(1, CELLS // scores.size)
    for start in range(0, X.shape[1], width):
        check()
        stop = min(start + width, X.shape[1])
        add_likelihoods(X, start, stop, codes, fold, counts.astype(np.float64), smoothing, scores)
    return scores


def _largest_variances(X: Floats, fold: Codes, n_folds: int) -> Floats:
    """For each fold the largest variance of a column in the other folds."""
    rows = np.argsort(fold, kind="stable")
    starts = np.searchsorted(fold[rows], np.arange(n_folds))
    by_fold = np.ascontiguousarray((X - X.mean(axis=0))[rows])
    sums = np.add.reduceat(by_fold, starts)
    squares = np.add.reduceat(by_fold**2, starts)
    # Addition only: what the other folds lack stays exactly 0.
    others = 1.0 - np.eye(n_folds)
    n = (others @ np.bincount(fold, minlength=n_folds))[:, None]
    mean, square = others @ sums / n, others @ squares / n
    variances = square - mean**2
    variances[variances <= 1e-13 * square] = 0.0
    largest: Floats = variances.max(axis=1)
    return largest


def nearest_rows(X: Floats, fold: Codes, spread: Spread) -> NDArray[np.intp]:
    """For each row the nearest row (Euclidean) of another fold; the first of equally near ones.

    Parameters
    ----------
    X : ndarray of shape (n, p)
    fold : ndarray of shape (n,)
    spread : callable
        As in `fold_discriminants`.

    Returns
    -------
    ndarray of shape (n,)
    """
    nearest = np.empty(len(X), dtype=np.intp)
    squares = (X**2).sum(axis=1)
    by_fold = np.argsort(fold, kind="stable")
    ends = np.cumsum(np.bincount(fold))
    doubled = np.asfortranarray(-2.0 * X[by_fold])

    def search(i: int) -> None:
        start, stop = i * BLOCK_ROWS, min((i + 1) * BLOCK_ROWS, len(X))
        distance = doubled[start:stop] @ X.T
        while start < stop:
            own = fold[by_fold[start]]
            rows = slice(start, min(stop, int(ends[own])))
            part = distance[rows.start - i * BLOCK_ROWS : rows.stop - i * BLOCK_ROWS]
            # The row's own square is the same for all of its candidates, so it is left out.
            part += np.where(fold == own, np.inf, squares)
            nearest[by_fold[rows]] = part.argmin(axis=1)
            start = rows.stop

    spread(search, -(-len(X) // BLOCK_ROWS))
    return nearest


def nearest_in_line(
    x: Floats, order: NDArray[np.int32], train: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """For each row that is not in `train` the nearest row that is, by one column.

    Parameters
    ----------
    x : ndarray of shape (n,)
    order : ndarray of shape (n,)
        Rows in ascending order of x.
    train : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n_test,)
        The first of equally near rows.
    """
    rows = order[train[order]]
    ordered = x[rows]
    starts = np.flatnonzero(np.append(True, ordered[1:] > ordered[:-1]))
    values, first = ordered[starts], np.minimum.reduceat(rows, starts)
    new = x[~train]
    above = np.minimum(np.searchsorted(values, new), len(values) - 1)
    below = np.maximum(above - 1, 0)
    distance_above, distance_below = np.abs(values[above] - new), np.abs(values[below] - new)
    nearest: NDArray[np.int32] = np.where(
        distance_above < distance_below, first[above], first[below]
    )
    tied = distance_above == distance_below
    nearest[tied] = np.minimum(first[above], first[below])[tied]
    return nearest


def _class_sums(X: Floats, codes: NDArray[np.integer]) -> tuple[NDArray[np.integer], Floats]:
    """Classes that occur, ascending, and the sum of their rows."""
    rows = np.argsort(codes, kind="stable")
    ordered = codes[rows]
    starts = np.flatnonzero(np.append(True, ordered[1:] > ordered[:-1]))
    return ordered[starts], np.add.reduceat(X[rows], starts)
