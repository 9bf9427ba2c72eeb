# Design: an undirected graph of n vertices is a square of bits, ceil(n / 64) words a row. Words are
# counted and transposed with shifts and masks alone, which the compiler turns into vector code.

ctypedef unsigned long long word


cdef inline int ones(word x) noexcept nogil:
    """Number of bits that are set."""
    x = x - ((x >> 1) & 0x5555555555555555ULL)
    x = (x & 0x3333333333333333ULL) + ((x >> 2) & 0x3333333333333333ULL)
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0FULL
    return <int>((x * 0x0101010101010101ULL) >> 56)


cdef inline int lowest(word x) noexcept nogil:
    """Place of the lowest bit that is set; x is not 0."""
    return ones((x & (~x + 1)) - 1)


cdef void transpose(word* square) noexcept nogil:
    """Transpose 64 x 64 bits: swap halves, then quarters, and so on."""
    cdef:
        int step = 32
        int i
        word mask = 0x00000000FFFFFFFFULL
        word swapped
    while step:
        i = 0
        while i < 64:
            swapped = ((square[i] >> step) ^ square[i + step]) & mask
            square[i] ^= swapped << step
            square[i + step] ^= swapped
            i = (i + step + 1) & ~step
        step >>= 1
        mask ^= mask << step


cdef inline void check(const word[:, ::1] bits) except *:
    if bits.shape[1] != (bits.shape[0] + 63) // 64:
        raise ValueError("bits must be a square, padded to whole words")


cdef inline void load(const word[:, ::1] bits, Py_ssize_t r, Py_ssize_t c, word* square) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(64):
        square[i] = bits[64 * r + i, c] if 64 * r + i < bits.shape[0] else 0


def symmetrise(word[:, ::1] bits, Py_ssize_t r):
    cdef:
        Py_ssize_t c, i
        word[64] upper
        word[64] lower
    check(bits)
    if not 0 <= r < bits.shape[1]:
        raise ValueError("r must be one of the words of a row")
    with nogil:
        for c in range(r + 1):
            load(bits, r, c, lower)
            load(bits, c, r, upper)
            transpose(lower)
            transpose(upper)
            for i in range(64):
                if 64 * r + i < bits.shape[0]:
                    bits[64 * r + i, c] |= upper[i]
            for i in range(64):
                if 64 * c + i < bits.shape[0]:
                    bits[64 * c + i, r] |= lower[i]


def degrees(const word[:, ::1] bits, long long[::1] out):
    cdef:
        Py_ssize_t i, w
        long long count
    check(bits)
    if out.shape[0] != bits.shape[0]:
        raise ValueError("out must have one place for each vertex")
    with nogil:
        for i in range(bits.shape[0]):
            count = 0
            for w in range(bits.shape[1]):
                count += ones(bits[i, w])
            out[i] = count


def triangles(const word[:, ::1] bits, Py_ssize_t start, Py_ssize_t stop):
    cdef:
        Py_ssize_t i, j, w, v
        word left
        long long count = 0
    check(bits)
    if not 0 <= start <= stop <= bits.shape[0]:
        raise ValueError("start and stop must be a range of vertices")
    with nogil:
        # Each triangle i < j < k is found once: at the edge i, j, among the vertices after j.
        for i in range(start, stop):
            for w in range(i >> 6, bits.shape[1]):
                left = bits[i, w]
                if w == i >> 6:
                    left &= ~(((<word>2) << (i & 63)) - 1)
                while left:
                    j = 64 * w + lowest(left)
                    left &= left - 1
                    count += ones(bits[i, w] & bits[j, w] & ~(((<word>2) << (j & 63)) - 1))
                    for v in range(w + 1, bits.shape[1]):
                        count += ones(bits[i, v] & bits[j, v])
    return count


def components(const word[:, ::1] bits, int[::1] out):
    cdef:
        Py_ssize_t n = bits.shape[0]
        Py_ssize_t i, w, at
        Py_ssize_t n_queued
        int n_found = 0
        word left
        int[::1] queue
    check(bits)
    if out.shape[0] != n:
        raise ValueError("out must have one place for each vertex")
    queue = out.copy()
    with nogil:
        for i in range(n):
            out[i] = -1
        for i in range(n):
            if out[i] >= 0:
                continue
            out[i] = n_found
            queue[0] = <int>i
            n_queued = 1
            at = 0
            while at < n_queued:
                for w in range(bits.shape[1]):
                    left = bits[queue[at], w]
                    while left:
                        if out[64 * w + lowest(left)] < 0:
                            out[64 * w + lowest(left)] = n_found
                            queue[n_queued] = <int>(64 * w + lowest(left))
                            n_queued += 1
                        left &= left - 1
                at += 1
            n_found += 1
    return n_found


def multiply(const word[:, ::1] bits, const double[::1] x, Py_ssize_t start, Py_ssize_t stop,
             double[::1] out):
    cdef:
        Py_ssize_t n = bits.shape[0]
        Py_ssize_t i, w
        int byte, m
        word row
        double[8][256] sums
    check(bits)
    if x.shape[0] != n or out.shape[0] != n:
        raise ValueError("x and out must have one number for each vertex")
    if not 0 <= start <= stop <= bits.shape[1]:
        raise ValueError("start and stop must be a range of the words of a row")
    with nogil:
        # For each byte of a word, the sums of x over all of its 256 patterns.
        for w in range(start, stop):
            for byte in range(8):
                sums[byte][0] = 0.0
                for m in range(1, 256):
                    i = 64 * w + 8 * byte + lowest(<word>m)
                    sums[byte][m] = sums[byte][m & (m - 1)] + (x[i] if i < n else 0.0)
            for i in range(n):
                row = bits[i, w]
                out[i] += (
                    ((sums[0][row & 255] + sums[1][row >> 8 & 255])
                     + (sums[2][row >> 16 & 255] + sums[3][row >> 24 & 255]))
                    + ((sums[4][row >> 32 & 255] + sums[5][row >> 40 & 255])
                       + (sums[6][row >> 48 & 255] + sums[7][row >> 56]))
                )
