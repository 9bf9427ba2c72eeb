"""Knowledge without certain tables and their near relatives, for benchmarks on real tables."""

from collections.abc import Collection
from pathlib import Path

import pyarrow.compute as pc

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
    runs = shipped.runs()
    names = zip(runs["dataset"].to_pylist(), runs["variant_of"].to_pylist(), strict=True)
    left_out = {name for name, whole in names if {name, whole} & set(tables)}
    for metric in metrics:
        kind = "regression" if metric in REGRESSION_METRICS else "classification"
        known = build_meta_dataset(shipped, kind=kind, metric=metric)
        families = {each.family for each in known.datasets if each.name in left_out}
        left_out |= {each.name for each in known.datasets if each.family in families}
    kept = ~pc.field("dataset").isin(sorted(left_out))
    left = HistoryStore(folder)
    left.append_runs(shipped.runs(where=kept), source=OWN_SOURCE)
    left.append_meta_features(shipped.meta_features(where=kept), source=OWN_SOURCE)
    return Recommender(metrics=list(metrics)).fit(left)
