"""The schema of a run and of a data set's meta-features: what every source is brought into.

A run is one configuration evaluated on one task. Scores stand one column per metric, larger is
better or smaller is better as `METRICS` says, so that a reader loads only the metric it needs: the
mean over the folds, and beside it a list with one value per fold. A run that was stopped has no
mean, but the folds that it finished. A cell that a source does not know is null.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import pyarrow as pa

Direction = Literal["maximize", "minimize"]

METRICS: Final[dict[str, Direction]] = {
    "accuracy": "maximize",
    "balanced_accuracy": "maximize",
    "f1_macro": "maximize",
    "log_loss": "minimize",
    "roc_auc": "maximize",
    "mae": "minimize",
    "r2": "maximize",
    "rmse": "minimize",
    "spearman": "maximize",
}
"""Metrics that a run can carry, with the direction of improvement."""

USUAL_METRIC: Final[dict[str, str]] = {
    "classification": "balanced_accuracy",
    "regression": "rmse",
}
"""The metric of a kind of task where none is named."""

METRIC_RANGES: Final[dict[str, tuple[float, float]]] = {
    "accuracy": (0.0, 1.0),
    "balanced_accuracy": (0.0, 1.0),
    "f1_macro": (0.0, 1.0),
    "log_loss": (0.0, math.inf),
    "roc_auc": (0.0, 1.0),
    "mae": (0.0, math.inf),
    "r2": (-math.inf, 1.0),
    "rmse": (0.0, math.inf),
    "spearman": (-1.0, 1.0),
}
"""The least and the greatest value that each metric can have."""

BOUNDED_METRICS: Final = frozenset(
    name for name, (low, high) in METRIC_RANGES.items() if math.isfinite(high - low)
)
"""Those whose worst value is not arbitrarily bad."""

REGRESSION_METRICS: Final = frozenset({"mae", "r2", "rmse", "spearman"})
"""Metrics of a regression; the others are of a classification."""

STATUSES: Final = ("ok", "failed", "timed_out", "out_of_memory")
"""How a run can end."""


def fold_column(name: str) -> str:
    """Name of the column with one value per fold, beside the mean in column `name`.

    Examples
    --------
    >>> fold_column("rmse")
    'rmse_folds'
    """
    return f"{name}_folds"


_PER_FOLD: Final = (*METRICS, "fit_seconds", "predict_seconds")

RUN_SCHEMA: Final = pa.schema(
    [
        pa.field("dataset", pa.string(), nullable=False),  # one name, one table
        pa.field("variant_of", pa.string()),  # the data set that this one is a sample of
        pa.field("n_rows", pa.int64()),  # rows that were split into folds
        pa.field("openml_id", pa.int64()),  # OpenML data set id
        pa.field("dataset_sha256", pa.string()),  # content of the whole table, target and groups
        pa.field("task", pa.string(), nullable=False),  # binary, multiclass, regression
        pa.field("algorithm", pa.string(), nullable=False),  # base-learner
        pa.field("algorithm_version", pa.string()),  # package that fitted it, with its version
        pa.field("hyperparameters", pa.string(), nullable=False),  # canonical JSON, today's names
        pa.field("original", pa.string()),  # JSON, the source's own names and values
        *(pa.field(metric, pa.float64()) for metric in METRICS),  # mean over the folds
        pa.field("n_folds", pa.int32()),
        pa.field("fit_seconds", pa.float64()),  # one fit, on the source's own machine
        pa.field("predict_seconds", pa.float64()),  # of one fold's rows
        *(pa.field(fold_column(name), pa.list_(pa.float64())) for name in _PER_FOLD),
        pa.field("peak_memory_bytes", pa.int64()),  # resident, of the process that fitted
        pa.field("status", pa.string(), nullable=False),  # one of STATUSES
        pa.field("reason", pa.string()),  # why it is not ok
        pa.field("versions", pa.string()),  # JSON: package -> version
        pa.field("seed", pa.int64()),
        pa.field("time", pa.timestamp("us", tz="UTC")),  # when the run ended
    ]
)
"""One row per run. The source is the partition it is stored in, and can be read as a column."""

OWN_SOURCE: Final = "collect"
"""The source of the runs that metarec made itself."""

META_FEATURE_SCHEMA: Final = pa.schema(
    [
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("openml_id", pa.int64()),
        pa.field("family", pa.string()),  # near relatives, as far as the source knows them
        pa.field("name", pa.string(), nullable=False),  # a name of metafeatures.catalogue()
        pa.field("value", pa.float64()),
    ]
)
"""One row per data set and meta-feature."""
