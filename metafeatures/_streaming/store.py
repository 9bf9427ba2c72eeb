"""A `Partial` as a file: a zip of a JSON document and the sample as an Arrow table."""

import io
import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError
from metafeatures._streaming.levels import Levels
from metafeatures._streaming.partial import Partial
from metafeatures._streaming.sample import Piece, Sample, priorities
from metafeatures._streaming.states import ColumnState
from metafeatures._tables.arrow import raw_cells

__all__ = ["load", "save"]

VERSION = 1

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What reading a damaged archive may raise; Arrow's exceptions are among them."""


def save(partial: Partial, path: str | os.PathLike[str]) -> None:
    """Write a partial; an existing file is replaced in one step."""
    path = Path(path)
    document = {
        "version": VERSION,
        "parts": partial.parts,
        "target": partial.target,
        "task": partial.task,
        "seed": partial.seed,
        "n_rows": partial.n_rows,
        "n_dropped": partial.n_dropped,
        "n_incomplete": partial.n_incomplete,
        "sample_rows": partial.sample.most,
        "columns": [_column(column) for column in partial.columns],
        "moments": partial.moments.tolist(),
    }
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("partial.json", json.dumps(document))
            archive.writestr("sample.arrow", _sample_bytes(partial.sample.sifted()))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _column(column: ColumnState) -> dict[str, Any]:
    levels = column.levels
    return {
        "name": column.name,
        "stored": column.stored,
        "integral": column.integral,
        "known": column.known,
        "labels": None if levels is None else levels.labels,
        "counts": None if levels is None else levels.counts.tolist(),
    }


def _sample_bytes(piece: Piece) -> bytes:
    """The sample without priorities, which follow from the row numbers."""
    import pyarrow as pa

    columns = [piece.part, piece.row, *piece.cells]
    table = pa.table({str(i): pa.array(cells) for i, cells in enumerate(columns)})
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def load(path: str | os.PathLike[str]) -> Partial:
    """Read a partial.

    Raises
    ------
    TableError
        If there is no such file, it is damaged, or another version wrote it.
    """
    import pyarrow as pa

    version = VERSION
    try:
        with zipfile.ZipFile(path) as archive:
            document = json.loads(archive.read("partial.json"))
            sample = archive.read("sample.arrow")
        version = document["version"]
        if version == VERSION:
            return _partial(document, pa.ipc.open_file(sample).read_all())
    except FileNotFoundError as error:
        raise TableError(f"there is no file {path}; check the spelling") from error
    except DAMAGE as error:
        raise TableError(f"{path} is no partial or damaged; make it anew") from error
    raise TableError(
        f"{path} has version {version} of the format, this program reads {VERSION}; make it anew"
    )


def _partial(document: dict[str, Any], table: Any) -> Partial:
    columns = [_state(entry) for entry in document["columns"]]
    partial = Partial(
        tuple(document["parts"]),
        columns,
        np.array(document["moments"], dtype=np.float64).reshape(len(columns), 10),
        target=document["target"],
        task=document["task"],
        seed=document["seed"],
        sample=Sample(document["sample_rows"]),
    )
    partial.n_rows, partial.n_dropped = document["n_rows"], document["n_dropped"]
    partial.n_incomplete = document["n_incomplete"]
    part, row, *cells = [_array(column) for column in table.columns]
    if len(cells) != len(columns):
        raise ValueError("the sample has other columns")
    priority = np.empty(len(row), dtype=np.uint64)
    for i in np.unique(part):
        own = part == i
        priority[own] = priorities(row[own], partial.parts[i], partial.seed)
    partial.sample.add(Piece(priority, part, row, cells))
    return partial


def _array(column: Any) -> NDArray[Any]:
    names = {"double": "float64"}
    return raw_cells(column.combine_chunks(), names.get(str(column.type), str(column.type)))


def _state(entry: dict[str, Any]) -> ColumnState:
    levels = None
    if entry["labels"] is not None:
        levels = Levels()
        levels.add(entry["labels"], np.array(entry["counts"], dtype=np.int64))
    return ColumnState(entry["name"], entry["stored"], entry["integral"], entry["known"], levels)
