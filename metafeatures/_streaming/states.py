"""What is known of one column after reading some of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError
from metafeatures._kernels._streams import add_values
from metafeatures._streaming.levels import MAX_LEVELS, Levels, room_for_labels
from metafeatures._tables.arrow import check_plain, from_arrow, null_cells, raw_cells

__all__ = ["ColumnState", "Stored", "known_cells", "read_cells", "unknown_columns"]

Stored = Literal["null", "number", "date", "boolean", "strings", "categorical"]
"""How a column is stored; what kind it is may depend on all of its cells."""


@dataclass(slots=True, eq=False)
class ColumnState:
    """A column without the moments of its numbers."""

    name: str
    """Name of the column."""
    stored: Stored
    """How it is stored."""
    integral: bool = True
    """False if numbers were not stored as integers."""
    known: int = 0
    """Number of cells that are known and finite."""
    levels: Levels | None = None
    """Counts of the distinct values, kept for strings, categories, booleans and the target; None
    if there are too many, or they are not kept."""

    @property
    def coded(self) -> bool:
        """True if cells of the sample are codes of levels."""
        return self.stored in ("boolean", "strings", "categorical")

    def absorb(self, other: "ColumnState", n_columns: int) -> NDArray[np.int32] | None:
        """Add what is known of further cells.

        Returns
        -------
        ndarray or None
            The code here of each code of the other one; None if codes do not matter.

        Raises
        ------
        TableError
            If the columns do not fit together.
        """
        if self.stored == "null":
            self.stored, self.integral = other.stored, other.integral
        elif other.stored not in ("null", self.stored):
            raise TableError(
                f"column {self.name!r} holds {_WORDS[self.stored]} in one part and "
                f"{_WORDS[other.stored]} in another; write both in the same type"
            )
        self.integral = self.integral and (other.integral or other.stored == "null")
        self.known += other.known
        if other.levels is None and other.stored != "null":
            self.levels = None
        if self.levels is None or other.levels is None:
            return None
        codes = self.levels.add(other.levels.labels, other.levels.counts)
        if len(self.levels) > MAX_LEVELS or self.levels.size > room_for_labels(n_columns):
            self.levels = None
            return None
        return codes


_WORDS: dict[Stored, str] = {
    "null": "nothing",
    "number": "numbers",
    "date": "dates",
    "boolean": "booleans",
    "strings": "strings",
    "categorical": "categories",
}


_FLOATS = {"halffloat": "float16", "float": "float32", "double": "float64"}
"""NumPy's names for Arrow's."""

_PLAIN = {f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
_PLAIN |= {"float": "float32", "double": "float64"}
"""Arrow types whose buffers the kernel reads as they are, likewise."""


def unknown_columns(names: Sequence[str]) -> list[ColumnState]:
    """Columns of which no cell has been read."""
    return [ColumnState(name, "null", levels=Levels()) for name in names]


def known_cells(array: Any) -> NDArray[np.bool_]:
    """Tell which cells are known and finite, shape (n_rows,)."""
    import pyarrow as pa

    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    if pa.types.is_null(array.type):
        return np.zeros(len(array), dtype=bool)
    if pa.types.is_dictionary(array.type):
        return _codes(array) >= 0
    known = ~null_cells(array)
    if pa.types.is_floating(array.type):
        known &= np.isfinite(raw_cells(array, _FLOATS[str(array.type)]))
    return known


def _codes(array: Any) -> NDArray[np.int32]:
    """Codes of a dictionary array, -1 for missing."""
    codes = raw_cells(array.indices, str(array.indices.type)).astype(np.int32)
    codes[null_cells(array.indices)] = -1
    if array.dictionary.null_count:
        codes[null_cells(array.dictionary)[codes] & (codes >= 0)] = -1
    return codes


def _stored_as(kind: Any) -> tuple[Stored, bool]:
    """How an Arrow type is stored, and whether as whole numbers."""
    import pyarrow as pa

    types = pa.types
    if types.is_null(kind):
        return "null", True
    if types.is_boolean(kind):
        return "boolean", False
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number", types.is_integer(kind)
    if types.is_temporal(kind):
        return ("number" if types.is_duration(kind) else "date"), False
    return ("categorical" if types.is_dictionary(kind) else "strings"), False


def read_cells(
    array: Any,
    name: str,
    rows: NDArray[np.intp],
    moments: NDArray[np.float64],
    incomplete: NDArray[np.uint8],
    *,
    strings: bool = False,
    count: bool = False,
    text: bool = False,
) -> tuple[ColumnState, NDArray[Any]]:
    """Read a column of a batch.

    Parameters
    ----------
    array : pyarrow.Array
    name : str
    rows : ndarray of shape (k,)
        The rows whose cells go to the sample.
    moments : ndarray of shape (10,)
        State of the moments, updated in place.
    incomplete : ndarray of shape (n_rows,)
        Set to 1 where a cell is missing.
    strings : bool
        Whether a dictionary is but another way to store strings.
    count : bool
        Whether to count the distinct values of numbers too.
    text : bool
        Whether the column is known to have too many distinct strings to count them.

    Returns
    -------
    state : ColumnState
    cells : ndarray of shape (k,)

    Raises
    ------
    TableError
        If the cells are nested.
    """
    import pyarrow as pa

    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    check_plain(array.type, name)
    stored, integral = _stored_as(array.type)
    if strings:
        stored = "strings"
    state = ColumnState(name, stored, integral)
    if stored in ("strings", "categorical"):
        return state, _strings(array, state, rows, incomplete, text=text)
    plain = str(array.type) in _PLAIN
    if plain:
        values = raw_cells(array, _PLAIN[str(array.type)])
        validity = np.frombuffer(array.buffers()[0], np.uint8) if array.null_count else None
        add_values(values, validity, array.offset, moments, incomplete)
        cells = values[rows].astype(np.float64)
        cells[~np.isfinite(cells)] = np.nan
        if array.null_count:
            cells[null_cells(array)[rows]] = np.nan
    else:
        column = from_arrow(array, name)
        if stored == "boolean":
            state.levels = Levels()
            incomplete |= column.missing
            counts = np.bincount(column.values + 1, minlength=3)[1:]
            state.levels.add(column.labels, counts)
            state.known = int(counts.sum())
            return state, column.values[rows]
        values = column.values
        add_values(values, None, 0, moments, incomplete)
        cells = values[rows]
        cells[~np.isfinite(cells)] = np.nan
    state.known = int(moments[0])
    if stored == "null":
        state.levels = Levels()
    elif count:
        numbers = values.astype(np.float64)
        if array.null_count:
            numbers[null_cells(array)] = np.nan
        state.levels = _numbers(numbers[np.isfinite(numbers)])
    return state, cells


def _strings(
    array: Any,
    state: ColumnState,
    rows: NDArray[np.intp],
    incomplete: NDArray[np.uint8],
    *,
    text: bool,
) -> NDArray[np.int32]:
    """Count strings; give the sample's codes."""
    import pyarrow as pa

    if text and state.stored == "strings":
        state.known = len(array) - array.null_count
        codes = np.zeros(len(array), dtype=np.int32)
        codes[null_cells(array)] = -1
        incomplete |= codes < 0
        return codes[rows]
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes = _codes(encoded)
    counts = np.bincount(codes + 1, minlength=len(encoded.dictionary) + 1)
    state.known = len(codes) - int(counts[0])
    if counts[0]:
        incomplete |= codes < 0
    seen = np.flatnonzero(counts[1:])
    if len(seen) > MAX_LEVELS:
        return codes[rows]
    # A dictionary may hold far more values than this batch has.
    labels = encoded.dictionary
    if len(seen) < len(labels):
        labels = labels.take(pa.array(seen))
    state.levels = Levels()
    new = np.full(len(counts), -1, dtype=np.int32)
    new[seen + 1] = state.levels.add([str(v) for v in labels.to_pylist()], counts[seen + 1])
    recoded: NDArray[np.int32] = new[codes[rows] + 1]
    return recoded


def _numbers(values: NDArray[np.float64]) -> Levels | None:
    """Count distinct numbers; None if there are too many."""
    import pyarrow as pa

    # Adding 0 turns -0.0 into 0.0.
    encoded = pa.array(values + 0.0).dictionary_encode()
    if len(encoded.dictionary) > MAX_LEVELS:
        return None
    levels = Levels()
    codes = raw_cells(encoded.indices, "int32")
    levels.add(encoded.dictionary.to_pylist(), np.bincount(codes))
    return levels
