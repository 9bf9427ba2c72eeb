"""The steps of a pipeline before its estimator, as the hyperparameters of the preparation ask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from metarec.learners._domains import Value

if TYPE_CHECKING:
    from metarec.learners._base import BaseLearner
    from metarec.learners._registry import Kind

FRAME_STEP = "frame"
"""Name of the step that brings the input to a pandas frame and knows which columns hold numbers."""
VECTORIZE_STEP = "vectorize"
"""Name of the step that makes numbers of all columns and knows what the others held."""

N_QUANTILES = 100
"""Points that the quantile transformation interpolates between."""

Steps: TypeAlias = list[tuple[str, Any]]


def frame_steps(
    learner: "BaseLearner", values: Mapping[str, Value], *, kind: "Kind", random_state: int | None
) -> Steps:
    """Steps from a table of any columns to a matrix of numbers.

    Parameters
    ----------
    learner : BaseLearner
        Whose estimator comes next.
    values : mapping
        A value for every hyperparameter of the preparation.
    kind : {"classification", "regression"}
        What the estimator does.
    random_state : int or None
        Seed of everything that draws.
    """
    import numpy as np
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer
    from sklearn.utils import check_array
    from skrub import StringEncoder, TableVectorizer

    from metarec.learners._frames import FrameMaker, select_numbers

    encoder = _encoder(values["encoding"], kind, random_state)
    embed = StringEncoder(random_state=random_state)
    vectorizer = TableVectorizer(
        low_cardinality=encoder,
        # A mean is one number however many strings there are; codes and indicators are not.
        high_cardinality=encoder if values["encoding"] == "target" else embed,
        # A column with nothing in it stays, so that no table loses all its columns.
        drop_null_fraction=None,
    )
    # skrub takes milliseconds for each column; numbers need nothing of what it does.
    numbers = FunctionTransformer(
        check_array,
        kw_args={"dtype": "float32", "ensure_all_finite": False},
        feature_names_out="one-to-one",
    )
    # It passes no names on: boosting libraries refuse some of them.
    infinite_to_missing = FunctionTransformer(
        np.nan_to_num,
        kw_args={"nan": np.nan, "posinf": np.nan, "neginf": np.nan},
    )
    steps = [
        (FRAME_STEP, FrameMaker()),
        (
            VECTORIZE_STEP,
            ColumnTransformer(
                [("numbers", numbers, select_numbers)],
                remainder=vectorizer,
                verbose_feature_names_out=False,
            ),
        ),
        ("finite", infinite_to_missing),
    ]
    if learner.takes_missing:
        return steps
    return [
        *steps,
        ("impute", SimpleImputer(keep_empty_features=True)),
        ("scale", _scaler(values["scaling"], random_state, sparse=False)),
        *_selection(values, kind, random_state),
    ]


def sparse_steps(
    learner: "BaseLearner", values: Mapping[str, Value], *, kind: "Kind", random_state: int | None
) -> Steps:
    """Steps from a sparse matrix of numbers to what the estimator takes.

    Parameters
    ----------
    learner, values, kind, random_state
        As in `frame_steps`.
    """
    from operator import methodcaller

    from scipy.sparse import csr_matrix
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer

    if learner.takes_missing:
        steps: Steps = []
    else:
        steps = [
            ("impute", SimpleImputer(keep_empty_features=True)),
            ("scale", _scaler(values["scaling"], random_state, sparse=True)),
        ]
    # The components of a matrix need its columns centred, which fills in the zeros.
    if values["selection"] == "pca" or not learner.takes_sparse:
        steps.append(("dense", FunctionTransformer(methodcaller("toarray"), accept_sparse=True)))
    elif not learner.takes_sparse_arrays:
        steps.append(("matrix", FunctionTransformer(csr_matrix, accept_sparse=True)))
    return [*steps, *_selection(values, kind, random_state)]


def _encoder(encoding: Value, kind: "Kind", random_state: int | None) -> Any:
    import numpy as np
    from sklearn.model_selection import KFold
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

    if encoding == "ordinal":
        return OrdinalEncoder(
            handle_unknown="use_encoded_value",
            unknown_value=np.nan,
            encoded_missing_value=np.nan,
            dtype="float32",
        )
    if encoding == "target":
        return TargetEncoder(
            # Whole numbers would be taken for classes.
            target_type="continuous" if kind == "regression" else "auto",
            # Not stratified: a rare class must not stop the encoding of a column.
            cv=KFold(5, shuffle=True, random_state=random_state),
        )
    # No category is dropped: with `drop`, an unseen category would warn at each predict.
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype="float32")


def _scaler(scaling: Value, random_state: int | None, *, sparse: bool) -> Any:
    from sklearn.preprocessing import (
        MaxAbsScaler,
        MinMaxScaler,
        QuantileTransformer,
        RobustScaler,
        StandardScaler,
    )

    # In a sparse matrix, moving a column would fill in the zeros.
    if scaling == "minmax":
        return MaxAbsScaler() if sparse else MinMaxScaler()
    if scaling == "robust":
        return RobustScaler(with_centering=not sparse)
    if scaling == "quantile" and not sparse:
        return QuantileTransformer(
            n_quantiles=N_QUANTILES, output_distribution="normal", random_state=random_state
        )
    return StandardScaler(with_mean=not sparse)


def _selection(values: Mapping[str, Value], kind: "Kind", random_state: int | None) -> Steps:
    from sklearn.decomposition import PCA
    from sklearn.feature_selection import SelectPercentile, f_classif, f_regression

    if values["selection"] == "univariate":
        test = f_regression if kind == "regression" else f_classif
        percentile = 100.0 * float(values["selected_share"] or 0.0)
        return [("select", SelectPercentile(test, percentile=percentile))]
    if values["selection"] == "pca":
        # A share below 1 is of the variance; the full solver is the one that knows it.
        components = PCA(values["kept_variance"], svd_solver="full", random_state=random_state)
        return [("select", components)]
    return []
