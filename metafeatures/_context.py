"""What one extraction knows: the table, its settings, and the intermediate values found so far."""

from collections.abc import Callable, Mapping
from functools import wraps
from time import perf_counter
from typing import Any, TypeVar, cast

from metafeatures._exceptions import NeedsRows, OutOfTime, Undefined
from metafeatures._tables.table import Table, Target

__all__ = ["MAX_ROWS", "Context", "once"]

MAX_ROWS = 2000
"""Rows of the sample on which landmarkers and the quadratic groups are measured by default."""

T = TypeVar("T")


class Context:
    """One extraction.

    Parameters
    ----------
    table : Table
    n_jobs : int
        Number of threads, at least 1.
    seed : int
        Every random choice starts from it anew, so that the order of features does not matter.
    max_rows : int, optional
        Rows of the sample for what costs more than a few passes; None for all rows.
    deadline : float, optional
        When to stop, in the seconds of `time.perf_counter`.
    known : mapping, optional
        The intermediate values of a table that does not keep its rows; no others can be computed.
    """

    def __init__(
        self,
        table: Table,
        *,
        n_jobs: int = 1,
        seed: int = 0,
        max_rows: int | None = MAX_ROWS,
        deadline: float | None = None,
        known: Mapping[Callable[["Context"], Any], Any] | None = None,
    ) -> None:
        self.table = table
        self.n_jobs = n_jobs
        self.seed = seed
        self.max_rows = max_rows
        self.deadline = deadline
        self.values: dict[Callable[[Context], Any], Any] = dict(known or {})
        self._closed = known is not None
        self.remarks: dict[str, None] = {}
        self._remarks_of: dict[Callable[[Context], Any], dict[str, None]] = {}

    @property
    def target(self) -> Target:
        """The target.

        Raises
        ------
        Undefined
            If there is none.
        """
        if self.table.target is None:
            raise Undefined("there is no target")
        return self.table.target

    def remark(self, text: str) -> None:
        """Say that what is being computed does not look at the whole table.

        The remark sticks to every intermediate value and meta-feature that makes use of it.

        Parameters
        ----------
        text : str
            What is looked at instead, such as "2,000 of 10,000 rows".
        """
        self.remarks[text] = None

    def check_time(self) -> None:
        """Stop if the time is over; to be called every few milliseconds of long work.

        Raises
        ------
        OutOfTime
            If the deadline has passed.
        """
        if self.deadline is not None and perf_counter() > self.deadline:
            raise OutOfTime

    def spread(self, work: Callable[[int], None], n: int) -> None:
        """Call work(0), ..., work(n - 1), on `n_jobs` threads, until the time is over.

        The parts write to places of their own, so that the result does not depend on the threads.
        """

        def part(i: int) -> None:
            self.check_time()
            work(i)

        if self.n_jobs == 1 or n < 2:
            for i in range(n):
                part(i)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(self.n_jobs, n)) as pool:
            list(pool.map(part, range(n)))


def once(function: Callable[[Context], T]) -> Callable[[Context], T]:
    """Compute an intermediate value at most once per extraction, also if it is `Undefined`.

    Examples
    --------
    >>> import numpy as np
    >>> from metafeatures import as_table
    >>> @once
    ... def total(context):
    ...     print("summing")
    ...     return float(context.table.numeric.sum())
    >>> context = Context(as_table(np.eye(3)))
    >>> total(context) + total(context)
    summing
    6.0
    """

    @wraps(function)
    def value(context: Context) -> T:
        if value not in context.values:
            if context._closed:
                raise NeedsRows
            outer, context.remarks = context.remarks, {}
            try:
                context.values[value] = function(context)
            except Undefined as undefined:
                context.values[value] = undefined
            finally:
                context._remarks_of[value], context.remarks = context.remarks, outer
        context.remarks |= context._remarks_of.get(value, {})
        found = context.values[value]
        if isinstance(found, Undefined):
            raise Undefined(str(found))
        return cast("T", found)

    return value
