"""How far single columns, or the best direction, set the classes apart."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.blocks import row_blocks
from metafeatures._intermediates.class_pairs import class_pairs, class_rows
from metafeatures._kernels._overlap import peel

__all__ = ["directional_ratios", "discriminant_ratios", "first_and_last_overlap"]

SAFE_PIVOT = 1e-4

Floats = NDArray[np.float64]


@once
def discriminant_ratios(context: Context) -> Floats:
    """Variation between classes over variation within, for each column that varies."""
    rows = class_rows(context)
    within = np.zeros(rows.X.shape[1])
    for code, mean in enumerate(rows.mean):
        mine = rows.of(code)
        for some in row_blocks(context, *mine.shape):
            within += ((mine[some] - mean) ** 2).sum(axis=0)
    between = rows.counts @ (rows.mean - rows.X.mean(axis=0)) ** 2
    with np.errstate(divide="ignore", over="ignore"):
        ratios: Floats = between / within
    return ratios


@once
def directional_ratios(context: Context) -> Floats:
    """Fisher's ratio along the best direction, for each of the `class_pairs`.

    With W the covariance within the two classes, weighted by their rows, and d the difference of
    their means: d' W+ d, which the direction W+ d reaches. W+ is the pseudo-inverse. If nothing
    varies within the classes, the ratio is infinite, or 0 if they coincide.
    """
    rows, pairs = class_rows(context), class_pairs(context)
    ratios = np.empty(len(pairs))

    def work(i: int) -> None:
        deviations = []
        total = int(rows.counts[pairs[i]].sum())
        for code in pairs[i].tolist():
            n = int(rows.counts[code])
            weight = n / (max(n - 1, 1) * total)
            deviations.append((rows.of(code) - rows.mean[code]) * np.sqrt(weight))
        difference = rows.mean[pairs[i, 0]] - rows.mean[pairs[i, 1]]
        with np.errstate(over="ignore"):  # an infinite ratio is one
            ratios[i] = _pseudo_quadratic(np.concatenate(deviations), difference)

    context.spread(work, len(pairs))
    return ratios


def _pseudo_quadratic(Z: Floats, d: Floats) -> float:
    """The number d' (Z' Z)+ d, through the smaller of Z' Z and Z Z'."""
    varied = Z.any(axis=0)
    if not varied.any():
        return np.inf if d.any() else 0.0
    Z, d = Z[:, varied], d[varied]
    wide = Z.shape[0] < Z.shape[1]
    square = Z @ Z.T if wide else Z.T @ Z
    if not wide:
        try:
            root = np.linalg.cholesky(square)
        except np.linalg.LinAlgError:
            pass
        else:
            pivots = root.diagonal()
            # An inverse will do; ten times as fast.
            if pivots.min() > SAFE_PIVOT * pivots.max():
                return float((np.linalg.solve(root, d) ** 2).sum())
    values, vectors = np.linalg.eigh(square)
    kept = values > 10 * max(Z.shape) * np.finfo(np.float64).eps * values[-1]
    along = vectors[:, kept].T @ (Z @ d if wide else d)
    return float((along**2 / values[kept] ** (2 if wide else 1)).sum())


@once
def first_and_last_overlap(context: Context) -> tuple[Floats, Floats]:
    """Share of rows that are not told apart, for each pair: by one column, and by all in turn.

    The column of the least overlap is taken first, then among the rows within its overlap the
    next one, until rows of one class only, or no columns, are left.
    """
    rows, pairs = class_rows(context), class_pairs(context)
    first, last = np.empty(len(pairs)), np.empty(len(pairs))

    def work(i: int) -> None:
        left = rows.numbers(*pairs[i].tolist())
        columns = np.arange(rows.X.shape[1], dtype=np.int32)
        n_first, n_left = int(rows.counts[pairs[i, 0]]), len(left)
        for n_columns in range(len(columns), 0, -1):
            context.check_time()
            n_before = n_left
            n_first, n_left = peel(rows.X, left, n_first, n_left, columns, n_columns)
            if n_columns == len(columns):
                first[i] = n_left / len(left)
            if n_left == n_before:
                # The best column tells no rows apart, so no other one does.
                break
            if not 0 < n_first < n_left:
                n_left = 0 if n_columns > 1 else n_left
                break
        last[i] = n_left / len(left)

    context.spread(work, len(pairs))
    return first, last
