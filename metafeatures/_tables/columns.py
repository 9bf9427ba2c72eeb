"""One column of any source becomes one `Column`: numbers, level codes or text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError
from metafeatures._tables.table import Kind

__all__ = ["Column", "from_numpy", "from_objects", "from_strings", "is_text"]

TEXT_LEVELS = 20
TEXT_SHARE = 0.5
TEXT_LENGTH = 100.0

BOOLEANS = frozenset({bool, np.bool_})
WHOLE = frozenset({int, *(np.dtype(code).type for code in "bBhHiIlLqQ")})
DECIMALS = frozenset({float, *(np.dtype(code).type for code in "efd")})


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column with its type settled."""

    kind: Kind
    """Kind of the column."""
    values: NDArray[Any]
    """Shape (n_rows,): float64 with NaN for missing, or int32 codes with -1 for missing."""
    labels: Sequence[str] = ()
    """Names of the levels that the codes point to."""
    integral: bool = False
    """True if the source stored whole numbers."""

    @property
    def coded(self) -> bool:
        """True if `values` are codes of levels."""
        return self.kind in ("categorical", "boolean", "text")

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which cells are missing, shape (n_rows,)."""
        return self.values < 0 if self.coded else ~np.isfinite(self.values)


def from_numpy(values: NDArray[Any]) -> Column:
    """Turn a one-dimensional array of any plain dtype into a column.

    An array of strings has lost its types, so a column of it that reads as numbers is numeric.
    """
    kind = values.dtype.kind
    if kind == "b":
        return Column("boolean", values.astype(np.int32), ("False", "True"))
    if kind in "iuf":
        return Column("numeric", values.astype(np.float64), integral=kind in "iu")
    if kind in "mM":
        return Column("date" if kind == "M" else "numeric", _seconds(values))
    if kind in "US":
        try:
            return Column("numeric", values.astype(np.float64))
        except ValueError:
            return from_objects(values.astype(str).tolist())
    if kind == "c":
        raise TableError(
            "there are complex numbers; spread real and imaginary parts over two columns"
        )
    return from_objects(values.tolist())


def from_objects(cells: Sequence[Any]) -> Column:
    """Turn a list of Python objects into a column.

    None and NaN are missing. Booleans alone make a boolean column, numbers alone a numeric one;
    everything else is read as strings.

    Examples
    --------
    >>> from_objects([1, None, 2.5]).kind
    'numeric'
    >>> from_objects([1, "a", None]).values
    array([ 0,  1, -1], dtype=int32)
    """
    column = _of_plain_types(cells)
    if column is not None:
        return column
    from datetime import date
    from decimal import Decimal
    from numbers import Real

    for cell in cells:
        if isinstance(cell, list | tuple | dict | set | np.ndarray):
            raise TableError(
                f"a cell holds a {type(cell).__name__}; spread nested values over plain columns"
            )
    missing = [_is_missing(cell) for cell in cells]
    known = [cell for cell, gone in zip(cells, missing, strict=True) if not gone]
    where = ~np.array(missing, dtype=bool)
    if all(isinstance(cell, bool | np.bool_) for cell in known) and known:
        codes = np.full(len(cells), -1, dtype=np.int32)
        codes[where] = np.array(known, dtype=np.int32)
        return Column("boolean", codes, ("False", "True"))
    if all(isinstance(cell, Real | Decimal) for cell in known):
        numbers = np.full(len(cells), np.nan)
        try:
            numbers[where] = np.array(known, dtype=np.float64)
        except OverflowError as error:
            raise TableError(
                "a cell holds a whole number beyond 1.8e308; scale the column or make it text"
            ) from error
        return Column(
            "numeric", numbers, integral=all(isinstance(c, int | np.integer) for c in known)
        )
    if all(isinstance(cell, date) for cell in known):
        moments = np.full(len(cells), np.datetime64("NaT", "us"))
        moments[where] = np.array(
            [
                np.datetime64(c.replace(tzinfo=None) if hasattr(c, "tzinfo") else c, "us")
                for c in known
            ]
        )
        return Column("date", _seconds(moments))
    labels: dict[str, int] = {}
    codes = np.full(len(cells), -1, dtype=np.int32)
    codes[where] = [labels.setdefault(str(cell), len(labels)) for cell in known]
    return from_strings(codes, list(labels))


def _of_plain_types(cells: Sequence[Any]) -> Column | None:
    """The column, if the types of the cells alone settle what it is; the usual case, and quick."""
    known = set(map(type, cells)) - {type(None)}
    if known and known <= BOOLEANS:
        marks = [-1 if cell is None else cell for cell in cells]
        return Column("boolean", np.array(marks, dtype=np.int32), ("False", "True"))
    if known <= WHOLE | DECIMALS:
        try:
            numbers = np.array(cells, dtype=np.float64)
        except OverflowError:
            return None
        # Beside whole numbers, a NaN is a missing one.
        whole = known <= WHOLE or all(type(c) in WHOLE or _is_missing(c) for c in cells)
        return Column("numeric", numbers, integral=whole)
    if str not in known or not known <= {str, float}:
        return None
    if float in known and not all(type(c) is str or _is_missing(c) for c in cells):
        return None
    labels = [cell for cell in dict.fromkeys(cells) if type(cell) is str]
    code = {label: i for i, label in enumerate(labels)}.get
    return from_strings(np.fromiter((code(c, -1) for c in cells), np.int32, len(cells)), labels)


def _is_missing(cell: Any) -> bool:
    # pandas.NA comes first, as it refuses comparisons. NaN and NaT differ from themselves.
    return cell is None or type(cell).__name__ == "NAType" or bool(cell != cell)  # noqa: PLR0124


def _seconds(values: NDArray[Any]) -> NDArray[np.float64]:
    code = "datetime64[us]" if values.dtype.kind == "M" else "timedelta64[us]"
    seconds = values.astype(code).astype(np.int64) / 1e6
    seconds[np.isnat(values)] = np.nan
    return seconds


def from_strings(codes: NDArray[np.int32], labels: list[str]) -> Column:
    """Make a column of strings, given as codes and labels: categories or text.

    Text has more than 20 distinct values and either one for more than half of the known cells,
    or more than 100 characters on average. A column without a known cell has no type; it counts as
    numeric.
    """
    if not labels:
        return Column("numeric", np.full(len(codes), np.nan))
    known = int(np.count_nonzero(codes >= 0))
    text = is_text(len(labels), sum(map(len, labels)), known)
    return Column("text" if text else "categorical", codes, labels)


def is_text(n_labels: int, n_characters: int, n_known: int) -> bool:
    """Whether so many distinct strings, with so many characters in all, are text."""
    long = n_characters > TEXT_LENGTH * n_labels
    return n_labels > TEXT_LEVELS and (n_labels > TEXT_SHARE * n_known or long)
