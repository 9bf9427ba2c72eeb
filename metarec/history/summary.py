"""What a run history holds, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metarec.history.records import METRICS

if TYPE_CHECKING:
    from metarec.history.store import HistoryStore


def summarize(store: HistoryStore) -> dict[str, object]:
    """Count data sets, runs, base-learners and failures.

    Parameters
    ----------
    store : HistoryStore
        The run history.

    Returns
    -------
    dict
        ``datasets``, ``runs``, ``base_learners``, ``metrics``, ``failed_share`` and ``sources``,
        a list with ``name``, ``datasets``, ``runs`` and ``task_types`` of each source.

    Raises
    ------
    HistoryError
        If the history is empty.
    """
    import pyarrow.compute as pc

    columns = ["dataset", "task", "algorithm", "status", *METRICS]
    runs = store.runs(columns=columns)
    sources = []
    for name in store.sources():
        part = store.runs(source=name, columns=["dataset", "task"])
        sources.append(
            {
                "name": name,
                "datasets": pc.count_distinct(part["dataset"]).as_py(),
                "runs": part.num_rows,
                "task_types": sorted(part["task"].unique().to_pylist()),
            }
        )
    return {
        "datasets": pc.count_distinct(runs["dataset"]).as_py(),
        "runs": runs.num_rows,
        "base_learners": pc.count_distinct(runs["algorithm"]).as_py(),
        "metrics": [name for name in METRICS if runs[name].null_count < runs.num_rows],
        "failed_share": pc.mean(pc.not_equal(runs["status"], "ok").cast("float64")).as_py(),
        "sources": sources,
    }
