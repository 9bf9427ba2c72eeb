"""One column of any source becomes one `Column`: numbers, level codes or text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError
from metafeatures._table import Kind

__all__ = ["Column", "from_arrow", "from_numpy", "from_objects"]

TEXT_LEVELS = 20
TEXT_SHARE = 0.5
TEXT_LENGTH = 100.0


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


def from_arrow(array: Any, name: str) -> Column:
    """Turn a pyarrow Array or ChunkedArray into a column.

    Raises
    ------
    TableError
        If the column holds lists, structs or other nested values.
    """
    import pyarrow as pa

    kind = array.type
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if isinstance(kind, pa.BaseExtensionType):
        array, kind = array.storage, kind.storage_type
    if pa.types.is_null(kind):
        return Column("numeric", np.full(len(array), np.nan))
    if pa.types.is_boolean(kind):
        codes = _bits(array.buffers()[1], array).astype(np.int32)
        codes[_nulls(array)] = -1
        return Column("boolean", codes, ("False", "True"))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return Column("numeric", _floats(array), integral=pa.types.is_integer(kind))
    if pa.types.is_decimal(kind):
        return Column("numeric", _floats(array.cast(pa.float64(), safe=False)))
    if pa.types.is_temporal(kind):
        return _temporal(array)
    if pa.types.is_nested(kind) and not pa.types.is_dictionary(kind):
        raise TableError(
            f"column {name!r} holds nested values ({kind}); spread them over plain columns first"
        )
    if pa.types.is_dictionary(kind):
        return _dictionary(array, strings=False)
    return _dictionary(array.dictionary_encode(), strings=True)


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
    from datetime import date
    from numbers import Real

    for cell in cells:
        if isinstance(cell, list | tuple | dict | set | np.ndarray):
            raise TableError(
                f"a cell holds a {type(cell).__name__}; spread nested values over plain columns"
            )
    missing = [cell is None or cell != cell or type(cell).__name__ == "NAType" for cell in cells]  # noqa: PLR0124 - NaN differs from itself
    known = [cell for cell, gone in zip(cells, missing, strict=True) if not gone]
    where = ~np.array(missing, dtype=bool)
    if all(isinstance(cell, bool | np.bool_) for cell in known) and known:
        codes = np.full(len(cells), -1, dtype=np.int32)
        codes[where] = np.array(known, dtype=np.int32)
        return Column("boolean", codes, ("False", "True"))
    if all(isinstance(cell, Real) for cell in known):
        numbers = np.full(len(cells), np.nan)
        numbers[where] = np.array(known, dtype=np.float64)
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
    return _strings(codes, list(labels))


# An Arrow array's own to_numpy imports pandas where it is installed, which takes longer than all the
# rest. So its buffers are read here.


def _bits(buffer: Any, array: Any) -> NDArray[np.uint8]:
    """Read one bit per cell."""
    packed = np.frombuffer(buffer, dtype=np.uint8) if buffer is not None else np.empty(0, np.uint8)
    return np.unpackbits(packed, bitorder="little")[array.offset : array.offset + len(array)]


def _nulls(array: Any) -> NDArray[np.bool_]:
    """Tell which cells are null, shape (n_rows,)."""
    validity = array.buffers()[0]
    if array.null_count == 0 or validity is None:
        return np.zeros(len(array), dtype=bool)
    return _bits(validity, array) == 0


def _raw(array: Any, dtype: str) -> NDArray[Any]:
    """Read the cells as they are stored; null cells hold anything. No copy, read-only."""
    buffer = array.buffers()[1]
    if buffer is None:
        return np.empty(0, dtype)
    width = np.dtype(dtype).itemsize
    return np.frombuffer(buffer, dtype, count=len(array), offset=array.offset * width)


def _floats(array: Any) -> NDArray[np.float64]:
    """Read integers or decimals, NaN for null; no copy if float64 without null."""
    stored = {"halffloat": "float16", "float": "float32", "double": "float64"}
    values = _raw(array, stored.get(str(array.type), str(array.type))).astype(float, copy=False)
    if array.null_count:
        values = np.where(_nulls(array), np.nan, values)
    return values


def _temporal(array: Any) -> Column:
    import pyarrow as pa

    kind = array.type
    if kind.bit_width not in (32, 64):
        raise TableError(f"columns of type {kind} are not read; turn them into numbers first")
    seconds = _raw(array, f"int{kind.bit_width}").astype(np.float64)
    if pa.types.is_date32(kind):
        seconds *= 86400.0
    else:
        unit = "ms" if pa.types.is_date64(kind) else kind.unit
        seconds /= {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
    seconds[_nulls(array)] = np.nan
    return Column("numeric" if pa.types.is_duration(kind) else "date", seconds)


def _seconds(values: NDArray[Any]) -> NDArray[np.float64]:
    code = "datetime64[us]" if values.dtype.kind == "M" else "timedelta64[us]"
    seconds = values.astype(code).astype(np.int64) / 1e6
    seconds[np.isnat(values)] = np.nan
    return seconds


def _dictionary(array: Any, *, strings: bool) -> Column:
    codes = _raw(array.indices, str(array.indices.type)).astype(np.int32)
    codes[_nulls(array.indices)] = -1
    levels = array.dictionary.to_pylist()
    if None in levels:
        codes[codes == levels.index(None)] = -1
    labels = [str(level) for level in levels]
    return _strings(codes, labels) if strings else Column("categorical", codes, labels)


def _strings(codes: NDArray[np.int32], labels: list[str]) -> Column:
    """Tell categories from text.

    Text has more than 20 distinct values and either one for more than half of the known cells,
    or more than 100 characters on average.
    """
    known = int(np.count_nonzero(codes >= 0))
    many = len(labels) > TEXT_LEVELS
    long = many and sum(map(len, labels)) > TEXT_LENGTH * len(labels)
    text = many and (len(labels) > TEXT_SHARE * known or long)
    return Column("text" if text else "categorical", codes, labels)
