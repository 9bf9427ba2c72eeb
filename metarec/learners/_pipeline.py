"""From a configuration to a pipeline that takes the user's own frame."""

from typing import TYPE_CHECKING, Any

from metarec.learners._configuration import Configuration, TableShape
from metarec.learners._exceptions import InvalidConfigurationError
from metarec.learners._registry import get_learner

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

FRAME_STEP = "frame"
"""Name of the step that only converts the container of the input."""


def make_pipeline(
    configuration: Configuration,
    *,
    shape: TableShape | None = None,
    sparse: bool = False,
    random_state: int | None = 0,
) -> "Pipeline":
    """Build the unfitted pipeline of a configuration: preparation of the columns, then the model.

    Columns are one-hot encoded (or, from 40 distinct strings on, embedded in 30 components),
    dates become numbers, infinities count as missing, what is missing takes the column's mean,
    and everything is standardised.

    Parameters
    ----------
    configuration : Configuration
        The base-learner and its hyperparameters; what is left out takes its default.
    shape : TableShape, optional
        The table. If given, an unusable configuration is refused and defaults are clipped.
    sparse : bool
        Whether the input will be a SciPy sparse matrix of numbers; else it is a pandas or
        polars frame, a pyarrow table, a NumPy array or a list of rows.
    random_state : int or None
        Seed of everything that draws.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Made of scikit-learn's and skrub's own classes.

    Raises
    ------
    UnknownLearnerError
        If the base-learner is not registered.
    InvalidConfigurationError
        If the hyperparameters are not allowed, or not at that shape.

    Examples
    --------
    >>> pipeline = make_pipeline(Configuration("knn", {"n_neighbors": 1}))
    >>> pipeline.fit([[1, "red"], [2, "blue"]], ["yes", "no"]).predict([[1, "green"]])
    array(['yes'], dtype='<U3')
    """
    from sklearn.pipeline import Pipeline

    learner = get_learner(configuration.algorithm)
    if shape is not None:
        reason = learner.reject(configuration.hyperparameters, shape)
        if reason is not None:
            raise InvalidConfigurationError(f"The configuration cannot be used here. {reason}.")
    hyperparameters = learner.complete(configuration.hyperparameters, shape)
    classifier = learner.make_classifier(hyperparameters, random_state=random_state)
    if sparse:
        steps = _sparse_steps(to_dense=not learner.takes_sparse)
    else:
        steps = _frame_steps(random_state)
    return Pipeline([*steps, ("classify", classifier)])


def _frame_steps(random_state: int | None) -> list[tuple[str, Any]]:
    import numpy as np
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
    from skrub import StringEncoder, TableVectorizer

    from metarec.learners._frames import as_frame

    # No category is dropped: with `drop`, an unseen category would warn at each predict.
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype="float32")
    vectorizer = TableVectorizer(
        low_cardinality=one_hot,
        high_cardinality=StringEncoder(random_state=random_state),
        # A column with nothing in it stays, so that no table loses all its columns.
        drop_null_fraction=None,
    )
    infinite_to_missing = FunctionTransformer(
        np.nan_to_num, kw_args={"nan": np.nan, "posinf": np.nan, "neginf": np.nan}
    )
    return [
        (FRAME_STEP, FunctionTransformer(as_frame)),
        ("vectorize", vectorizer),
        ("finite", infinite_to_missing),
        ("impute", SimpleImputer(keep_empty_features=True)),
        ("scale", StandardScaler()),
    ]


def _sparse_steps(*, to_dense: bool) -> list[tuple[str, Any]]:
    from operator import methodcaller

    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    dense = FunctionTransformer(methodcaller("toarray"), accept_sparse=True)
    return [
        ("impute", SimpleImputer(keep_empty_features=True)),
        # Moving the mean would fill in the zeros.
        ("scale", StandardScaler(with_mean=False)),
        *([("dense", dense)] if to_dense else []),
    ]
