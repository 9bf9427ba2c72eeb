"""AutoGluon's zero-shot portfolios under our names.

AutoGluon stops boosting and neural networks on a validation set and so names no rounds; here
they follow from the learning rate. Its networks have dropout and normalisation, which the
multi-layer perceptron lacks: only their size and their learning rate come along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metarec.history.library._translation import STOPPED_STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHMS: Final = {
    "CAT": "catboost",
    "FASTAI": "mlp",
    "GBM": "lightgbm",
    "GBM_PREP": "lightgbm",
    "NN_TORCH": "mlp",
    "RF": "random_forest",
    "XGB": "xgboost",
    "XT": "extra_trees",
}

TURNS: Final = ("GBM", "RF", "CAT", "XT", "FASTAI", "XGB", "NN_TORCH")
"""The order in which AutoGluon trains learners of one place: its default priorities."""

_NAMES: Final = {
    "bagging_fraction": "subsample",
    "feature_fraction": "colsample_bytree",
    "hidden_size": "width",
    "lambda_l1": "reg_alpha",
    "lambda_l2": "reg_lambda",
    "lr": "learning_rate_init",
    "min_data_in_leaf": "min_child_samples",
    "num_layers": "n_layers",
    "weight_decay": "alpha",
}

_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "CAT": {"learning_rate": 0.05},
    "FASTAI": {"learning_rate_init": 0.01, "width": 200, "n_layers": 2, "early_stopping": True},
    "GBM": {"learning_rate": 0.05},
    "GBM_PREP": {"learning_rate": 0.05},
    "NN_TORCH": {
        "learning_rate_init": 3e-4,
        "width": 128,
        "n_layers": 4,
        "early_stopping": True,
    },
    "RF": {"n_estimators": 300},
    "XGB": {"learning_rate": 0.1},
    "XT": {"n_estimators": 300},
}
"""AutoGluon's own defaults, where they are not the libraries'."""


def from_autogluon(learner: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Translate one configuration; None if its learner has no counterpart.

    Examples
    --------
    >>> from_autogluon("GBM", {"feature_fraction": 0.9, "learning_rate": 0.04})
    ('lightgbm', {'learning_rate': 0.04, 'colsample_bytree': 0.9, 'n_estimators': 250})
    """
    if learner not in _ALGORITHMS:
        return None
    algorithm = _ALGORITHMS[learner]
    ours = {**_DEFAULTS[learner], **{_NAMES.get(name, name): each for name, each in values.items()}}
    if algorithm == "mlp":
        layers = ours.pop("layers", None)
        if layers:
            ours |= {"n_layers": len(layers), "width": layers[0]}
        # Theirs is a rate, ours is called so where it is a schedule.
        if "learning_rate" in ours:
            ours["learning_rate_init"] = ours.pop("learning_rate")
    elif "learning_rate" in ours:
        ours["n_estimators"] = round(STOPPED_STEPS / ours["learning_rate"])
    return algorithm, ours
