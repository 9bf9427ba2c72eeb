# Design: one thin loop per column over a Fortran-ordered block, so that each pass is sequential.
# Two passes: the first finds count, extremes and mean, the second the central powers. Powers are
# taken of deviations divided by the largest one, so that no finite input can overflow. A column whose
# sum is finite has finite cells alone: it goes without tests, in four lanes that compilers vectorise.

from libc.math cimport fabs, isfinite

cdef enum:
    COUNT
    MEAN
    M2
    M3
    M4
    SCALE
    LOW
    HIGH
    EXTREME


cdef struct Sums:
    double s1
    double s2
    double s3
    double s4
    double extreme


cdef bint plain_range(const double* x, Py_ssize_t n, double* low, double* high,
                      double* total) noexcept nogil:
    """Extremes and sum of a column; False if a cell is not finite or the sum overflows."""
    cdef:
        Py_ssize_t i, k
        double[4] lows
        double[4] highs
        double[4] sums
    for k in range(4):
        lows[k] = x[0]
        highs[k] = x[0]
        sums[k] = 0.0
    for i in range(0, n - 3, 4):
        for k in range(4):
            lows[k] = x[i + k] if x[i + k] < lows[k] else lows[k]
            highs[k] = x[i + k] if x[i + k] > highs[k] else highs[k]
            sums[k] += x[i + k]
    for i in range(n - n % 4, n):
        lows[0] = min(lows[0], x[i])
        highs[0] = max(highs[0], x[i])
        sums[0] += x[i]
    low[0] = min(min(lows[0], lows[1]), min(lows[2], lows[3]))
    high[0] = max(max(highs[0], highs[1]), max(highs[2], highs[3]))
    total[0] = (sums[0] + sums[1]) + (sums[2] + sums[3])
    return isfinite(total[0])


cdef Sums plain_sums(const double* x, Py_ssize_t n, double mean, double inverse, double low,
                     double high) noexcept nogil:
    """Sums of the powers of the deviations of finite cells."""
    cdef:
        Py_ssize_t i, k
        double[4] s1
        double[4] s2
        double[4] s3
        double[4] s4
        double[4] extreme
        double d, square
        Sums sums
    for k in range(4):
        s1[k] = s2[k] = s3[k] = s4[k] = extreme[k] = 0.0
    for i in range(0, n - 3, 4):
        for k in range(4):
            d = (x[i + k] - mean) * inverse
            square = d * d
            s1[k] += d
            s2[k] += square
            s3[k] += square * d
            s4[k] += square * square
            extreme[k] += 1.0 if (x[i + k] == low) | (x[i + k] == high) else 0.0
    for i in range(n - n % 4, n):
        d = (x[i] - mean) * inverse
        square = d * d
        s1[0] += d
        s2[0] += square
        s3[0] += square * d
        s4[0] += square * square
        extreme[0] += x[i] == low or x[i] == high
    sums.s1 = (s1[0] + s1[1]) + (s1[2] + s1[3])
    sums.s2 = (s2[0] + s2[1]) + (s2[2] + s2[3])
    sums.s3 = (s3[0] + s3[1]) + (s3[2] + s3[3])
    sums.s4 = (s4[0] + s4[1]) + (s4[2] + s4[3])
    sums.extreme = (extreme[0] + extreme[1]) + (extreme[2] + extreme[3])
    return sums


cdef Py_ssize_t tested_range(const double* x, Py_ssize_t n, double* low, double* high,
                             double* total) noexcept nogil:
    """Extremes and sum of the finite cells; returns how many there are."""
    cdef:
        Py_ssize_t i
        Py_ssize_t count = 0
    low[0] = high[0] = total[0] = 0.0
    for i in range(n):
        if not isfinite(x[i]):
            continue
        if count == 0:
            low[0] = x[i]
            high[0] = x[i]
        elif x[i] < low[0]:
            low[0] = x[i]
        elif x[i] > high[0]:
            high[0] = x[i]
        count += 1
        total[0] += x[i]
    return count


cdef Sums tested_sums(const double* x, Py_ssize_t n, double shrink, double mean, double inverse,
                      double low, double high) noexcept nogil:
    """Sums of the powers of the deviations of the finite cells."""
    cdef:
        Py_ssize_t i
        double d, square
        Sums sums
    sums.s1 = sums.s2 = sums.s3 = sums.s4 = sums.extreme = 0.0
    for i in range(n):
        if not isfinite(x[i]):
            continue
        sums.extreme += x[i] == low or x[i] == high
        d = (x[i] * shrink - mean) * inverse
        square = d * d
        sums.s1 += d
        sums.s2 += square
        sums.s3 += square * d
        sums.s4 += square * square
    return sums


cdef inline void moments_of(const double* x, Py_ssize_t n, double* out) noexcept nogil:
    """Moments of the finite values of one column; see `column_moments` for `out`."""
    cdef:
        Py_ssize_t i
        Py_ssize_t count = n
        double low, high, total, mean, largest, inverse, shift, s2, s3, s4
        double shrink = 1.0
        Sums sums
        bint plain = plain_range(x, n, &low, &high, &total)

    if not plain:
        count = tested_range(x, n, &low, &high, &total)
    out[COUNT] = count
    if count == 0:
        for i in range(MEAN, EXTREME + 1):
            out[i] = 0.0
        return

    # Huge values are shrunk by a power of two, which loses no digit, so that neither their sum nor
    # their range overflows.
    if fabs(low) > 1e290 or fabs(high) > 1e290:
        plain = False
        shrink = 2.0 ** -80
        total = 0.0
        for i in range(n):
            if isfinite(x[i]):
                total += x[i] * shrink
    mean = total / count
    # Rounding may push the mean of a constant column off the constant.
    if low == high:
        mean = low * shrink
    largest = high * shrink - mean
    if mean - low * shrink > largest:
        largest = mean - low * shrink
    inverse = 1.0 / largest if largest > 1e-300 else 0.0

    if plain:
        sums = plain_sums(x, n, mean, inverse, low, high)
    else:
        sums = tested_sums(x, n, shrink, mean, inverse, low, high)
    shift = sums.s1 / count
    s2 = sums.s2 / count
    s3 = sums.s3 / count
    s4 = sums.s4 / count
    # The mean of the deviations is 0 but for rounding; take what is left out of the powers.
    out[MEAN] = (mean + shift * largest) / shrink
    out[M2] = s2 - shift * shift
    out[M3] = s3 - 3.0 * shift * s2 + 2.0 * shift ** 3
    out[M4] = s4 - 4.0 * shift * s3 + 6.0 * shift * shift * s2 - 3.0 * shift ** 4
    out[SCALE] = largest / shrink
    out[LOW] = low
    out[HIGH] = high
    out[EXTREME] = sums.extreme


def column_moments(const double[::1, :] block, Py_ssize_t start, Py_ssize_t stop, double[:, ::1] out):
    cdef Py_ssize_t j
    if not (0 <= start <= stop <= block.shape[1] and out.shape[0] == block.shape[1]
            and out.shape[1] == EXTREME + 1):
        raise ValueError("out must have one row of 9 numbers for each column of block")
    if block.shape[0] == 0 or start == stop:
        return
    with nogil:
        for j in range(start, stop):
            moments_of(&block[0, j], block.shape[0], &out[j, 0])
