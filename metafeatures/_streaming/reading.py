"""Batches of rows become a `Partial`, while the next batch is read."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from metafeatures._exceptions import OutOfTime, TableError
from metafeatures._progress import Progress
from metafeatures._streaming.choice import (
    STREAM_BYTES,
    count_rows,
    data_files,
    size_in_memory,
)
from metafeatures._streaming.csv_blocks import Reread
from metafeatures._streaming.partial import Partial, merge
from metafeatures._streaming.sample import Piece, Sample, priorities, rows_of_sample
from metafeatures._streaming.sources import (
    Source,
    frame_source,
    open_source,
)
from metafeatures._streaming.states import known_cells, read_cells, unknown_columns
from metafeatures._tables.assemble import take_target
from metafeatures._tables.target import check_task, infer_target

__all__ = ["Settings", "read", "read_batches"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to read; see `partial` and `extract`."""

    target: str | None
    task: str
    seed: int
    n_jobs: int
    keep_all: bool = False
    """Whether the sample has all rows."""
    find_target: bool = False
    """Whether to guess the target if none is named."""
    deadline: float | None = None
    """When to stop, in the seconds of `time.perf_counter`."""
    progress: Progress | None = None
    """Where to count the rows."""

    def look_up(self, n_rows: int) -> None:
        """Some rows more have been read.

        Raises
        ------
        OutOfTime
            If the deadline has passed.
        """
        if self.progress is not None:
            self.progress.advance(steps=n_rows)
        if self.deadline is not None and perf_counter() > self.deadline:
            raise OutOfTime


def read(X: Any, settings: Settings, name: str | None) -> Partial:
    """Read any table; see `metafeatures.partial`."""
    check_task(settings.task)
    files = data_files(X)
    if settings.progress is not None:
        settings.progress.begin("rows read")
    if files is not None:
        if name is not None:
            raise TableError("the files of a data set have names of their own; leave out name")
        return _read_files(files, settings)
    if isinstance(X, str | PathLike):
        path = Path(X)
        return _read(open_source(path), name or path.name, settings)
    return _read(frame_source(X), name or "table", settings)


def read_batches(X: Any, settings: Settings) -> Partial:
    """Read what `in_batches` is true of; small files keep all of their rows.

    Raises
    ------
    OutOfTime
        If the deadline passes.
    """
    check_task(settings.task)
    files = data_files(X) or [Path(X)]
    small = sum(map(size_in_memory, files)) <= STREAM_BYTES
    if settings.progress is not None:
        settings.progress.total = count_rows(files)
        settings.progress.begin("rows read")
    return _read_files(files, replace(settings, keep_all=small))


def _read_files(files: Sequence[Path], settings: Settings) -> Partial:
    """Read several files as one table; each is a part called by its path from their folder.

    Raises
    ------
    TableError
        If a file cannot be read, or they do not fit together.
    """
    folder = os.path.commonpath([file.resolve().parent for file in files])
    read = (
        _read(open_source(file), file.resolve().relative_to(folder).as_posix(), settings)
        for file in files
    )
    return reduce(lambda whole, part: merge([whole, part]), read)


def _read(source: Source, name: str, settings: Settings) -> Partial:
    names = list(source.names)
    target = settings.target
    if target is None and settings.find_target:
        target, _ = infer_target(names)
    if target is not None:
        # The target goes last.
        names.append(names.pop(take_target(names, target, source.path)))
    whole = Partial(
        (name,),
        unknown_columns(names),
        np.zeros((len(names), 10)),
        target=target,
        task=settings.task,
        seed=settings.seed,
        sample=Sample(None if settings.keep_all else rows_of_sample(len(names))),
    )
    batches = _numbered(_ahead(source.batches))
    anew = None

    def read_one(numbered: tuple[int, Any]) -> Partial:
        return _read_batch(whole, source.strings, *numbered)

    try:
        for found in _in_order(read_one, batches, settings.n_jobs):
            whole.absorb(found)
            settings.look_up(found.n_rows + found.n_dropped)
    except Reread as again:
        anew = again.batches
    except TableError as error:
        prefix = "" if source.path in str(error) else f"{source.path}: "
        raise type(error)(prefix + str(error)) from error
    if anew is not None:
        return _read(replace(source, batches=anew), name, settings)
    if whole.n_rows + whole.n_dropped == 0:
        raise TableError(f"{source.path} has no rows; give it at least one")
    whole.sample.sifted()
    return whole


def _read_batch(whole: Partial, strings: frozenset[str], first_row: int, batch: Any) -> Partial:
    """What one batch tells; `whole` knows the columns, and what needs no second look."""
    rows, dropped = np.arange(first_row, first_row + batch.num_rows), 0
    if whole.target is not None:
        import pyarrow as pa

        keep = known_cells(batch.column(whole.target))
        dropped = len(keep) - int(np.count_nonzero(keep))
        if dropped:
            batch, rows = batch.filter(pa.array(keep)), rows[keep]
    moments = np.zeros((len(whole.columns), 10))
    incomplete = np.zeros(len(rows), dtype=np.uint8)
    priority = priorities(rows, whole.parts[0], whole.seed)
    drawn = np.flatnonzero(priority <= np.uint64(whole.sample.threshold))
    columns, cells = [], []
    for j, column in enumerate(whole.columns):
        state, taken = read_cells(
            batch.column(column.name),
            column.name,
            drawn,
            moments[j],
            incomplete,
            strings=column.name in strings,
            count=column.name == whole.target,
            text=column.levels is None,
        )
        columns.append(state)
        cells.append(taken)
    found = whole.like(columns, moments, Sample(None))
    found.n_rows, found.n_dropped = len(rows), dropped
    found.n_incomplete = int(np.count_nonzero(incomplete))
    place = np.zeros(len(drawn), dtype=np.int32)
    found.sample.add(Piece(priority[drawn], place, rows[drawn], cells))
    return found


def _numbered(batches: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Each batch with the number of its first row."""
    row = 0
    for batch in batches:
        yield row, batch
        row += batch.num_rows


def _ahead(items: Iterator[T]) -> Iterator[T]:
    """Fetch each item while the one before it is in use."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def _in_order(work: Callable[[Any], T], items: Iterable[Any], n_jobs: int) -> Iterator[T]:
    """work(item) of each item, on so many threads; few items are in memory at a time."""
    from concurrent.futures import Future, ThreadPoolExecutor

    n_threads = n_jobs if n_jobs > 0 else os.cpu_count() or 1
    if n_threads == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        running: deque[Future[T]] = deque()
        for item in items:
            running.append(pool.submit(work, item))
            if len(running) > n_threads:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
