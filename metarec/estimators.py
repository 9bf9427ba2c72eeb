"""Scikit-learn estimators that fit what is suggested for the table that `fit` gets."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, issparse
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    assert_all_finite,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    has_fit_parameter,
    validate_data,
)

from metarec._api import suggest
from metarec._exceptions import UsageError, in_one_line
from metarec.history.tables import to_pandas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from metarec._types import FloatVector
    from metarec.learners import Kind
    from metarec.suggestions import Suggestion, Suggestions

_N_TRIED: Final = 5
"""Suggestions that may fail to fit before the fit fails."""


def _fitted_has(method: str) -> Callable[[_SuggestedEstimator], bool]:
    """Condition of a method that only some base-learners have: known once one is fitted."""

    def check(estimator: _SuggestedEstimator) -> bool:
        check_is_fitted(estimator)
        return hasattr(estimator.estimator_, method)

    return check


class _SuggestedEstimator(BaseEstimator):  # type: ignore[misc]
    """What the classifier and the regressor share."""

    _kind: ClassVar[Kind]

    suggestions_: Suggestions
    suggestion_: Suggestion
    estimator_: Any
    tuning_: dict[str, object] | None

    def __init__(
        self,
        *,
        metric: str = "auto",
        algorithms: Sequence[str] | None = None,
        budget: int | str | None = None,
        knowledge: str | Path | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.metric = metric
        self.algorithms = algorithms
        self.budget = budget
        self.knowledge = knowledge
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Ask for suggestions for the table and fit the best one, or tune it if there is a budget.

        A suggestion that fails to fit gives way to the next, with a `FitFailedWarning`.

        Parameters
        ----------
        X : DataFrame, Table, array, sparse matrix or list of rows of shape (n_rows, n_columns)
            Numbers, strings, categories, dates, missing cells; pandas, polars, pyarrow, NumPy or
            SciPy, or a mapping from names to columns.
        y : array-like of shape (n_rows,)
            The target, without missing values.
        sample_weight : array-like of shape (n_rows,), optional
            Weight of each row. Only base-learners that take weights are then fitted; what is
            known of the table does not depend on them. Not with a budget.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the table, the target or a parameter cannot be used.
        metarec.NoKnowledgeError
            If nothing is known for the metric, or no known configuration can run on such a table.
        """
        X, y = validate_data(self, _whole(X), y, skip_check_array=True)
        X, y = self._check_rows(X, reset=True), self._check_target(y)
        check_consistent_length(X, y)
        if X.shape[0] < 2:
            msg = f"a suggestion needs at least two rows, but got n_samples = {X.shape[0]}"
            raise UsageError(msg)
        weights = None if sample_weight is None else self._check_weights(sample_weight, X, y)
        if self.budget is not None:
            return self._tune(X, y, weights)
        suggestions = suggest(
            X,
            y,
            task=self._kind,
            metric=self.metric,
            # Which of them take weights is not known before they are there.
            top=_N_TRIED if weights is None else sys.maxsize,
            algorithms=self.algorithms,
            knowledge=self.knowledge,
            random_state=self._seed(),
        )
        items = suggestions.items
        if weights is not None:
            able = (item for item in items if _takes_weights(item.make_estimator()))
            items = tuple(islice(able, _N_TRIED))
        if not items:
            known = ", ".join(sorted({item.algorithm for item in suggestions}))
            msg = f"none of {known} takes sample_weight: allow more algorithms or leave it out"
            raise UsageError(msg)
        self.suggestion_, self.estimator_ = _fit_first(items, X, y, weights)
        # The evidence is the whole meta-dataset, which would make each stored model megabytes.
        self.suggestions_ = replace(suggestions, items=items, evidence=None)
        self.tuning_ = None
        return self

    def _tune(self, X: Any, y: NDArray[Any], weights: FloatVector | None) -> Self:
        from metarec.tuning import tune

        budget: Any = self.budget
        if isinstance(budget, bool) or not isinstance(budget, Integral | str):
            msg = f"`budget` must be trials as 50 or a time as '60s', but got {budget!r}"
            raise UsageError(msg)
        if weights is not None or issparse(X):
            what = "sample_weight" if weights is not None else "a sparse matrix"
            msg = f"a search does not take {what}: leave the budget out, or do without"
            raise UsageError(msg)
        limit = {"time_limit": budget} if isinstance(budget, str) else {"trials": int(budget)}
        frame = to_pandas(X)
        name = "y"
        while name in frame.columns:
            name += "_"
        with _own_settings(), _quiet_optuna():
            result = tune(
                frame,
                pd.Series(y, name=name),
                task=self._kind,
                metric=self.metric,
                algorithms=self.algorithms,
                knowledge=self.knowledge,
                random_state=self._seed(),
                **limit,
            )
        for earlier in {"suggestion_", "suggestions_"} & set(vars(self)):
            delattr(self, earlier)
        self.estimator_ = result.pipeline
        self.tuning_ = result.to_dict()
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the target of each row.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        return self._ask("predict", X)

    def _ask(self, method: str, X: Any) -> NDArray[Any]:
        check_is_fitted(self)
        X = self._check_rows(_whole(X), reset=False)
        # A pipeline is for the kind of table that it was fitted on.
        if self.tuning_ is not None:
            X = to_pandas(X.toarray() if issparse(X) else X)
        elif self.suggestion_.sparse and not issparse(X):
            X = csr_array(np.asarray(X, dtype=np.float64))
        elif issparse(X) and not self.suggestion_.sparse:
            X = X.toarray()
        with _own_settings():
            answer: NDArray[Any] = getattr(self.estimator_, method)(X)
        return answer

    def _check_rows(self, X: Any, *, reset: bool) -> Any:
        """The table as a frame, an array or a sparse matrix, with scikit-learn's own checks."""
        if hasattr(X, "columns"):
            # An array would lose what its columns hold.
            return validate_data(self, X, reset=reset, skip_check_array=True)
        if isinstance(X, list | tuple) and np.asarray(X).dtype.kind in "US":
            X = np.asarray(X, dtype=object)  # numbers beside strings stay numbers
        return validate_data(
            self,
            X,
            reset=reset,
            dtype=None,
            accept_sparse="csr",
            accept_large_sparse=False,
            ensure_all_finite=False,
        )

    def _check_target(self, y: Any) -> NDArray[Any]:
        dtype = np.float64 if self._kind == "regression" else None
        target: NDArray[Any] = column_or_1d(y, dtype=dtype, warn=True)
        if missing := int(pd.isna(target).sum()):
            msg = f"y has no value in {missing} of {len(target)} rows: leave them out of X and y"
            raise UsageError(msg)
        assert_all_finite(target, input_name="y")
        return target

    def _check_weights(self, sample_weight: Any, X: Any, y: NDArray[Any]) -> FloatVector:
        weights: FloatVector = column_or_1d(
            sample_weight, dtype=np.float64, input_name="sample_weight"
        )
        check_consistent_length(X, y, weights)
        assert_all_finite(weights, input_name="sample_weight")
        if (weights < 0.0).any() or not weights.any():
            msg = "the weights in sample_weight must not be negative, nor all of them zero"
            raise UsageError(msg)
        return weights

    def _seed(self) -> int:
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimator_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = self.budget is None
        tags.input_tags.string = True
        return tags


class MetaClassifier(ClassifierMixin, _SuggestedEstimator):  # type: ignore[misc]
    """A classifier that fits the best suggestion for the table that it gets, or tunes it.

    Parameters
    ----------
    metric : str
        What the suggestions are to be good at; "auto" takes the metric of the knowledge. With
        "log_loss" every suggestion has `predict_proba`.
    algorithms : sequence of str, optional
        Only these base-learners.
    budget : int or str, optional
        How long to search with `metarec.tune`: trials, or a time as "60s"; what was best is then
        fitted as an ensemble. Left out, nothing is searched.
    knowledge : path, optional
        Your own knowledge; the shipped one if left out.
    random_state : int, RandomState or None
        Seed of the meta-features' folds and of the suggested estimators.

    Attributes
    ----------
    suggestions_ : Suggestions
        What was suggested, best first, without the evidence that search ranges need.
    suggestion_ : Suggestion
        The one that was fitted: the first, unless it failed.
    tuning_ : dict or None
        With a budget, instead of these two: trials, members, scores, as `TuningResult.to_dict`.
    estimator_ : sklearn.pipeline.Pipeline
        The fitted pipeline; with a budget it may be an ensemble of several.
    classes_ : ndarray of shape (n_classes,)
        The labels.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Their names, where they have some.

    Examples
    --------
    >>> from metarec import MetaClassifier
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> classifier = MetaClassifier().fit(X, y)
    >>> bool(classifier.score(X, y) > 0.9), classifier.suggestion_.rank
    (True, 1)
    """

    _kind = "classification"

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, as the fitted pipeline has them."""
        labels: NDArray[Any] = self.estimator_.classes_
        return labels

    @available_if(_fitted_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Predict the probability of each class, where the fitted pipeline can.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            In the order of `classes_`.
        """
        return self._ask("predict_proba", X)

    @available_if(_fitted_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> NDArray[Any]:
        """Confidence in each class, where the fitted pipeline can say it.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_classes)
            As scikit-learn's classifiers give it.
        """
        return self._ask("decision_function", X)

    def _check_target(self, y: Any) -> NDArray[Any]:
        target = super()._check_target(y)
        check_classification_targets(target)
        return target

    def _check_weights(self, sample_weight: Any, X: Any, y: NDArray[Any]) -> FloatVector:
        weights = super()._check_weights(sample_weight, X, y)
        if len(np.unique(y[weights > 0.0])) < 2:
            msg = "the rows of y with a weight above zero are of one class: nothing can be learned"
            raise UsageError(msg)
        return weights


class MetaRegressor(RegressorMixin, _SuggestedEstimator):  # type: ignore[misc]
    """A regressor that fits the best suggestion for the table that it gets, or tunes it.

    Parameters
    ----------
    metric : str
        What the suggestions are to be good at; "auto" takes the metric of the knowledge.
    algorithms : sequence of str, optional
        Only these base-learners.
    budget : int or str, optional
        How long to search with `metarec.tune`: trials, or a time as "60s"; what was best is then
        fitted as an ensemble. Left out, nothing is searched.
    knowledge : path, optional
        Your own knowledge; the shipped one if left out.
    random_state : int, RandomState or None
        Seed of the meta-features' folds and of the suggested estimators.

    Attributes
    ----------
    suggestions_ : Suggestions
        What was suggested, best first, without the evidence that search ranges need.
    suggestion_ : Suggestion
        The one that was fitted: the first, unless it failed.
    tuning_ : dict or None
        With a budget, instead of these two: trials, members, scores, as `TuningResult.to_dict`.
    estimator_ : sklearn.pipeline.Pipeline
        The fitted pipeline; with a budget it may be an ensemble of several.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Their names, where they have some.

    Examples
    --------
    >>> from metarec import MetaRegressor
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> MetaRegressor(algorithms=["ridge"]).fit(X, y).predict(X).shape
    (442,)
    """

    _kind = "regression"


def _whole(X: Any) -> Any:
    """What scikit-learn's checks take, of a lazy frame and of columns by name too."""
    if hasattr(X, "collect"):
        X = X.collect()
    elif isinstance(X, Mapping) and not issparse(X):  # a sparse matrix may be a dict
        X = pd.DataFrame(dict(X))
    names = pd.Index(getattr(X, "column_names", getattr(X, "columns", [])))  # pyarrow, others
    if not names.is_unique:
        msg = f"X has more than one column {names[names.duplicated()][0]!r}: rename them"
        raise UsageError(msg)
    return X


def _fit_first(
    suggestions: Sequence[Suggestion], X: Any, y: NDArray[Any], weights: FloatVector | None
) -> tuple[Suggestion, Pipeline]:
    """The first suggestion that can be fitted, and its pipeline."""
    failures: list[Exception] = []
    for suggestion in suggestions:
        pipeline = suggestion.make_estimator()
        last, _ = pipeline.steps[-1]
        weighted = {} if weights is None else {f"{last}__sample_weight": weights}
        try:
            with _own_settings():
                return suggestion, pipeline.fit(X, y, **weighted)
        # Packages raise what they like, and the next suggestion is mostly of another one.
        except Exception as error:
            failures.append(error)
        warnings.warn(
            f"suggestion {suggestion.rank}, {suggestion.algorithm}, could not be fitted: "
            f"{in_one_line(failures[-1])}",
            FitFailedWarning,
            stacklevel=3,
        )
    tried = ", ".join(dict.fromkeys(each.algorithm for each in suggestions))
    msg = (
        f"no suggestion could be fitted ({tried}), the last one because {in_one_line(failures[-1])}"
    )
    raise UsageError(msg) from failures[-1]


def _takes_weights(pipeline: Pipeline) -> bool:
    """Whether the estimator of a pipeline takes weights, or hands them on to one that does."""
    estimator = pipeline.steps[-1][1]
    if isinstance(estimator, TransformedTargetRegressor):
        estimator = estimator.regressor
    elif isinstance(estimator, VotingClassifier):
        estimator = estimator.estimators[0][1]
    return bool(has_fit_parameter(estimator, "sample_weight"))


@contextmanager
def _quiet_optuna() -> Iterator[None]:
    """No line for each trial, as estimators print none."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(max(before, optuna.logging.WARNING))
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def _own_settings() -> AbstractContextManager[None]:
    """Settings that the pipelines are made for, whatever the user's own code needs."""
    settings: AbstractContextManager[None] = config_context(
        array_api_dispatch=False, enable_metadata_routing=False, transform_output="default"
    )
    return settings
