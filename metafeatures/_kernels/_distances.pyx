# Design: the points lie in panels of 32 rows, column after column, so that 32 sums grow side by side
# while a column of the panel is read once. Every pair adds up its columns in their order, so that
# d(a, b) = d(b, a) to the last digit. The loops are compiled for wider vectors, too; which version
# runs is chosen when the module loads, and all of them give the same digits.

from cython cimport floating
from libc.math cimport fabs, sqrt

cdef enum:
    LANES = 32

cdef extern from *:
    """
    #if defined(__GNUC__) && defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
    #define WIDE_VECTORS_VOID __attribute__((target_clones("avx512f", "avx2", "default"))) void
    #else
    #define WIDE_VECTORS_VOID void
    #endif
    """
    ctypedef void wide_void "WIDE_VECTORS_VOID"


cdef wide_void manhattan(const double* a, const double* panel, Py_ssize_t p,
                           double* total) noexcept nogil:
    """Sum of absolute differences between one row and the 32 of a panel."""
    cdef:
        double[LANES] sums
        Py_ssize_t j
        int lane
        double value
    for lane in range(LANES):
        sums[lane] = 0.0
    for j in range(p):
        value = a[j]
        for lane in range(LANES):
            sums[lane] += fabs(panel[j * LANES + lane] - value)
    for lane in range(LANES):
        total[lane] = sums[lane]


cdef wide_void squares(const double* a, const double* panel, Py_ssize_t p,
                         double* total) noexcept nogil:
    """Sum of squared differences between one row and the 32 of a panel."""
    cdef:
        double[LANES] sums
        Py_ssize_t j
        int lane
        double value, d
    for lane in range(LANES):
        sums[lane] = 0.0
    for j in range(p):
        value = a[j]
        for lane in range(LANES):
            d = panel[j * LANES + lane] - value
            sums[lane] += d * d
    for lane in range(LANES):
        total[lane] = sums[lane]


def distances(const double[:, ::1] rows, const double[:, :, ::1] panels, bint euclidean,
              double divisor, floating[:, ::1] out):
    cdef:
        Py_ssize_t n = out.shape[1]
        Py_ssize_t p = rows.shape[1]
        Py_ssize_t n_panels = panels.shape[0]
        Py_ssize_t i, g, lane, n_lanes
        double[LANES] total

    if panels.shape[1] != p or panels.shape[2] != LANES:
        raise ValueError("panels must have the columns of rows, and 32 points each")
    if out.shape[0] != rows.shape[0] or not n_panels * LANES - LANES < n <= n_panels * LANES:
        raise ValueError("out must have one line for each of rows and one place for each point")
    with nogil:
        # A panel stays in the nearest cache while all rows pass by.
        for g in range(n_panels):
            n_lanes = min(LANES, n - g * LANES)
            for i in range(rows.shape[0]):
                if euclidean:
                    squares(&rows[i, 0], &panels[g, 0, 0], p, total)
                    for lane in range(n_lanes):
                        out[i, g * LANES + lane] = <floating>(sqrt(total[lane]) / divisor)
                else:
                    manhattan(&rows[i, 0], &panels[g, 0, 0], p, total)
                    for lane in range(n_lanes):
                        out[i, g * LANES + lane] = <floating>(total[lane] / divisor)
