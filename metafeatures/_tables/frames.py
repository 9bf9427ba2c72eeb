"""Data frames become columns. No frame library is imported here: the frame brings its own."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._tables.arrow import from_arrow, table_columns
from metafeatures._tables.columns import Column, from_numpy, from_objects

__all__ = ["dense_frame", "frame_columns"]


def dense_frame(X: Any) -> tuple[list[str], NDArray[np.float64]] | None:
    """Names and cells of a pandas frame of plain numbers alone; None if X is none.

    The cells are as they lie if all are float64.
    """
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in type(X).__mro__}
    if ("pandas", "DataFrame") not in bases or X.shape[1] == 0:
        return None
    if not all(isinstance(kind, np.dtype) and kind.kind in "iuf" for kind in X.dtypes.tolist()):
        return None
    return [str(name) for name in X.columns], X.to_numpy(np.float64)


def frame_columns(X: Any) -> tuple[list[str], list[Column]] | None:
    """Names and columns of a pandas, polars or pyarrow frame or series; None if X is none."""
    # A subclass, such as a geographic frame, counts as what it derives from.
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in type(X).__mro__}
    package, kind = type(X).__module__.partition(".")[0], type(X).__name__
    if ("pandas", "DataFrame") in bases:
        names = [str(name) for name in X.columns]
        return names, [_pandas(column) for _, column in X.items()]
    if ("pandas", "Series") in bases or ("pandas", "Index") in bases:
        return [str(X.name)], [_pandas(X.to_series() if hasattr(X, "to_series") else X)]
    if ("pandas", "ExtensionArray") in bases:
        import pandas as pd

        return ["y"], [_pandas(pd.Series(X))]
    if package == "polars" and kind == "LazyFrame":
        X = X.collect()
    if package == "polars" and hasattr(X, "to_arrow"):
        if not hasattr(X, "columns"):
            return [X.name], [from_arrow(X.to_arrow(), X.name)]
        X = X.to_arrow()
        package = "pyarrow"
    if package == "pyarrow" and hasattr(X, "column_names"):
        return table_columns(X)
    return None


def _pandas(series: Any) -> Column:
    import pyarrow as pa

    kind = series.dtype
    if isinstance(kind, np.dtype):
        return _strings_or_objects(series) if kind.kind == "O" else from_numpy(series.to_numpy())
    if kind.name == "category":
        categories = [str(level) for level in kind.categories]
        return Column("categorical", series.array.codes.astype(np.int32), categories)
    if kind.name.startswith("Sparse"):
        return from_numpy(np.asarray(series))
    if kind.name.startswith(("interval", "period")):
        return from_objects(series.astype(object).tolist())
    return from_arrow(pa.array(series, from_pandas=True), str(series.name))


def _strings_or_objects(series: Any) -> Column:
    import pyarrow as pa

    first = series.iat[0] if len(series) else None
    if isinstance(first, int | float) and first == first:  # noqa: PLR0124 - not NaN
        return from_objects(series.tolist())
    try:
        # Strings, the usual case, are many times faster this way.
        return from_arrow(pa.array(series, pa.string(), from_pandas=True), str(series.name))
    except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeEncodeError):
        return from_objects(series.tolist())
