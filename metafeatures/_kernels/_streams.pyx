# Design: values go in blocks that fit the first cache: one pass for sum and extremes, one for the
# central powers, then the block is merged into the column's state. Four sums side by side leave
# the compiler free to use vector instructions without changing the order of additions. Powers are
# taken of quarters of deviations divided by a power of two, which loses no digit and cannot
# overflow.

from libc.math cimport fabs, frexp, isfinite, ldexp

ctypedef fused number:
    double
    float
    signed char
    short
    int
    long long
    unsigned char
    unsigned short
    unsigned int
    unsigned long long

cdef enum:
    BLOCK = 2048
    LANES = 4

cdef enum:
    COUNT
    MEAN
    M2
    M3
    M4
    UNIT
    LOW
    HIGH
    N_LOW
    N_HIGH
    WIDTH


cdef inline double unit_of(double quarter) noexcept nogil:
    """Power of two that is at least `quarter`; 0 for what counts as no deviation."""
    cdef int exponent
    if quarter <= 1e-300:
        return 0.0
    frexp(quarter, &exponent)
    return ldexp(1.0, exponent)


cdef inline Py_ssize_t equal(const double* x, Py_ssize_t n, double value) noexcept nogil:
    cdef Py_ssize_t i, found = 0
    for i in range(n):
        found += x[i] == value
    return found


cdef inline void rescale(double* state, double unit) noexcept nogil:
    """Express the powers in a larger unit."""
    cdef double ratio
    if state[UNIT] != unit:
        ratio = state[UNIT] / unit
        state[M2] *= ratio * ratio
        state[M3] *= ratio * ratio * ratio
        state[M4] *= ratio * ratio * ratio * ratio
        state[UNIT] = unit


cdef void merge_into(double* a, double* b) noexcept nogil:
    """Merge the column state b, which is spoilt, into a."""
    cdef double quarter, unit, d, n, na = a[COUNT], nb = b[COUNT], m2, m3, fa, fb
    cdef Py_ssize_t i
    if nb == 0:
        return
    if na == 0:
        for i in range(WIDTH):
            a[i] = b[i]
        return
    quarter = b[MEAN] * 0.25 - a[MEAN] * 0.25
    unit = max(a[UNIT], b[UNIT], unit_of(fabs(quarter)))
    n = na + nb
    if unit > 0:
        rescale(a, unit)
        rescale(b, unit)
        d = quarter / unit
        fa = na / n
        fb = nb / n
        m2, m3 = a[M2], a[M3]
        a[M2] += b[M2] + d * d * na * fb
        a[M3] += (b[M3] + d * d * d * na * fb * (fa - fb) + 3.0 * d * (fa * b[M2] - fb * m2))
        a[M4] += (b[M4] + d * d * d * d * na * fb * (fa * fa - fa * fb + fb * fb)
                  + 6.0 * d * d * (fa * fa * b[M2] + fb * fb * m2)
                  + 4.0 * d * (fa * b[M3] - fb * m3))
    a[MEAN] = (a[MEAN] * 0.25 + quarter * (nb / n)) * 4.0
    a[COUNT] = n
    if b[LOW] < a[LOW]:
        a[LOW] = b[LOW]
        a[N_LOW] = b[N_LOW]
    elif b[LOW] == a[LOW]:
        a[N_LOW] += b[N_LOW]
    if b[HIGH] > a[HIGH]:
        a[HIGH] = b[HIGH]
        a[N_HIGH] = b[N_HIGH]
    elif b[HIGH] == a[HIGH]:
        a[N_HIGH] += b[N_HIGH]
    if a[LOW] == a[HIGH]:
        a[MEAN] = a[LOW]


cdef bint absorb(const double* x, Py_ssize_t n, double* state) noexcept nogil:
    """Merge a block of at least one value into the state; False if one may not be finite."""
    cdef:
        Py_ssize_t i, k
        Py_ssize_t whole = n - n % LANES
        double[LANES] total
        double[LANES] low
        double[LANES] high
        double[LANES] s1
        double[LANES] s2
        double[LANES] s3
        double[LANES] s4
        double[WIDTH] block
        double value, d, square, quarter, factor, shift

    for k in range(LANES):
        total[k] = 0.0
        low[k] = x[0]
        high[k] = x[0]
        s1[k] = 0.0
        s2[k] = 0.0
        s3[k] = 0.0
        s4[k] = 0.0
    i = 0
    while i < whole:
        for k in range(LANES):
            total[k] += x[i + k]
        for k in range(LANES):
            low[k] = x[i + k] if x[i + k] < low[k] else low[k]
        for k in range(LANES):
            high[k] = x[i + k] if x[i + k] > high[k] else high[k]
        i += LANES
    for k in range(n - whole):
        value = x[whole + k]
        total[k] += value
        low[k] = value if value < low[k] else low[k]
        high[k] = value if value > high[k] else high[k]
    for k in range(1, LANES):
        total[0] += total[k]
        low[0] = low[k] if low[k] < low[0] else low[0]
        high[0] = high[k] if high[k] > high[0] else high[0]
    block[COUNT] = n
    block[MEAN] = total[0] / n
    if not isfinite(total[0]):
        # Either a value is not finite, or the sum of huge ones overflowed.
        value = 0.0
        for i in range(n):
            if not isfinite(x[i]):
                return False
            value += x[i] * 2.0 ** -20
        block[MEAN] = value / n * 2.0 ** 20
    # Rounding may push the mean of a constant block off the constant.
    if low[0] == high[0]:
        block[MEAN] = low[0]
    block[LOW] = low[0]
    block[HIGH] = high[0]
    quarter = max(high[0] * 0.25 - block[MEAN] * 0.25, block[MEAN] * 0.25 - low[0] * 0.25)
    block[UNIT] = unit_of(quarter)
    block[M2] = 0.0
    block[M3] = 0.0
    block[M4] = 0.0
    if block[UNIT] > 0:
        factor = 0.25 / block[UNIT]
        shift = block[MEAN] * factor
        i = 0
        while i < whole:
            for k in range(LANES):
                d = x[i + k] * factor - shift
                square = d * d
                s1[k] += d
                s2[k] += square
                s3[k] += square * d
                s4[k] += square * square
            i += LANES
        for k in range(n - whole):
            d = x[whole + k] * factor - shift
            square = d * d
            s1[k] += d
            s2[k] += square
            s3[k] += square * d
            s4[k] += square * square
        for k in range(1, LANES):
            s1[0] += s1[k]
            s2[0] += s2[k]
            s3[0] += s3[k]
            s4[0] += s4[k]
        # The mean of the deviations is 0 but for rounding; take what is left out of the powers.
        d = s1[0] / n
        block[MEAN] = (shift + d) / factor
        block[M2] = s2[0] - d * s1[0]
        block[M3] = s3[0] - 3.0 * d * s2[0] + 2.0 * d * d * s1[0]
        block[M4] = s4[0] - 4.0 * d * s3[0] + 6.0 * d * d * s2[0] - 3.0 * d * d * d * s1[0]
    # Only a new extreme, or the old one again, needs counting.
    block[N_LOW] = 0.0
    block[N_HIGH] = 0.0
    if state[COUNT] == 0 or low[0] <= state[LOW]:
        block[N_LOW] = equal(x, n, low[0])
    if state[COUNT] == 0 or high[0] >= state[HIGH]:
        block[N_HIGH] = equal(x, n, high[0])
    merge_into(state, block)
    return True


cdef inline Py_ssize_t known_of(
    const number* x, const unsigned char* valid, Py_ssize_t bit, Py_ssize_t n, double* out,
    unsigned char* gone,
) noexcept nogil:
    """Collect the known, finite values of a block; mark the rows of the others."""
    cdef Py_ssize_t i, m = 0
    cdef unsigned char known
    for i in range(n):
        out[m] = <double> x[i]
        known = isfinite(out[m]) and (
            valid == NULL or (valid[(bit + i) >> 3] >> ((bit + i) & 7)) & 1)
        m += known
        gone[i] |= not known
    return m


cdef void add_column(
    const number* x, const unsigned char* valid, Py_ssize_t bit, Py_ssize_t n, double* state,
    unsigned char* gone,
) noexcept nogil:
    cdef Py_ssize_t size, m, i, start = -BLOCK
    cdef double[BLOCK] values
    while start + BLOCK < n:
        start += BLOCK
        size = min(<Py_ssize_t> BLOCK, n - start)
        if valid == NULL:
            if number is double:
                if absorb(x + start, size, state):
                    continue
            else:
                for i in range(size):
                    values[i] = <double> x[start + i]
                if absorb(values, size, state):
                    continue
        m = known_of(x + start, valid, bit + start, size, values, gone + start)
        if m > 0:
            absorb(values, m, state)


def add_values(const number[::1] values, const unsigned char[::1] validity, Py_ssize_t offset,
               double[::1] state, unsigned char[::1] incomplete):
    cdef Py_ssize_t n = values.shape[0]
    cdef const unsigned char* valid = NULL
    if state.shape[0] != WIDTH or incomplete.shape[0] != n:
        raise ValueError("state must have 10 numbers and incomplete one cell for each value")
    if validity is not None and (offset < 0 or 8 * validity.shape[0] < offset + n):
        raise ValueError("validity must have one bit for each value, from offset on")
    if n == 0:
        return
    if validity is not None:
        valid = &validity[0]
    with nogil:
        add_column(&values[0], valid, offset, n, &state[0], &incomplete[0])


def merge_states(double[:, ::1] states, const double[:, ::1] others):
    cdef Py_ssize_t j, i
    cdef double[WIDTH] other
    if not (states.shape[0] == others.shape[0] and states.shape[1] == others.shape[1] == WIDTH):
        raise ValueError("states and others must have the same rows, of 10 numbers each")
    with nogil:
        for j in range(states.shape[0]):
            for i in range(WIDTH):
                other[i] = others[j, i]
            merge_into(&states[j, 0], other)
