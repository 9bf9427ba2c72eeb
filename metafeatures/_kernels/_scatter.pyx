# Design: a block of rows becomes deviations from the column means, in units of the column, so that
# BLAS can sum their products without overflow or lost digits. Whole rows of a table that lies row by
# row go in one vectorised loop, anything else column by column. Missing cells are at the mean: 0.

cdef inline void row_deviations(const double* x, Py_ssize_t p, const double* half_mean,
                                const double* inverse, double* out) noexcept nogil:
    cdef:
        Py_ssize_t j
        double d
    for j in range(p):
        # Halves, as the difference of finite numbers may overflow.
        d = (0.5 * x[j] - half_mean[j]) * inverse[j]
        out[j] = d if d == d else 0.0


def numeric_deviations(const double[:, :] source, const Py_ssize_t[::1] columns,
                       const Py_ssize_t[::1] rows, const double[::1] half_mean,
                       const double[::1] inverse, double[:, ::1] out):
    cdef:
        Py_ssize_t i, j, first, last
        Py_ssize_t n = rows.shape[0]
        Py_ssize_t p = columns.shape[0]
        bint whole_rows = source.strides[1] == sizeof(double) and p > 0
        double d
    if (half_mean.shape[0] != p or inverse.shape[0] != p or out.shape[0] != n or out.shape[1] < p):
        raise ValueError("half_mean, inverse and out must have the columns, and out the rows")
    for i in range(n):
        if not 0 <= rows[i] < source.shape[0]:
            raise ValueError("rows must be row numbers of source")
    for j in range(p):
        if not 0 <= columns[j] < source.shape[1]:
            raise ValueError("columns must be column numbers of source")
        whole_rows &= columns[j] == columns[0] + j
    with nogil:
        if whole_rows:
            for i in range(n):
                row_deviations(&source[rows[i], columns[0]], p, &half_mean[0], &inverse[0],
                               &out[i, 0])
        else:
            # 64 rows: what is written of a row is still in the cache for the next column.
            for first in range(0, n, 64):
                last = min(first + 64, n)
                for j in range(p):
                    for i in range(first, last):
                        d = (0.5 * source[rows[i], columns[j]] - half_mean[j]) * inverse[j]
                        out[i, j] = d if d == d else 0.0


def level_deviations(const int[:] codes, const Py_ssize_t[::1] rows, const Py_ssize_t[::1] places,
                     const double[::1] share, const double[::1] inverse, Py_ssize_t start,
                     double[:, ::1] out):
    cdef:
        Py_ssize_t i, k, place
        Py_ssize_t width = share.shape[0]
    if (inverse.shape[0] != width or out.shape[0] != rows.shape[0]
            or not 0 <= start <= start + width <= out.shape[1]):
        raise ValueError("out must have the rows, and a column for each share and inverse")
    for k in range(places.shape[0]):
        if places[k] >= width:
            raise ValueError("places must lie below the number of shares")
    for i in range(rows.shape[0]):
        if not (0 <= rows[i] < codes.shape[0] and -1 <= codes[rows[i]] < places.shape[0] - 1):
            raise ValueError("rows must be row numbers, and codes have a place")
    with nogil:
        for i in range(rows.shape[0]):
            place = places[codes[rows[i]] + 1]
            for k in range(width):
                out[i, start + k] = -share[k] * inverse[k] if place > -2 else 0.0
            if place >= 0:
                out[i, start + place] += inverse[place]


def class_sums(const double[:, ::1] block, const int[::1] classes, double[:, ::1] out):
    cdef:
        Py_ssize_t i, j
    if classes.shape[0] != block.shape[0] or out.shape[1] != block.shape[1]:
        raise ValueError("classes must have the rows of block, and out its columns")
    for i in range(classes.shape[0]):
        if not 0 <= classes[i] < out.shape[0]:
            raise ValueError("out must have a row for each class")
    with nogil:
        for i in range(block.shape[0]):
            for j in range(block.shape[1]):
                out[classes[i], j] += block[i, j]
