"""Knowledge without certain tables and their near relatives, for benchmarks on real tables."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa

from metarec import Recommender
from metarec.history import (
    METRICS,
    OWN_SOURCE,
    REGRESSION_METRICS,
    HistoryStore,
    build_meta_dataset,
)


def knowledge_without(
    tables: Collection[str], folder: Path, metrics: Collection[str] = tuple(METRICS)
) -> Recommender:
    """Train on the shipped history without these tables and all of their families.

    Parameters
    ----------
    tables : collection of str
        Names of the tables that nothing may be known of.
    folder : Path
        Where the remaining history is written; empty, or it does not exist.
    metrics : collection of str
        What to learn.
    """
    shipped = HistoryStore.shipped()
    relatives: set[str] = set()
    for metric in metrics:
        kind = "regression" if metric in REGRESSION_METRICS else "classification"
        known = build_meta_dataset(shipped, kind=kind, metric=metric)
        held_out = {each.family for each in known.datasets if _table_of(each.name) in tables}
        relatives |= {each.name for each in known.datasets if each.family in held_out}
    left = HistoryStore(folder)
    left.append_runs(_without(shipped.runs(), tables, relatives), source=OWN_SOURCE)
    left.append_meta_features(
        _without(shipped.meta_features(), tables, relatives), source=OWN_SOURCE
    )
    return Recommender(metrics=list(metrics)).fit(left)


def _table_of(dataset: str) -> str:
    """The table's name, of which the history may have a sample: 'adult@1000'."""
    return dataset.rsplit("@", 1)[0]


def _without(rows: pa.Table, tables: Collection[str], relatives: Collection[str]) -> pa.Table:
    names = rows["dataset"].to_pylist()
    kept = [name not in relatives and _table_of(name) not in tables for name in names]
    return rows.filter(pa.array(np.array(kept)))
