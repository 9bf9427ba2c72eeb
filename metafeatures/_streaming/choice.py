"""Which inputs are read in batches."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from metafeatures._exceptions import TableError
from metafeatures._tables.files import check_file

__all__ = ["PARQUET", "STREAM_BYTES", "count_rows", "data_files", "in_batches", "size_in_memory"]

STREAM_BYTES = 256 * 2**20
"""`extract` does not keep a table that takes more than this."""

PARQUET = (".parquet", ".pq")


def in_batches(X: Any) -> bool:
    """Whether `extract` reads X in batches: a folder, a list of paths, or a big file."""
    if data_files(X) is not None:
        return True
    return isinstance(X, str | PathLike) and size_in_memory(Path(X)) > STREAM_BYTES


def data_files(X: Any) -> list[Path] | None:
    """The files of a folder or list of paths, which are one table; None if X is neither.

    Raises
    ------
    TableError
        If a folder holds no Parquet files.
    """
    if isinstance(X, str | Path) and _is_folder(Path(X)):
        found = sorted(p for ending in PARQUET for p in Path(X).rglob(f"*{ending}"))
        if not found:
            raise TableError(
                f"the folder {X} holds no Parquet files; name a file or another folder"
            )
        return found
    if isinstance(X, Sequence) and X and all(isinstance(item, str | Path) for item in X):
        return None if isinstance(X, str) else [Path(item) for item in X]
    return None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # A name that no file can have; whoever opens it will say so.
        return False


def size_in_memory(path: Path) -> int:
    """Bytes that a file takes in memory, about; 0 if it can only be read as a whole."""
    ending = check_file(path)
    if ending == ".arff":
        return 0
    size = path.stat().st_size
    if ending in PARQUET:
        return max(size, _parquet_bytes(path))
    return 4 * size if ending == ".gz" else size


def _parquet_bytes(path: Path) -> int:
    """Bytes of the cells as numbers; 0 if the file is none, which its reader will say."""
    n_rows, n_columns = _parquet_shape(path)
    return 8 * n_rows * n_columns


def _parquet_shape(path: Path) -> tuple[int, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError):
        return 0, 0
    return int(metadata.num_rows), int(metadata.num_columns)


def count_rows(files: Sequence[Path]) -> int | None:
    """Number of rows of files that say so without being read; None if one does not."""
    if any(file.suffix.lower() not in PARQUET for file in files):
        return None
    return sum(_parquet_shape(file)[0] for file in files)
