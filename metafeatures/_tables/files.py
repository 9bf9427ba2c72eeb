"""Files become column names and columns: which reader reads which ending."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from metafeatures._exceptions import TableError
from metafeatures._tables.arff import read_arff
from metafeatures._tables.arrow import table_columns
from metafeatures._tables.columns import Column
from metafeatures._tables.delimited import read_csv

__all__ = ["check_file", "read_file"]

FORMATS = (
    "CSV (.csv, .tsv, .txt), Parquet (.parquet), Feather/Arrow (.feather, .arrow) or ARFF (.arff)"
)


def read_file(path: Path) -> tuple[list[str], list[Column]]:
    """Read a table from a file, by its ending.

    Raises
    ------
    TableError
        If there is no such file, it is empty, or it is not what its ending says.
    """
    return _READERS[check_file(path)](path)


def check_file(path: Path) -> str:
    """Ending of a file that can be read, in lower case.

    Raises
    ------
    TableError
        If there is no such file, it is empty, or its ending says nothing.
    """
    try:
        found = path.exists()
    except (OSError, ValueError) as error:
        # A name that no file can have: too long, or with a NUL byte.
        name = ascii(str(path)[:60])
        raise TableError(f"{name} cannot be the name of a file; check the path") from error
    if not found:
        raise TableError(f"there is no file {path}; {_neighbours(path)}")
    if path.is_dir():
        raise TableError(f"{path} is a folder; name one file in it")
    if path.is_file() and path.stat().st_size == 0:
        raise TableError(f"{path} is empty; write a header line and rows into it")
    if path.suffix.lower() not in _READERS:
        ending = f"the ending {path.suffix!r}" if path.suffix else "no ending"
        raise TableError(f"{path} has {ending}, which is not read; save it as {FORMATS}")
    return path.suffix.lower()


def _neighbours(path: Path) -> str:
    import difflib

    if not path.parent.is_dir():
        return f"there is no folder {path.parent} either"
    near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=1)
    return f"did you mean {near[0]!r}?" if near else "check the spelling"


def _arrow_columns(table: Any, path: Path) -> tuple[list[str], list[Column]]:
    if table.num_columns == 0:
        raise TableError(f"{path} has no columns; give it at least one")
    return table_columns(table)


def _parquet(path: Path) -> tuple[list[str], list[Column]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            table = file.read(use_threads=path.stat().st_size > 2**20)
    except pa.ArrowInvalid as error:
        raise TableError(
            f"{path} is not a Parquet file ({_first_line(error)}); write it again"
        ) from error
    return _arrow_columns(table, path)


def _feather(path: Path) -> tuple[list[str], list[Column]]:
    import pyarrow as pa

    for open_file in (pa.ipc.open_file, pa.ipc.open_stream):
        try:
            with pa.memory_map(str(path)) as source:
                return _arrow_columns(open_file(source).read_all(), path)
        except pa.ArrowInvalid as error:
            reason = _first_line(error)
    raise TableError(f"{path} is not a Feather or Arrow file ({reason}); write it again")


def _gzip(path: Path) -> tuple[list[str], list[Column]]:
    inner = Path(path.stem).suffix.lower()
    if inner not in (".csv", ".tsv", ".txt"):
        raise TableError(f"{path} is compressed and not CSV; unpack it first")
    try:
        return read_csv(path, gzip.decompress(path.read_bytes()))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise TableError(f"{path} is not a gzip file ({error}); write it again") from error


def _csv(path: Path) -> tuple[list[str], list[Column]]:
    return read_csv(path, path.read_bytes())


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


_READERS: dict[str, Callable[[Path], tuple[list[str], list[Column]]]] = {
    ".arff": read_arff,
    ".arrow": _feather,
    ".csv": _csv,
    ".feather": _feather,
    ".gz": _gzip,
    ".ipc": _feather,
    ".parquet": _parquet,
    ".pq": _parquet,
    ".tsv": _csv,
    ".txt": _csv,
}
