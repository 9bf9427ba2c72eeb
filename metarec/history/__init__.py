"""Run histories: their schema, their store, their sources, and the meta-dataset made of them.

What is learned from a history belongs to `metarec.metalearners`, making runs to
`metarec.collecting`.
"""

from metarec.history.meta_dataset import KnownDataset, MetaDataset, build_meta_dataset
from metarec.history.records import (
    META_FEATURE_SCHEMA,
    METRICS,
    OWN_SOURCE,
    RUN_SCHEMA,
    STATUSES,
    fold_column,
)
from metarec.history.store import HistoryStore
from metarec.history.summary import describe_dataset, list_datasets, summarize

__all__ = [
    "META_FEATURE_SCHEMA",
    "METRICS",
    "OWN_SOURCE",
    "RUN_SCHEMA",
    "STATUSES",
    "HistoryStore",
    "KnownDataset",
    "MetaDataset",
    "build_meta_dataset",
    "describe_dataset",
    "fold_column",
    "list_datasets",
    "summarize",
]
