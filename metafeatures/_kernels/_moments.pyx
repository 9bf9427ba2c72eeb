# Design: one thin loop per column over a Fortran-ordered block, so that each pass is sequential.
# Two passes: the first finds count, extremes and mean, the second the central powers. Powers are
# taken of deviations divided by the largest one, so that no finite input can overflow.

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


cdef inline void moments_of(const double* x, Py_ssize_t n, double* out) noexcept nogil:
    """Moments of the finite values of one column; see `column_moments` for `out`."""
    cdef:
        Py_ssize_t i
        Py_ssize_t count = 0
        Py_ssize_t extreme = 0
        double low = 0.0
        double high = 0.0
        double total = 0.0
        double shrink = 1.0
        double value, d, square, largest, inverse, mean, shift
        double s1 = 0.0
        double s2 = 0.0
        double s3 = 0.0
        double s4 = 0.0

    for i in range(n):
        value = x[i]
        if not isfinite(value):
            continue
        if count == 0:
            low = value
            high = value
        elif value < low:
            low = value
        elif value > high:
            high = value
        count += 1
        total += value
    out[COUNT] = count
    if count == 0:
        for i in range(MEAN, EXTREME + 1):
            out[i] = 0.0
        return

    # Huge values are shrunk by a power of two, which loses no digit, so that neither their sum nor
    # their range overflows.
    if fabs(low) > 1e290 or fabs(high) > 1e290:
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

    for i in range(n):
        value = x[i]
        if not isfinite(value):
            continue
        extreme += value == low or value == high
        d = (value * shrink - mean) * inverse
        square = d * d
        s1 += d
        s2 += square
        s3 += square * d
        s4 += square * square
    shift = s1 / count
    s2 /= count
    s3 /= count
    s4 /= count
    # The mean of the deviations is 0 but for rounding; take what is left out of the powers.
    out[MEAN] = (mean + shift * largest) / shrink
    out[M2] = s2 - shift * shift
    out[M3] = s3 - 3.0 * shift * s2 + 2.0 * shift ** 3
    out[M4] = s4 - 4.0 * shift * s3 + 6.0 * shift * shift * s2 - 3.0 * shift ** 4
    out[SCALE] = largest / shrink
    out[LOW] = low
    out[HIGH] = high
    out[EXTREME] = extreme


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
