"""Brings runs into a history that may have some of them, whole or in part.

A run is known by its OpenML run id. What an earlier import knew of it stays, what a later one
brings is added: another metric of the same run fills a cell, and makes no second row.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from metarec._exceptions import HistoryError
from metarec.history.records import RUN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from metarec.history.store import HistoryStore


def add_runs(store: HistoryStore, runs: pa.Table, *, source: str) -> int:
    """Add the runs of one task.

    Parameters
    ----------
    store : HistoryStore
        The history; no other process writes runs of the source meanwhile.
    runs : pyarrow.Table
        Of schema `RUN_SCHEMA`, all of one task, with ``run_id`` in ``original``.
    source : str
        Whose runs.

    Returns
    -------
    int
        How many are new, or know more than before.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not runs.num_rows:
        return 0
    dataset, task = runs["dataset"][0].as_py(), runs["task"][0].as_py()
    known = any((store.folder / "runs" / f"source={source}" / f"task={task}").glob("part-*"))
    old: dict[int, dict[str, Any]] = {}
    if known:
        here = store.runs(source=source, task=task, where=pc.field("dataset") == dataset)
        old = {_run_id(row): row for row in here.to_pylist()}
    new = {_run_id(row): row for row in runs.to_pylist()}
    merged = {run_id: _merge(old.get(run_id), row) for run_id, row in new.items()}
    changed = {run_id: row for run_id, row in merged.items() if row != old.get(run_id)}
    if changed.keys() & old.keys():
        elsewhere = store.runs(source=source, task=task, where=pc.field("dataset") != dataset)
        rows = pa.Table.from_pylist(list((old | changed).values()), schema=RUN_SCHEMA)
        store.replace_runs(pa.concat_tables([elsewhere, rows]), source=source)
    elif changed:
        rows = pa.Table.from_pylist(list(changed.values()), schema=RUN_SCHEMA)
        store.append_runs(rows, source=source)
    return len(changed)


def add_meta_features(store: HistoryStore, meta_features: pa.Table, *, source: str) -> None:
    """Add the meta-features of one data set, unless it has some of this source."""
    import pyarrow.compute as pc

    try:
        known = store.meta_features(source=source)["dataset"]
    except HistoryError:  # there are none yet
        known = meta_features["dataset"].slice(0, 0)
    new = meta_features.filter(pc.invert(pc.is_in(meta_features["dataset"], value_set=known)))
    if new.num_rows:
        store.append_meta_features(new, source=source)


def _merge(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a run from both: the later one counts where both know something."""
    if old is None:
        return dict(new)
    both = {name: old[name] if value is None else value for name, value in new.items()}
    originals = [json.loads(row["original"]) for row in (old, new)]
    evaluations = originals[0]["evaluations"] | originals[1]["evaluations"]
    return both | {
        "original": json.dumps(originals[1] | {"evaluations": evaluations}, sort_keys=True)
    }


def _run_id(row: Mapping[str, Any]) -> int:
    return int(json.loads(row["original"])["run_id"])
