"""One container for the inputs that skrub does not take."""

from typing import Any


def as_frame(X: Any) -> Any:
    """Turn a pyarrow table, a NumPy array or a list of rows into a pandas frame.

    Parameters
    ----------
    X : pandas or polars DataFrame, pyarrow.Table, ndarray or list of rows
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
        If it does not have two dimensions, or two columns share a name.
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
    if isinstance(X, list | tuple | np.ndarray):
        if np.ndim(X[0]) != 1:
            raise ValueError(
                f"X must have two dimensions, but its first row is {X[0]!r}. "
                "Give rows of columns, for example `x.reshape(-1, 1)`."
            )
        frame = pd.DataFrame(X).infer_objects()
        return frame.set_axis([str(name) for name in frame.columns], axis=1)
    if isinstance(X, pa.Table):
        # Its own conversion renames nothing and keeps dates as dates.
        X = X.to_pandas()
    names = [str(name) for name in X.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Column names must be unique, but {twice} occur twice. Rename them.")
    return X
