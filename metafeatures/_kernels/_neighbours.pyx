# Design: every function reads whole rows of the distance matrix, as they come in blocks, and writes
# to places of these rows only. The neighbour graph is kept as bits, one square of them per class,
# because only rows of one class are ever joined.

from libc.math cimport INFINITY
from libc.stdlib cimport free, malloc
from libc.string cimport memset

cdef enum:
    BUCKETS = 2048


def nearest(const float[:, ::1] block, Py_ssize_t start, const int[::1] codes, float[::1] own,
            float[::1] enemy, int[::1] enemy_row, double[::1] enemy_share,
            long long[::1] n_nearer):
    cdef:
        Py_ssize_t n = codes.shape[0]
        Py_ssize_t i, j, me, n_own, n_other
        const float* line
        int code, other_row
        long long count
        float d, closest_own, closest_other, limit

    if block.shape[1] != n or not 0 <= start <= n - block.shape[0]:
        raise ValueError("block must have some consecutive rows, and a column for each of codes")
    if not (own.shape[0] == enemy.shape[0] == enemy_row.shape[0] == enemy_share.shape[0]
            == n_nearer.shape[0] == n):
        raise ValueError("the outputs must have one place for each of codes")
    with nogil:
        for i in range(block.shape[0]):
            me = start + i
            code = codes[me]
            line = &block[i, 0]
            n_own = 0
            n_other = 0
            other_row = -1
            closest_own = INFINITY
            closest_other = INFINITY
            limit = INFINITY
            for j in range(n):
                d = line[j]
                if d > limit or j == me:
                    continue
                if codes[j] == code:
                    if d < closest_own:
                        closest_own = d
                        n_own = 0
                    n_own += d == closest_own
                else:
                    if d < closest_other:
                        closest_other = d
                        other_row = <int>j
                        n_other = 0
                    n_other += d == closest_other
                limit = max(closest_own, closest_other)
            count = 0
            for j in range(n):
                count += line[j] < closest_other
            own[me] = closest_own
            enemy[me] = closest_other
            enemy_row[me] = other_row
            enemy_share[me] = share(closest_own, n_own, closest_other, n_other)
            n_nearer[me] = count


cdef inline double share(float own, Py_ssize_t n_own, float other,
                         Py_ssize_t n_other) noexcept nogil:
    """Share of other classes among the nearest rows, n_own at distance own, n_other at other."""
    if own == other:
        return <double>n_other / (n_own + n_other)
    return other < own


def other_share(const float[:, ::1] block, const int[::1] expected, const int[::1] codes,
                double[::1] out):
    cdef:
        Py_ssize_t i, j
        Py_ssize_t n_nearest, n_other
        const float* line
        float limit

    if not block.shape[0] == expected.shape[0] == out.shape[0]:
        raise ValueError("expected and out must have one place for each row of block")
    if block.shape[1] != codes.shape[0] or codes.shape[0] == 0:
        raise ValueError("block must have a column for each of codes")
    with nogil:
        for i in range(block.shape[0]):
            line = &block[i, 0]
            limit = INFINITY
            n_nearest = 0
            n_other = 0
            for j in range(block.shape[1]):
                if line[j] > limit:
                    continue
                if line[j] < limit:
                    limit = line[j]
                    n_nearest = 0
                    n_other = 0
                n_nearest += 1
                n_other += codes[j] != expected[i]
            out[i] = <double>n_other / n_nearest


cdef float select(float* values, Py_ssize_t n, Py_ssize_t k) noexcept nogil:
    """The k-th smallest value, k from 0; reorders the values."""
    cdef:
        Py_ssize_t low = 0
        Py_ssize_t high = n - 1
        Py_ssize_t i, j
        float pivot
    while low < high:
        pivot = values[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        # values[low..j] <= pivot <= values[i..high], and what lies between equals the pivot.
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return values[k]


cdef inline Py_ssize_t bucket_of(float d) noexcept nogil:
    return min(<Py_ssize_t>(d * BUCKETS), BUCKETS - 1)


cdef float kth_smallest(const float* line, Py_ssize_t n, Py_ssize_t k, float* spare,
                        int* counts) noexcept nogil:
    """The k-th smallest of n distances within 0..1, k from 0: only its bucket is searched."""
    cdef:
        Py_ssize_t i
        Py_ssize_t bucket = 0
        Py_ssize_t before = 0
        Py_ssize_t found = 0
    memset(counts, 0, BUCKETS * sizeof(int))
    for i in range(n):
        counts[bucket_of(line[i])] += 1
    while before + counts[bucket] <= k:
        before += counts[bucket]
        bucket += 1
    for i in range(n):
        if bucket_of(line[i]) == bucket:
            spare[found] = line[i]
            found += 1
    return select(spare, found, k - before)


def join(const float[:, ::1] block, Py_ssize_t start, Py_ssize_t k, const int[::1] codes,
         const int[::1] place, const long long[::1] first_word, unsigned long long[::1] bits):
    cdef:
        Py_ssize_t n = codes.shape[0]
        Py_ssize_t i, j, me, ties
        const float* line
        unsigned long long* mine
        float limit, d
        float* spare
        int* counts

    if block.shape[1] != n or not 0 <= start <= n - block.shape[0]:
        raise ValueError("block must have some consecutive rows, and a column for each of codes")
    if place.shape[0] != n or first_word.shape[0] != n or not 1 <= k < n:
        raise ValueError("place and first_word must fit codes, and k must leave a row over")
    spare = <float*>malloc(n * sizeof(float))
    counts = <int*>malloc(BUCKETS * sizeof(int))
    try:
        if not spare or not counts:
            raise MemoryError(f"no memory for the neighbours of {n} rows")
        with nogil:
            for i in range(block.shape[0]):
                me = start + i
                line = &block[i, 0]
                mine = &bits[first_word[me]]
                # The row itself, at distance 0, is one of the k + 1 smallest.
                limit = kth_smallest(line, n, k, spare, counts)
                ties = k + 1
                for j in range(n):
                    ties -= line[j] < limit
                # If all are equal, the row itself must not use up the place of a neighbour.
                ties -= limit == 0.0
                for j in range(n):
                    d = line[j]
                    if d > limit or j == me:
                        continue
                    if d == limit:
                        if ties == 0:
                            continue
                        ties -= 1
                    if codes[j] == codes[me]:
                        mine[place[j] >> 6] |= (<unsigned long long>1) << (place[j] & 63)
    finally:
        free(spare)
        free(counts)


cdef inline bint precedes(long long a, long long b, long long c, long long d) noexcept nogil:
    """Whether the pair a, b comes before the pair c, d; smaller number first."""
    return (min(a, b) << 32 | max(a, b)) < (min(c, d) << 32 | max(c, d))


def attach(const float[::1] line, int newest, float[::1] best, int[::1] parent, int[::1] outside,
           Py_ssize_t n_outside):
    cdef:
        Py_ssize_t n = line.shape[0]
        Py_ssize_t i
        Py_ssize_t place = 0
        int j
        int chosen
        float d

    if not best.shape[0] == parent.shape[0] == outside.shape[0] == n:
        raise ValueError("best, parent and outside must have one place for each row")
    if not (0 <= newest < n and 0 < n_outside <= n):
        raise ValueError("newest must be a row, and there must be rows outside")
    with nogil:
        chosen = outside[0]
        for i in range(n_outside):
            j = outside[i]
            d = line[j]
            if d <= best[j] and (d < best[j] or precedes(newest, j, parent[j], j)):
                best[j] = d
                parent[j] = newest
            if best[j] <= best[chosen] and (
                    best[j] < best[chosen] or precedes(parent[j], j, parent[chosen], chosen)):
                chosen = j
                place = i
        outside[place] = outside[n_outside - 1]
    return chosen


def count_within(const float[:, ::1] block, Py_ssize_t start, const double[::1] radius,
                 long long[::1] out):
    cdef:
        Py_ssize_t i, j
        const float* line
        double limit
        long long count

    if (out.shape[0] != radius.shape[0] or block.shape[1] != radius.shape[0]
            or not 0 <= start <= radius.shape[0] - block.shape[0]):
        raise ValueError("block must have some consecutive rows, and a column for each radius")
    with nogil:
        for i in range(block.shape[0]):
            line = &block[i, 0]
            limit = radius[start + i]
            count = 0
            for j in range(block.shape[1]):
                count += line[j] <= limit
            out[start + i] = count


def absorb(const float[::1] line, Py_ssize_t centre, double radius, long long[::1] count):
    cdef:
        Py_ssize_t j
        long long total = 0

    if count.shape[0] != line.shape[0] or not 0 <= centre < line.shape[0]:
        raise ValueError("count must have one place for each row")
    with nogil:
        for j in range(line.shape[0]):
            if line[j] <= radius:
                total += count[j]
                count[j] = 0
    count[centre] = total
