"""auto-sklearn 2's portfolios under our names, their preparation of the columns included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHMS: Final = {
    "extra_trees": "extra_trees",
    "gradient_boosting": "hist_gradient_boosting",
    "mlp": "mlp",
    "random_forest": "random_forest",
}

_NAMES: Final = {"hidden_layer_depth": "n_layers", "num_nodes_per_layer": "width"}

_ROUNDS: Final = {
    "extra_trees": {"n_estimators": 500},
    "gradient_boosting": {"max_iter": 500},
    "mlp": {},
    "random_forest": {"n_estimators": 500},
}
"""auto-sklearn doubles rounds up to 512, unless stopped; ours end at 500."""

_FEATURE_TYPE: Final = "data_preprocessor:feature_type:"
_ENCODING: Final = (
    f"{_FEATURE_TYPE}categorical_transformer:categorical_encoding:__choice__",
    {"no_encoding": "ordinal", "one_hot_encoding": "one_hot"},
)
_SCALING: Final = (
    f"{_FEATURE_TYPE}numerical_transformer:rescaling:__choice__",
    {"minmax": "minmax", "quantile_transformer": "quantile", "robust_scaler": "robust"},
)
_TYPICAL_COLUMNS: Final = 20
"""auto-sklearn's `max_features` is an exponent of the number of columns, ours a share of them."""


def from_autosklearn(learner: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Translate one configuration; None if its learner has no counterpart.

    Examples
    --------
    >>> from_autosklearn("mlp", {"classifier:mlp:num_nodes_per_layer": 59})
    ('mlp', {'width': 59})
    """
    if learner not in _ALGORITHMS:
        return None
    prefix = f"classifier:{learner}:"
    ours: dict[str, Any] = dict(_ROUNDS[learner])
    for name, value in values.items():
        if name.startswith(prefix):
            own = name.removeprefix(prefix)
            ours[_NAMES.get(own, own)] = None if value == "None" else value
    for ours_name, (name, choices) in (("encoding", _ENCODING), ("scaling", _SCALING)):
        if values.get(name) in choices:
            ours[ours_name] = choices[values[name]]
    if values.get("balancing:strategy") == "weighting":
        ours["class_weight"] = "balanced"
    if learner == "mlp" and "early_stopping" in ours:
        ours["early_stopping"] = ours["early_stopping"] == "valid"
    if learner in {"extra_trees", "random_forest"} and "max_features" in ours:
        ours["max_features"] = _TYPICAL_COLUMNS ** (float(ours["max_features"]) - 1.0)
    return _ALGORITHMS[learner], ours
