# Design: a classification tree is grown depth first from rows that are sorted once per column.
# `sorted_rows[j]` holds the training rows in the order of column j; at any time the rows of an open
# node fill the same range [start, stop) of every column, still in order. So a node is scanned
# without sorting, and a split is a stable partition of the range in each column.
# Impurity is updated in constant time per row: squares of class counts for Gini, c log c from a
# table for entropy. Both are written so that larger is better.

from libc.math cimport log
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

cdef struct Split:
    double score
    double threshold
    Py_ssize_t column


cdef inline double middle(double low, double high) noexcept nogil:
    """Threshold between two neighbours, such that low <= threshold < high."""
    cdef double between = low / 2.0 + high / 2.0
    return low if between >= high or between < low else between


cdef inline void scan_column(
    const double* x, const int* rows, const int* codes, Py_ssize_t n, Py_ssize_t n_classes,
    const long long* total, long long* left, const double* entropy, Py_ssize_t column, Split* best
) noexcept nogil:
    """Try every threshold of one column in one node; keep it if it beats `best`."""
    cdef:
        Py_ssize_t i, code
        long long above
        long long squares_left = 0
        long long squares_right = 0
        double terms_left = 0.0
        double terms_right = 0.0
        double score

    # A column that is constant in the node cannot split it.
    if x[rows[0]] == x[rows[n - 1]]:
        return
    memset(left, 0, n_classes * sizeof(long long))
    for code in range(n_classes):
        squares_right += total[code] * total[code]
        if entropy != NULL:
            terms_right += entropy[total[code]]
    for i in range(n - 1):
        code = codes[rows[i]]
        above = total[code] - left[code]
        if entropy == NULL:
            squares_left += 2 * left[code] + 1
            squares_right -= 2 * above - 1
        else:
            terms_left += entropy[left[code] + 1] - entropy[left[code]]
            terms_right += entropy[above - 1] - entropy[above]
        left[code] += 1
        if x[rows[i]] == x[rows[i + 1]]:
            continue
        if entropy == NULL:
            score = <double>squares_left / (i + 1) + <double>squares_right / (n - i - 1)
        else:
            score = terms_left - entropy[i + 1] + terms_right - entropy[n - i - 1]
        # The margin keeps rounding from deciding between equal splits: the first column wins.
        if score > best.score + 1e-10:
            best.score = score
            best.column = column
            best.threshold = middle(x[rows[i]], x[rows[i + 1]])


cdef inline void partition(
    int* rows, Py_ssize_t n, const unsigned char* goes_left, int* spare
) noexcept nogil:
    """Move the rows that go left to the front; keep the order on both sides."""
    cdef Py_ssize_t i, front = 0, back = 0
    for i in range(n):
        if goes_left[rows[i]]:
            rows[front] = rows[i]
            front += 1
        else:
            spare[back] = rows[i]
            back += 1
    memcpy(rows + front, spare, back * sizeof(int))


cdef Py_ssize_t grow_nodes(
    const double[::1, :] X, int[:, ::1] sorted_rows, const int[::1] columns, const int[::1] codes,
    Py_ssize_t n_classes, Py_ssize_t max_depth, const double* entropy, int[::1] feature,
    double[::1] threshold, int[:, ::1] children, int[::1] label, long long* counts, int* stack,
    int* spare, unsigned char* goes_left
) noexcept nogil:
    """Grow the tree; see `grow`. Returns the number of nodes."""
    cdef:
        Py_ssize_t n_columns = sorted_rows.shape[0]
        Py_ssize_t n_nodes = 1
        Py_ssize_t open_nodes = 1
        Py_ssize_t node, start, stop, depth, cut, n, i, j, code
        long long* total = counts
        long long* left = counts + n_classes
        const int* rows
        Split best

    stack[0] = 0
    stack[1] = 0
    stack[2] = <int>sorted_rows.shape[1]
    stack[3] = 0
    while open_nodes > 0:
        open_nodes -= 1
        node = stack[4 * open_nodes]
        start = stack[4 * open_nodes + 1]
        stop = stack[4 * open_nodes + 2]
        depth = stack[4 * open_nodes + 3]
        n = stop - start
        rows = &sorted_rows[0, start]
        memset(total, 0, n_classes * sizeof(long long))
        for i in range(n):
            total[codes[rows[i]]] += 1
        code = 0
        for i in range(1, n_classes):
            if total[i] > total[code]:
                code = i
        feature[node] = -1
        label[node] = <int>code
        if total[code] == n or depth == max_depth:
            continue

        best.column = -1
        best.score = -1e300
        for j in range(n_columns):
            scan_column(&X[0, columns[j]], &sorted_rows[j, start], &codes[0], n, n_classes, total,
                        left, entropy, j, &best)
        if best.column < 0:
            continue
        cut = start
        rows = &sorted_rows[best.column, start]
        for i in range(n):
            goes_left[rows[i]] = X[rows[i], columns[best.column]] <= best.threshold
            cut += goes_left[rows[i]]
        for j in range(n_columns):
            partition(&sorted_rows[j, start], n, goes_left, spare)
        feature[node] = columns[best.column]
        threshold[node] = best.threshold
        for i in range(2):
            children[node, i] = <int>n_nodes
            stack[4 * open_nodes] = <int>n_nodes
            stack[4 * open_nodes + 1] = <int>(start if i == 0 else cut)
            stack[4 * open_nodes + 2] = <int>(cut if i == 0 else stop)
            stack[4 * open_nodes + 3] = <int>(depth + 1)
            open_nodes += 1
            n_nodes += 1
    return n_nodes


def grow(const double[::1, :] X, int[:, ::1] sorted_rows, const int[::1] columns,
         const int[::1] codes, Py_ssize_t n_classes, Py_ssize_t max_depth, bint use_entropy,
         int[::1] feature, double[::1] threshold, int[:, ::1] children, int[::1] label):
    cdef:
        Py_ssize_t n = sorted_rows.shape[1]
        Py_ssize_t n_nodes = 0
        Py_ssize_t i
        double* entropy = NULL
        long long* counts
        int* stack
        unsigned char* goes_left

    if n == 0 or sorted_rows.shape[0] == 0 or sorted_rows.shape[0] != columns.shape[0]:
        raise ValueError("sorted_rows must have rows, and one line for each of columns")
    if min(feature.shape[0], threshold.shape[0], children.shape[0], label.shape[0]) < 2 * n - 1:
        raise ValueError("the arrays of nodes must have room for 2 n - 1 nodes")
    counts = <long long*>malloc(2 * n_classes * sizeof(long long))
    stack = <int*>malloc((5 * n + 8) * sizeof(int))
    goes_left = <unsigned char*>malloc(X.shape[0])
    if use_entropy:
        entropy = <double*>malloc((n + 1) * sizeof(double))
    try:
        if not counts or not stack or not goes_left or (use_entropy and not entropy):
            raise MemoryError(f"no memory for a tree over {n} rows")
        with nogil:
            if use_entropy:
                entropy[0] = 0.0
                for i in range(1, n + 1):
                    entropy[i] = i * log(<double>i)
            n_nodes = grow_nodes(X, sorted_rows, columns, codes, n_classes, max_depth, entropy,
                                 feature, threshold, children, label, counts, stack,
                                 stack + 4 * n + 8, goes_left)
    finally:
        free(counts)
        free(stack)
        free(goes_left)
        free(entropy)
    return n_nodes


def predict(const double[::1, :] X, const int[::1] rows, const int[::1] feature,
            const double[::1] threshold, const int[:, ::1] children, const int[::1] label,
            int[::1] out):
    cdef Py_ssize_t i, node
    if out.shape[0] != rows.shape[0]:
        raise ValueError("out must have one place for each of rows")
    with nogil:
        for i in range(rows.shape[0]):
            node = 0
            while feature[node] >= 0:
                node = children[node, X[rows[i], feature[node]] > threshold[node]]
            out[i] = label[node]
