"""What scores a data set allows: the loss of the best configuration, and how far others are off.

A regret says how configurations compare on one data set. To learn from a raw score its scale is
needed too. Boosted trees predict it from the meta-features; what they missed on data sets that were
left out are the scenarios of how a prediction may be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import numpy as np

from metarec.history import METRICS
from metarec.history.families import fold_of_family
from metarec.metalearners.arrays import from_npy, to_npy
from metarec.metalearners.booster import dump_booster, load_booster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metarec._types import FloatMatrix, FloatVector
    from metarec.history import MetaDataset
    from metarec.metalearners.base import Task

_LOSS_FLOOR: Final = 0.02  # keeps the logarithm of a perfect score finite
_LEAST_SPREAD: Final = 1e-3
_N_FOLDS: Final = 10
_N_TREES: Final = 60
_PARAMETERS: Final = {
    "objective": "regression",
    "learning_rate": 0.06,
    "num_leaves": 8,
    "min_data_in_leaf": 8,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 63,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}
_UNITS: Final = {"mae": "target_sd", "rmse": "target_sd"}
"""The meta-feature that the values of a metric are proportional to."""

_CONSTANTS: Final[dict[str, Callable[[Mapping[str, FloatVector]], FloatVector | float]]] = {
    "accuracy": lambda known: 1.0 - known["freq_class.max"],
    "balanced_accuracy": lambda known: 1.0 - 1.0 / known["nr_class"],
    "f1_macro": lambda known: 1.0 - _f1_of(known["freq_class.max"]) / known["nr_class"],
    "log_loss": lambda known: known["class_ent"] * np.log(2.0),
    "mae": lambda _: 1.0,
    "r2": lambda _: 1.0,
    "rmse": lambda _: 1.0,
    "roc_auc": lambda _: 0.5,
    "spearman": lambda _: 1.0,
}
"""Loss of who predicts the same for each row, from meta-features."""


def _f1_of(share: FloatVector) -> FloatVector:
    """F1 of a class that is always predicted and has that share."""
    return 2.0 * share / (1.0 + share)


class Scale:
    """Predicts the least loss on a data set, and the difference in loss that is a regret of 1.

    A loss is what is missing to a score of 1, or the value of a metric that is minimised.

    Parameters
    ----------
    metric : str
        A key of `METRICS`.
    names : tuple of str
        The meta-features that the models see.
    models : list of str
        LightGBM's text of the model of the least loss and of that of the spread, in logarithms.
    missed : ndarray of shape (n_scenarios, 2)
        Truth minus prediction of both on data sets that were left out.
    """

    def __init__(
        self, metric: str, names: tuple[str, ...], models: list[str], missed: FloatMatrix
    ) -> None:
        self._metric, self._names, self._models = metric, names, models
        self._boosters = [load_booster(model) for model in models]
        self._missed = missed

    @classmethod
    def fit(cls, meta_dataset: MetaDataset) -> Self:
        """Train both models and note what they miss where a whole family is left out."""
        import lightgbm

        metric, inputs = meta_dataset.metric, meta_dataset.meta_features
        best, spread = meta_dataset.scale()
        unit = units_of(meta_dataset)
        spread = np.maximum(spread / unit, _LEAST_SPREAD)
        targets = np.log(np.stack([to_loss(metric, best) / unit + _LOSS_FLOOR, spread]))
        fold = fold_of_family(meta_dataset.families, _N_FOLDS)
        models = []
        missed = np.zeros_like(targets)
        for target, errors in zip(targets, missed, strict=True):
            for part in np.unique(fold):
                inside = fold != part
                booster = lightgbm.train(
                    _PARAMETERS, lightgbm.Dataset(inputs[inside], target[inside]), _N_TREES
                )
                errors[~inside] = target[~inside] - np.asarray(booster.predict(inputs[~inside]))
            booster = lightgbm.train(_PARAMETERS, lightgbm.Dataset(inputs, target), _N_TREES)
            models.append(dump_booster(booster))
        return cls(metric, meta_dataset.meta_feature_names, models, missed.T)

    def scenarios(self, task: Task) -> tuple[FloatVector, FloatVector]:
        """Least loss and spread of a task, as often as there are data sets to be wrong like.

        Returns
        -------
        least, spread : ndarray of shape (n_scenarios,)
        """
        row = task.vector(self._names)[None]
        expected = np.array([booster.predict(row)[0] for booster in self._boosters])
        least, spread = np.exp(expected + self._missed).T
        unit = unit_of(self._metric, task.meta_features)
        return np.maximum(least - _LOSS_FLOOR, 0.0) * unit, spread * unit

    def to_files(self) -> dict[str, bytes]:
        """The models as LightGBM's text, the scenarios as a NumPy array."""
        return {
            "scale-missed.npy": to_npy(self._missed),
            "scale-least.txt": self._models[0].encode(),
            "scale-spread.txt": self._models[1].encode(),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], meta_dataset: MetaDataset) -> Self:
        """The inverse of `to_files`."""
        models = [files[f"scale-{name}.txt"].decode() for name in ("least", "spread")]
        missed = from_npy(files["scale-missed.npy"])
        return cls(meta_dataset.metric, meta_dataset.meta_feature_names, models, missed)


def to_loss(metric: str, score: FloatVector) -> FloatVector:
    """What is lost at a score that is larger for the better.

    Examples
    --------
    >>> to_loss("accuracy", np.array([0.75])).tolist(), to_loss("rmse", np.array([-3.0])).tolist()
    ([0.25], [3.0])
    """
    return (1.0 if METRICS[metric] == "maximize" else 0.0) - score


def loss_of_constant(
    metric: str, meta_features: Mapping[str, FloatVector]
) -> FloatVector | float | None:
    """What is lost by predicting the same for each row: its classes' shares, or the target's mean.

    In units of the target's standard deviation where the metric has its unit; a mean absolute error
    is at most that (Jensen). None where what it takes is not among the meta-features.

    Parameters
    ----------
    metric : str
        A key of `METRICS`.
    meta_features : mapping of str to ndarray of shape (n_datasets,)
        Of each data set.

    Returns
    -------
    ndarray of shape (n_datasets,), float or None

    Examples
    --------
    >>> loss_of_constant("log_loss", {"class_ent": np.array([1.0])}).round(3).tolist()
    [0.693]
    >>> loss_of_constant("rmse", {})
    1.0
    """
    loss = _CONSTANTS.get(metric)
    try:
        return None if loss is None else loss(meta_features)
    except KeyError:
        return None


def unit_of(metric: str, meta_features: Mapping[str, float]) -> float:
    """What the values of a metric are proportional to; 1 where that is not known."""
    unit = meta_features.get(_UNITS.get(metric, ""), 1.0)
    return unit if np.isfinite(unit) and unit > 0 else 1.0


def units_of(meta_dataset: MetaDataset) -> FloatVector:
    """The same for every known data set, shape (n_datasets,)."""
    rows = range(len(meta_dataset.datasets))
    return np.array([unit_of(meta_dataset.metric, meta_dataset.features_of(row)) for row in rows])
