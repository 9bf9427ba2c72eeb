"""auto-sklearn's pipelines under our names, their preparation of the columns included.

Two readers differ in what they may change. A portfolio is a list of things to try, and what comes
closest will do (`from_autosklearn`). A run is a fact: `exact_from_autosklearn` translates only
pipelines that a pipeline here repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metarec.history.library._translation import exact_configuration
from metarec.learners import get_learner, learner_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec.learners import Configuration, Kind

_ALGORITHMS: Final = {
    "adaboost": "adaboost",
    "extra_trees": "extra_trees",
    "gaussian_nb": "naive_bayes",
    "gradient_boosting": "hist_gradient_boosting",
    "k_nearest_neighbors": "knn",
    "libsvm_svr": "svm",
    "mlp": "mlp",
    "random_forest": "random_forest",
}
"""Not here: decision_tree, whose depth depends on the columns; lda, libsvm_svc and liblinear_svc,
whose probabilities are a softmax of something else; qda and liblinear_svr, which regularise and
scale the target in another way."""

_NAMES: Final = {"hidden_layer_depth": "n_layers", "num_nodes_per_layer": "width"}

_ROUNDS: Final = {
    "extra_trees": {"n_estimators": 500},
    "gradient_boosting": {"max_iter": 500},
    "random_forest": {"n_estimators": 500},
}
"""auto-sklearn doubles rounds up to 512, unless stopped; ours end at 500."""

_FEATURE_TYPE: Final = "data_preprocessor:feature_type:"
_CATEGORICAL: Final = f"{_FEATURE_TYPE}categorical_transformer:"
_RESCALING: Final = f"{_FEATURE_TYPE}numerical_transformer:rescaling:"
_PREPROCESSOR: Final = "feature_preprocessor:"
_ENCODING: Final = (
    f"{_CATEGORICAL}categorical_encoding:__choice__",
    {"no_encoding": "ordinal", "one_hot_encoding": "one_hot"},
)
_SCALING: Final = (
    f"{_RESCALING}__choice__",
    {
        "minmax": "minmax",
        "quantile_transformer": "quantile",
        "robust_scaler": "robust",
        "standardize": "standard",
    },
)
_TYPICAL_COLUMNS: Final = 20
"""auto-sklearn's classifying forests take `max_features` as an exponent of the number of columns,
ours as a share of them."""

_FORESTS: Final = ("extra_trees", "random_forest")
_WEIGHTED: Final = ("adaboost", "extra_trees", "gradient_boosting", "random_forest")
"""Classifiers that auto-sklearn's weighting of classes reaches; on the others it has no effect."""

_LEAST_L2: Final = 1e-9  # does the same as auto-sklearn's 1e-10

_TREE: Final = {
    "criterion": ("gini", "entropy", "mse", "friedman_mse"),
    "max_depth": (None,),
    "max_leaf_nodes": (None,),
    "min_impurity_decrease": (0,),
    "min_weight_fraction_leaf": (0,),
}
"""Among two children, Friedman's criterion orders splits as the squared error does."""

_TODAY: Final[Mapping[str, Mapping[str, tuple[Any, ...] | None]]] = {
    "adaboost": {"algorithm": ("SAMME",)},
    "extra_trees": {**_TREE, "bootstrap": (False,)},
    "gradient_boosting": {
        "early_stop": ("off",),
        "loss": ("auto", "least_squares"),
        "max_bins": (255,),
        "max_depth": (None,),
        "scoring": ("loss",),
        "tol": None,
    },
    "libsvm_svr": {"degree": (3,), "max_iter": (-1,), "shrinking": None, "tol": None},
    "mlp": {
        "batch_size": ("auto",),
        "beta_1": (0.9,),
        "beta_2": (0.999,),
        "epsilon": (1e-8,),
        "n_iter_no_change": None,
        "shuffle": (True,),
        "tol": (1e-4,),
        "validation_fraction": (0.1,),
    },
    "random_forest": {**_TREE, "bootstrap": (True,)},
}
"""Hyperparameters that are fixed here: the values that mean the same, None if all do."""


def from_autosklearn(
    learner: str, values: Mapping[str, Any], *, n_columns: float = _TYPICAL_COLUMNS
) -> tuple[str, dict[str, Any]] | None:
    """Translate one configuration; None if its learner has no counterpart.

    Examples
    --------
    >>> from_autosklearn("mlp", {"classifier:mlp:num_nodes_per_layer": 59})
    ('mlp', {'width': 59})
    """
    if learner not in _ALGORITHMS:
        return None
    ours: dict[str, Any] = {
        **_ROUNDS.get(learner, {}),
        **{_NAMES.get(name, name): each for name, each in _own(learner, values).items()},
    }
    for ours_name, (name, choices) in (("encoding", _ENCODING), ("scaling", _SCALING)):
        if values.get(name) in choices:
            ours[ours_name] = choices[values[name]]
    if values.get("balancing:strategy") == "weighting" and learner in _WEIGHTED:
        ours["class_weight"] = "balanced"
    if learner == "mlp" and "early_stopping" in ours:
        ours["early_stopping"] = ours["early_stopping"] == "valid"
    if f"classifier:{learner}:max_features" in values and learner in _FORESTS:
        ours["max_features"] = n_columns ** (float(ours["max_features"]) - 1.0)
    if learner == "gradient_boosting" and "l2_regularization" in ours:
        ours["l2_regularization"] = max(ours["l2_regularization"], _LEAST_L2)
    return _ALGORITHMS[learner], ours


def exact_from_autosklearn(
    values: Mapping[str, Any], kind: Kind, *, n_columns: float, n_categorical: float
) -> Configuration | None:
    """Translate a pipeline that was run; None unless a pipeline here does the same.

    What counts for nothing: how missing cells were filled, tolerances of solvers, the number of
    quantiles, and of the scaling and encoding what cannot matter to trees or without categories.

    Parameters
    ----------
    values : mapping
        auto-sklearn's names and values, of the whole pipeline.
    kind : {"classification", "regression"}
        What it does.
    n_columns, n_categorical : float
        Columns that reach the algorithm after encoding, and categorical ones before it.

    Examples
    --------
    >>> pipeline = {"classifier:__choice__": "gaussian_nb", _SCALING[0]: "minmax",
    ...             "feature_preprocessor:__choice__": "no_preprocessing"}
    >>> exact_from_autosklearn(pipeline, "classification", n_columns=4, n_categorical=0)
    Configuration('naive_bayes', {'scaling': 'minmax'})
    >>> pipeline["feature_preprocessor:__choice__"] = "polynomial"
    >>> exact_from_autosklearn(pipeline, "classification", n_columns=4, n_categorical=0)
    """
    learner = learner_of(values)
    translated = from_autosklearn(learner, values, n_columns=n_columns)
    if translated is None or translated[0] not in learner_names(kind):
        return None
    algorithm, ours = translated
    space = get_learner(algorithm, kind).space(None)
    selection = _selection(values)
    scales = "scaling" in space
    if selection is None or not _same_scaling(values, to_trees=not scales):
        return None
    if n_categorical and not _same_categories(values):
        return None
    fixed = _TODAY.get(learner, {})
    for name, each in _own(learner, values).items():
        allowed = fixed.get(name)
        if allowed is not None and each not in allowed:
            return None
    # What is fixed was looked at above; what trees do not see does not count.
    ignored = {name for name in fixed if name not in space}
    ignored |= set() if scales else {"scaling"}
    ignored |= set() if n_categorical else {"encoding"}
    kept = {name: each for name, each in ours.items() if name not in ignored}
    return exact_configuration(algorithm, {**kept, **selection}, kind)


def learner_of(values: Mapping[str, Any]) -> str:
    """auto-sklearn's name of a pipeline's algorithm; empty if it names none."""
    return str(values.get("classifier:__choice__") or values.get("regressor:__choice__") or "")


def encodes_one_hot(values: Mapping[str, Any]) -> bool:
    """Whether a pipeline makes a column of each category."""
    name, choices = _ENCODING
    return choices.get(values.get(name, "")) == "one_hot"


def _own(learner: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Hyperparameters of the algorithm itself; whole numbers are ints, "None" is None."""
    prefixes = (f"classifier:{learner}:", f"regressor:{learner}:")
    return {
        name.rpartition(":")[2]: _plain(value)
        for name, value in values.items()
        if name.startswith(prefixes)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "None" else value


def _selection(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Our selection of columns; None if there is no such."""
    choice = values.get(f"{_PREPROCESSOR}__choice__", "no_preprocessing")
    if choice == "no_preprocessing":
        return {}
    prefix = f"{_PREPROCESSOR}{choice}:"
    if choice == "pca" and not values.get(f"{prefix}whiten"):
        return {"selection": "pca", "kept_variance": values[f"{prefix}keep_variance"]}
    if choice.startswith("select_percentile") and values.get(f"{prefix}score_func") in (
        "f_classif",
        "f_regression",
    ):
        share = values[f"{prefix}percentile"] / 100.0
        return {"selection": "univariate", "selected_share": share}
    return None


def _same_scaling(values: Mapping[str, Any], *, to_trees: bool) -> bool:
    """Whether the scaling of numbers has a counterpart; to trees, the order of values is all."""
    name, choices = _SCALING
    choice: str = values.get(name, "none")
    if to_trees:
        return choice != "normalize"
    if choice == "quantile_transformer":
        shape: str | None = values.get(f"{_RESCALING}{choice}:output_distribution")
        return shape == "normal"
    if choice == "robust_scaler":
        low, high = (values.get(f"{_RESCALING}{choice}:{end}") for end in ("q_min", "q_max"))
        return (low, high) == (0.25, 0.75)
    return choice in choices


def _same_categories(values: Mapping[str, Any]) -> bool:
    """Whether no rare categories were merged."""
    choice: str | None = values.get(f"{_CATEGORICAL}category_coalescence:__choice__")
    return choice != "minority_coalescer"
