def f(double[::1] x):
    cdef double s = 0
    cdef Py_ssize_t i
    with nogil:
        for i in range(x.shape[0]):
            s += x[i]
    return s
