# Design: the items of a column exclude each other, so the rows that hold two items of two columns
# are a contingency table of their codes: one addition per row and pair of columns, not one per row
# and pair of items.


cdef void differences_of(
    const short* first,
    const short* second,
    Py_ssize_t n_rows,
    const double* counts_first,
    const double* counts_second,
    Py_ssize_t n_first,
    Py_ssize_t n_second,
    double* out,
) noexcept nogil:
    """Rows that hold exactly one of two items, for each item of one column and each of another."""
    cdef:
        Py_ssize_t i, j
    for i in range(n_first):
        for j in range(n_second):
            out[i * n_second + j] = counts_first[i] + counts_second[j]
    for i in range(n_rows):
        if first[i] >= 0 and second[i] >= 0:
            out[first[i] * n_second + second[i]] -= 2.0


def symmetric_differences(
    const short[::1, :] codes,
    const double[::1] counts,
    const Py_ssize_t[::1] starts,
    Py_ssize_t column,
    double[::1] out,
):
    cdef:
        Py_ssize_t n_columns = codes.shape[1]
        Py_ssize_t j, n_first, n_second
        Py_ssize_t place = 0
    if not (0 <= column < n_columns and starts.shape[0] == n_columns + 1 and starts[0] == 0
            and starts[n_columns] == counts.shape[0]):
        raise ValueError("starts must give the place of each column's items in counts")
    n_first = starts[column + 1] - starts[column]
    if out.shape[0] != n_first * (starts[n_columns] - starts[column + 1]):
        raise ValueError("out must have room for each pair of items of different columns")
    if codes.shape[0] == 0 or out.shape[0] == 0:
        return
    with nogil:
        for j in range(column + 1, n_columns):
            n_second = starts[j + 1] - starts[j]
            differences_of(
                &codes[0, column],
                &codes[0, j],
                codes.shape[0],
                &counts[starts[column]],
                &counts[starts[j]],
                n_first,
                n_second,
                &out[place],
            )
            place += n_first * n_second
