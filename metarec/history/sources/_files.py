"""Read the files that sources come in; a file that is not as expected is one clear error."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metarec._exceptions import HistoryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa


def read_parquet(path: str | Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read these columns of a Parquet file, in this order; all of them if left out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if columns is None:
            return pq.read_table(path)
        return pq.read_table(path, columns=list(columns)).select(list(columns))
    except (OSError, KeyError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        msg = f"{str(path)!r} is not the expected Parquet file: {reason}"
        raise HistoryError(msg) from error


def read_arff(path: str | Path, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Read the rows of an ARFF file, which must have these columns and may have more."""
    import arff

    try:
        document = arff.loads(read_text(path))
    except arff.ArffException as error:
        msg = f"{str(path)!r} is not the expected ARFF file: {str(error).splitlines()[0]}"
        raise HistoryError(msg) from error
    names = [name for name, _ in document["attributes"]]
    require_columns(path, columns, names)
    return [dict(zip(names, row, strict=True)) for row in document["data"]]


def read_csv(path: str | Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read the rows of a CSV file with a head, which must have these columns; cells are text."""
    reader = csv.DictReader(io.StringIO(read_text(path)), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        msg = f"{str(path)!r} is not the expected CSV file: {error}"
        raise HistoryError(msg) from error
    require_columns(path, columns, reader.fieldnames or ())
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            msg = f"{str(path)!r}: row {number} has not as many cells as the head"
            raise HistoryError(msg)
    return rows


def read_text(path: str | Path) -> str:
    """Read a text file."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror}"
        raise HistoryError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{str(path)!r} is no text in UTF-8"
        raise HistoryError(msg) from error


def require_columns(path: str | Path, columns: Sequence[str], found: Sequence[str]) -> None:
    """Raise a HistoryError that names the first of these columns that a file lacks."""
    missing = [name for name in columns if name not in found]
    if missing:
        msg = f"{str(path)!r} lacks the column {missing[0]!r}; it has {', '.join(found) or 'none'}"
        raise HistoryError(msg)
