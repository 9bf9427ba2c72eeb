# Design: a tree is grown depth first from rows that are sorted once per column. A list of rows per
# column holds the training rows in the order of this column; at any time the rows of an open node
# fill one range of every list, still in order. So a node is scanned without sorting, and a split is
# a stable partition of the range in each list. Four things keep this fast. A list leaves out the
# rows with the lowest or the highest value of its column, its background, if they are many (the
# zeros of counts): what they add is what the others lack. Columns with two values have lines of
# bits instead of a list: one pass over the rows of a node counts the classes for all of them, many
# columns in one instruction. Children that are leaves are finished from the counts of their parent
# and never partitioned. The loops that move rows have no branch that depends on the data.
# Every criterion is written so that larger is better: Gini of two classes and variance as
# sum^2 / n on both sides, Gini of more classes as squared counts / n, entropy from a table of
# c log c. The functions that add a row and score a threshold take the criterion as a constant, so
# that each loop is compiled for its own.
# Columns are tried from first to last, or in an order drawn anew for each node. The draws (xorshift,
# a shuffle from the back that leaves out what is known to be constant) and their sequence (left
# child first) are those of scikit-learn's best splitter, so that equal splits are resolved alike.

from libc.math cimport log
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    /* Compilers find the functions below too large to compile them for each criterion unasked. */
    #if defined(__GNUC__)
    #undef CYTHON_INLINE
    #define CYTHON_INLINE inline __attribute__((always_inline))
    #endif
    """

cdef enum:
    VALUES  # sums of a numeric target
    HITS  # sums of the second of two classes
    BOTH  # squares of two classes, rounded as scikit-learn does
    SQUARES
    ROUNDED  # squares, rounded as scikit-learn does
    ENTROPY

cdef enum:
    NOTHING
    LOWEST
    HIGHEST

cdef enum:
    MANY = 4  # a background holds at least this part of the rows
    LANES = 8  # columns with two values are counted in blocks of this many
    MOST_CLASSES = 64  # with more, and with more rows than a count can hold, they have lists, too
    MOST_ROWS = 65535

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
    int* rows  # sorted training rows but those of the background; NULL for a column without a list
    double rest  # value of the background
    double low  # of a column with two values
    double high
    int place  # of a column with two values in a line of bits, else -1
    int background
    int name
    int start  # range of rows in which the column was found to be constant
    int stop

cdef struct Range:
    int start
    int stop

cdef struct Grower:
    Py_ssize_t n_columns
    Py_ssize_t n_train
    Py_ssize_t n_classes
    int criterion
    const int* codes
    const double* y
    const double* inverse  # 1 / n
    const double* entropy  # n log n
    Column* columns
    int* members  # rows of the nodes
    int* lists  # n_columns lines of n_train rows
    int* spare
    Py_ssize_t width
    unsigned short* bits  # a line per row: whether it has the higher of two values
    unsigned short* counts  # a line per class and one for all: rows of the node that have it
    unsigned char* goes_left
    long long* total
    long long* left
    unsigned int random  # state of the generator; 0 for the order from first to last
    int* drawn  # columns in the order in which they were drawn
    int* constant  # columns that were found to be constant, from the root to the node
    Range* now  # of each list, the rows of the node
    Range* ranges  # those of the open nodes
    Py_ssize_t room  # open nodes for which there is place in ranges

cdef struct Node:
    Py_ssize_t start
    Py_ssize_t n
    double shift
    double total
    double terms
    long long squares
    long long hits


cdef inline double middle(double low, double high) noexcept nogil:
    """Threshold between two neighbours, such that low <= threshold < high."""
    cdef double between = low / 2.0 + high / 2.0
    return low if between >= high or between < low else between


cdef struct Tally:
    double left
    double terms
    long long hits
    long long squares
    long long products  # of what goes left and the total of its class


cdef inline void add(
    int criterion, const Grower* g, const Node* at, Tally* tally, Py_ssize_t row
) noexcept nogil:
    """Let a row go left."""
    cdef long long inside, total
    cdef Py_ssize_t code
    if criterion == VALUES:
        tally.left += g.y[row] - at.shift
        return
    code = g.codes[row]
    if criterion == HITS or criterion == BOTH:
        tally.hits += code
        return
    inside = g.left[code]
    total = g.total[code]
    g.left[code] = inside + 1
    if criterion == ENTROPY:
        tally.terms += (g.entropy[inside + 1] - g.entropy[inside]
                        + (g.entropy[total - inside - 1] - g.entropy[total - inside]))
    else:
        tally.squares += 2 * inside + 1
        tally.products += total


cdef inline void add_others(
    int criterion, const Grower* g, Tally* tally, Py_ssize_t code, long long count
) noexcept nogil:
    """Let all rows of a class but `count` go left, of which none did."""
    cdef long long total = g.total[code], other = total - count
    if criterion == ENTROPY:
        tally.terms += g.entropy[other] + g.entropy[count] - g.entropy[total]
    else:
        tally.squares += other * other
        tally.products += other * total


cdef inline void begin(int criterion, const Grower* g, const Node* at, Tally* tally) noexcept nogil:
    """Start with no row on the left."""
    tally.left = 0.0
    tally.hits = 0
    tally.terms = at.terms
    tally.squares = 0
    tally.products = 0
    if criterion == SQUARES or criterion == ROUNDED or criterion == ENTROPY:
        memset(g.left, 0, g.n_classes * sizeof(long long))


cdef inline void begin_with_others(
    int criterion, const Grower* g, const Node* at, Tally* tally, const int* rows, Py_ssize_t m
) noexcept nogil:
    """Start with all rows of the node but these on the left."""
    cdef Py_ssize_t i, code
    cdef long long count
    begin(criterion, g, at, tally)
    for i in range(m):
        if criterion == VALUES:
            tally.left += g.y[rows[i]] - at.shift
        elif criterion == HITS or criterion == BOTH:
            tally.hits += g.codes[rows[i]]
        else:
            g.left[g.codes[rows[i]]] += 1
    if criterion == VALUES:
        tally.left = at.total - tally.left
    elif criterion == HITS or criterion == BOTH:
        tally.hits = g.total[1] - tally.hits
    else:
        for code in range(g.n_classes):
            count = g.left[code]
            g.left[code] = g.total[code] - count
            add_others(criterion, g, tally, code, count)


cdef inline double score(
    int criterion, const Grower* g, const Node* at, const Tally* tally, Py_ssize_t n_left
) noexcept nogil:
    """How good it is that these rows go left; of rounded criteria nearly so."""
    cdef:
        Py_ssize_t n_right = at.n - n_left
        double left, right
    if criterion == ENTROPY:
        return tally.terms - g.entropy[n_left] - g.entropy[n_right]
    if criterion == VALUES or criterion == HITS:
        left = tally.left if criterion == VALUES else <double>tally.hits
        right = at.total - left
        return left * left * g.inverse[n_left] + right * right * g.inverse[n_right]
    return (squares_left(criterion, tally, n_left) * g.inverse[n_left]
            + squares_right(criterion, at, tally, n_right) * g.inverse[n_right])


cdef inline double squares_left(
    int criterion, const Tally* tally, Py_ssize_t n_left
) noexcept nogil:
    if criterion != BOTH:
        return <double>tally.squares
    return <double>(tally.hits * tally.hits + (n_left - tally.hits) * (n_left - tally.hits))


cdef inline double squares_right(
    int criterion, const Node* at, const Tally* tally, Py_ssize_t n_right
) noexcept nogil:
    cdef long long hits
    if criterion != BOTH:
        return <double>(at.squares - 2 * tally.products + tally.squares)
    hits = at.hits - tally.hits
    return <double>(hits * hits + (n_right - hits) * (n_right - hits))


cdef inline void compare(
    int criterion, const Grower* g, const Node* at, const Tally* tally, Py_ssize_t n_left,
    Py_ssize_t column, double low, double high, Split* best
) noexcept nogil:
    """Take a threshold between two neighbours if it is better."""
    cdef double found = score(criterion, g, at, tally, n_left)
    if criterion == BOTH or criterion == ROUNDED:
        # Of equal splits scikit-learn takes the first of the largest roundings, of these quotients.
        if found < best.score * (1.0 - 1e-12):
            return
        found = (squares_left(criterion, tally, n_left) / n_left
                 + squares_right(criterion, at, tally, at.n - n_left) / (at.n - n_left))
    if found > best.score + best.margin:
        best.score = found
        best.column = column
        best.threshold = middle(low, high)


cdef inline void scan(
    int criterion, const Grower* grower, const Column* c, Py_ssize_t column, const int* rows,
    Py_ssize_t m, const Node* node, Split* found
) noexcept nogil:
    """Try every threshold of a column that varies in a node."""
    cdef:
        Py_ssize_t i, before = 0
        const double* x = c.x
        double value, last = x[rows[0]], highest = x[rows[m - 1]]
        bint more = c.background == HIGHEST and m < node.n
        # Copies, which nothing that is written can change: they stay in registers.
        Grower g = grower[0]
        Node at = node[0]
        Split best = found[0]
        Tally tally
    if c.background == LOWEST and m < at.n:
        before = at.n - m
        last = c.rest
        begin_with_others(criterion, &g, &at, &tally, rows, m)
    else:
        begin(criterion, &g, &at, &tally)
    for i in range(m):
        value = x[rows[i]]
        if value != last:
            compare(criterion, &g, &at, &tally, before + i, column, last, value, &best)
            if value == highest and not more:
                break
            last = value
        add(criterion, &g, &at, &tally, rows[i])
    if more:
        compare(criterion, &g, &at, &tally, m, column, last, c.rest, &best)
    found[0] = best


cdef inline void count_bits(const Grower* g, const Node* at) noexcept nogil:
    """Count the higher values of all columns with two values in a node."""
    cdef:
        Py_ssize_t i, j, row
        const unsigned short* bits
        unsigned short* line
        unsigned short* all_ = g.counts + g.n_classes * g.width
    memset(g.counts, 0, (g.n_classes + 1) * g.width * sizeof(unsigned short))
    for i in range(at.start, at.start + at.n):
        row = g.members[i]
        bits = g.bits + row * g.width
        line = g.counts + g.codes[row] * g.width
        for j in range(g.width):
            line[j] += bits[j]
            all_[j] += bits[j]


cdef inline bint try_two_values(
    int criterion, const Grower* g, const Column* c, Py_ssize_t column, const Node* at, Split* best
) noexcept nogil:
    """Try the one threshold of a column with two values; False if it is constant here."""
    cdef:
        const unsigned short* counts = g.counts + c.place
        Py_ssize_t code, n_high = counts[g.n_classes * g.width]
        Tally tally
    if n_high == 0 or n_high == at.n:
        return False
    tally.terms = at.terms
    tally.squares = 0
    tally.products = 0
    if criterion == HITS or criterion == BOTH:
        tally.hits = at.hits - counts[g.width]
    else:
        for code in range(g.n_classes):
            add_others(criterion, g, &tally, code, counts[code * g.width])
    compare(criterion, g, at, &tally, at.n - n_high, column, c.low, c.high, best)
    return True


cdef inline bint try_bits(
    const Grower* g, const Column* c, Py_ssize_t column, const Node* at, Split* best
) noexcept nogil:
    if g.criterion == HITS:
        return try_two_values(HITS, g, c, column, at, best)
    if g.criterion == BOTH:
        return try_two_values(BOTH, g, c, column, at, best)
    if g.criterion == SQUARES:
        return try_two_values(SQUARES, g, c, column, at, best)
    if g.criterion == ROUNDED:
        return try_two_values(ROUNDED, g, c, column, at, best)
    return try_two_values(ENTROPY, g, c, column, at, best)


cdef bint try_column(
    const Grower* g, Py_ssize_t column, const Node* at, Split* best
) noexcept nogil:
    """Try every threshold of a column in a node; False if it is constant there."""
    cdef:
        const Column* c = &g.columns[column]
        Py_ssize_t m = g.now[column].stop - g.now[column].start
        const int* rows = c.rows + g.now[column].start
    if c.place >= 0:
        return try_bits(g, c, column, at, best)
    if c.rows == NULL or m == 0 or (m == at.n and c.x[rows[0]] == c.x[rows[m - 1]]):
        return False
    if g.criterion == VALUES:
        scan(VALUES, g, c, column, rows, m, at, best)
    elif g.criterion == HITS:
        scan(HITS, g, c, column, rows, m, at, best)
    elif g.criterion == BOTH:
        scan(BOTH, g, c, column, rows, m, at, best)
    elif g.criterion == SQUARES:
        scan(SQUARES, g, c, column, rows, m, at, best)
    elif g.criterion == ROUNDED:
        scan(ROUNDED, g, c, column, rows, m, at, best)
    else:
        scan(ENTROPY, g, c, column, rows, m, at, best)
    return True


cdef inline void know_constant(Column* c, const Node* at) noexcept nogil:
    """Remember where a column is constant."""
    c.start = <int>at.start
    c.stop = <int>(at.start + at.n)


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
            know_constant(&g.columns[g.drawn[j]], at)
            swap(g.drawn, n_known + found, j)
            found += 1
    # Other nodes below the same ancestors find their constants where they were.
    memcpy(g.drawn, g.constant, n_known * sizeof(int))
    memcpy(g.constant + n_known, g.drawn + n_known, found * sizeof(int))
    return n_known + found


cdef inline Py_ssize_t partition(
    int* rows, Py_ssize_t n, const unsigned char* goes_left, int* spare
) noexcept nogil:
    """Move the rows that go left to the front; keep the order on both sides. Returns their number."""
    cdef Py_ssize_t i, front = 0, back = 0
    cdef int row
    for i in range(n):
        row = rows[i]
        rows[front] = row
        spare[back] = row
        front += goes_left[row]
        back += 1 - goes_left[row]
    memcpy(rows + front, spare, back * sizeof(int))
    return front


cdef inline Py_ssize_t keep(
    int* rows, Py_ssize_t n, const unsigned char* goes_left, unsigned char side
) noexcept nogil:
    """Move the rows of one side to the front; the others are lost. Returns their number."""
    cdef Py_ssize_t i, front = 0
    cdef int row
    for i in range(n):
        row = rows[i]
        rows[front] = row
        front += goes_left[row] == side
    return front


cdef inline Py_ssize_t divide(
    const Grower* g, int* rows, Py_ssize_t n, const int* ends
) noexcept nogil:
    """Partition rows, or keep those of the one child that is no leaf; how many come to the front."""
    if ends[1]:
        return keep(rows, n, g.goes_left, 1)
    if ends[0]:
        return keep(rows, n, g.goes_left, 0)
    return partition(rows, n, g.goes_left, g.spare)


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
    """Grow the tree; see `grow`. Returns the number of nodes, -1 without memory."""
    cdef:
        bint classes = g.n_classes > 0
        Py_ssize_t n_nodes = 1
        Py_ssize_t n_open = 1
        Py_ssize_t n, n_left, i, j, code, n_constant, start, split
        int side
        double parent, spread, d
        bint leaf
        int[2] ends
        const int* rows
        Column* c
        Range* both
        Open at
        Node node
        Split best

    stack[0] = Open(0, 0, <int>g.n_train, 0, 0)
    while n_open > 0:
        n_open -= 1
        at = stack[n_open]
        n = at.stop - at.start
        rows = g.members + at.start
        feature[at.node] = -1
        size[at.node] = <int>n
        depth[at.node] = at.depth
        gain[at.node] = 0.0
        node = Node(at.start, n, 0.0, 0.0, 0.0, 0, 0)
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

        # Rounding decides nothing, but between whole numbers that are rounded as by scikit-learn.
        best.margin = 0.0 if g.random and classes else 1e-10
        if g.criterion == VALUES:
            # Deviations from the mean, so that nothing cancels.
            node.shift = value[at.node]
            for i in range(n):
                d = g.y[rows[i]] - node.shift
                node.total += d
                spread += d * d
            parent = node.total * node.total * g.inverse[n]
            best.margin = 1e-12 * spread
        elif g.criterion == HITS:
            node.hits = g.total[1]
            node.total = node.hits
            parent = node.total * node.total * g.inverse[n]
        else:
            for code in range(g.n_classes):
                node.squares += g.total[code] * g.total[code]
                if g.criterion == ENTROPY:
                    node.terms += g.entropy[g.total[code]]
            if g.criterion == ENTROPY:
                parent = node.terms - g.entropy[n]
            else:
                node.hits = g.total[1]
                parent = node.squares * g.inverse[n]
        if g.width:
            count_bits(g, &node)
        memcpy(g.now, g.ranges + n_open * g.n_columns, g.n_columns * sizeof(Range))
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
                    know_constant(c, &node)
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
        gain[at.node] = (best.score - parent) * (2.0 if g.criterion == HITS else 1.0)
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
            if n_open + 2 > g.room:
                both = <Range*>realloc(g.ranges, 2 * (n_open + 2) * g.n_columns * sizeof(Range))
                if not both:
                    return -1
                g.ranges = both
                g.room = 2 * (n_open + 2)
            divide(g, g.members + at.start, n, ends)
            both = g.ranges + n_open * g.n_columns
            for j in range(g.n_columns):
                c = &g.columns[j]
                if c.rows == NULL or (c.start <= at.start and at.stop <= c.stop):
                    continue
                start = g.now[j].start
                split = start + divide(g, c.rows + start, g.now[j].stop - start, ends)
                if ends[0] or ends[1]:
                    both[j] = Range(<int>start, <int>split)
                else:
                    both[j] = Range(<int>split, g.now[j].stop)
                    both[g.n_columns + j] = Range(<int>start, <int>split)
        if not ends[1]:
            start = at.start + (0 if ends[0] else n_left)
            stack[n_open] = Open(<int>(n_nodes + 1), <int>start, <int>(start + n - n_left),
                                 at.depth + 1, <int>n_constant)
            n_open += 1
        if not ends[0]:
            stack[n_open] = Open(
                <int>n_nodes, at.start, at.start + <int>n_left, at.depth + 1, <int>n_constant)
            n_open += 1
        n_nodes += 2
    return n_nodes


cdef Py_ssize_t equal_ones(
    const double* x, const int[:, ::1] order, Py_ssize_t j, bint highest
) noexcept nogil:
    """How many rows have the lowest or the highest value of a column."""
    cdef:
        Py_ssize_t n = order.shape[1]
        Py_ssize_t low = 0, high = n, middle_  # the number is in (low, high]
        double value = x[order[j, n - 1 if highest else 0]]
    while high - low > 1:
        middle_ = (low + high) // 2
        if x[order[j, n - 1 - middle_ if highest else middle_]] == value:
            low = middle_
        else:
            high = middle_
    return high


cdef void lay_out(
    Grower* g, const double[::1, :] X, const int[:, ::1] order, const int[::1] columns,
    const unsigned char[::1] train
) noexcept nogil:
    """Fill the columns and lists of training rows."""
    cdef:
        Py_ssize_t n_rows = X.shape[0]
        Py_ssize_t i, j, kept, n_lowest, n_highest, first, last
        int placed = 0
        int* rows
        const double* x
        Column* c
    kept = 0
    # One place beyond the last row may be written: there is room for it.
    for i in range(n_rows):
        g.members[kept] = <int>i
        kept += train[i]
    for j in range(columns.shape[0]):
        rows = g.lists + j * g.n_train
        x = &X[0, columns[j]]
        c = &g.columns[j]
        c.x = x
        c.name = columns[j]
        c.rows = NULL
        c.place = -1
        c.background = NOTHING
        c.start = 0
        c.stop = 0
        n_lowest = equal_ones(x, order, j, False)
        if n_lowest == n_rows:
            continue
        n_highest = equal_ones(x, order, j, True)
        if g.width and n_lowest + n_highest == n_rows:
            c.place = placed
            c.low = x[order[j, 0]]
            c.high = x[order[j, n_rows - 1]]
            for i in range(n_lowest, n_rows):
                g.bits[order[j, i] * g.width + placed] = 1
            placed += 1
            continue
        first, last = 0, n_rows
        if n_lowest >= n_highest and n_lowest * MANY >= n_rows:
            c.background = LOWEST
            c.rest = x[order[j, 0]]
            first = n_lowest
        elif n_highest * MANY >= n_rows:
            c.background = HIGHEST
            c.rest = x[order[j, n_rows - 1]]
            last = n_rows - n_highest
        kept = 0
        for i in range(first, last):
            rows[kept] = order[j, i]
            kept += train[order[j, i]]
        c.rows = rows
        g.ranges[j] = Range(0, <int>kept)


cdef Py_ssize_t bits_width(
    const double[::1, :] X, const int[:, ::1] order, const int[::1] columns
) noexcept nogil:
    """Length of a line of bits: the number of columns with two values, rounded up."""
    cdef Py_ssize_t j, n_two = 0
    cdef const double* x
    for j in range(columns.shape[0]):
        x = &X[0, columns[j]]
        n_two += equal_ones(x, order, j, False) + equal_ones(x, order, j, True) == X.shape[0]
    return (n_two + LANES - 1) // LANES * LANES


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
    g.n_train = n
    g.n_classes = n_classes
    if n_classes == 0:
        g.criterion = VALUES
    elif use_entropy:
        g.criterion = ENTROPY
    elif n_classes <= 2:
        g.criterion = BOTH if seed else HITS
    else:
        g.criterion = ROUNDED if seed else SQUARES
    g.width = 0
    if 0 < n_classes <= MOST_CLASSES and n <= MOST_ROWS:
        g.width = bits_width(X, order, columns)
    g.bits = <unsigned short*>calloc(n_rows * g.width + 1, sizeof(unsigned short))
    g.counts = <unsigned short*>malloc((n_classes + 1) * (g.width + 1) * sizeof(unsigned short))
    g.codes = &codes[0] if n_classes else NULL
    g.columns = <Column*>malloc(columns.shape[0] * sizeof(Column))
    g.members = <int*>malloc((n + 1) * sizeof(int))
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
    g.now = <Range*>malloc(columns.shape[0] * sizeof(Range))
    g.room = 32
    g.ranges = <Range*>malloc(g.room * columns.shape[0] * sizeof(Range))
    try:
        if not (g.bits and g.counts and g.columns and g.members and g.lists and g.spare and g.goes_left and g.total
                and g.left and stack and tables and g.now and g.ranges and g.drawn):
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
            lay_out(&g, X, order, columns, train)
            n_nodes = grow_nodes(&g, max_depth, stack, feature, threshold, children, value, size,
                                 depth, gain)
        if n_nodes < 0:
            raise MemoryError(f"no memory for a tree over {n} rows")
    finally:
        free(g.bits)
        free(g.counts)
        free(g.columns)
        free(g.members)
        free(g.lists)
        free(g.spare)
        free(g.goes_left)
        free(g.total)
        free(g.left)
        free(g.drawn)
        free(stack)
        free(tables)
        free(g.now)
        free(g.ranges)
    return n_nodes


def lowest_first(const double[::1, :] X, int[:, ::1] order, int[::1] n_sorted):
    cdef:
        Py_ssize_t n = X.shape[0]
        Py_ssize_t i, j, n_lowest, front, back
        double low, other
        bint more
        const double* x
        int* rows
    if order.shape[0] != X.shape[1] or order.shape[1] != n or n_sorted.shape[0] != X.shape[1]:
        raise ValueError("order and n_sorted must have one line for each column of X")
    if n == 0:
        raise ValueError("X must hold a row")
    with nogil:
        for j in range(X.shape[1]):
            x = &X[0, j]
            low = x[0]
            n_lowest = 0
            for i in range(n):
                if x[i] < low:
                    low = x[i]
                    n_lowest = 0
                n_lowest += x[i] == low
            other = low
            more = False
            for i in range(n):
                if x[i] != low and x[i] != other:
                    more = other != low
                    if more:
                        break
                    other = x[i]
            n_sorted[j] = <int>n
            if more:
                n_sorted[j] = <int>n_lowest if n_lowest * MANY >= n else 0
                if n_sorted[j] == 0:
                    continue
            rows = &order[j, 0]
            front, back = 0, n_lowest
            for i in range(n):
                if x[i] == low:
                    rows[front] = <int>i
                    front += 1
                else:
                    rows[back] = <int>i
                    back += 1


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
