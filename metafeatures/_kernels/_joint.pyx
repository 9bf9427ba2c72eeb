# Design: joint counts of two coded columns, and what follows from them. Measures of a column and the
# classes come from a dense table of counts where that is small; else the rows are ordered by level
# (a counting sort) and each level counts its classes in one row of the table, so that memory grows
# with levels + classes, never with their product. Pairs of columns share one small dense table.

from libc.math cimport NAN, log2
from libc.stdlib cimport calloc, free
from libc.string cimport memset

cdef enum:
    DENSE_CELLS = 1 << 18


def to_bins(const double[::1] values, const double[::1] edges, int[::1] out):
    cdef:
        Py_ssize_t i, length, half
        Py_ssize_t n = values.shape[0]
        Py_ssize_t n_edges = edges.shape[0]
        const double* base
        double value
    if out.shape[0] != n or n_edges == 0:
        raise ValueError("out must be as long as values, and edges not empty")
    with nogil:
        for i in range(n):
            value = values[i]
            if value != value:
                out[i] = -1
                continue
            # First edge that is not below the value, found without a jump that depends on it.
            base = &edges[0]
            length = n_edges
            while length > 1:
                half = length // 2
                base += half * (base[half - 1] < value)
                length -= half
            out[i] = <int>(base - &edges[0])


cdef inline double weighted_log(double count) noexcept nogil:
    return count * log2(count) if count > 1.0 else 0.0


cdef int measure(const int* codes, const int* classes, Py_ssize_t n, Py_ssize_t n_levels,
                 Py_ssize_t n_classes, double* out) noexcept nogil:
    """See `class_measures`; returns -1 if there is no memory."""
    cdef:
        Py_ssize_t i, j, k, row, size
        Py_ssize_t known = 0
        bint dense = n_levels * n_classes <= DENSE_CELLS
        Py_ssize_t n_cells = n_levels * n_classes if dense else n_classes
        int* levels = <int*>calloc(n_levels + 1, sizeof(int))
        int* present = <int*>calloc(n_classes, sizeof(int))
        int* cells = <int*>calloc(n_cells, sizeof(int))
        int* order = NULL
        double logs_level = 0.0
        double logs_class = 0.0
        double logs_joint = 0.0
        double squares = 0.0
        double prior = 0.0
        int status = -1

    if levels == NULL or present == NULL or cells == NULL:
        free(levels)
        free(present)
        free(cells)
        return status
    for i in range(n):
        if codes[i] >= 0:
            levels[codes[i]] += 1
            present[classes[i]] += 1
            known += 1
            if dense:
                cells[codes[i] * n_classes + classes[i]] += 1
    for k in range(n_classes):
        logs_class += weighted_log(present[k])
    for j in range(n_levels):
        logs_level += weighted_log(levels[j])
        prior += (levels[j] / <double>known) ** 2
    if dense:
        for j in range(n_levels):
            for k in range(n_classes):
                size = cells[j * n_classes + k]
                if size > 0:
                    logs_joint += weighted_log(size)
                    squares += size / <double>present[k] * size
        status = 0
    else:
        order = <int*>calloc(known + 1, sizeof(int))
        if order != NULL:
            # levels[j] becomes the end of level j while its rows are put in place.
            size = 0
            for j in range(n_levels):
                size += levels[j]
                levels[j] = <int>(size - levels[j])
            for i in range(n):
                if codes[i] >= 0:
                    order[levels[codes[i]]] = classes[i]
                    levels[codes[i]] += 1
            row = 0
            for j in range(n_levels):
                for i in range(row, levels[j]):
                    cells[order[i]] += 1
                for i in range(row, levels[j]):
                    size = cells[order[i]]
                    if size > 0:
                        logs_joint += weighted_log(size)
                        squares += size / <double>present[order[i]] * size
                        cells[order[i]] = 0
                row = levels[j]
            status = 0
    out[0] = log2(known) - logs_level / known + 0.0
    out[1] = log2(known) - logs_joint / known + 0.0
    out[2] = max(0.0, log2(known) - (logs_level + logs_class - logs_joint) / known)
    out[3] = (squares / known - prior) / (1.0 - prior) if prior < 1.0 else NAN
    free(levels)
    free(present)
    free(cells)
    free(order)
    return status


def class_measures(const int[::1] codes, Py_ssize_t n_levels, const int[::1] classes,
                   Py_ssize_t n_classes, double[::1] out):
    cdef:
        Py_ssize_t i
        Py_ssize_t known = 0
        bint inside = True
        int status = 0
    if codes.shape[0] != classes.shape[0] or out.shape[0] != 4:
        raise ValueError("codes and classes must be equally long, and out have 4 places")
    with nogil:
        for i in range(codes.shape[0]):
            known += codes[i] >= 0
            inside &= codes[i] < n_levels and 0 <= classes[i] < n_classes
        if known > 0 and inside:
            status = measure(&codes[0], &classes[0], codes.shape[0], n_levels, n_classes, &out[0])
    if known == 0 or not inside:
        raise ValueError("codes and classes must lie below their numbers, and one code be known")
    if status != 0:
        raise MemoryError("no memory for the counts of a column")


cdef void concentration(const unsigned short* x, const unsigned short* y, Py_ssize_t n,
                        Py_ssize_t rows, Py_ssize_t columns, int* cells, int* x_counts,
                        int* y_counts, double* x_given_y, double* y_given_x) noexcept nogil:
    cdef:
        Py_ssize_t i, a, b
        double known = 0.0
        double x_prior = 0.0
        double y_prior = 0.0
        double by_x = 0.0
        double by_y = 0.0
        double count
    memset(cells, 0, rows * columns * sizeof(int))
    memset(x_counts, 0, rows * sizeof(int))
    memset(y_counts, 0, columns * sizeof(int))
    for i in range(n):
        cells[x[i] * columns + y[i]] += 1
    # Code 0 stands for missing: its row and column of the table do not count.
    for a in range(1, rows):
        for b in range(1, columns):
            x_counts[a] += cells[a * columns + b]
            y_counts[b] += cells[a * columns + b]
    for a in range(1, rows):
        known += x_counts[a]
    x_given_y[0] = NAN
    y_given_x[0] = NAN
    if known == 0.0:
        return
    for a in range(1, rows):
        x_prior += (x_counts[a] / known) ** 2
        for b in range(1, columns):
            count = cells[a * columns + b]
            if count > 0.0:
                by_y += count / y_counts[b] * count
                by_x += count / x_counts[a] * count
    for b in range(1, columns):
        y_prior += (y_counts[b] / known) ** 2
    if x_prior < 1.0:
        x_given_y[0] = (by_y / known - x_prior) / (1.0 - x_prior)
    if y_prior < 1.0:
        y_given_x[0] = (by_x / known - y_prior) / (1.0 - y_prior)


def concentrations(const unsigned short[:, ::1] codes, const int[::1] n_codes, Py_ssize_t first,
                   double[:, ::1] out):
    cdef:
        Py_ssize_t i, j
        Py_ssize_t p = codes.shape[0]
        Py_ssize_t n = codes.shape[1]
        int largest = 1
        bint inside = True
        int* cells
    if n_codes.shape[0] != p or out.shape[0] != p or out.shape[1] != p or not 0 <= first < p:
        raise ValueError("n_codes must have a number, and out a row and column, for each of codes")
    for j in range(p):
        largest = max(largest, n_codes[j])
    cells = <int*>calloc(<size_t>largest * largest + 2 * largest, sizeof(int))
    if cells == NULL:
        raise MemoryError("no memory for the counts of a pair of columns")
    with nogil:
        for j in range(first, p):
            for i in range(n):
                inside &= codes[j, i] < n_codes[j]
        if inside and n > 0:
            for j in range(first + 1, p):
                concentration(&codes[first, 0], &codes[j, 0], n, n_codes[first], n_codes[j],
                              cells + 2 * largest, cells, cells + largest, &out[first, j],
                              &out[j, first])
        free(cells)
    if not inside or n == 0:
        raise ValueError("codes must have a row, and lie below their numbers")
