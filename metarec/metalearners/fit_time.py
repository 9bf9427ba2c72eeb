"""How long one fit takes: per configuration a power law of rows, columns and classes.

A power law carries from the sizes of the history to larger tables, which trees cannot do. Of a
small table most of the time does not depend on the rows: above 500 rows their exponent is another
one. Columns that hold no numbers are counted apart, as each of them is encoded by itself, which is
most of a cheap fit. Exponents and factors are learned twice in log seconds: for all base-learners
together, then, as ridge regression of what is left, for each one with its hyperparameters and
configurations. Intervals are quantiles of what was missed on families left out, and get wider with
the rows above 500: few data sets of the history are as large.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from metarec.history import OWN_SOURCE
from metarec.history.families import fold_of_family
from metarec.history.meta_dataset import SIZE
from metarec.metalearners.encoding import encode_configurations
from metarec.metalearners.linear import ridge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatMatrix, FloatVector, Mask
    from metarec.history.meta_dataset import MetaDataset
    from metarec.learners import Configuration, TableShape

_LEAST_SECONDS: Final = 1e-4
_BESIDE_THE_FIT: Final = 0.05
"""Seconds that trying any configuration takes."""
_N_FOLDS: Final = 10
_INTERVAL: Final = (0.1, 0.9)
_RIDGE: Final = 3.0
_NUMBERS: Final = "nr_num"
"""The meta-feature that counts the columns of numbers; to it dates are some, truth values none."""
_N_SIZES: Final = len(SIZE) + 2
_LARGE: Final = 500.0
"""Rows that a fit learns from, above which the exponent is another one."""
_MUCH_LARGER: Final = 2.0
"""How many times more rows those fits have that tell how intervals widen."""


@dataclass(frozen=True, eq=False)
class FitTimePrediction:
    """Seconds of one fit, one value per configuration; NaN where nothing is known."""

    seconds: FloatVector
    """Median."""
    low: FloatVector
    """Lower end of the 80 % interval."""
    high: FloatVector
    """Upper end of the 80 % interval."""

    @property
    def cost(self) -> FloatVector | None:
        """Seconds to weigh a trial by: an unknown one costs as the middle one; None if all are."""
        if np.isnan(self.seconds).all():
            return None
        known = np.where(np.isnan(self.seconds), np.nanmedian(self.seconds), self.seconds)
        return np.asarray(known + _BESIDE_THE_FIT)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Runs with a known time, one row each."""

    y: FloatVector
    """Log seconds."""
    sizes: FloatMatrix
    """As `_logarithms` has them."""
    source: FloatMatrix
    """Indicators of the sources but the one whose times are predicted."""
    row: np.ndarray
    """Data set."""
    column: np.ndarray
    """Configuration."""

    def take(self, which: Mask) -> _Cells:
        return _Cells(
            self.y[which], self.sizes[which], self.source[which], self.row[which],
            self.column[which],
        )  # fmt: skip


class FitTime:
    """Predicts the seconds of one fit on one thread.

    The machine is that of metarec's own runs, or of the source with most times where there are
    none of these.

    Examples
    --------
    >>> import metarec
    >>> from metarec.learners import Configuration, TableShape
    >>> knowledge = metarec.Recommender.shipped().knowledge
    >>> expert = knowledge.experts["classification", "balanced_accuracy"]
    >>> knn = [Configuration("knn", {"n_neighbors": 5, "p": 2})]
    >>> small = expert.fit_time.predict(knn, TableShape(500, 10, 2)).seconds
    >>> large = expert.fit_time.predict(knn, TableShape(5000, 10, 2)).seconds
    >>> bool(small[0] < large[0])
    True
    """

    def __init__(
        self,
        keys: Sequence[str],
        coefficients: FloatMatrix,
        spread: FloatMatrix,
        widening: float,
    ) -> None:
        self._keys = list(keys)
        self._places = {key: place for place, key in enumerate(keys)}
        self._coefficients = coefficients
        self._spread = spread
        self._widening = widening

    @classmethod
    def fit(cls, meta_dataset: MetaDataset) -> Self:
        """Learn from the times of a history.

        Parameters
        ----------
        meta_dataset : MetaDataset
            Its `fit_seconds` and `fit_rows`.
        """
        cells = _cells(meta_dataset)
        model = _Model(meta_dataset)
        coefficients = model.coefficients(cells)
        left_out = fold_of_family(meta_dataset.families, _N_FOLDS)[cells.row]
        residual = np.full(len(cells.y), np.nan)
        for part in range(_N_FOLDS):
            inside = left_out != part
            if inside.any() and not inside.all():
                outside = cells.take(~inside)
                predicted = _predict(model.coefficients(cells.take(inside)), outside)
                residual[~inside] = outside.y - predicted
        native = ~cells.source.any(axis=1) & ~np.isnan(residual)
        large = native & (cells.sizes[:, -1] > np.log(_MUCH_LARGER))
        # What large fits add is the widening, unless there are no others.
        usual = native & ~large if (native & ~large).any() else native
        algorithms = np.array([item.algorithm for item in meta_dataset.configurations])
        # A configuration without a time of its own takes that of its base-learner.
        known = np.flatnonzero(np.isin(algorithms, algorithms[np.unique(cells.column)]))
        spread = np.zeros((len(known), len(_INTERVAL)))
        for place, column in enumerate(known):
            same = usual & (algorithms[cells.column] == algorithms[column])
            chosen = residual[same] if same.any() else residual[~np.isnan(residual)]
            if chosen.size:
                spread[place] = np.quantile(chosen, _INTERVAL)
        ends = spread[np.searchsorted(known, cells.column[large])]
        # In logarithms four digits are a ten-thousandth of the seconds.
        return cls(
            [meta_dataset.configurations[column].key for column in known],
            coefficients[known].round(4),
            spread.round(4),
            round(_widening(residual[large], ends, cells.sizes[large, -1]), 4),
        )

    def predict(
        self,
        configurations: Sequence[Configuration],
        shape: TableShape,
        *,
        n_numeric: int | None = None,
    ) -> FitTimePrediction:
        """Seconds of one fit on all rows of a table.

        Parameters
        ----------
        configurations : sequence of Configuration
            Which ones; those that the history has no time of get NaN.
        shape : TableShape
            The table.
        n_numeric : int, optional
            How many of its columns hold numbers, dates among them; all of them if left out.
        """
        apart = 0 if n_numeric is None else max(shape.n_features - n_numeric, 0)
        size = np.array([[shape.n_rows, shape.n_features, shape.n_classes]], dtype=np.float64)
        (sizes,) = _logarithms(size, np.array([apart]))
        wider = 1.0 + self._widening * sizes[-1]
        logs = np.full((len(configurations), 1 + len(_INTERVAL)), np.nan)
        for at, configuration in enumerate(configurations):
            place = self._places.get(configuration.key)
            if place is not None:
                factor, *exponents = self._coefficients[place]
                expected = factor + float(np.dot(exponents, sizes))
                logs[at] = expected, *(expected + wider * self._spread[place])
        seconds, low, high = np.exp(logs).T
        return FitTimePrediction(seconds, low, high)

    def to_json(self) -> bytes:
        """What was learned."""
        content = {
            "configurations": self._keys,
            "coefficients": self._coefficients.tolist(),
            "spread": self._spread.tolist(),
            "widening": self._widening,
        }
        return json.dumps(content).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The inverse of `to_json`."""
        content = json.loads(data)
        n_keys = len(content["configurations"])
        return cls(
            content["configurations"],
            np.array(content["coefficients"], dtype=np.float64).reshape(n_keys, 1 + _N_SIZES),
            np.array(content["spread"], dtype=np.float64).reshape(n_keys, len(_INTERVAL)),
            float(content["widening"]),
        )


class _Model:
    """The two regressions over the configurations of one meta-dataset."""

    def __init__(self, meta_dataset: MetaDataset) -> None:
        algorithms = [item.algorithm for item in meta_dataset.configurations]
        _, self._algorithm = np.unique(np.array(algorithms), return_inverse=True)
        encoded = encode_configurations(meta_dataset.configurations, meta_dataset.kind)
        self._blocks = [
            _standardised(encoded[self._algorithm == code])
            for code in range(self._algorithm.max(initial=-1) + 1)
        ]

    def coefficients(self, cells: _Cells) -> FloatMatrix:
        """Logarithm of the factor, and the exponents, of each configuration's power law.

        Returns
        -------
        ndarray of shape (n_configurations, 1 + _N_SIZES)
            A configuration without a time takes what is known of its base-learner.
        """
        algorithm = self._algorithm[cells.column]
        is_of = np.eye(len(self._blocks))[algorithm]
        common = ridge(
            np.column_stack([cells.sizes, cells.source, is_of]),
            cells.y,
            np.full(_N_SIZES + cells.source.shape[1] + len(self._blocks), 1e-3),
        )
        left = cells.y - np.column_stack([cells.sizes, cells.source, is_of]) @ common
        exponents = common[:_N_SIZES]
        intercepts = common[_N_SIZES + cells.source.shape[1] :]
        found = np.empty((len(self._algorithm), 1 + _N_SIZES))
        for code, block in enumerate(self._blocks):
            members = np.flatnonzero(self._algorithm == code)
            own = algorithm == code
            details = np.column_stack([np.ones(len(members)), block, np.eye(len(members))])
            place = np.searchsorted(members, cells.column[own])
            inputs = np.column_stack([cells.sizes[own], cells.source[own], details[place]])
            penalty = np.full(inputs.shape[1], _RIDGE)
            corrections = ridge(inputs, left[own], penalty)
            first = _N_SIZES + cells.source.shape[1]
            found[members, 0] = intercepts[code] + details @ corrections[first:]
            found[members, 1:] = exponents + corrections[:_N_SIZES]
        return found


def _cells(meta_dataset: MetaDataset) -> _Cells:
    row, column = np.nonzero(~np.isnan(meta_dataset.fit_seconds))
    size = meta_dataset.with_meta_features(SIZE).meta_features.copy()
    size[:, 0] = meta_dataset.fit_rows
    sources = np.array([dataset.source for dataset in meta_dataset.datasets])
    names, counts = np.unique(sources[row], return_counts=True)
    native = OWN_SOURCE if OWN_SOURCE in names else names[np.argmax(counts)] if row.size else ""
    others = [name for name in names if name != native]
    # How others prepare their columns is not known.
    apart = np.where(sources == native, size[:, 1] - _n_numeric(meta_dataset, size[:, 1]), 0.0)
    sizes = _logarithms(size, apart)
    return _Cells(
        y=np.log(np.maximum(meta_dataset.fit_seconds[row, column], _LEAST_SECONDS)),
        sizes=sizes[row],
        source=np.column_stack(
            [np.empty((row.size, 0)), *(sources[row] == name for name in others)]
        ),
        row=row,
        column=column,
    )


def _n_numeric(meta_dataset: MetaDataset, every: FloatVector) -> FloatVector:
    """Columns of numbers of each data set; every column where that is not known."""
    if _NUMBERS not in meta_dataset.meta_feature_names:
        return every
    found = meta_dataset.with_meta_features((_NUMBERS,)).meta_features[:, 0]
    return np.where(np.isnan(found), every, found)


def _logarithms(size: FloatMatrix, apart: FloatVector) -> FloatMatrix:
    """Of rows, columns, classes, columns apart, and how many times more the rows are than few."""
    logs = np.log(np.maximum(np.nan_to_num(size, nan=1.0), 1.0))
    more = np.maximum(logs[:, 0] - np.log(_LARGE), 0.0)
    return np.column_stack([logs, np.log1p(np.nan_to_num(apart)), more])


def _widening(residual: FloatVector, ends: FloatMatrix, larger: FloatVector) -> float:
    """By how many of its widths an interval widens with each factor e of rows above `_LARGE`.

    The least with which it holds as often on large fits as on others.
    """
    if not residual.size:
        return 0.0
    # Of the end on whose side a residual is.
    end = np.where(residual < 0, ends[:, 0], ends[:, 1])
    outside = np.divide(residual, end, out=np.full(len(end), np.inf), where=end != 0)
    needed = (outside - 1.0) / larger
    share = _INTERVAL[1] - _INTERVAL[0]
    return max(float(np.quantile(needed, share, method="lower")), 0.0)


def _predict(coefficients: FloatMatrix, cells: _Cells) -> FloatVector:
    own = coefficients[cells.column]
    return np.asarray(own[:, 0] + (own[:, 1:] * cells.sizes).sum(axis=1))


def _standardised(encoded: FloatMatrix) -> FloatMatrix:
    """Columns of mean 0 and spread 1, without the constant ones; what is missing is the mean."""
    known = ~np.isnan(encoded)
    count = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, encoded - np.where(known, encoded, 0.0).sum(axis=0) / count, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    return np.asarray(centred[:, spread > 0] / spread[spread > 0])
