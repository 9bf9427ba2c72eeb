"""Arrow arrays become columns, straight from their buffers.

An Arrow array's own `to_numpy` imports pandas where it is installed, which takes longer than
everything else that a small table needs.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError
from metafeatures._tables.columns import Column, from_strings

__all__ = ["check_plain", "from_arrow", "null_cells", "raw_cells", "table_columns"]


def table_columns(table: Any) -> tuple[list[str], list[Column]]:
    """Names and columns of a pyarrow Table, without the index of the pandas frame it came from."""
    index = (table.schema.pandas_metadata or {}).get("index_columns", [])
    kept = [i for i, name in enumerate(table.column_names) if name not in index]
    names = [table.column_names[i] for i in kept]
    return names, [from_arrow(table.column(i), name) for i, name in zip(kept, names, strict=True)]


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
    if pa.types.is_boolean(kind):
        codes = _bits(array.buffers()[1], array).astype(np.int32)
        codes[null_cells(array)] = -1
        return Column("boolean", codes, ("False", "True"))
    if pa.types.is_null(kind) or pa.types.is_decimal(kind):
        array = array.cast(pa.float64(), safe=False)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return Column("numeric", _floats(array), integral=pa.types.is_integer(kind))
    if pa.types.is_temporal(kind):
        return _temporal(array)
    check_plain(kind, name)
    if pa.types.is_dictionary(kind):
        return _dictionary(array, strings=False)
    return _dictionary(array.dictionary_encode(), strings=True)


def check_plain(kind: Any, name: str) -> None:
    """Refuse lists, structs and other nested Arrow types.

    Raises
    ------
    TableError
    """
    import pyarrow as pa

    if pa.types.is_nested(kind) and not pa.types.is_dictionary(kind):
        raise TableError(
            f"column {name!r} holds nested values ({kind}); spread them over plain columns first"
        )


def _bits(buffer: Any, array: Any) -> NDArray[np.uint8]:
    """Read one bit per cell."""
    packed = np.frombuffer(buffer, dtype=np.uint8) if buffer is not None else np.empty(0, np.uint8)
    return np.unpackbits(packed, bitorder="little")[array.offset : array.offset + len(array)]


def null_cells(array: Any) -> NDArray[np.bool_]:
    """Tell which cells are null, shape (n_rows,)."""
    validity = array.buffers()[0]
    if array.null_count == 0 or validity is None:
        return np.zeros(len(array), dtype=bool)
    null: NDArray[np.bool_] = _bits(validity, array) == 0
    return null


def raw_cells(array: Any, dtype: str) -> NDArray[Any]:
    """Read the cells as they are stored; null cells hold anything. No copy, read-only."""
    buffer = array.buffers()[1]
    if buffer is None:
        return np.empty(0, dtype)
    width = np.dtype(dtype).itemsize
    return np.frombuffer(buffer, dtype, count=len(array), offset=array.offset * width)


def _floats(array: Any) -> NDArray[np.float64]:
    """Read integers or decimals, NaN for null; no copy if float64 without null."""
    stored = {"halffloat": "float16", "float": "float32", "double": "float64"}
    values = raw_cells(array, stored.get(str(array.type), str(array.type))).astype(
        float, copy=False
    )
    if array.null_count:
        values = np.where(null_cells(array), np.nan, values)
    return values


def _temporal(array: Any) -> Column:
    import pyarrow as pa

    kind = array.type
    if kind.bit_width not in (32, 64):
        raise TableError(f"columns of type {kind} are not read; turn them into numbers first")
    seconds = raw_cells(array, f"int{kind.bit_width}").astype(np.float64)
    if pa.types.is_date32(kind):
        seconds *= 86400.0
    else:
        unit = "ms" if pa.types.is_date64(kind) else kind.unit
        seconds /= {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
    seconds[null_cells(array)] = np.nan
    return Column("numeric" if pa.types.is_duration(kind) else "date", seconds)


def _dictionary(array: Any, *, strings: bool) -> Column:
    codes = raw_cells(array.indices, str(array.indices.type)).astype(np.int32)
    codes[null_cells(array.indices)] = -1
    levels = array.dictionary.to_pylist()
    if None in levels:
        codes[codes == levels.index(None)] = -1
    labels = [str(level) for level in levels]
    return from_strings(codes, labels) if strings else Column("categorical", codes, labels)
