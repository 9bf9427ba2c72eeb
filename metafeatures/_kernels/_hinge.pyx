# Design: dual coordinate descent (Hsieh, Chang, Lin, Keerthi, Sundararajan: A Dual Coordinate Descent
# Method for Large-scale Linear SVM, ICML 2008, algorithm 3). A call makes some rounds and leaves all
# it knows in its arguments, so that the caller may look at the clock between two calls.

from libc.math cimport INFINITY, fabs

ctypedef unsigned long long word

cdef enum:
    ACTIVE
    RANDOM


cdef inline double dot(const double* a, const double* b, Py_ssize_t n) noexcept nogil:
    cdef:
        double s0 = 0.0
        double s1 = 0.0
        double s2 = 0.0
        double s3 = 0.0
        Py_ssize_t j = 0
    while j + 4 <= n:
        s0 += a[j] * b[j]
        s1 += a[j + 1] * b[j + 1]
        s2 += a[j + 2] * b[j + 2]
        s3 += a[j + 3] * b[j + 3]
        j += 4
    while j < n:
        s0 += a[j] * b[j]
        j += 1
    return (s0 + s1) + (s2 + s3)


cdef inline word drawn(word* state) noexcept nogil:
    """The next number of a xorshift generator; its state is never 0."""
    state[0] ^= state[0] << 13
    state[0] ^= state[0] >> 7
    state[0] ^= state[0] << 17
    return state[0]


cdef inline void swap(int* order, Py_ssize_t i, Py_ssize_t j) noexcept nogil:
    order[i], order[j] = order[j], order[i]


cdef bint one_round(const double[:, ::1] X, const signed char[::1] sign, double cost,
                    double tolerance, double[::1] alpha, double[::1] weights,
                    const double[::1] squares, int[::1] order, word[::1] state,
                    double[::1] bounds) noexcept nogil:
    """Visit each active row once, in random order; whether the solution has been reached."""
    cdef:
        Py_ssize_t p = X.shape[1]
        Py_ssize_t n = X.shape[0]
        Py_ssize_t active = state[ACTIVE]
        Py_ssize_t s, i, j
        double gradient, projected, before, change
        double lowest = INFINITY
        double highest = -INFINITY

    for s in range(active - 1, 0, -1):
        swap(&order[0], s, drawn(&state[RANDOM]) % (s + 1))
    s = 0
    while s < active:
        i = order[s]
        gradient = sign[i] * dot(&X[i, 0], &weights[0], p) - 1.0
        projected = gradient
        if alpha[i] <= 0.0:
            # A row that will most likely stay at its bound rests until the others are done.
            if gradient > bounds[1]:
                active -= 1
                swap(&order[0], s, active)
                continue
            projected = min(gradient, 0.0)
        elif alpha[i] >= cost:
            if gradient < bounds[0]:
                active -= 1
                swap(&order[0], s, active)
                continue
            projected = max(gradient, 0.0)
        lowest = min(lowest, projected)
        highest = max(highest, projected)
        if fabs(projected) > 1e-12:
            before = alpha[i]
            alpha[i] = min(max(before - gradient / squares[i], 0.0), cost)
            change = (alpha[i] - before) * sign[i]
            for j in range(p):
                weights[j] += change * X[i, j]
        s += 1
    state[ACTIVE] = active
    if highest - lowest <= tolerance or active == 0:
        if active == n:
            return True
        state[ACTIVE] = n
        bounds[0] = -INFINITY
        bounds[1] = INFINITY
        return False
    bounds[0] = lowest if lowest < 0.0 else -INFINITY
    bounds[1] = highest if highest > 0.0 else INFINITY
    return False


def descend(const double[:, ::1] X, const signed char[::1] sign, double cost, double tolerance,
            Py_ssize_t n_rounds, double[::1] alpha, double[::1] weights,
            const double[::1] squares, int[::1] order, word[::1] state, double[::1] bounds):
    cdef:
        Py_ssize_t n = X.shape[0]
        Py_ssize_t i
        bint done = False

    if not sign.shape[0] == alpha.shape[0] == squares.shape[0] == order.shape[0] == n > 0:
        raise ValueError("sign, alpha, squares and order must have one place for each row")
    if not (weights.shape[0] == X.shape[1] > 0 and state.shape[0] == bounds.shape[0] == 2):
        raise ValueError("weights must fit the columns; state and bounds must have two places")
    if state[ACTIVE] > <word>n or state[RANDOM] == 0:
        raise ValueError("state must be a number of rows and the state of the generator, not 0")
    with nogil:
        for i in range(n_rounds):
            done = one_round(X, sign, cost, tolerance, alpha, weights, squares, order, state,
                             bounds)
            if done:
                break
    return done
