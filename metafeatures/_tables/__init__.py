"""Any table - a file, a frame, an array, a sparse matrix - becomes typed blocks of columns."""
