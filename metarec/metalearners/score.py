"""Which score a configuration reaches on a table, with an interval that was tried out.

Losses are taken on a scale where errors are about normal: the log odds of what is missing to 1 for
a metric from 0 to 1, the logarithm of the loss otherwise, in units of the target's standard
deviation where the metric has its unit. There, two linear models: ridge regression of the level
that good configurations reach, from landmarks (what simple learners score) and the target's
distribution; and for each configuration ridge regression of its distance to that level.

The interval is cross-conformal (Vovk, Annals of Mathematics and AI 74, 2015): quantiles of what the
models miss where whole families of data sets are left out, each miss divided by the ridge
regression's own spread at that data set (Lei et al., JASA 113, 2018, divide likewise), so that a
table unlike the known ones gets a wider interval. Misses are collected on configurations that a
portfolio suggests for the left-out data set, the first ones counting most: among all
configurations, those that are suggested are no random draw.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from metarec.history import METRIC_RANGES, METRICS, OWN_SOURCE, REGRESSION_METRICS
from metarec.history.families import fold_of_family
from metarec.metalearners.base import Task
from metarec.metalearners.linear import ridge
from metarec.metalearners.portfolio import SizeAwarePortfolio
from metarec.metalearners.scale import loss_of_constant, to_loss, unit_of, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metarec._types import FloatMatrix, FloatVector, IntVector, Mask
    from metarec.history import MetaDataset
    from metarec.learners import Configuration, Kind

_FLOOR: Final = 0.02
"""Keeps the logarithm of a perfect score finite; smaller differences are noise."""
_LEAST: Final = 1e-6
"""Keeps logarithms of impossible meta-features finite: an import may bring some."""
_LEVEL: Final = 0.05
"""Share of the configurations that are better than the level."""
_PENALTIES: Final = np.logspace(-1, 3, 9)
_OFFSET_PENALTY: Final = 10.0
_COVERAGE: Final = (0.1, 0.5, 0.9)
_N_FOLDS: Final = 10
_N_SUGGESTED: Final = 5
_MIN_DATASETS: Final = 20
_MIN_KNOWN: Final = 0.9
"""Share of the data sets on which a meta-feature must be known to take part."""


def _log_missing(value: FloatVector) -> FloatVector:
    return np.asarray(np.log(np.maximum(1.0 - value, 0.0) + _FLOOR))


def _log_odds(value: FloatVector) -> FloatVector:
    missing = 1.0 - np.clip(value, 0.0, 1.0)
    return np.asarray(np.log((missing + _FLOOR) / (1.0 - missing + _FLOOR)))


def _log(value: FloatVector) -> FloatVector:
    return np.asarray(np.log(np.maximum(value, _LEAST)))


def _unchanged(value: FloatVector) -> FloatVector:
    return value


def _unexplained(correlation: FloatVector) -> FloatVector:
    return _log_missing(correlation**2)


_LANDMARKS: Final[dict[Kind, tuple[str, ...]]] = {
    "classification": ("best_node.mean", "linear_discr.mean", "naive_bayes.mean", "one_nn.mean"),
    "regression": ("best_node.mean", "linear_regr.mean", "one_nn.mean"),
}
"""Accuracies, and coefficients of determination, of simple learners."""
_DESCRIPTION: Final[dict[str, Callable[[FloatVector], FloatVector]]] = {
    "class_ent": _unchanged,
    "cor_target.max": _unexplained,
    "freq_class.max": _log_missing,
    "freq_class.min": _log,
    "log_nr_attr": _unchanged,
    "log_nr_inst": _unchanged,
    "mut_inf_target.max": _unchanged,
    "nr_class": _log,
    "rank_cor_target.max": _unexplained,
    "target_distinct_share": _unchanged,
    "target_kurtosis": lambda value: _log(value + 3.0),
    "target_outliers": _unchanged,
}
"""Of the target, and the table's size."""


@dataclass(frozen=True, eq=False)
class ScorePrediction:
    """Scores as the metric has them, one per configuration; NaN where nothing is known."""

    score: FloatVector
    """Median."""
    low: FloatVector
    """Lower end of the 80 % interval."""
    high: FloatVector
    """Upper end of the 80 % interval."""

    def rmse_to_r2(self, target_sd: float) -> ScorePrediction:
        """What root mean squared errors are as coefficients of determination.

        Examples
        --------
        >>> rmse = ScorePrediction(np.array([1.0]), np.array([0.0]), np.array([2.0]))
        >>> r2 = rmse.rmse_to_r2(2.0)
        >>> r2.low.tolist(), r2.score.tolist(), r2.high.tolist()
        ([0.0], [0.75], [1.0])
        """
        sd = target_sd if target_sd > 0 else np.nan
        return ScorePrediction(
            *(1.0 - (value / sd) ** 2 for value in (self.score, self.high, self.low))
        )


@dataclass(frozen=True, eq=False)
class _Level:
    """Ridge regression of the level, and where its inputs lie."""

    centre: FloatVector
    scale: FloatVector
    least: FloatVector
    """Of the standardised inputs: further out nothing is known of the slope."""
    most: FloatVector
    intercept: FloatVector
    """One number."""
    coefficients: FloatVector
    inverse: FloatMatrix
    """Of the inputs' penalised products: with it comes the spread of a prediction."""

    @classmethod
    def fit(cls, inputs: FloatMatrix, level: FloatVector) -> Self:
        from sklearn.linear_model import RidgeCV

        centre, scale = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), 1e-9)
        standard = (inputs - centre) / scale
        # Without alternatives it chooses by leave-one-out.
        model = RidgeCV(_PENALTIES).fit(standard, level)
        products = standard.T @ standard + model.alpha_ * np.eye(len(centre))
        return cls(
            centre, scale, standard.min(axis=0), standard.max(axis=0),
            np.asarray(model.intercept_), model.coef_, np.linalg.inv(products),
        )  # fmt: skip

    def standard(self, inputs: FloatMatrix) -> FloatMatrix:
        return np.clip((inputs - self.centre) / self.scale, self.least, self.most)

    def predict(self, standard: FloatMatrix) -> FloatVector:
        return np.asarray(self.intercept + standard @ self.coefficients)

    def spread(self, standard: FloatMatrix) -> FloatVector:
        """How uncertain a prediction is in units of the noise."""
        leverage = ((standard @ self.inverse) * standard).sum(axis=1)
        return np.asarray(np.sqrt(1.0 + leverage))


@dataclass(frozen=True, eq=False)
class _Learned:
    """Both models."""

    level: _Level
    offsets: FloatMatrix
    """Intercept and coefficients of each configuration's distance to the level."""

    def predict(
        self, inputs: FloatMatrix, perfect: float, constant: FloatVector
    ) -> tuple[FloatMatrix, FloatVector]:
        """Of each data set: every configuration's loss on the scale of the models, the spread.

        None is below a perfect score's. Good configurations reach what a constant does: where they
        do not, all are moved until these would, but none beyond the constant.
        """
        standard = self.level.standard(inputs)
        level = self.level.predict(standard)[:, None]
        expected = level + _with_constant(standard) @ self.offsets.T
        constant = constant[:, None]
        moved = expected - np.maximum(level - constant, 0.0)
        bounded = np.maximum(moved, np.minimum(expected, constant))
        return np.maximum(bounded, perfect), self.level.spread(standard)


class ScoreModel:
    """Predicts the cross-validated score of a configuration that is suggested for a table.

    Examples
    --------
    >>> import metarec, metafeatures
    >>> from sklearn.datasets import load_wine
    >>> table = metafeatures.as_table(*load_wine(return_X_y=True, as_frame=True))
    >>> suggestion = metarec.Recommender.shipped().suggest(table, top=1)[0]
    >>> low, high = suggestion.score_interval
    >>> low < suggestion.predicted_score < high <= 1.0
    True
    """

    def __init__(
        self,
        metric: str,
        names: Sequence[str],
        keys: Sequence[str],
        learned: _Learned | None,
        quantiles: FloatVector,
    ) -> None:
        self._kind: Kind = "regression" if metric in REGRESSION_METRICS else "classification"
        self._metric, self._names, self._keys = metric, list(names), list(keys)
        self._places = {key: place for place, key in enumerate(keys)}
        self._learned = learned
        self._quantiles = quantiles

    @classmethod
    def fit(cls, meta_dataset: MetaDataset) -> Self:
        """Learn from the scores of a history.

        The level and the interval are those of metarec's own runs, or of the source with most data
        sets where there are few of these; other sources say how configurations compare.

        Parameters
        ----------
        meta_dataset : MetaDataset
            With fewer than 20 data sets nothing is predicted.
        """
        metric = meta_dataset.metric
        keys = [configuration.key for configuration in meta_dataset.configurations]
        names = _usable_names(meta_dataset)
        described = meta_dataset.with_meta_features(names).meta_features
        inputs = _inputs(meta_dataset.kind, names, described)
        loss = _linked_losses(meta_dataset)
        complete = np.isfinite(inputs).all(axis=1) & np.isfinite(loss).any(axis=1)
        rows = np.flatnonzero(complete)
        native = _native(meta_dataset, rows)
        if not names or native.sum() < _MIN_DATASETS:
            return cls(metric, names, keys, None, np.full(len(_COVERAGE), np.nan))
        inputs, loss = inputs[rows], loss[rows]
        constant = _linked_constant(metric, names, described[rows])
        quantiles = _quantiles_of_misses(meta_dataset.take(rows), inputs, loss, native, constant)
        return cls(metric, names, keys, _fit(inputs, loss, native), quantiles)

    def predict(
        self, configurations: Sequence[Configuration], meta_features: Mapping[str, float]
    ) -> ScorePrediction:
        """Scores that configurations reach on a table.

        Parameters
        ----------
        configurations : sequence of Configuration
            Which ones; those that the history has no score of get NaN.
        meta_features : mapping of str to float
            Of the table. Where one that the model needs is unknown, everything is NaN.
        """
        unknown = np.full((len(_COVERAGE), len(configurations)), np.nan)
        row = np.array([[meta_features.get(name, np.nan) for name in self._names]])
        inputs = _inputs(self._kind, self._names, row)
        if self._learned is None or not np.isfinite(inputs).all():
            return ScorePrediction(*unknown)
        constant = _linked_constant(self._metric, self._names, row)
        perfect = _linked_perfect(self._metric)
        expected, spread = self._learned.predict(inputs, perfect, constant)
        every = np.append(expected[0], np.nan)
        places = [self._places.get(configuration.key, -1) for configuration in configurations]
        linked = every[places] + spread[0] * self._quantiles[:, None]
        unit = unit_of(self._metric, meta_features)
        scores = _from_linked(self._metric, linked, unit)
        low, median, high = np.sort(scores, axis=0)  # a loss is least where a score is greatest
        return ScorePrediction(median, low, high)

    def to_json(self) -> bytes:
        """What was learned."""
        level = self._learned and {
            name: np.round(value, 6).tolist() for name, value in asdict(self._learned.level).items()
        }
        content = {
            "metric": self._metric,
            "meta_features": self._names,
            "configurations": self._keys,
            "level": level,
            "offsets": self._learned and self._learned.offsets.round(4).tolist(),
            "quantiles": [None if np.isnan(value) else round(value, 4)
                          for value in self._quantiles.tolist()],
        }  # fmt: skip
        return json.dumps(content).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The inverse of `to_json`."""
        content = json.loads(data)
        level = content["level"]
        learned = level and _Learned(
            _Level(**{name: np.asarray(value) for name, value in level.items()}),
            np.array(content["offsets"]),
        )
        return cls(
            content["metric"],
            content["meta_features"],
            content["configurations"],
            learned,
            np.array(content["quantiles"], dtype=np.float64),
        )


def _usable_names(meta_dataset: MetaDataset) -> list[str]:
    wanted = {*_LANDMARKS[meta_dataset.kind], *_DESCRIPTION}
    share = (~np.isnan(meta_dataset.meta_features)).mean(axis=0)
    return [
        name
        for name, known in zip(meta_dataset.meta_feature_names, share, strict=True)
        if name in wanted and known >= _MIN_KNOWN
    ]


def _inputs(kind: Kind, names: Sequence[str], meta_features: FloatMatrix) -> FloatMatrix:
    """What the models see, one row per data set."""
    landmark = _log_odds if kind == "classification" else _log_missing
    columns = dict(zip(names, meta_features.T, strict=True))
    landmarks = [landmark(values) for name, values in columns.items() if name in _LANDMARKS[kind]]
    return np.column_stack(
        [
            np.empty((len(meta_features), 0)),
            *landmarks,
            *([np.min(landmarks, axis=0)] if landmarks else []),
            *(_DESCRIPTION[name](values) for name, values in columns.items()
              if name in _DESCRIPTION),
        ]
    )  # fmt: skip


def _is_share(metric: str) -> bool:
    return METRIC_RANGES[metric] == (0.0, 1.0)


def _linked_losses(meta_dataset: MetaDataset) -> FloatMatrix:
    """Losses on the scale of the models; NaN where there is no score."""
    scores = np.where(np.isfinite(meta_dataset.scores), meta_dataset.scores, np.nan)
    loss = to_loss(meta_dataset.metric, scores) / units_of(meta_dataset)[:, None]
    return _linked(meta_dataset.metric, loss)


def _linked(metric: str, loss: FloatMatrix | FloatVector) -> FloatMatrix:
    """Losses in units of the target's standard deviation, on the scale of the models."""
    linked = np.log(loss + _FLOOR)
    if _is_share(metric):
        linked -= np.log(1.0 - loss + _FLOOR)
    return np.asarray(linked)


def _linked_perfect(metric: str) -> float:
    """Of a perfect score."""
    return float(_linked(metric, np.zeros(1))[0])


def _linked_constant(metric: str, names: Sequence[str], meta_features: FloatMatrix) -> FloatVector:
    """Of who predicts the same for each row; infinite where that is not known."""
    loss = loss_of_constant(metric, dict(zip(names, meta_features.T, strict=True)))
    if loss is None:
        return np.full(len(meta_features), np.inf)
    loss = np.broadcast_to(loss, len(meta_features))
    return np.where(np.isnan(loss), np.inf, _linked(metric, loss))


def _from_linked(metric: str, linked: FloatMatrix, unit: float) -> FloatMatrix:
    """Scores as the metric has them."""
    if _is_share(metric):
        loss = (1.0 + 2.0 * _FLOOR) / (1.0 + np.exp(-linked)) - _FLOOR
    else:
        loss = unit * (np.exp(linked) - _FLOOR)
    score = 1.0 - loss if METRICS[metric] == "maximize" else loss
    return np.clip(score, *METRIC_RANGES[metric])


def _native(meta_dataset: MetaDataset, rows: IntVector) -> Mask:
    """Which of the rows are of the source whose scores are predicted."""
    sources = np.array([meta_dataset.datasets[row].source for row in rows])
    own = sources == OWN_SOURCE
    if own.sum() >= _MIN_DATASETS or not rows.size:
        return np.asarray(own)
    names, counts = np.unique(sources, return_counts=True)
    return np.asarray(sources == names[np.argmax(counts)])


def _fit(inputs: FloatMatrix, loss: FloatMatrix, native: Mask) -> _Learned:
    reached = np.nanquantile(loss, _LEVEL, axis=1)
    level = _Level.fit(inputs[native], reached[native])
    design = _with_constant(level.standard(inputs))
    distance = loss - reached[:, None]
    usual = float(np.nanmean(distance))
    penalty = np.full(design.shape[1], _OFFSET_PENALTY)
    penalty[0] = 0.1
    offsets = np.empty((loss.shape[1], design.shape[1]))
    for found, column in zip(offsets, distance.T, strict=True):
        ran = ~np.isnan(column)
        found[:] = ridge(design[ran], column[ran] - usual, penalty)
    offsets[:, 0] += usual
    return _Learned(level, offsets)


def _quantiles_of_misses(
    meta_dataset: MetaDataset,
    inputs: FloatMatrix,
    loss: FloatMatrix,
    native: Mask,
    constant: FloatVector,
) -> FloatVector:
    """Quantiles of what is missed on suggestions for native data sets that were left out."""
    fold = fold_of_family(meta_dataset.families, _N_FOLDS)
    perfect = _linked_perfect(meta_dataset.metric)
    misses: list[float] = []
    weights: list[float] = []
    for part in np.unique(fold):
        inside, outside = fold != part, np.flatnonzero((fold == part) & native)
        learned = _fit(inputs[inside], loss[inside], native[inside])
        suggest = SizeAwarePortfolio().fit(meta_dataset.take(np.flatnonzero(inside)))
        expected, spread = learned.predict(inputs[outside], perfect, constant[outside])
        for at, row in enumerate(outside.tolist()):
            task = Task(meta_dataset.features_of(row), ~np.isnan(loss[row]))
            order = suggest.rank(task, top=_N_SUGGESTED)
            misses += ((loss[row, order] - expected[at, order]) / spread[at]).tolist()
            share = 1.0 / np.arange(1, len(order) + 1)
            weights += (share / share.sum()).tolist()
    # As many again as one more data set would be: with few, the ends lie further out.
    low, median, high = _COVERAGE
    levels = np.array([low - low / native.sum(), median, high + low / native.sum()])
    found = np.quantile(misses, levels, weights=weights, method="inverted_cdf")
    return np.asarray(found)


def _with_constant(standard: FloatMatrix) -> FloatMatrix:
    return np.column_stack([np.ones(len(standard)), standard])
