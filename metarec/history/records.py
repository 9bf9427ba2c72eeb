"""The schema of a run and of a data set's meta-features: what every source is brought into.

A run is one configuration evaluated on one task. Scores stand one column per metric, larger is
better or smaller is better as `METRICS` says, so that a reader loads only the metric it needs.
A cell that a source does not know is null.
"""

from __future__ import annotations

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

RUN_SCHEMA: Final = pa.schema(
    [
        pa.field("dataset", pa.string(), nullable=False),  # one name, one table
        pa.field("openml_id", pa.int64()),  # OpenML data set id
        pa.field("dataset_sha256", pa.string()),  # of the table's content
        pa.field("task", pa.string(), nullable=False),  # binary, multiclass, regression
        pa.field("algorithm", pa.string(), nullable=False),  # base-learner
        pa.field("hyperparameters", pa.string(), nullable=False),  # canonical JSON, today's names
        pa.field("original", pa.string()),  # JSON, the source's own names and values
        *(pa.field(metric, pa.float64()) for metric in METRICS),  # mean over the folds
        pa.field("n_folds", pa.int32()),
        pa.field("fit_seconds", pa.float64()),  # one fit, on the source's own machine
        pa.field("predict_seconds", pa.float64()),
        pa.field("peak_memory_bytes", pa.int64()),
        pa.field("status", pa.string(), nullable=False),  # ok, failed, timed_out, out_of_memory
        pa.field("reason", pa.string()),  # why it is not ok
        pa.field("versions", pa.string()),  # JSON: package -> version
        pa.field("seed", pa.int64()),
        pa.field("time", pa.timestamp("us", tz="UTC")),  # when the run ended
    ]
)
"""One row per run; the source is the partition it is stored in."""

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
