"""Files and frames become batches of rows, one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from metafeatures._exceptions import TableError
from metafeatures._streaming.choice import PARQUET
from metafeatures._streaming.csv_blocks import Reread, csv_batches
from metafeatures._tables.assemble import check_names
from metafeatures._tables.files import check_file
from metafeatures._tables.objects import type_name

__all__ = ["Source", "frame_source", "open_source"]

BATCH_ROWS = 65_536
LEAST_ROWS = 256
BATCH_BYTES = 64 * 2**20
BUFFER_BYTES = 2**20
IPC = (".arrow", ".feather", ".ipc")
TEXT = (".csv", ".gz", ".tsv", ".txt")

LOW_CARDINALITY = 2.5
"""Bytes for each string, dictionaries included, below which codes are read instead of strings."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that are read in batches of one schema."""

    path: str
    """Where they come from, for messages."""
    names: list[str]
    """Names of the columns."""
    batches: Iterator[Any]
    """pyarrow record batches."""
    strings: frozenset[str] = frozenset()
    """Columns of strings that come as codes of a dictionary."""


def open_source(path: Path) -> Source:
    """Open a file.

    Raises
    ------
    TableError
        If there is no such file, or it is not what its ending says; also while it is read.
    """
    import pyarrow as pa

    ending = check_file(path)
    reader = _READERS.get(ending)
    if reader is None:
        raise TableError(f"{path} cannot be read in pieces; save it as Parquet or CSV")
    try:
        source = reader(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} cannot be read ({_first_line(error)}); write it again") from error
    check_names(source.names, str(path))
    return replace(source, batches=_named_errors(source.batches, path))


def _named_errors(batches: Iterator[Any], path: Path) -> Iterator[Any]:
    import pyarrow as pa

    try:
        yield from batches
    except Reread as again:
        raise Reread(_named_errors(again.batches, path)) from again
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} cannot be read ({_first_line(error)}); write it again") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def rows_of_batch(n_columns: int) -> int:
    """Rows that are read at a time: 65,536, or what fits into 64 MiB."""
    return max(LEAST_ROWS, min(BATCH_ROWS, BATCH_BYTES // (8 * max(n_columns, 1))))


def _without_index(schema: Any) -> list[str]:
    """Names of the columns but for the index of the pandas frame they came from."""
    index = (schema.pandas_metadata or {}).get("index_columns", [])
    return [name for name in schema.names if name not in index]


def _parquet(path: Path) -> Source:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        metadata, strings = file.metadata, _few_levels(file)
    file = pq.ParquetFile(
        path,
        metadata=metadata,
        read_dictionary=strings,
        pre_buffer=False,
        buffer_size=BUFFER_BYTES,
    )
    names = _without_index(file.schema_arrow)
    columns = names if len(names) < len(file.schema_arrow.names) else None

    def batches() -> Iterator[Any]:
        with file:
            yield from file.iter_batches(rows_of_batch(len(names)), columns=columns)

    return Source(str(path), names, batches(), frozenset(strings))


def _few_levels(file: Any) -> list[str]:
    """Columns of strings that a Parquet file stores as codes of few levels."""
    import pyarrow as pa

    if file.metadata.num_row_groups == 0:
        return []
    strings = {f.name for f in file.schema_arrow if pa.types.is_string(f.type)}
    group = file.metadata.row_group(0)
    chunks = [group.column(i) for i in range(group.num_columns)]
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.path_in_schema in strings
        and chunk.total_uncompressed_size < LOW_CARDINALITY * chunk.num_values
    ]


def _ipc(path: Path) -> Source:
    import pyarrow as pa

    file = pa.OSFile(str(path))
    try:
        reader = pa.ipc.open_file(file)
        whole = (reader.get_batch(i) for i in range(reader.num_record_batches))
    except pa.ArrowInvalid:
        file.seek(0)
        reader = pa.ipc.open_stream(file)
        whole = iter(reader)
    names = _without_index(reader.schema)

    def batches() -> Iterator[Any]:
        with file:
            for batch in whole:
                yield from _slices(batch.select(names))

    return Source(str(path), names, batches())


def _slices(batch: Any) -> Iterator[Any]:
    step = rows_of_batch(batch.num_columns)
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


def _csv(path: Path) -> Source:
    return Source(str(path), *csv_batches(path))


_READERS: dict[str, Callable[[Path], Source]] = {
    **dict.fromkeys(PARQUET, _parquet),
    **dict.fromkeys(IPC, _ipc),
    **dict.fromkeys(TEXT, _csv),
}


def frame_source(X: Any) -> Source:
    """Take a frame in memory, or a stream of Arrow batches, as batches.

    Raises
    ------
    TableError
        If X is none.
    """
    import pyarrow as pa

    name = type_name(X)
    if type(X).__module__.startswith("pandas"):
        try:
            X = pa.Table.from_pandas(X, preserve_index=False)
        except (pa.ArrowTypeError, pa.ArrowInvalid) as error:
            raise TableError(
                f"{name} has a column of mixed types ({_first_line(error)}); give it one type"
            ) from error
    elif hasattr(X, "collect") and hasattr(X, "lazy"):
        X = X.collect()
    if hasattr(X, "to_arrow"):
        X = X.to_arrow()
    if isinstance(X, pa.RecordBatch):
        X = pa.Table.from_batches([X])
    if not isinstance(X, pa.Table | pa.RecordBatchReader):
        raise TableError(
            f"an object of type {name} is not read in pieces; give a path, a data frame or a "
            "pyarrow Table or RecordBatchReader"
        )
    names = _without_index(X.schema)
    check_names(names, name)
    whole = X.to_batches() if isinstance(X, pa.Table) else X
    return Source(name, names, (part for batch in whole for part in _slices(batch.select(names))))
