"""The numeric columns, or the rows of a matrix, some at a time."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context

__all__ = ["each_column_block", "row_blocks"]

MAX_BYTES = 48 * 2**20
MIN_COLUMNS = 8
BLOCK_CELLS = 1 << 16
ROW_CELLS = 1 << 20


def each_column_block(context: Context, visit: Callable[[int, NDArray[np.float64]], None]) -> None:
    """Call visit(start, block) for blocks of numeric columns, on `n_jobs` threads.

    A block holds columns start, start + 1, ... in Fortran order: 65,536 cells or 8 columns,
    whichever is more. It may be a view of the table: visitors leave it as it is. All threads
    together hold at most 48 MiB (one column each at least) of a table that lies row by row.
    """
    table = context.table
    room = MAX_BYTES // max(1, 8 * table.n_rows * context.n_jobs)
    width = max(1, min(room, max(MIN_COLUMNS, BLOCK_CELLS // table.n_rows)))

    rooms = threading.local()  # memory that was touched once is cheaper than new memory

    def work(i: int) -> None:
        if not hasattr(rooms, "room") and not table.numeric.flags.f_contiguous:
            rooms.room = np.empty((table.n_rows, width), order="F")
        start, stop = i * width, min((i + 1) * width, table.n_numeric)
        visit(start, table.numeric_block(start, stop, getattr(rooms, "room", None)))

    context.spread(work, -(-table.n_numeric // width))


def row_blocks(context: Context, n_rows: int, n_columns: int) -> Iterator[slice]:
    """Slices of rows, a million cells each, with a look at the clock before each of them."""
    height = max(1, ROW_CELLS // max(1, n_columns))
    for start in range(0, n_rows, height):
        context.check_time()
        yield slice(start, min(start + height, n_rows))
