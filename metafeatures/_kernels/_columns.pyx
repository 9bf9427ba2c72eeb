# Design: what is asked of one column, in as few passes as possible. Order statistics take a sorted
# column, so that the one sort (NumPy's, vectorised) serves them all. Sums run over deviations from
# the median, so that they keep their digits. Copies go in tiles, as the source may lie row by row.

from libc.math cimport INFINITY, NAN, exp, fabs, isnan, log, log2

cdef enum:
    MEDIAN
    QUARTILE_1
    QUARTILE_3
    MAD
    TRIMMED
    DISTINCT
    GEOMETRIC
    HARMONIC
    ENTROPY
    N_STATISTICS


def copy_columns(const double[:, :] source, Py_ssize_t start, double[::1, :] out):
    cdef:
        Py_ssize_t n = out.shape[0]
        Py_ssize_t width = out.shape[1]
        Py_ssize_t first, last, i, j
    if source.shape[0] != n or not 0 <= start <= start + width <= source.shape[1]:
        raise ValueError("out must have the rows of source, and no column beyond it")
    with nogil:
        # 64 rows: what is read along with a cell is still in the cache for the next column.
        for first in range(0, n, 64):
            last = min(first + 64, n)
            for j in range(width):
                for i in range(first, last):
                    out[i, j] = source[i, start + j]


cdef inline double between(const double* x, Py_ssize_t n, double place) noexcept nogil:
    """Value at a fractional place of a sorted column."""
    cdef:
        Py_ssize_t below = <Py_ssize_t>place
        double weight = place - below
        double distance
    if weight == 0.0 or below + 1 >= n:
        return x[below]
    distance = x[below + 1] - x[below]
    if distance > 1.7e308:
        return x[below] * (1.0 - weight) + x[below + 1] * weight
    # As NumPy rounds, so that the same cells equal an edge.
    if weight < 0.5:
        return x[below] + distance * weight
    return x[below + 1] - distance * (1.0 - weight)


cdef double deviation(const double* x, Py_ssize_t n, double centre, Py_ssize_t split,
                      Py_ssize_t k) noexcept nogil:
    """The k-th smallest distance from the centre, which lies before place `split`.

    Distances grow to both sides: a binary search tells how many of the smallest lie on the left.
    """
    cdef:
        Py_ssize_t low = max(0, k + 1 - (n - split))
        Py_ssize_t high = min(k + 1, split)
        Py_ssize_t a
        double found = -INFINITY
    while low < high:
        a = (low + high) // 2
        if centre - x[split - 1 - a] < x[split + k - a] - centre:
            low = a + 1
        else:
            high = a
    if low > 0:
        found = centre - x[split - low]
    if k + 1 - low > 0:
        found = max(found, x[split + k - low] - centre)
    return found


cdef double median_deviation(const double* x, Py_ssize_t n, double centre) noexcept nogil:
    cdef:
        Py_ssize_t split = (n + 1) // 2
        double upper = deviation(x, n, centre, split, n // 2)
    if n % 2:
        return upper
    return upper / 2.0 + deviation(x, n, centre, split, n // 2 - 1) / 2.0


cdef double log_mean(const double* x, Py_ssize_t n) noexcept nogil:
    """Mean of the logarithms of positive numbers: few logarithms, of long products."""
    cdef:
        Py_ssize_t i
        double product = 1.0
        double total = 0.0
    for i in range(n):
        if x[i] > 1e150:
            total += log(x[i])
            continue
        product *= x[i]
        if product < 1e-150 or product > 1e150:
            total += log(product)
            product = 1.0
    return (total + log(product)) / n


cdef double inverse_mean(const double* x, Py_ssize_t n) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(n):
        total += 1.0 / x[i]
    return n / total


cdef double trimmed_mean(const double* x, Py_ssize_t n, double centre) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t cut = <Py_ssize_t>(0.2 * n)
        double total = 0.0
    for i in range(cut, n - cut):
        total += x[i] - centre
    return centre + total / (n - 2 * cut)


cdef Py_ssize_t bin_edges(const double* x, Py_ssize_t n, Py_ssize_t n_bins,
                          double* edges) noexcept nogil:
    """Quantiles that differ; returns how many."""
    cdef:
        Py_ssize_t k
        Py_ssize_t found = 0
        double edge
    for k in range(1, n_bins + 1):
        # Rounded as in pymfe, so that the same cells equal an edge.
        edge = between(x, n, (n - 1) * (k * (1.0 / n_bins))) if k < n_bins else x[n - 1]
        if found == 0 or edge > edges[found - 1]:
            edges[found] = edge
            found += 1
    return found


cdef double bin_entropy(const double* x, Py_ssize_t n, const double* edges,
                        Py_ssize_t n_edges) noexcept nogil:
    """Entropy in bits of the bins of a sorted column."""
    cdef:
        Py_ssize_t k, low, high, middle
        Py_ssize_t before = 0
        double total = 0.0
    for k in range(n_edges):
        low = before
        high = n
        while low < high:
            middle = (low + high) // 2
            if x[middle] <= edges[k]:
                low = middle + 1
            else:
                high = middle
        if low > before:
            total -= (low - before) / <double>n * log2((low - before) / <double>n)
        before = low
    return total + 0.0


def order_statistics(const double[::1] x, double[::1] out, double[::1] edges):
    cdef:
        Py_ssize_t i
        Py_ssize_t n = x.shape[0]
        Py_ssize_t distinct = 1
        Py_ssize_t n_edges = 0
        double centre
    if n == 0 or out.shape[0] != N_STATISTICS:
        raise ValueError("x must have a value and out 9 places")
    with nogil:
        centre = between(&x[0], n, 0.5 * (n - 1))
        out[MEDIAN] = centre
        out[QUARTILE_1] = between(&x[0], n, 0.25 * (n - 1))
        out[QUARTILE_3] = between(&x[0], n, 0.75 * (n - 1))
        out[MAD] = 1.4826 * median_deviation(&x[0], n, centre)
        out[TRIMMED] = trimmed_mean(&x[0], n, centre)
        for i in range(1, n):
            distinct += x[i] != x[i - 1]
        out[DISTINCT] = distinct
        out[GEOMETRIC] = NAN
        out[HARMONIC] = NAN
        if x[0] >= 0.0:
            out[GEOMETRIC] = exp(log_mean(&x[0], n)) if x[0] >= 1e-10 else 0.0
            out[HARMONIC] = inverse_mean(&x[0], n) if x[0] > 0.0 else 0.0
        if edges.shape[0] > 0:
            n_edges = bin_edges(&x[0], n, edges.shape[0], &edges[0])
            out[ENTROPY] = bin_entropy(&x[0], n, &edges[0], n_edges)
    return n_edges


def shapiro_wilk(const double[::1] x, const double[::1] weights):
    cdef:
        Py_ssize_t i
        Py_ssize_t n = x.shape[0]
        double scale, mean, d
        double total = 0.0
        double squares = 0.0
        double spread = 0.0
        double weight = 0.0
    if n < 3 or weights.shape[0] != n // 2:
        raise ValueError("x must have 3 values or more, and weights half as many")
    with nogil:
        # Halved, so that the largest finite numbers do not overflow when they are subtracted.
        scale = x[n - 1] / 2.0 - x[0] / 2.0
        if scale > 0.0:
            for i in range(n):
                d = (x[i] / 2.0 - x[0] / 2.0) / scale
                total += d
                squares += d * d
            mean = total / n
            squares -= n * mean * mean
            for i in range(n // 2):
                spread += weights[i] * ((x[n - 1 - i] / 2.0 - x[i] / 2.0) / scale)
                weight += 2.0 * weights[i] * weights[i]
    return spread * spread / (weight * squares) if scale > 0.0 else 1.0
