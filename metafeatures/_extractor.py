"""Meta-features as a scikit-learn transformer: tables in, a frame with a row for each out."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from metafeatures._context import MAX_ROWS
from metafeatures._corpus import ABOUT, extract_many
from metafeatures._extract import planned_names
from metafeatures._registry import GROUPS

__all__ = ["MetaFeatureExtractor"]


class MetaFeatureExtractor(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn a list of tables into a frame of meta-features, for a pipeline over data sets.

    Parameters
    ----------
    groups, features, summaries, time_limit, max_rows, random_state
        As in `extract`; the time limit is per table.
    target : str, optional
        The column to predict, the same for every table; tables given as pairs (X, y) have theirs.
    n_jobs : int
        Tables at a time, through joblib; -1 for one per processor.
    errors : {"raise", "record"}
        Whether a table that fails stops everything, or becomes a row of NaN with a warning; the
        messages are then in `attrs["errors"]` of the frame.
    verbose : bool
        Whether to show a progress bar on a terminal.

    Attributes
    ----------
    feature_names_out_ : ndarray of str
        The columns that `transform` gives.

    Examples
    --------
    >>> extractor = MetaFeatureExtractor(features=["nr_inst", "class_ent"])
    >>> extractor.fit_transform([([[1.0], [2.0]], ["a", "b"])]).values.tolist()
    [[2.0, 1.0]]
    """

    def __init__(
        self,
        *,
        groups: Sequence[str] = GROUPS,
        features: Sequence[str] | None = None,
        summaries: Sequence[str] | None = None,
        target: str | None = None,
        time_limit: float | None = None,
        max_rows: int | None = MAX_ROWS,
        random_state: int = 0,
        n_jobs: int = 1,
        errors: Literal["raise", "record"] = "raise",
        verbose: bool = False,
    ) -> None:
        self.groups = groups
        self.features = features
        self.summaries = summaries
        self.target = target
        self.time_limit = time_limit
        self.max_rows = max_rows
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.errors = errors
        self.verbose = verbose

    def fit(self, tables: Any = None, y: Any = None) -> Self:
        """Check the names that are asked for; nothing is learned from the tables.

        Raises
        ------
        UnknownNameError
            If a group, meta-feature or summary does not exist.
        """
        names = planned_names(self.groups, self.features, self.summaries)
        self.feature_names_out_ = np.array(names, dtype=object)
        return self

    def transform(self, tables: Iterable[Any] | Mapping[str, Any]) -> pd.DataFrame:
        """Compute the meta-features of every table.

        Parameters
        ----------
        tables : iterable or mapping
            Paths, frames, arrays or pairs (X, y), as in `extract_many`.

        Returns
        -------
        pandas.DataFrame
            One row per table, named by its path, key or number; NaN where undefined.
        """
        check_is_fitted(self)
        found = extract_many(
            tables,
            target=self.target,
            groups=self.groups,
            features=self.features,
            summaries=self.summaries,
            time_limit=self.time_limit,
            n_jobs=self.n_jobs,
            max_rows=self.max_rows,
            random_state=self.random_state,
            errors=self.errors,
            verbose=self.verbose,
        )
        numbers = found.drop(columns=list(ABOUT)).set_index(pd.Index(found["table"], name="table"))
        failed = found.loc[found["error"] != ""]
        numbers.attrs["errors"] = dict(zip(failed["table"], failed["error"], strict=True))
        if len(failed):
            warnings.warn(
                f"{len(failed)} of {len(found)} tables failed; attrs['errors'] says why",
                stacklevel=2,
            )
        return numbers

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """The columns that `transform` gives."""
        check_is_fitted(self)
        return self.feature_names_out_.copy()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags
