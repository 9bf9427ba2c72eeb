# Design: ranks come from rows sorted once per column; rows that are out are stepped over, so that
# no column is sorted again. Average ranks are halves: twice the rank is a whole number, and sums of
# them are exact.

from libc.math cimport sqrt


cdef double correlation_of(
    const double* x,
    const int* order,
    const double* y,
    const unsigned char* kept,
    Py_ssize_t n,
    Py_ssize_t n_kept,
    double yy,
) noexcept nogil:
    """Correlation of the ranks of the kept values of x with y, whose squares sum to yy."""
    cdef:
        Py_ssize_t i = 0
        Py_ssize_t rank = 0
        Py_ssize_t tied
        double value, sum_y, d
        double xx = 0.0
        double xy = 0.0
    while i < n:
        if not kept[order[i]]:
            i += 1
            continue
        value = x[order[i]]
        tied = 0
        sum_y = 0.0
        while i < n and (not kept[order[i]] or x[order[i]] == value):
            if kept[order[i]]:
                tied += 1
                sum_y += y[order[i]]
            i += 1
        # Twice the average rank of the tied rows, less twice the mean of all ranks.
        d = 2.0 * rank + tied - n_kept
        rank += tied
        xx += tied * d * d
        xy += d * sum_y
    if xx == 0.0 or yy == 0.0:
        return 0.0
    return xy / (sqrt(xx) * sqrt(yy))


def rank_correlations(
    const double[::1, :] X,
    const int[:, ::1] order,
    const double[::1] ranks,
    const unsigned char[::1] kept,
    const Py_ssize_t[::1] columns,
    double[::1] out,
):
    cdef:
        Py_ssize_t n = X.shape[0]
        Py_ssize_t n_kept = 0
        Py_ssize_t i, j
        double yy = 0.0
    if not (order.shape[0] == X.shape[1] and order.shape[1] == ranks.shape[0] == kept.shape[0] == n
            and out.shape[0] == columns.shape[0]):
        raise ValueError("X, order, ranks and kept must have the same rows, out one per column")
    for i in range(columns.shape[0]):
        if not 0 <= columns[i] < X.shape[1]:
            raise ValueError("columns must be columns of X")
    if n == 0:
        return
    with nogil:
        for i in range(n):
            if kept[i]:
                n_kept += 1
                yy += ranks[i] * ranks[i]
        for i in range(columns.shape[0]):
            j = columns[i]
            out[i] = correlation_of(&X[0, j], &order[j, 0], &ranks[0], &kept[0], n, n_kept, yy)


cdef Py_ssize_t drop(
    long long* x, long long* y, Py_ssize_t n, double threshold, Py_ssize_t most
) noexcept nogil:
    """See `drop_discordant`."""
    cdef:
        Py_ssize_t dropped = 0
        Py_ssize_t i, worst
        long long dx, dy, gap, widest, x_out, y_out
        double xx, yy, xy
    while n > 1 and dropped < most:
        xx = 0.0
        yy = 0.0
        xy = 0.0
        widest = -1
        worst = 0
        for i in range(n):
            dx = x[i] - n - 1
            dy = y[i] - n - 1
            xx += <double>(dx * dx)
            yy += <double>(dy * dy)
            xy += <double>(dx * dy)
            gap = x[i] - y[i] if x[i] > y[i] else y[i] - x[i]
            if gap > widest:
                widest = gap
                worst = i
        if xy > threshold * sqrt(xx) * sqrt(yy):
            break
        x_out = x[worst]
        y_out = y[worst]
        n -= 1
        for i in range(worst, n):
            x[i] = x[i + 1]
            y[i] = y[i + 1]
        # Twice the rank falls by 2 above the row that goes, by 1 in a tie with it.
        for i in range(n):
            x[i] -= (x[i] > x_out) + (x[i] >= x_out)
            y[i] -= (y[i] > y_out) + (y[i] >= y_out)
        dropped += 1
    return dropped


def drop_discordant(
    long long[::1] x, long long[::1] y, Py_ssize_t n, double threshold, Py_ssize_t most
):
    cdef Py_ssize_t dropped
    if not (x.shape[0] == y.shape[0] and 0 < n <= x.shape[0]):
        raise ValueError("x and y must have one rank per row, and n at most as many rows")
    with nogil:
        dropped = drop(&x[0], &y[0], n, threshold, most)
    return dropped
