"""Delimited text in blocks: types come from the first block, and are widened where they must be."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from metafeatures._exceptions import TableError
from metafeatures._tables.delimited import (
    CsvFormat,
    binary_error,
    convert_options,
    csv_format,
    csv_header,
    ragged_error,
)

__all__ = ["Reread", "csv_batches"]

HEAD_BYTES = 4 * 2**20
SNIFF_BYTES = 16 * 1024
BLOCK_BYTES = 16 * 2**20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

UNFIT = re.compile(r"In CSV column #(\d+): (?:Row #\d+: )?CSV conversion error to ([^:]+)")

WIDER: dict[str, tuple[str, ...]] = {
    "null": (
        "int64", "double", "bool", "date32", "time32[s]", "timestamp[s]", "timestamp[ns]", "string",
    ),
    "int64": ("double", "string"),
    "date32[day]": ("timestamp[s]", "timestamp[ns]", "string"),
    "timestamp[s]": ("timestamp[ns]", "string"),
}  # fmt: skip
"""What to try in turn when a cell does not fit the type of the first block; else strings."""


class Reread(Exception):  # noqa: N818 - the file is fine, it must be read in another way
    """Raised by the batches when those before were read with a type or encoding that is wrong.

    Parameters
    ----------
    batches : iterator
        All batches anew.
    """

    def __init__(self, batches: Iterator[Any]) -> None:
        self.batches = batches
        super().__init__()


def csv_batches(path: Path) -> tuple[list[str], Iterator[Any]]:
    """Names of the columns, and batches of rows that may end with `Reread`.

    Raises
    ------
    TableError
        If the file is binary, has no header line, no rows, or (while it is read) a row of another
        length.
    """
    import pyarrow as pa

    with pa.input_stream(str(path)) as stream:
        start = stream.read(HEAD_BYTES).removeprefix(BYTE_ORDER_MARK)
    head = start.lstrip(b"\r\n")
    n_blank = len(start[: len(start) - len(head)].splitlines())
    if not head.strip():
        raise TableError(f"{path} is empty; write a header line and rows into it")
    if b"\0" in head[:SNIFF_BYTES]:
        raise binary_error(path)
    encoding = "utf-8" if _is_utf8(head) else "latin-1"
    cells = csv_format(head[:SNIFF_BYTES].decode(encoding, errors="ignore"))
    names = csv_header(path, head, encoding, cells.delimiter)
    form = Form(names, encoding, cells, n_blank, {})
    return names, _batches(path, form)


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written."""

    names: list[str]
    """Names of the columns."""
    encoding: str
    """Either "utf-8" or "latin-1"."""
    cells: CsvFormat
    """How cells are told apart and numbers written."""
    n_blank: int
    """Number of blank lines before the header."""
    types: Mapping[str, tuple[str, ...]]
    """Type of each column that was found out wrongly, then what to try if it is wrong too."""


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may be cut off in the middle.
        return error.start >= len(head) - 3
    return True


def _batches(path: Path, form: Form) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import csv as pa_csv

    ragged: list[Any] = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "skip"

    try:
        with pa.input_stream(str(path)) as stream:
            reader = pa_csv.open_csv(
                stream,
                read_options=pa_csv.ReadOptions(
                    column_names=form.names,
                    skip_rows_after_names=1 + form.n_blank,
                    encoding=form.encoding,
                    block_size=BLOCK_BYTES,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=form.cells.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=note,
                ),
                convert_options=convert_options(
                    form.cells.decimal,
                    {name: pa.type_for_alias(kinds[0]) for name, kinds in form.types.items()},
                ),
            )
            if form.encoding == "utf-8" and any(map(pa.types.is_binary, reader.schema.types)):
                raise Reread(_batches(path, replace(form, encoding="latin-1")))
            for batch in reader:
                if ragged:
                    break
                yield batch
    except pa.ArrowInvalid as error:
        if form.encoding == "utf-8" and "UTF8" in str(error):
            raise Reread(_batches(path, replace(form, encoding="latin-1"))) from error
        unfit = UNFIT.search(str(error))
        if unfit is None or unfit[2] == "string":
            raise
        column = form.names[int(unfit[1])]
        tried = form.types.get(column)
        wider = WIDER.get(unfit[2], ("string",)) if tried is None else tried[1:]
        form = replace(form, types={**form.types, column: wider})
        raise Reread(_batches(path, form)) from error
    if ragged:
        raise ragged_error(path, ragged[0])
