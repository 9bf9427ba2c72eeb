"""ARFF, the format of Weka and OpenML, read with liac-arff."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from metafeatures._exceptions import TableError
from metafeatures._tables.columns import Column, from_numpy, from_objects

__all__ = ["read_arff"]

DATE = re.compile(r"""^(@attribute\s+(?:'[^']*'|"[^"]*"|\S+)\s+)date\b.*$""", re.I | re.M)
SPARSE = re.compile(r"^@data\b[^\n]*\n(?:[^\S\n]*(?:%[^\n]*)?\n)*\s*\{", re.I | re.M)
"""The first row of data is in braces."""


def read_arff(path: Path) -> tuple[list[str], list[Column]]:
    """Read a dense or sparse ARFF file.

    Raises
    ------
    TableError
        If the file breaks the format, or has no rows.
    """
    import arff

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="latin-1")
    sparse = SPARSE.search(text) is not None
    # liac-arff knows no dates: it reads them as strings.
    lines = [line for line in text.splitlines() if line.lower().startswith("@attribute")]
    dates = {i for i, line in enumerate(lines) if DATE.match(line)}
    text = DATE.sub(r"\1STRING", text)
    try:
        document = arff.loads(text, return_type=arff.LOD if sparse else arff.DENSE)
    except arff.ArffException as error:
        raise TableError(f"{path} is not valid ARFF ({error}); mend that line") from error
    attributes = document["attributes"]
    rows: list[Any] = document["data"]
    if not rows:
        raise TableError(f"{path} has no rows after @data; add rows")
    columns = []
    for i, (_, kind) in enumerate(attributes):
        if sparse:
            # In sparse ARFF a cell that is not written is 0 or the first nominal value.
            blank: Any = kind[0] if isinstance(kind, list) else 0.0
            cells = [row.get(i, blank) for row in rows]
        else:
            cells = [row[i] for row in rows]
        columns.append(_dates(cells) if i in dates else _column(kind, cells))
    return [name for name, _ in attributes], columns


def _column(kind: str | list[str], cells: list[Any]) -> Column:
    if isinstance(kind, list):
        codes = {level: i for i, level in enumerate(kind)}
        values = np.array([-1 if cell is None else codes[cell] for cell in cells], dtype=np.int32)
        return Column("categorical", values, kind)
    if kind.upper() in ("NUMERIC", "REAL", "INTEGER"):
        numbers = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
        return Column("numeric", numbers, integral=kind.upper() == "INTEGER")
    return from_objects(cells)


def _dates(cells: list[Any]) -> Column:
    """Read dates in ISO form; others stay strings."""
    try:
        return from_numpy(np.array([cell or "NaT" for cell in cells], dtype="datetime64[us]"))
    except ValueError:
        return from_objects(cells)
