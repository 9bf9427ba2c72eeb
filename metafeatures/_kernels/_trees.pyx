# Design: a tree is grown depth first from rows that are sorted once per column. A list of rows per
# column holds the training rows in the order of this column; at any time the rows of an open node
# fill the same range [start, stop) of every list, still in order. So a node is scanned without
# sorting, and a split is a stable partition of the range in each list. Three things keep this fast:
# columns with two values need no list, counting is enough; children that are leaves are finished
# from the counts of their parent and never partitioned; the loops over rows have no branch that
# depends on the data, but for a better split.
# Every criterion is written so that larger is better: Gini of two classes and variance as
# sum^2 / n on both sides, Gini of more classes as squared counts / n, entropy from a table of
# c log c.
# Columns are tried from first to last, or in an order drawn anew for each node. The draws (xorshift,
# a shuffle from the back that leaves out what is known to be constant) and their sequence (left
# child first) are those of scikit-learn's best splitter, so that equal splits are resolved alike.

from libc.math cimport log
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

cdef enum:
    SUMS
    SQUARES
    ENTROPY

cdef struct Split:
    double score
    double margin  # a split must be better by this much, so that rounding does not decide
    double threshold
    Py_ssize_t column

cdef struct Open:
    int node
    int start
    int stop
    int depth
    int n_constant  # leading columns of the drawn order that are constant in the node

cdef struct Column:
    const double* x
    int* rows  # sorted training rows; NULL for a column with at most two values
    unsigned char* high  # of a column with two values: which rows have the higher one
    double threshold
    int name
    int start  # range of rows in which the column was found to be constant
    int stop

cdef struct Grower:
    Py_ssize_t n_columns
    Py_ssize_t n_lists
    Py_ssize_t n_train
    Py_ssize_t n_classes
    int criterion
    const int* codes
    const double* y
    const double* inverse  # 1 / n
    const double* entropy  # n log n
    Column* columns
    int* lists  # n_lists lines of n_train rows
    int* spare
    unsigned char* goes_left
    long long* total
    long long* left
    unsigned int random  # state of the generator; 0 for the order from first to last
    int* drawn  # columns in the order in which they were drawn
    int* constant  # columns that were found to be constant, from the root to the node

cdef struct Node:
    Py_ssize_t start
    Py_ssize_t n
    double shift
    double total
    double terms
    long long squares


cdef inline double middle(double low, double high) noexcept nogil:
    """Threshold between two neighbours, such that low <= threshold < high."""
    cdef double between = low / 2.0 + high / 2.0
    return low if between >= high or between < low else between


cdef inline void take(Split* best, double score, Py_ssize_t column, double low, double high) noexcept nogil:
    best.score = score
    best.column = column
    best.threshold = middle(low, high)


cdef inline void scan_sums(
    const Grower* g, const Column* c, Py_ssize_t column, const int* rows, Py_ssize_t n,
    double shift, double total, Split* best
) noexcept nogil:
    """Try every threshold of a sorted column for the sums of y - shift."""
    cdef:
        Py_ssize_t i
        double left = 0.0
        double score, bar = best.score + best.margin
        const double* y = g.y
        const double* inverse = g.inverse
    for i in range(n - 1):
        left += y[rows[i]] - shift
        score = left * left * inverse[i + 1] + (total - left) * (total - left) * inverse[n - 1 - i]
        if score > bar and c.x[rows[i]] != c.x[rows[i + 1]]:
            take(best, score, column, c.x[rows[i]], c.x[rows[i + 1]])
            bar = score + best.margin


cdef inline void scan_two_classes(
    const Grower* g, const Column* c, Py_ssize_t column, const int* rows, Py_ssize_t n,
    double total, Split* best
) noexcept nogil:
    """Do what `scan_sums` does for classes 0 and 1: whole numbers are added faster."""
    cdef:
        Py_ssize_t i
        int hits = 0
        double left, score, bar = best.score + best.margin
        const int* codes = g.codes
        const double* x = c.x
        const double* below = g.inverse + 1
        const double* above = g.inverse + n - 1
    for i in range(n - 1):
        hits += codes[rows[i]]
        left = hits
        score = left * left * below[i] + (total - left) * (total - left) * above[-i]
        if score > bar and x[rows[i]] != x[rows[i + 1]]:
            take(best, score, column, x[rows[i]], x[rows[i + 1]])
            bar = score + best.margin


cdef inline void scan_squares(
    const Grower* g, const Column* c, Py_ssize_t column, const int* rows, Py_ssize_t n,
    long long squares, Split* best
) noexcept nogil:
    """Try every threshold of a sorted column for the squares of the class counts."""
    cdef:
        Py_ssize_t i, code
        long long inside
        long long squares_left = 0
        long long squares_right = squares
        double score, bar = best.score + best.margin
    for i in range(n - 1):
        code = g.codes[rows[i]]
        inside = g.left[code]
        squares_left += 2 * inside + 1
        squares_right -= 2 * (g.total[code] - inside) - 1
        g.left[code] = inside + 1
        if g.random:
            # As scikit-learn rounds it: of equal splits it takes the first of the largest roundings.
            score = <double>squares_left / (i + 1) + <double>squares_right / (n - 1 - i)
        else:
            score = squares_left * g.inverse[i + 1] + squares_right * g.inverse[n - 1 - i]
        if score > bar and c.x[rows[i]] != c.x[rows[i + 1]]:
            take(best, score, column, c.x[rows[i]], c.x[rows[i + 1]])
            bar = score + best.margin


cdef inline void scan_entropy(
    const Grower* g, const Column* c, Py_ssize_t column, const int* rows, Py_ssize_t n,
    double terms, Split* best
) noexcept nogil:
    """Try every threshold of a sorted column for the entropy of the classes."""
    cdef:
        Py_ssize_t i, code
        long long inside, above
        double terms_both = terms
        double score, bar = best.score + best.margin
        const double* entropy = g.entropy
    for i in range(n - 1):
        code = g.codes[rows[i]]
        inside = g.left[code]
        above = g.total[code] - inside
        terms_both += entropy[inside + 1] - entropy[inside] + (entropy[above - 1] - entropy[above])
        g.left[code] = inside + 1
        score = terms_both - entropy[i + 1] - entropy[n - 1 - i]
        if score > bar and c.x[rows[i]] != c.x[rows[i + 1]]:
            take(best, score, column, c.x[rows[i]], c.x[rows[i + 1]])
            bar = score + best.margin


cdef inline void clear(const Grower* g, const int* rows, Py_ssize_t n) noexcept nogil:
    """Set the left counts of the classes of these rows to 0."""
    cdef Py_ssize_t i
    if n >= g.n_classes:
        memset(g.left, 0, g.n_classes * sizeof(long long))
        return
    for i in range(n):
        g.left[g.codes[rows[i]]] = 0


cdef inline bint scan_two_values(
    const Grower* g, const Column* c, Py_ssize_t column, const int* rows, Py_ssize_t n,
    double shift, double total, Split* best
) noexcept nogil:
    """Try the one threshold of a column with two values; False if it is constant here."""
    cdef:
        Py_ssize_t i, code
        int n_right = 0
        int hits = 0
        long long above, squares_left = 0, squares_right = 0
        double right = 0.0
        double score = 0.0
        const unsigned char* high = c.high
        const int* codes = g.codes
    if g.criterion == SUMS:
        if codes != NULL:
            for i in range(n):
                n_right += high[rows[i]]
                hits += high[rows[i]] & codes[rows[i]]
            right = hits
        else:
            for i in range(n):
                n_right += high[rows[i]]
                right += high[rows[i]] * (g.y[rows[i]] - shift)
        if n_right == 0 or n_right == n:
            return False
        score = right * right * g.inverse[n_right] + (
            (total - right) * (total - right) * g.inverse[n - n_right])
    else:
        for i in range(n):
            n_right += c.high[rows[i]]
            g.left[g.codes[rows[i]]] += c.high[rows[i]]
        if n_right == 0 or n_right == n:
            clear(g, rows, n)
            return False
        for code in range(g.n_classes):
            above = g.left[code]
            if g.criterion == SQUARES:
                squares_right += above * above
                squares_left += (g.total[code] - above) * (g.total[code] - above)
            else:
                score += g.entropy[above] + g.entropy[g.total[code] - above]
        if g.criterion == SQUARES:
            score = <double>squares_left / (n - n_right) + <double>squares_right / n_right
        else:
            score -= g.entropy[n_right] + g.entropy[n - n_right]
        clear(g, rows, n)
    if score > best.score + best.margin:
        best.score = score
        best.column = column
        best.threshold = c.threshold
    return True


cdef inline bint try_column(
    const Grower* g, Py_ssize_t column, const Node* at, Split* best
) noexcept nogil:
    """Try every threshold of a column in a node; False if it is constant there."""
    cdef:
        const Column* c = &g.columns[column]
        const int* rows
    if c.rows == NULL:
        return c.high != NULL and scan_two_values(
            g, c, column, g.lists + at.start, at.n, at.shift, at.total, best)
    rows = c.rows + at.start
    if c.x[rows[0]] == c.x[rows[at.n - 1]]:
        return False
    if g.criterion == SUMS:
        if g.codes != NULL:
            scan_two_classes(g, c, column, rows, at.n, at.total, best)
        else:
            scan_sums(g, c, column, rows, at.n, at.shift, at.total, best)
        return True
    if g.criterion == SQUARES:
        scan_squares(g, c, column, rows, at.n, at.squares, best)
    else:
        scan_entropy(g, c, column, rows, at.n, at.terms, best)
    clear(g, rows, at.n)
    return True


cdef inline Py_ssize_t draw(Grower* g, Py_ssize_t low, Py_ssize_t high) noexcept nogil:
    """Draw from low, ..., high - 1."""
    g.random ^= g.random << 13
    g.random ^= g.random >> 17
    g.random ^= g.random << 5
    return low + <Py_ssize_t>(g.random % 0x80000000u) % (high - low)


cdef inline void swap(int* values, Py_ssize_t i, Py_ssize_t j) noexcept nogil:
    cdef int value = values[i]
    values[i] = values[j]
    values[j] = value


cdef Py_ssize_t try_drawn_columns(
    Grower* g, const Node* at, Py_ssize_t n_known, Split* best
) noexcept nogil:
    """Try all columns in a drawn order; returns how many are constant from here on.

    The first n_known are constant already. Drawn ones of them come first in `drawn`, then the
    others, then the ones found here; those that vary are gathered at the back.
    """
    cdef:
        Py_ssize_t end = g.n_columns
        Py_ssize_t found = 0
        Py_ssize_t skipped = 0
        Py_ssize_t j
    while end > n_known + found:
        j = draw(g, skipped, end - found)
        if j < n_known:
            swap(g.drawn, skipped, j)
            skipped += 1
            continue
        j += found
        if try_column(g, g.drawn[j], at, best):
            end -= 1
            swap(g.drawn, end, j)
        else:
            swap(g.drawn, n_known + found, j)
            found += 1
    # Other nodes below the same ancestors find their constants where they were.
    memcpy(g.drawn, g.constant, n_known * sizeof(int))
    memcpy(g.constant + n_known, g.drawn + n_known, found * sizeof(int))
    return n_known + found


cdef inline void partition(
    int* rows, Py_ssize_t n, const unsigned char* goes_left, int* spare
) noexcept nogil:
    """Move the rows that go left to the front; keep the order on both sides."""
    cdef Py_ssize_t i, front = 0, back = 0
    cdef int row
    for i in range(n):
        row = rows[i]
        rows[front] = row
        spare[back] = row
        front += goes_left[row]
        back += 1 - goes_left[row]
    memcpy(rows + front, spare, back * sizeof(int))


cdef inline void keep_left(int* rows, Py_ssize_t n, const unsigned char* goes_left) noexcept nogil:
    """Move the rows that go left to the front; the others are lost."""
    cdef Py_ssize_t i, front = 0
    cdef int row
    for i in range(n):
        row = rows[i]
        rows[front] = row
        front += goes_left[row]


cdef inline void keep_right(int* rows, Py_ssize_t n, const unsigned char* goes_left) noexcept nogil:
    """Move the rows that go right to the back; the others are lost."""
    cdef Py_ssize_t i, back = n - 1
    cdef int row
    for i in range(n - 1, -1, -1):
        row = rows[i]
        rows[back] = row
        back -= 1 - goes_left[row]


cdef inline bint finish_classes(
    const long long* counts, const long long* less, Py_ssize_t n_classes, Py_ssize_t n,
    double* value
) noexcept nogil:
    """Write the most frequent class of counts - less; whether it is the only one."""
    cdef Py_ssize_t code, best = 0
    cdef long long count, most = -1
    for code in range(n_classes):
        count = counts[code] - (less[code] if less != NULL else 0)
        if count > most:
            most = count
            best = code
    value[0] = best
    return most == n


cdef inline bint finish_values(
    const Grower* g, const int* rows, Py_ssize_t n, int side, double* value
) noexcept nogil:
    """Write the mean of the rows that go left (side 1), right (0) or all (2); are they equal?"""
    cdef:
        Py_ssize_t i, count = 0
        double total = 0.0
        double low = 0.0
        double high = 0.0
        double y
    for i in range(n):
        if side != 2 and g.goes_left[rows[i]] != side:
            continue
        y = g.y[rows[i]]
        if count == 0 or y < low:
            low = y
        if count == 0 or y > high:
            high = y
        count += 1
        total += y
    # Rounding may push the mean of equal values off them.
    value[0] = low if low == high else total / count
    return low == high


cdef Py_ssize_t grow_nodes(
    Grower* g, Py_ssize_t max_depth, Open* stack, int[::1] feature, double[::1] threshold,
    int[:, ::1] children, double[::1] value, int[::1] size, int[::1] depth, double[::1] gain
) noexcept nogil:
    """Grow the tree; see `grow`. Returns the number of nodes."""
    cdef:
        bint classes = g.n_classes > 0
        Py_ssize_t n_nodes = 1
        Py_ssize_t n_open = 1
        Py_ssize_t n, n_left, i, j, code, n_constant
        int side
        double parent, spread, d
        bint leaf
        int[2] ends
        const int* rows
        int* list_
        Column* c
        Open at
        Node node
        Split best

    stack[0] = Open(0, 0, <int>g.n_train, 0, 0)
    while n_open > 0:
        n_open -= 1
        at = stack[n_open]
        n = at.stop - at.start
        rows = g.lists + at.start
        feature[at.node] = -1
        size[at.node] = <int>n
        depth[at.node] = at.depth
        gain[at.node] = 0.0
        node = Node(at.start, n, 0.0, 0.0, 0.0, 0)
        parent = spread = 0.0
        if classes:
            memset(g.total, 0, g.n_classes * sizeof(long long))
            for i in range(n):
                g.total[g.codes[rows[i]]] += 1
            leaf = finish_classes(g.total, NULL, g.n_classes, n, &value[at.node])
        else:
            leaf = finish_values(g, rows, n, 2, &value[at.node])
        if leaf or at.depth == max_depth:
            continue

        best.margin = 0.0 if g.random and classes else 1e-10
        if g.criterion == SUMS and classes:
            node.total = g.total[1]
            parent = node.total * node.total * g.inverse[n]
        elif g.criterion == SUMS:
            # Deviations from the mean, so that nothing cancels; the margin is one of rounding.
            node.shift = value[at.node]
            for i in range(n):
                d = g.y[rows[i]] - node.shift
                node.total += d
                spread += d * d
            parent = node.total * node.total * g.inverse[n]
            best.margin = 1e-12 * spread
        else:
            for code in range(g.n_classes):
                node.squares += g.total[code] * g.total[code]
                if g.criterion == ENTROPY:
                    node.terms += g.entropy[g.total[code]]
            if g.criterion == SQUARES:
                parent = node.squares * g.inverse[n]
            else:
                parent = node.terms - g.entropy[n]
            memset(g.left, 0, g.n_classes * sizeof(long long))
        best.column = -1
        best.score = -1e300
        n_constant = 0
        if g.random == 0:
            for j in range(g.n_columns):
                c = &g.columns[j]
                # Nodes lie within their ancestors: what is constant there is constant here.
                if c.start <= at.start and at.stop <= c.stop:
                    continue
                if not try_column(g, j, &node, &best):
                    c.start = at.start
                    c.stop = at.stop
        else:
            n_constant = try_drawn_columns(g, &node, at.n_constant, &best)
        if best.column < 0:
            continue

        c = &g.columns[best.column]
        n_left = 0
        for i in range(n):
            g.goes_left[rows[i]] = c.x[rows[i]] <= best.threshold
            n_left += g.goes_left[rows[i]]
        feature[at.node] = c.name
        threshold[at.node] = best.threshold
        # Gini of two classes is half of what the squares of both say.
        gain[at.node] = (best.score - parent) * (2.0 if g.criterion == SUMS and classes else 1.0)
        for side in range(2):
            children[at.node, side] = <int>(n_nodes + side)
            feature[n_nodes + side] = -1
            size[n_nodes + side] = <int>(n_left if side == 0 else n - n_left)
            depth[n_nodes + side] = at.depth + 1
            gain[n_nodes + side] = 0.0
        if classes:
            memset(g.left, 0, g.n_classes * sizeof(long long))
            for i in range(n):
                g.left[g.codes[rows[i]]] += g.goes_left[rows[i]]
            ends[0] = finish_classes(g.left, NULL, g.n_classes, n_left, &value[n_nodes])
            ends[1] = finish_classes(
                g.total, g.left, g.n_classes, n - n_left, &value[n_nodes + 1])
        else:
            ends[0] = finish_values(g, rows, n, 1, &value[n_nodes])
            ends[1] = finish_values(g, rows, n, 0, &value[n_nodes + 1])
        if at.depth + 1 == max_depth:
            ends[0] = ends[1] = True
        if not (ends[0] and ends[1]):
            for j in range(-1, g.n_columns):
                list_ = g.lists + at.start
                if j >= 0:
                    c = &g.columns[j]
                    # The first list stands for the rows of the node; others of constant columns
                    # are not looked at any more.
                    if c.rows == NULL or c.rows == g.lists or (
                            c.start <= at.start and at.stop <= c.stop):
                        continue
                    list_ = c.rows + at.start
                if ends[1]:
                    keep_left(list_, n, g.goes_left)
                elif ends[0]:
                    keep_right(list_, n, g.goes_left)
                else:
                    partition(list_, n, g.goes_left, g.spare)
        if not ends[1]:
            stack[n_open] = Open(
                <int>(n_nodes + 1), at.start + <int>n_left, at.stop, at.depth + 1, <int>n_constant)
            n_open += 1
        if not ends[0]:
            stack[n_open] = Open(
                <int>n_nodes, at.start, at.start + <int>n_left, at.depth + 1, <int>n_constant)
            n_open += 1
        n_nodes += 2
    return n_nodes


cdef void lay_out(
    Grower* g, const double[::1, :] X, const int[:, ::1] order, const int[::1] columns,
    const unsigned char[::1] train, unsigned char* bits
) noexcept nogil:
    """Fill the columns and lists of training rows."""
    cdef:
        Py_ssize_t n = g.n_train
        Py_ssize_t n_rows = X.shape[0]
        Py_ssize_t i, j, kept, low, high, middle_
        int* rows
        const double* x
        Column* c
    for j in range(columns.shape[0]):
        rows = g.lists + g.n_lists * n
        kept = 0
        # One place beyond the last row is written and then overwritten: there is room for it.
        for i in range(n_rows):
            rows[kept] = order[j, i]
            kept += train[order[j, i]]
        x = &X[0, columns[j]]
        c = &g.columns[j]
        c.x = x
        c.name = columns[j]
        c.rows = NULL
        c.high = NULL
        c.start = 0
        c.stop = 0
        if x[rows[0]] == x[rows[n - 1]]:
            continue
        low, high = 0, n - 1  # the first row with another value than the lowest is in (low, high]
        while high - low > 1:
            middle_ = (low + high) // 2
            if x[rows[middle_]] == x[rows[0]]:
                low = middle_
            else:
                high = middle_
        if x[rows[high]] != x[rows[n - 1]]:
            c.rows = rows
            g.n_lists += 1
            continue
        c.high = bits + j * n_rows
        c.threshold = middle(x[rows[0]], x[rows[n - 1]])
        for i in range(n):
            c.high[rows[i]] = i >= high
    if g.n_lists == 0:
        kept = 0
        for i in range(n_rows):
            g.lists[kept] = <int>i
            kept += train[i]
        g.n_lists = 1


def grow(const double[::1, :] X, const int[:, ::1] order, const int[::1] columns,
         const unsigned char[::1] train, const int[::1] codes, const double[::1] y,
         Py_ssize_t n_classes, Py_ssize_t max_depth, bint use_entropy, unsigned int seed,
         int[::1] feature, double[::1] threshold, int[:, ::1] children, double[::1] value,
         int[::1] size, int[::1] depth, double[::1] gain):
    cdef:
        Py_ssize_t n_rows = X.shape[0]
        Py_ssize_t n = 0
        Py_ssize_t n_nodes = 0
        Py_ssize_t i, room
        Grower g
        Open* stack
        double* tables
        unsigned char* bits

    if order.shape[1] != n_rows or train.shape[0] != n_rows:
        raise ValueError("order and train must have one place for each row of X")
    if order.shape[0] == 0 or order.shape[0] != columns.shape[0]:
        raise ValueError("order must have one line for each of columns")
    for i in range(columns.shape[0]):
        if not 0 <= columns[i] < X.shape[1]:
            raise ValueError("columns must be columns of X")
    if (codes.shape[0] if n_classes else y.shape[0]) != n_rows:
        raise ValueError("codes, or y without classes, must have one place for each row of X")
    for i in range(n_rows):
        n += train[i] != 0
    if n == 0:
        raise ValueError("train must hold a row")
    room = 2 * n - 1
    if 0 <= max_depth < 30:
        room = min(room, (<Py_ssize_t>2 << max_depth) - 1)
    if min(feature.shape[0], threshold.shape[0], children.shape[0], value.shape[0], size.shape[0],
           depth.shape[0], gain.shape[0]) < room:
        raise ValueError("the arrays of nodes must have room for 2 n - 1 nodes")

    g.n_columns = columns.shape[0]
    g.n_lists = 0
    g.n_train = n
    g.n_classes = n_classes
    g.criterion = SQUARES
    if use_entropy:
        g.criterion = ENTROPY
    elif n_classes == 0 or (n_classes <= 2 and seed == 0):
        g.criterion = SUMS
    g.codes = &codes[0] if n_classes else NULL
    g.columns = <Column*>malloc(columns.shape[0] * sizeof(Column))
    g.lists = <int*>malloc((columns.shape[0] * n + 1) * sizeof(int))
    g.spare = <int*>malloc(n * sizeof(int))
    g.goes_left = <unsigned char*>malloc(n_rows)
    g.total = <long long*>malloc((n_classes + 2) * sizeof(long long))
    g.left = <long long*>malloc((n_classes + 2) * sizeof(long long))
    g.random = seed
    g.drawn = <int*>malloc(2 * columns.shape[0] * sizeof(int))
    g.constant = g.drawn + columns.shape[0]
    stack = <Open*>malloc((n + 1) * sizeof(Open))
    tables = <double*>malloc((n + 1 + n_rows) * sizeof(double))
    bits = <unsigned char*>malloc(columns.shape[0] * n_rows)
    try:
        if not (g.columns and g.lists and g.spare and g.goes_left and g.total and g.left and stack
                and tables and bits and g.drawn):
            raise MemoryError(f"no memory for a tree over {n} rows")
        with nogil:
            for i in range(columns.shape[0]):
                g.drawn[i] = <int>i
            g.inverse = tables
            g.entropy = tables
            tables[0] = 0.0
            for i in range(1, n + 1):
                tables[i] = i * log(<double>i) if use_entropy else 1.0 / i
            g.y = tables + n + 1
            for i in range(n_rows):
                tables[n + 1 + i] = codes[i] if n_classes else y[i]
            lay_out(&g, X, order, columns, train, bits)
            n_nodes = grow_nodes(&g, max_depth, stack, feature, threshold, children, value, size,
                                 depth, gain)
    finally:
        free(g.columns)
        free(g.lists)
        free(g.spare)
        free(g.goes_left)
        free(g.total)
        free(g.left)
        free(g.drawn)
        free(stack)
        free(tables)
        free(bits)
    return n_nodes


def find(const double[::1, :] X, const int[::1] rows, Py_ssize_t max_depth, const int[::1] feature,
         const double[::1] threshold, const int[:, ::1] children, int[::1] out):
    cdef Py_ssize_t i, node, depth
    if out.shape[0] != rows.shape[0]:
        raise ValueError("out must have one place for each of rows")
    with nogil:
        for i in range(rows.shape[0]):
            node = 0
            depth = 0
            while feature[node] >= 0 and depth != max_depth:
                node = children[node, X[rows[i], feature[node]] > threshold[node]]
                depth += 1
            out[i] = <int>node
