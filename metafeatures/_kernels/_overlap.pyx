# Design: one step of a search that drops rows and columns; both are lists of numbers that are
# shortened in place, so that no cell is copied.

from libc.stdlib cimport free, malloc


def peel(const double[:, ::1] X, int[::1] rows, Py_ssize_t n_first, Py_ssize_t n_rows,
         int[::1] columns, Py_ssize_t n_columns):
    cdef:
        Py_ssize_t i, j, best, kept, kept_first
        const double* line
        double value
        double* low
        double* high
        double* other_low
        double* other_high
        int* count

    if not (0 < n_first < n_rows <= rows.shape[0] and 0 < n_columns <= columns.shape[0]):
        raise ValueError("there must be rows of both classes, and columns")
    low = <double*>malloc(4 * n_columns * sizeof(double))
    count = <int*>malloc(n_columns * sizeof(int))
    try:
        if not low or not count:
            raise MemoryError(f"no memory for {n_columns} columns")
        high = low + n_columns
        other_low = high + n_columns
        other_high = other_low + n_columns
        with nogil:
            extremes(X, &rows[0], n_first, &columns[0], n_columns, low, high)
            extremes(X, &rows[n_first], n_rows - n_first, &columns[0], n_columns, other_low,
                     other_high)
            for j in range(n_columns):
                low[j] = max(low[j], other_low[j])
                high[j] = min(high[j], other_high[j])
                count[j] = 0
            for i in range(n_rows):
                line = &X[rows[i], 0]
                for j in range(n_columns):
                    value = line[columns[j]]
                    count[j] += (value >= low[j]) & (value <= high[j])
            best = 0
            for j in range(1, n_columns):
                if count[j] < count[best]:
                    best = j
            kept = 0
            kept_first = 0
            for i in range(n_rows):
                value = X[rows[i], columns[best]]
                if value >= low[best] and value <= high[best]:
                    rows[kept] = rows[i]
                    kept += 1
                    kept_first += i < n_first
            for j in range(best, n_columns - 1):
                columns[j] = columns[j + 1]
    finally:
        free(low)
        free(count)
    return kept_first, kept


cdef void extremes(const double[:, ::1] X, const int* rows, Py_ssize_t n, const int* columns,
                   Py_ssize_t n_columns, double* low, double* high) noexcept nogil:
    cdef:
        Py_ssize_t i, j
        const double* line = &X[rows[0], 0]
        double value
    for j in range(n_columns):
        low[j] = line[columns[j]]
        high[j] = low[j]
    for i in range(1, n):
        line = &X[rows[i], 0]
        for j in range(n_columns):
            value = line[columns[j]]
            low[j] = min(low[j], value)
            high[j] = max(high[j], value)
