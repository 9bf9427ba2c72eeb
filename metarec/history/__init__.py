"""Run histories: their schema, their store, their sources, and the meta-dataset made of them.

What is learned from a history belongs to `metarec.metalearners`, making runs to
`metarec.collecting`.
"""

from typing import TYPE_CHECKING

import lazy_loader as lazy

from metarec.history.building import TASK_TYPES, build_meta_dataset
from metarec.history.found import FOUND_ATTRIBUTE, parameters_of
from metarec.history.meta_dataset import KnownDataset, MetaDataset
from metarec.history.records import (
    BOUNDED_METRICS,
    META_FEATURE_SCHEMA,
    METRIC_RANGES,
    METRICS,
    OWN_SOURCE,
    REGRESSION_METRICS,
    RUN_SCHEMA,
    STATUSES,
    USUAL_METRIC,
    fold_column,
)
from metarec.history.store import HistoryStore
from metarec.history.summary import describe_dataset, list_datasets, summarize

# The importers are loaded when they are used: most commands need none.
__getattr__, _, _ = lazy.attach(__name__, submod_attrs={"sources.optuna_study": ["add_study"]})

if TYPE_CHECKING:
    from metarec.history.sources.optuna_study import add_study

__all__ = [
    "BOUNDED_METRICS",
    "FOUND_ATTRIBUTE",
    "META_FEATURE_SCHEMA",
    "METRICS",
    "METRIC_RANGES",
    "OWN_SOURCE",
    "REGRESSION_METRICS",
    "RUN_SCHEMA",
    "STATUSES",
    "TASK_TYPES",
    "USUAL_METRIC",
    "HistoryStore",
    "KnownDataset",
    "MetaDataset",
    "add_study",
    "build_meta_dataset",
    "describe_dataset",
    "fold_column",
    "list_datasets",
    "parameters_of",
    "summarize",
]
