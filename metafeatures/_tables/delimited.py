"""CSV and its relatives: encoding, delimiter, header and ragged rows are checked here."""

import csv
import gzip
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from metafeatures._exceptions import TableError
from metafeatures._tables.arrow import from_arrow
from metafeatures._tables.assemble import check_names
from metafeatures._tables.columns import Column

__all__ = [
    "MISSING",
    "CsvFormat",
    "binary_error",
    "convert_options",
    "csv_format",
    "csv_header",
    "ragged_error",
    "read_csv",
    "sniff_csv",
]

MISSING = ["", "NA", "NaN", "nan", "null", "NULL", "None", "?", "N/A"]
"""Cells that mean "missing" in a CSV file."""

DELIMITERS = ",;\t|"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SNIFF_BYTES = 16 * 1024
THREADS_FROM_BYTES = 4 * 2**20
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}")


class CsvFormat(NamedTuple):
    """How the cells of a text file are written."""

    delimiter: str
    """Between two cells: comma, semicolon, tab or bar."""
    decimal: str
    """Before the decimals of a number: point or comma."""


def read_csv(path: Path, content: bytes) -> tuple[list[str], list[Column]]:
    """Read delimited text with a header line.

    Parameters
    ----------
    path : Path
        Only for messages.
    content : bytes
        The file: UTF-8 (with or without a byte order mark), else read as Latin-1.

    Raises
    ------
    TableError
        If the file is binary, has no header line, no rows, or a row of another length.
    """
    if not content.strip():
        raise TableError(f"{path} is empty; write a header line and rows into it")
    if b"\0" in content[:SNIFF_BYTES]:
        raise binary_error(path)
    content = content.removeprefix(BYTE_ORDER_MARK).lstrip(b"\r\n")
    encoding = _encoding(content)
    head = content[:SNIFF_BYTES].decode(encoding, errors="ignore")
    form = csv_format(head)
    names = csv_header(path, content, encoding, form.delimiter)
    table = _parse(path, content, encoding, form, names)
    return names, [from_arrow(table.column(i), name) for i, name in enumerate(names)]


def sniff_csv(path: str | os.PathLike[str]) -> tuple[CsvFormat, str]:
    r"""How `as_table` reads a text file, for programs that read it on their own.

    Parameters
    ----------
    path : path
        A CSV, TSV or text file, compressed by gzip or not.

    Returns
    -------
    form : CsvFormat
        Its `delimiter`, one of comma, semicolon, tab and bar, and its `decimal`, point or comma.
    encoding : str
        "utf-8" or "latin-1".

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text("age;risk\n31,5;low\n")
    >>> sniff_csv(path)
    (CsvFormat(delimiter=';', decimal=','), 'utf-8')
    """
    content = Path(path).read_bytes()
    if str(path).endswith(".gz"):
        content = gzip.decompress(content)
    content = content.removeprefix(BYTE_ORDER_MARK)
    encoding = _encoding(content)
    return csv_format(content[:SNIFF_BYTES].decode(encoding, errors="ignore")), encoding


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def csv_format(head: str) -> CsvFormat:
    """Guess the delimiter, which splits the first lines into equally many cells, and the decimal.

    A comma is that where numbers have one and none has a point, unless it may stand for thousands.
    """
    lines = head.splitlines()
    # The last line may be cut off in the middle.
    lines = [line for line in (lines[:-1] if len(lines) > 2 else lines)[:50] if line]

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        if not widths or widths[0] == 1:
            return (0.0, 0)
        return (widths.count(widths[0]) / len(widths), widths[0])

    delimiter = max(DELIMITERS, key=score)
    cells = [cell.strip() for row in csv.reader(lines, delimiter=delimiter) for cell in row]
    commas = [cell for cell in cells if DECIMAL_COMMA.fullmatch(cell)]
    points = any(map(DECIMAL_POINT.fullmatch, cells))
    is_comma = bool(commas) and not points and not all(map(THOUSANDS.fullmatch, commas))
    return CsvFormat(delimiter, "," if is_comma and delimiter != "," else ".")


def csv_header(path: Path, content: bytes, encoding: str, delimiter: str) -> list[str]:
    """Names of the columns.

    Raises
    ------
    TableError
        If there is no header line, or nothing but it.
    """
    # A quoted name may hold a line break, so the lines are left to the csv module.
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    lines = csv.reader(text, delimiter=delimiter)
    try:
        names = [cell.strip() for cell in next(lines)]
        has_rows = any(any(line) for line in lines)
    except csv.Error as error:
        raise TableError(f"{path} cannot be read as CSV ({error}); check its quotes") from error
    if not has_rows:
        raise TableError(f"{path} has a header line but no rows; add rows")
    if _looks_like_data(names):
        raise TableError(
            f"{path}: the first line looks like data ({_short(names)}); add a header line with the "
            "names of the columns"
        )
    # R writes row names under an empty header cell.
    names = [name or f"column_{i + 1}" for i, name in enumerate(names)]
    check_names(names, str(path))
    return names


def _looks_like_data(names: list[str]) -> bool:
    """Whether all names are numbers, or half of them are and do not just count the columns."""
    numbers = [name for name in names if _is_number(name)]
    if len(numbers) == len(names):
        return True
    if 2 * len(numbers) < len(names):
        return False
    if not all(number.isdecimal() for number in numbers):
        return True
    first = int(numbers[0])
    return [int(number) for number in numbers] != list(range(first, first + len(numbers)))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.lower() not in ("nan", "inf", "infinity")


def _short(cells: list[str]) -> str:
    return ", ".join(cells[:3]) + (", ..." if len(cells) > 3 else "")


def _parse(path: Path, content: bytes, encoding: str, form: CsvFormat, names: list[str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv as pa_csv

    ragged: list[Any] = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "skip"

    def read(*, threads: bool) -> Any:
        # One block must hold the longest row; the whole file is in memory anyway.
        block = min(max(len(content) // 8, 2**20), 2**26)
        return pa_csv.read_csv(
            pa.BufferReader(content),
            read_options=pa_csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=1,
                encoding=encoding,
                use_threads=threads,
                block_size=block,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=form.delimiter,
                newlines_in_values=b'"' in content,
                invalid_row_handler=note,
            ),
            convert_options=convert_options(form.decimal),
        )

    try:
        table = read(threads=len(content) > THREADS_FROM_BYTES)
        if ragged and ragged[0].number is None:
            # Only a single thread knows line numbers.
            ragged.clear()
            read(threads=False)
    except pa.ArrowInvalid as error:
        text = str(error).partition("\n")[0].rstrip(".")
        raise TableError(
            f"{path} cannot be read as CSV ({text}); check its quotes and encoding"
        ) from error
    if ragged:
        raise ragged_error(path, ragged[0])
    if table.num_rows == 0:
        raise TableError(f"{path} has a header line but no rows; add rows")
    return table


def convert_options(decimal: str, column_types: Mapping[str, Any] | None = None) -> Any:
    """How cells become values; types that are not given are found out."""
    from pyarrow import csv as pa_csv

    return pa_csv.ConvertOptions(
        null_values=MISSING,
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        column_types=column_types,
        decimal_point=decimal,
    )


def binary_error(path: Path) -> TableError:
    """Complain that a file holds NUL bytes."""
    return TableError(f"{path} is not text (it has NUL bytes); save it as CSV in UTF-8")


def ragged_error(path: Path, row: Any) -> TableError:
    """Complain about a row of another length than the header; pyarrow describes the row."""
    line = "" if row.number is None else f", line {row.number}"
    return TableError(
        f"{path}{line}: {row.actual_columns} cells where the header has {row.expected_columns}; "
        "mend the row or its quotes"
    )
