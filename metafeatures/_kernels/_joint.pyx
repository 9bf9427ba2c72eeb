# Design: joint counts of two coded columns, and what follows from them. Measures of a column and the
# classes come from a dense table of counts where that is small; else the rows are ordered by level
# (a counting sort) and each level counts its classes in one row of the table, so that memory grows
# with levels + classes, never with their product. Pairs of columns share one small dense table.
# The bin of a number is found by a guide: equal steps between the edges, each with the bins that it
# may be in; as steps grow with numbers, an edge in an earlier step is below the number.

from libc.math cimport NAN, isfinite, log2
from libc.stdlib cimport calloc, free
from libc.string cimport memset

cdef enum:
    DENSE_CELLS = 1 << 18
    N_STEPS = 512


cdef struct Guide:
    const double* edges
    Py_ssize_t n_edges
    double low
    double pace
    int[513] first


cdef inline Py_ssize_t step_of(const Guide* guide, double value) noexcept nogil:
    cdef double place = (value - guide.low) * guide.pace
    # Without branches, which would often be guessed wrong.
    place = place if place > 0.0 else 0.0
    place = place if place < N_STEPS - 1 else N_STEPS - 1
    return <Py_ssize_t>place


cdef void make_guide(const double[::1] edges, Guide* guide) noexcept nogil:
    cdef:
        Py_ssize_t k, step
        Py_ssize_t n = edges.shape[0]
    guide.edges = &edges[0]
    guide.n_edges = n
    guide.low = edges[0]
    # The last bin needs no steps of its own; its edge may be far away.
    guide.pace = N_STEPS / (edges[max(n - 2, 0)] - edges[0]) if n > 2 else 0.0
    if not isfinite(guide.pace):
        guide.pace = 0.0
    k = 0
    for step in range(N_STEPS):
        while k < n and step_of(guide, edges[k]) < step:
            k += 1
        # What is above the last edge belongs to the last bin.
        guide.first[step] = <int>min(k, n - 1)
    guide.first[N_STEPS] = <int>(n - 1)


cdef inline int bin_of(const Guide* guide, double value) noexcept nogil:
    """First edge that is not below the value, or the last."""
    cdef:
        Py_ssize_t step = step_of(guide, value)
        int low = guide.first[step]
        int high = guide.first[step + 1]
        int middle
    while low < high:
        middle = (low + high) >> 1
        if guide.edges[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


def to_bins(const double[::1] values, const double[::1] edges, int[::1] out):
    cdef:
        Py_ssize_t i
        Guide guide
    if out.shape[0] != values.shape[0] or edges.shape[0] == 0:
        raise ValueError("out must be as long as values, and edges not empty")
    with nogil:
        make_guide(edges, &guide)
        for i in range(values.shape[0]):
            out[i] = bin_of(&guide, values[i]) if values[i] == values[i] else -1


cdef inline double weighted_log(double count) noexcept nogil:
    return count * log2(count) if count > 1.0 else 0.0


cdef struct Terms:
    double known
    double logs_level
    double logs_class
    double logs_joint
    double squares
    double prior


cdef void finish(const Terms* terms, double* out) noexcept nogil:
    """See `class_measures` for `out`."""
    cdef:
        double n = terms.known
        double prior = terms.prior / n / n
        double mutual = log2(n) - (terms.logs_level + terms.logs_class - terms.logs_joint) / n
    out[0] = log2(n) - terms.logs_level / n + 0.0
    out[1] = log2(n) - terms.logs_joint / n + 0.0
    out[2] = max(0.0, mutual)
    out[3] = (terms.squares / n - prior) / (1.0 - prior) if prior < 1.0 else NAN


cdef void dense_terms(const int* cells, Py_ssize_t n_levels, Py_ssize_t n_classes, int* present,
                      Terms* terms) noexcept nogil:
    """Terms of a table of counts; `present` holds zeros."""
    cdef:
        Py_ssize_t j, k
        Py_ssize_t level
        double size
    memset(terms, 0, sizeof(Terms))
    for j in range(n_levels):
        level = 0
        for k in range(n_classes):
            level += cells[j * n_classes + k]
            present[k] += cells[j * n_classes + k]
        terms.known += level
        terms.logs_level += weighted_log(level)
        terms.prior += <double>level * level
    for k in range(n_classes):
        terms.logs_class += weighted_log(present[k])
    for j in range(n_levels):
        for k in range(n_classes):
            size = cells[j * n_classes + k]
            if size > 0.0:
                terms.logs_joint += weighted_log(size)
                terms.squares += size / present[k] * size


cdef bint sparse_terms(const int* codes, const int* classes, Py_ssize_t n, Py_ssize_t n_levels,
                       Py_ssize_t n_classes, Terms* terms) noexcept nogil:
    """Terms level by level; False if there is no memory."""
    cdef:
        Py_ssize_t i, j, k
        Py_ssize_t row = 0
        Py_ssize_t size = 0
        int* ends = <int*>calloc(n_levels, sizeof(int))
        int* present = <int*>calloc(n_classes, sizeof(int))
        int* cells = <int*>calloc(n_classes, sizeof(int))
        int* order = <int*>calloc(n, sizeof(int))
        bint enough = ends != NULL and present != NULL and cells != NULL and order != NULL
    memset(terms, 0, sizeof(Terms))
    if enough:
        for i in range(n):
            if codes[i] >= 0:
                ends[codes[i]] += 1
                present[classes[i]] += 1
        for k in range(n_classes):
            terms.logs_class += weighted_log(present[k])
        for j in range(n_levels):
            terms.known += ends[j]
            terms.logs_level += weighted_log(ends[j])
            terms.prior += <double>ends[j] * ends[j]
            size += ends[j]
            ends[j] = <int>(size - ends[j])
        # What was the start of a level becomes its end while its rows are put in place.
        for i in range(n):
            if codes[i] >= 0:
                order[ends[codes[i]]] = classes[i]
                ends[codes[i]] += 1
        for j in range(n_levels):
            for i in range(row, ends[j]):
                cells[order[i]] += 1
            for i in range(row, ends[j]):
                size = cells[order[i]]
                if size > 0:
                    terms.logs_joint += weighted_log(size)
                    terms.squares += size / <double>present[order[i]] * size
                    cells[order[i]] = 0
            row = ends[j]
    free(ends)
    free(present)
    free(cells)
    free(order)
    return enough


cdef bint all_below(const int[::1] codes, Py_ssize_t least, Py_ssize_t limit) noexcept nogil:
    cdef:
        Py_ssize_t i
        int lowest = 0
        int highest = -1
    for i in range(codes.shape[0]):
        lowest = min(lowest, codes[i])
        highest = max(highest, codes[i])
    return lowest >= least and highest < limit


def class_measures(const int[::1] codes, Py_ssize_t n_levels, const int[::1] classes,
                   Py_ssize_t n_classes, double[::1] out):
    cdef:
        Py_ssize_t i
        Py_ssize_t n = codes.shape[0]
        bint enough = True
        int* room
        Terms terms
    if classes.shape[0] != n or out.shape[0] != 4 or n == 0:
        raise ValueError("codes and classes must be equally long, and out have 4 places")
    if not (all_below(codes, -1, n_levels) and all_below(classes, 0, n_classes)):
        raise ValueError("codes and classes must lie below their numbers")
    with nogil:
        if n_levels * n_classes <= DENSE_CELLS:
            room = <int*>calloc(n_levels * n_classes + n_classes, sizeof(int))
            enough = room != NULL
            if enough:
                for i in range(n):
                    if codes[i] >= 0:
                        room[n_classes + codes[i] * n_classes + classes[i]] += 1
                dense_terms(room + n_classes, n_levels, n_classes, room, &terms)
            free(room)
        else:
            enough = sparse_terms(&codes[0], &classes[0], n, n_levels, n_classes, &terms)
        if enough and terms.known > 0.0:
            finish(&terms, &out[0])
    if not enough:
        raise MemoryError("no memory for the counts of a column")
    if terms.known == 0.0:
        raise ValueError("a code must be known")


def binned_class_measures(const double[::1] values, const double[::1] edges,
                          const int[::1] classes, Py_ssize_t n_classes, double[::1] out):
    cdef:
        Py_ssize_t i
        Py_ssize_t n = values.shape[0]
        Py_ssize_t n_cells = edges.shape[0] * n_classes
        bint dense = n_cells <= DENSE_CELLS
        bint enough
        int* room
        Guide guide
        Terms terms
    if classes.shape[0] != n or out.shape[0] != 4 or n == 0 or edges.shape[0] == 0:
        raise ValueError("values and classes must be equally long, and out have 4 places")
    if not all_below(classes, 0, n_classes):
        raise ValueError("classes must lie below their number")
    with nogil:
        room = <int*>calloc(n_classes + n_cells if dense else n, sizeof(int))
        enough = room != NULL
        if enough:
            make_guide(edges, &guide)
            if dense:
                for i in range(n):
                    if values[i] == values[i]:
                        room[n_classes + bin_of(&guide, values[i]) * n_classes + classes[i]] += 1
                dense_terms(room + n_classes, edges.shape[0], n_classes, room, &terms)
            else:
                for i in range(n):
                    room[i] = bin_of(&guide, values[i]) if values[i] == values[i] else -1
                enough = sparse_terms(room, &classes[0], n, edges.shape[0], n_classes, &terms)
        free(room)
        if enough and terms.known > 0.0:
            finish(&terms, &out[0])
    if not enough:
        raise MemoryError("no memory for the counts of a column")
    if terms.known == 0.0:
        raise ValueError("a value must be known")


cdef void count_pair(const unsigned short* x, const unsigned short* y, Py_ssize_t n,
                     Py_ssize_t width, int* cells) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        cells[x[i] * width + y[i]] += 1


cdef void count_four(const unsigned short* x, const unsigned short* y, Py_ssize_t n,
                     const int* widths, int* cells, Py_ssize_t apart) noexcept nogil:
    """Count x with four columns at a time.

    Rows often repeat the last one's cell, whose new count takes a while to be read back; meanwhile
    the other three tables count on.
    """
    cdef:
        Py_ssize_t i
        Py_ssize_t a
        Py_ssize_t w0 = widths[0]
        Py_ssize_t w1 = widths[1]
        Py_ssize_t w2 = widths[2]
        Py_ssize_t w3 = widths[3]
        const unsigned short* y1 = y + n
        const unsigned short* y2 = y1 + n
        const unsigned short* y3 = y2 + n
        int* cells1 = cells + apart
        int* cells2 = cells1 + apart
        int* cells3 = cells2 + apart
    for i in range(n):
        a = x[i]
        cells[a * w0 + y[i]] += 1
        cells1[a * w1 + y1[i]] += 1
        cells2[a * w2 + y2[i]] += 1
        cells3[a * w3 + y3[i]] += 1


cdef void concentration(const int* cells, Py_ssize_t rows, Py_ssize_t columns, double* y_counts,
                        double* y_squares, double* x_given_y, double* y_given_x) noexcept nogil:
    """Both coefficients of a pair of columns, from its table of counts."""
    cdef:
        Py_ssize_t a, b
        double known = 0.0
        double x_prior = 0.0
        double y_prior = 0.0
        double by_x = 0.0
        double by_y = 0.0
        double count, total, squares
    for b in range(1, columns):
        y_counts[b] = y_squares[b] = 0.0
    # Code 0 stands for missing: its row and column of the table do not count.
    for a in range(1, rows):
        total = squares = 0.0
        for b in range(1, columns):
            count = cells[a * columns + b]
            total += count
            squares += count * count
            y_counts[b] += count
            y_squares[b] += count * count
        known += total
        x_prior += total * total
        if total > 0.0:
            by_x += squares / total
    x_given_y[0] = NAN
    y_given_x[0] = NAN
    if known == 0.0:
        return
    for b in range(1, columns):
        y_prior += y_counts[b] * y_counts[b]
        if y_counts[b] > 0.0:
            by_y += y_squares[b] / y_counts[b]
    x_prior /= known * known
    y_prior /= known * known
    if x_prior < 1.0:
        x_given_y[0] = (by_y / known - x_prior) / (1.0 - x_prior)
    if y_prior < 1.0:
        y_given_x[0] = (by_x / known - y_prior) / (1.0 - y_prior)


def concentrations(const unsigned short[:, ::1] codes, const int[::1] n_codes, Py_ssize_t first,
                   double[:, ::1] out):
    cdef:
        Py_ssize_t i, j, k
        Py_ssize_t p = codes.shape[0]
        Py_ssize_t n = codes.shape[1]
        Py_ssize_t largest = 1
        Py_ssize_t together, apart
        bint inside = True
        int* cells
        double* counts
    if n_codes.shape[0] != p or out.shape[0] != p or out.shape[1] != p or not 0 <= first < p:
        raise ValueError("n_codes must have a number, and out a row and column, for each of codes")
    for j in range(p):
        largest = max(largest, n_codes[j])
    apart = n_codes[first] * largest
    cells = <int*>calloc(4 * apart, sizeof(int))
    counts = <double*>calloc(2 * largest, sizeof(double))
    if cells == NULL or counts == NULL:
        free(cells)
        free(counts)
        raise MemoryError("no memory for the counts of a pair of columns")
    with nogil:
        for j in range(first, p):
            for i in range(n):
                inside &= codes[j, i] < n_codes[j]
        if inside and n > 0:
            j = first + 1
            while j < p:
                together = 4 if p - j >= 4 else 1
                for k in range(together):
                    memset(cells + k * apart, 0, n_codes[first] * n_codes[j + k] * sizeof(int))
                if together == 4:
                    count_four(&codes[first, 0], &codes[j, 0], n, &n_codes[j], cells, apart)
                else:
                    count_pair(&codes[first, 0], &codes[j, 0], n, n_codes[j], cells)
                for k in range(together):
                    concentration(cells + k * apart, n_codes[first], n_codes[j + k], counts,
                                  counts + largest, &out[first, j + k], &out[j + k, first])
                j += together
        free(cells)
        free(counts)
    if not inside or n == 0:
        raise ValueError("codes must have a row, and lie below their numbers")
