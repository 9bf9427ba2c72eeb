# Design: Gaussian naive Bayes for all folds at once, one column after the other, so that no array
# grows with folds times classes times columns. Per fold and class, sums of x and x^2 are collected
# in one pass; what a fold trains on is the sum over the other folds, by addition only: nothing
# cancels. x is shifted by the mean of its class first, for the same reason.

from libc.math cimport log
from libc.stdlib cimport free, malloc


cdef void add_column(
    const double* x, Py_ssize_t n, const int* codes, const int* fold, Py_ssize_t n_folds,
    Py_ssize_t n_classes, const double* counts, const double* smoothing, double* work,
    double* scores
) noexcept nogil:
    """Add what one column says to the scores."""
    cdef:
        Py_ssize_t size = n_folds * n_classes
        double* total = work
        double* squares = work + size
        double* mean = work + 2 * size
        double* weight = work + 3 * size
        double* logarithm = work + 4 * size
        double* shift = work + 5 * size
        double* members = shift + n_classes
        double* row
        double d, s, q, variance
        Py_ssize_t i, f, g, c, at

    for i in range(5 * size + 2 * n_classes):
        work[i] = 0.0
    for i in range(n):
        shift[codes[i]] += x[i]
        members[codes[i]] += 1.0
    for c in range(n_classes):
        if members[c] > 0:
            shift[c] /= members[c]
    for i in range(n):
        at = fold[i] * n_classes + codes[i]
        d = x[i] - shift[codes[i]]
        total[at] += d
        squares[at] += d * d
    for f in range(n_folds):
        for c in range(n_classes):
            at = f * n_classes + c
            if counts[at] == 0 or smoothing[f] == 0:
                continue
            s = 0.0
            q = 0.0
            for g in range(n_folds):
                if g != f:
                    s += total[g * n_classes + c]
                    q += squares[g * n_classes + c]
            s /= counts[at]
            q /= counts[at]
            variance = q - s * s
            # Less than this is the rounding of equal values, which must weigh the same everywhere.
            if variance <= 1e-13 * q:
                variance = 0.0
            variance += smoothing[f]
            mean[at] = shift[c] + s
            weight[at] = 0.5 / variance
            logarithm[at] = 0.5 * log(variance)
    for i in range(n):
        at = fold[i] * n_classes
        row = scores + i * n_classes
        for c in range(n_classes):
            d = x[i] - mean[at + c]
            row[c] -= d * d * weight[at + c] + logarithm[at + c]


def add_likelihoods(
    const double[::1, :] X, Py_ssize_t start, Py_ssize_t stop, const int[::1] codes,
    const int[::1] fold, const double[:, ::1] counts, const double[::1] smoothing,
    double[:, ::1] scores
):
    cdef:
        Py_ssize_t n = X.shape[0]
        Py_ssize_t n_folds = counts.shape[0]
        Py_ssize_t n_classes = counts.shape[1]
        Py_ssize_t i
        double* work
    if not (0 <= start <= stop <= X.shape[1] and n > 0 and n_folds > 0 and n_classes > 0):
        raise ValueError("start to stop must be columns of X; there must be rows, folds, classes")
    if not (codes.shape[0] == n and fold.shape[0] == n and scores.shape[0] == n
            and scores.shape[1] == n_classes and smoothing.shape[0] == n_folds):
        raise ValueError("rows, folds and classes of the arrays must be equal")
    for i in range(n):
        if not (0 <= codes[i] < n_classes and 0 <= fold[i] < n_folds):
            raise ValueError("a class or fold is out of range")
    work = <double*>malloc((5 * n_folds + 2) * n_classes * sizeof(double))
    if not work:
        raise MemoryError(f"no memory for {n_classes} classes")
    try:
        with nogil:
            for i in range(start, stop):
                add_column(&X[0, i], n, &codes[0], &fold[0], n_folds, n_classes, &counts[0, 0],
                           &smoothing[0], work, &scores[0, 0])
    finally:
        free(work)
