"""One container for the inputs of a pipeline, in which numbers stay numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_selector

if TYPE_CHECKING:
    from numpy.typing import NDArray

select_numbers = make_column_selector(
    dtype_include=("number", "bool", "boolean"), dtype_exclude="timedelta"
)
"""Names a frame's columns of numbers and truth values; to pandas a span of time is a number too."""


_TRUTH = {"true": 1.0, "false": 0.0}
"""Words that are numbers: among other words, truth values are written so."""


class FrameMaker(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[misc,call-arg]
    """Turn a table in any container into a pandas frame, whatever output is set.

    A column that held numbers when it was fitted holds them in every frame: what is none, such as
    a word among them, is missing.

    Attributes
    ----------
    numbers_ : list of str
        Columns that hold numbers.
    feature_names_in_ : ndarray of str
        Names of the columns; "0", "1", ... where the table has none.
    n_features_in_ : int
        Columns.

    Examples
    --------
    >>> maker = FrameMaker().fit([[1.5, "red"], [2.5, "blue"]])
    >>> maker.transform([["?", "red"]])
        0    1
    0 NaN  red
    """

    numbers_: list[str]
    feature_names_in_: "NDArray[np.object_]"
    n_features_in_: int

    def fit(self, X: Any, y: object = None) -> Self:
        """Learn which columns hold numbers.

        Parameters
        ----------
        X : pandas or polars DataFrame, pyarrow.Table, ndarray, dict of columns or list of rows
            Of shape (n_rows, n_columns).
        y : object
            Not used.
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Any, y: object = None, **_: object) -> "pd.DataFrame":
        """Learn as `fit` does, and return the frame.

        Parameters
        ----------
        X, y
            As in `fit`.

        Returns
        -------
        pandas.DataFrame of shape (n_rows, n_columns)
            With a string as name of each column.

        Raises
        ------
        TypeError
            If the input is sparse, or a column holds nested values.
        ValueError
            If it does not have two dimensions, or two columns of one name.
        """
        frame = self.as_frame(X)
        self.numbers_ = select_numbers(frame)
        self.feature_names_in_ = np.asarray(frame.columns, dtype=object)
        self.n_features_in_ = frame.shape[1]
        return frame

    def transform(self, X: Any) -> "pd.DataFrame":
        """Return a frame with numbers where there were numbers before.

        Parameters
        ----------
        X
            As in `fit`.

        Returns
        -------
        pandas.DataFrame of shape (n_rows, n_columns)

        Raises
        ------
        TypeError, ValueError
            As `fit_transform`.
        """
        frame = self.as_frame(X)
        known = set(select_numbers(frame))
        others = [name for name in self.numbers_ if name not in known and name in frame.columns]
        return frame.assign(**{name: self.to_numbers(frame[name]) for name in others})

    def set_output(self, *, transform: str | None = None) -> Self:
        """Change nothing: the next step takes pandas frames only."""
        return self

    def get_feature_names_out(self, input_features: object = None) -> "NDArray[np.object_]":
        """Names of the columns."""
        return self.feature_names_in_

    @staticmethod
    def to_numbers(column: "pd.Series[Any]") -> "pd.Series[Any]":
        """Numbers of a column, missing where a cell is none: everywhere, if it holds dates.

        Parameters
        ----------
        column : pandas.Series of shape (n_rows,)
            Of any dtype.

        Returns
        -------
        pandas.Series of float64, shape (n_rows,)

        Examples
        --------
        >>> FrameMaker.to_numbers(pd.Series(["1", "true", "x"])).tolist()
        [1.0, 1.0, nan]
        """
        if column.dtype.kind == "M":
            return pd.Series(np.nan, column.index, name=column.name)
        cells = column.astype(object).map(lambda cell: str(cell).strip().lower())
        cells = cells.map(lambda text: _TRUTH.get(text, text))
        return pd.to_numeric(cells, errors="coerce").astype("float64")

    @staticmethod
    def as_frame(X: Any) -> "pd.DataFrame":
        """Turn a table into a frame of pandas' own dtypes, with strings as names.

        A span of time becomes its seconds.

        Parameters
        ----------
        X
            As in `fit`.

        Returns
        -------
        pandas.DataFrame of shape (n_rows, n_columns)

        Raises
        ------
        TypeError, ValueError
            As `fit_transform`.
        """
        if issparse(X):
            raise TypeError(
                f"This pipeline takes a table, but got a sparse {type(X).__name__}. "
                "Build it with `make_pipeline(..., sparse=True)`."
            )
        if hasattr(X, "collect"):  # a lazy frame of polars
            X = X.collect()
        if hasattr(X, "to_arrow"):
            X = X.to_arrow()
        if isinstance(X, pa.Table):
            if nested := [field.name for field in X.schema if pa.types.is_nested(field.type)]:
                raise TypeError(
                    f"Column {nested[0]!r} holds nested values. Spread them over plain columns."
                )
            X = X.to_pandas(date_as_object=False)
        elif isinstance(X, Mapping):
            X = pd.DataFrame(dict(X))
        elif isinstance(X, list | tuple | np.ndarray):
            X = np.asarray(X) if isinstance(X, np.matrix) else X
            if np.ndim(X[0]) != 1:
                raise ValueError(
                    f"X must have two dimensions, but its first row is {X[0]!r}. "
                    "Give rows of columns, for example `x.reshape(-1, 1)`."
                )
            X = pd.DataFrame(X).infer_objects()
        return _plain(X)


def _plain(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Bring names to strings, Arrow's dtypes to pandas' own, spans to seconds, and make all dense.

    skrub takes no sparse columns, no mixed names, no dates of Arrow, and no spans where it expects
    them but finds something else.
    """
    if not all(isinstance(name, str) for name in frame.columns):
        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"X must have unique column names, but has more than one {twice!r}.")
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
    spans = frame.select_dtypes("timedelta")
    return frame.assign(**{str(name): span.dt.total_seconds() for name, span in spans.items()})
