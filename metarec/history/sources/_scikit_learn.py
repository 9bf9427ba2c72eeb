"""From a pipeline of scikit-learn, of any version, to a configuration of today.

A run must not pretend to be of a configuration that was never run. So a pipeline has a counterpart
only if each of its settings is a hyperparameter here with an allowed value, or one that the
base-learner leaves at scikit-learn's default, or one that costs time but changes no prediction. A
number between two choices takes the closer one, see `exact_configuration`.
Passed over are how missing cells were filled, how long a solver went on, and whether the columns of
a one-hot encoding were scaled too.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from metarec.history.library._translation import exact_configuration
from metarec.learners import get_learner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metarec.learners import Configuration, Kind


@dataclass(frozen=True)
class Step:
    """One estimator or transformer of a pipeline."""

    name: str
    """Name of its class, without the module, which scikit-learn has changed over time."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What it was made with, as far as known; the rest is taken to be at its default."""


_CLASSIFIERS: Final = {
    "AdaBoostClassifier": ("sklearn.ensemble", "adaboost"),
    "DecisionTreeClassifier": ("sklearn.tree", "decision_tree"),
    "ExtraTreesClassifier": ("sklearn.ensemble", "extra_trees"),
    "GaussianNB": ("sklearn.naive_bayes", "naive_bayes"),
    "GradientBoostingClassifier": ("sklearn.ensemble", "gradient_boosting"),
    "HistGradientBoostingClassifier": ("sklearn.ensemble", "hist_gradient_boosting"),
    "KNeighborsClassifier": ("sklearn.neighbors", "knn"),
    "LinearDiscriminantAnalysis": ("sklearn.discriminant_analysis", "lda"),
    "LinearSVC": ("sklearn.svm", "linear_svm"),
    "LogisticRegression": ("sklearn.linear_model", "logistic_regression"),
    "MLPClassifier": ("sklearn.neural_network", "mlp"),
    "Perceptron": ("sklearn.linear_model", "perceptron"),
    "RandomForestClassifier": ("sklearn.ensemble", "random_forest"),
    "RidgeClassifier": ("sklearn.linear_model", "ridge"),
    "SVC": ("sklearn.svm", "svm"),
}
_REGRESSORS: Final = {
    "AdaBoostRegressor": ("sklearn.ensemble", "adaboost"),
    "DecisionTreeRegressor": ("sklearn.tree", "decision_tree"),
    "ExtraTreesRegressor": ("sklearn.ensemble", "extra_trees"),
    "GradientBoostingRegressor": ("sklearn.ensemble", "gradient_boosting"),
    "HistGradientBoostingRegressor": ("sklearn.ensemble", "hist_gradient_boosting"),
    "KNeighborsRegressor": ("sklearn.neighbors", "knn"),
    "LinearRegression": ("sklearn.linear_model", "linear_regression"),
    "RandomForestRegressor": ("sklearn.ensemble", "random_forest"),
    "Ridge": ("sklearn.linear_model", "ridge"),
}
"""Class to today's module and our base-learner; those on a scaled target have no counterpart."""

_ESTIMATORS: Final[Mapping[Kind, Mapping[str, tuple[str, str]]]] = {
    "classification": _CLASSIFIERS,
    "regression": _REGRESSORS,
}

_SCALERS: Final = {
    "StandardScaler": ("sklearn.preprocessing", "standard"),
    "MinMaxScaler": ("sklearn.preprocessing", "minmax"),
    "RobustScaler": ("sklearn.preprocessing", "robust"),
}
"""Class to today's module and our scaling."""

_ENCODERS: Final = {"OneHotEncoder": "one_hot", "OrdinalEncoder": "ordinal"}
_WITHOUT_EFFECT: Final = frozenset(
    {"ConditionalImputer", "Imputer", "SimpleImputer", "VarianceThreshold"}
)
"""Steps whose work every pipeline here does too, in one way or another."""

_SCALE_FREE: Final = frozenset(
    {
        "adaboost",
        "decision_tree",
        "extra_trees",
        "gradient_boosting",
        "hist_gradient_boosting",
        "lda",
        "linear_regression",
        "naive_bayes",
        "random_forest",
    }
)
"""Base-learners that predict the same whatever the scale of a column."""

_NO_MATTER: Final = frozenset(
    {
        "break_ties",
        "cache_size",
        "copy",
        "copy_X",
        "decision_function_shape",
        "dual",
        "leaf_size",
        "max_iter",
        "n_jobs",
        "oob_score",
        "presort",
        "probability",
        "random_state",
        "shrinking",
        "store_covariance",
        "store_covariances",
        "tol",
        "verbose",
        "warm_start",
        "with_mean",
    }
)
"""Settings about time, memory and convergence; centring matters to no base-learner here."""

_GONE: Final[Mapping[str, tuple[Any, ...]]] = {
    "base_estimator": (None, "deprecated"),
    "min_impurity_split": (None, 0.0, 1e-07),
    "normalize": (False, "deprecated"),
}
"""Settings that scikit-learn has given up, with the values under which nothing is different."""

_GONE_BY_CLASS: Final[Mapping[str, Mapping[str, tuple[Any, ...]]]] = {
    "AdaBoostClassifier": {"algorithm": ("SAMME", "deprecated")},
    "GradientBoostingClassifier": {"criterion": ("friedman_mse", "deprecated")},
    "GradientBoostingRegressor": {"criterion": ("friedman_mse", "deprecated")},
    "KNeighborsClassifier": {"algorithm": ("auto", "ball_tree", "brute", "kd_tree")},
    "KNeighborsRegressor": {"algorithm": ("auto", "ball_tree", "brute", "kd_tree")},
}

_RENAMED: Final[Mapping[tuple[str, Any], Any]] = {
    ("criterion", "log_loss"): "entropy",
    ("criterion", "mae"): "absolute_error",
    ("criterion", "mse"): "squared_error",
    ("loss", "deviance"): "log_loss",
    ("loss", "lad"): "absolute_error",
    ("loss", "least_absolute_deviation"): "absolute_error",
    ("loss", "least_squares"): "squared_error",
    ("loss", "ls"): "squared_error",
}
"""Values under another name today."""

_PENALTIES: Final = {"l1": 1.0, "l2": 0.0}
_MULTI_CLASS: Final = {
    "liblinear": ("auto", "deprecated", "ovr", "warn"),
    "saga": ("auto", "deprecated", "multinomial"),
}
"""How a logistic regression takes several classes here, by its solver."""


_ELSE: Final = {"encoding": "one_hot", "scaling": "standard"}
"""How columns are prepared where that is no hyperparameter or makes no difference."""


class _NoCounterpartError(Exception):
    """A setting says that today's base-learners do something else."""


def to_configuration(
    estimator: Step,
    preparation: Sequence[Step] = (),
    *,
    kind: Kind,
    categorical: bool,
    base: Step | None = None,
) -> Configuration | None:
    """Bring a pipeline to today's names, every hyperparameter written out.

    Parameters
    ----------
    estimator : Step
        Its last step.
    preparation : sequence of Step
        What comes before, in any order.
    kind : {"classification", "regression"}
        What it does.
    categorical : bool
        Whether the data set has categorical columns; without an encoder, their codes were taken
        for numbers.
    base : Step, optional
        What the estimator boosts, if it names it.

    Returns
    -------
    Configuration or None
        None if no base-learner does the same.

    Examples
    --------
    >>> tree = Step("DecisionTreeClassifier", {"criterion": "entropy", "splitter": "best"})
    >>> to_configuration(tree, kind="classification", categorical=False)
    Configuration('decision_tree', {'criterion': 'entropy', 'min_samples_split': 2})
    >>> to_configuration(
    ...     Step("DecisionTreeClassifier", {"splitter": "random"}),
    ...     kind="classification", categorical=False,
    ... ) is None
    True
    """
    if estimator.name not in _ESTIMATORS[kind]:
        return None
    module, algorithm = _ESTIMATORS[kind][estimator.name]
    space = get_learner(algorithm, kind).space(None)
    try:
        ours = _own_names(algorithm, estimator, base)
        for name in [name for name in ours if name not in space]:
            _check(estimator.name, module, name, ours.pop(name))
        prepared = _preparation(preparation, algorithm, categorical=categorical)
        for name, value in prepared.items():
            if name in space:
                ours[name] = value
            elif value != _ELSE[name]:
                return None
    except _NoCounterpartError:
        return None
    return exact_configuration(algorithm, ours, kind)


def _own_names(algorithm: str, estimator: Step, base: Step | None) -> dict[str, Any]:
    """Values of the estimator under our names, as far as they have others."""
    ours = {name: _renamed(name, value) for name, value in estimator.values.items()}
    if algorithm in _REWRITE:
        _REWRITE[algorithm](ours)
    if algorithm == "adaboost":
        ours |= _boosted(estimator, base)
    elif base is not None:
        raise _NoCounterpartError
    return ours


def _renamed(name: str, value: Any) -> Any:
    return _RENAMED.get((name, value), value) if isinstance(value, str) else value


def _forest(ours: dict[str, Any]) -> None:
    # "auto" meant the root for classes and all columns for numbers.
    classes = ours.get("criterion", "gini") in {"gini", "entropy"}
    if ours.get("max_features") == "auto":
        ours["max_features"] = "sqrt" if classes else 1.0
    elif "max_features" in ours and ours["max_features"] is None:
        ours["max_features"] = 1.0
    elif ours.get("max_features") == 1 and isinstance(ours["max_features"], int):
        raise _NoCounterpartError  # one column, not all of them


def _bins(ours: dict[str, Any]) -> None:
    # A logarithmic scale has no 0; this does the same.
    if ours.get("l2_regularization") == 0:
        ours["l2_regularization"] = 1e-9


def _layers(ours: dict[str, Any]) -> None:
    layers = ours.pop("hidden_layer_sizes", [100])
    layers = [layers] if isinstance(layers, int) else list(layers)
    if len(set(layers)) != 1:
        raise _NoCounterpartError
    ours |= {"n_layers": len(layers), "width": layers[0]}


def _logistic(ours: dict[str, Any]) -> None:
    penalty, solver = ours.pop("penalty", "l2"), ours.get("solver", "liblinear")
    if solver not in _MULTI_CLASS or ours.pop("multi_class", "auto") not in _MULTI_CLASS[solver]:
        raise _NoCounterpartError
    if penalty in _PENALTIES:
        ours["l1_ratio"] = _PENALTIES[penalty]
    elif penalty != "deprecated":  # today the ratio says it all
        raise _NoCounterpartError
    ours["solver"] = solver


def _discriminants(ours: dict[str, Any]) -> None:
    if ours.get("solver", "svd") == "svd" and ours.get("shrinkage") is None:
        ours.pop("shrinkage", None)


_REWRITE: Final[Mapping[str, Callable[[dict[str, Any]], None]]] = {
    "extra_trees": _forest,
    "hist_gradient_boosting": _bins,
    "lda": _discriminants,
    "logistic_regression": _logistic,
    "mlp": _layers,
    "random_forest": _forest,
}
"""What differs by more than a name, by base-learner."""


def _boosted(estimator: Step, base: Step | None) -> dict[str, Any]:
    """Depth of the trees that AdaBoost boosts."""
    if base is None:
        return {"max_depth": 1 if estimator.name == "AdaBoostClassifier" else 3}
    tree = estimator.name.replace("AdaBoost", "DecisionTree")
    if base.name != tree:
        raise _NoCounterpartError
    for name, value in base.values.items():
        if name != "max_depth":
            _check(tree, "sklearn.tree", name, _renamed(name, value))
    return {"max_depth": base.values.get("max_depth")}


def _preparation(steps: Sequence[Step], algorithm: str, *, categorical: bool) -> dict[str, str]:
    """Encoding and scaling, as far as they make a difference."""
    prepared: dict[str, str] = {}
    for step in steps:
        if step.name in _SCALERS:
            module, scaling = _SCALERS[step.name]
            for name, value in step.values.items():
                _check(step.name, module, name, value)
            found = ("scaling", scaling)
        elif step.name in _ENCODERS:
            found = ("encoding", _ENCODERS[step.name])
        elif step.name in _WITHOUT_EFFECT:
            continue
        else:
            raise _NoCounterpartError
        if prepared.setdefault(*found) != found[1]:
            raise _NoCounterpartError
    if algorithm in _SCALE_FREE:
        prepared["scaling"] = _ELSE["scaling"]
    elif "scaling" not in prepared:
        raise _NoCounterpartError
    if not categorical:
        prepared["encoding"] = _ELSE["encoding"]
    return {"encoding": "ordinal", **prepared}


def _check(step: str, module: str, name: str, value: Any) -> None:
    """Raise unless a setting that base-learners leave alone has no effect."""
    if name in _NO_MATTER:
        return
    same = _GONE_BY_CLASS.get(step, {}).get(name) or _GONE.get(name)
    if same is None:
        defaults = _todays_defaults(module, step)
        if name not in defaults:
            raise _NoCounterpartError
        same = (defaults[name],)
    value = tuple(value) if isinstance(value, list) else value
    # For Python True is 1, for an estimator it may not be.
    if not any(value == each and _is_bool(value) is _is_bool(each) for each in same):
        raise _NoCounterpartError


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


@cache
def _todays_defaults(module: str, name: str) -> Mapping[str, Any]:
    made = getattr(import_module(module), name)
    parameters = inspect.signature(made).parameters
    return {name: parameter.default for name, parameter in parameters.items()}
