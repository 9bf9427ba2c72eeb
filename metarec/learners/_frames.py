"""One container for the inputs that skrub does not take."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def as_frame(X: Any) -> Any:
    """Turn a pyarrow table, a NumPy array or a list of rows into a pandas frame.

    Parameters
    ----------
    X : pandas or polars DataFrame, pyarrow.Table, ndarray, dict of columns or list of rows
        Two dimensions: rows and columns.

    Returns
    -------
    pandas or polars DataFrame
        The same frame, or a new one with columns "0", "1", ... where the input names none.

    Raises
    ------
    TypeError
        If the input is sparse.
    ValueError
        If it does not have two dimensions.
    """
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from scipy.sparse import issparse

    if issparse(X):
        raise TypeError(
            f"This pipeline takes a table, but got a sparse {type(X).__name__}. "
            "Build it with `make_pipeline(..., sparse=True)`."
        )
    if isinstance(X, pa.Table):
        return X.to_pandas(date_as_object=False)
    if isinstance(X, Mapping):
        return pd.DataFrame(dict(X))
    if hasattr(X, "collect"):  # a lazy frame of polars
        return X.collect()
    if isinstance(X, list | tuple | np.ndarray):
        X = np.asarray(X) if isinstance(X, np.matrix) else X
        if np.ndim(X[0]) != 1:
            raise ValueError(
                f"X must have two dimensions, but its first row is {X[0]!r}. "
                "Give rows of columns, for example `x.reshape(-1, 1)`."
            )
        frame = pd.DataFrame(X).infer_objects()
        return frame.set_axis([str(name) for name in frame.columns], axis=1)
    return _plain_dtypes(X) if isinstance(X, pd.DataFrame) else X


def _plain_dtypes(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Bring names to strings, Arrow's dtypes to pandas' own and sparse columns to dense ones.

    skrub takes no sparse columns, no mixed names, and no dates of Arrow.
    """
    import pandas as pd
    import pyarrow as pa

    if not all(isinstance(name, str) for name in frame.columns):
        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    sparse = {
        str(name): kind.subtype
        for name, kind in frame.dtypes.items()
        if isinstance(kind, pd.SparseDtype)
    }
    if sparse:
        frame = frame.astype(sparse)
    names = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.ArrowDtype)]
    if names:
        frame = frame.copy(deep=False)
    for name in names:
        cells = pa.chunked_array(pa.array(frame[name].array))
        frame[name] = cells.to_pandas(date_as_object=False).set_axis(frame.index)
    return frame
