"""Run histories: their schema, their store, their sources, and the meta-dataset made of them.

What is learned from a history belongs to `metarec.metalearners`.
"""

from metarec.history.meta_dataset import KnownDataset, MetaDataset, build_meta_dataset
from metarec.history.records import META_FEATURE_SCHEMA, METRICS, RUN_SCHEMA
from metarec.history.store import HistoryStore
from metarec.history.summary import summarize

__all__ = [
    "META_FEATURE_SCHEMA",
    "METRICS",
    "RUN_SCHEMA",
    "HistoryStore",
    "KnownDataset",
    "MetaDataset",
    "build_meta_dataset",
    "summarize",
]
