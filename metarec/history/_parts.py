"""Parts of a store: Parquet files that appear whole, are never changed, and can replace others.

A part is written beside its final name, flushed, and then moved there, so that a reader never meets
half a file and writers never share one. A part that was made of smaller ones lists their names in
its metadata. From the moment it appears readers pass those over, so that it does not matter when
they are deleted, or whether their deletion was cut short.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

_REPLACES: Final = b"metarec.replaces"
_ABANDONED_SECONDS: Final = 3600.0  # an unfinished file this old has lost its writer

_ROW_GROUP: Final = 2**17  # rows that a reader has in memory at least


@dataclass(frozen=True)
class Part:
    """One finished file."""

    path: Path
    """Where it lies."""
    columns: frozenset[str]
    """Names of its columns."""
    n_rows: int
    """How many rows it has."""
    replaces: frozenset[str]
    """Names of the parts of its folder that it was made of."""


def write_part(table: pa.Table, folder: Path, *, replaces: Iterable[str] = ()) -> Path:
    """Write a table as a new part of `folder`; returns its path once it is safe on disk."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    if names := sorted(replaces):
        table = table.replace_schema_metadata({_REPLACES: json.dumps(names).encode()})
    name = f"part-{uuid.uuid4().hex}.parquet"
    unfinished = folder / f".{name}"
    with unfinished.open("wb") as file:
        pq.write_table(table, file, compression="zstd", row_group_size=_ROW_GROUP)
        file.flush()
        os.fsync(file.fileno())
    return unfinished.rename(folder / name)


def read_parts(folder: Path, patterns: Iterable[str]) -> list[Part]:
    """Parts in the folders below `folder` that match, without those that others have replaced.

    Raises
    ------
    FileNotFoundError
        If a part was replaced and deleted meanwhile: look again.
    """
    parts = [
        _read_part(path)
        for pattern in patterns
        for path in sorted(folder.glob(f"{pattern}/part-*.parquet"))
    ]
    replaced = _replaced(parts)
    return [part for part in parts if part.path not in replaced]


def delete_leftovers(folder: Path) -> None:
    """Delete the parts of one folder that were replaced, and what writers left unfinished."""
    for path in _replaced([_read_part(path) for path in folder.glob("part-*.parquet")]):
        path.unlink(missing_ok=True)
    for path in folder.glob(".part-*.parquet"):
        with suppress(FileNotFoundError):  # its writer may finish it meanwhile
            if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.unlink()


def _replaced(parts: Iterable[Part]) -> set[Path]:
    return {part.path.parent / name for part in parts for name in part.replaces}


def _read_part(path: Path) -> Part:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        schema, n_rows = file.schema_arrow, file.metadata.num_rows
    names = json.loads((schema.metadata or {}).get(_REPLACES, b"[]"))
    return Part(path, frozenset(schema.names), n_rows, frozenset(names))
