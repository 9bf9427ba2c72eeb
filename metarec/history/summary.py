"""What a run history holds: in numbers, data set by data set, and one data set closely."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec._exceptions import HistoryError
from metarec.history.records import METRICS, OWN_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    import pyarrow.compute as pc

    from metarec._types import IntVector
    from metarec.history.store import HistoryStore


@dataclass
class _Seen:
    """What was met so far in one source."""

    datasets: set[str] = field(default_factory=set)
    variants: set[str] = field(default_factory=set)
    task_types: set[str] = field(default_factory=set)
    n_runs: int = 0


def summarize(store: HistoryStore) -> dict[str, Any]:
    """Count data sets, runs, base-learners and failures, in bounded memory.

    Parameters
    ----------
    store : HistoryStore
        The run history.

    Returns
    -------
    dict
        ``datasets`` (samples of a table count as that table), ``own_datasets`` (those on which
        metarec made runs itself), ``runs``, ``base_learners``, ``metrics``, ``failed_share`` (runs
        that are not ok), ``statuses``, and ``sources``, a list with ``name``, ``datasets``,
        ``variants`` (samples of tables), ``runs`` and ``task_types`` of each.

    Raises
    ------
    HistoryError
        If the history is empty.
    """
    import pyarrow.compute as pc

    names = ["source", "dataset", "variant_of", "task", "algorithm", "status", *METRICS]
    seen: dict[str, _Seen] = {}
    algorithms: set[str] = set()
    statuses: Counter[str] = Counter()
    metrics: set[str] = set()
    for batch in store.scan_runs(columns=names):
        if not batch.num_rows:
            continue
        source = seen.setdefault(batch["source"][0].as_py(), _Seen())
        whole = pc.coalesce(batch["variant_of"], batch["dataset"])
        source.datasets.update(whole.unique().to_pylist())
        source.variants.update(
            batch["dataset"].filter(batch["variant_of"].is_valid()).unique().to_pylist()
        )
        source.task_types.update(batch["task"].unique().to_pylist())
        source.n_runs += batch.num_rows
        algorithms.update(batch["algorithm"].unique().to_pylist())
        for count in batch["status"].value_counts().to_pylist():
            statuses[count["values"]] += count["counts"]
        metrics |= {name for name in METRICS if batch[name].null_count < batch.num_rows}
    if not statuses:
        msg = f"no runs in {str(store.folder)!r}: import some with `metarec history import`"
        raise HistoryError(msg)
    return {
        "datasets": len(set().union(*(source.datasets for source in seen.values()))),
        "own_datasets": len(seen.get(OWN_SOURCE, _Seen()).datasets),
        "runs": statuses.total(),
        "base_learners": len(algorithms),
        "metrics": [name for name in METRICS if name in metrics],
        "failed_share": 1.0 - statuses["ok"] / statuses.total(),
        "statuses": dict(statuses.most_common()),
        "sources": [
            {
                "name": name,
                "datasets": len(source.datasets),
                "variants": len(source.variants),
                "runs": source.n_runs,
                "task_types": sorted(source.task_types),
            }
            for name, source in sorted(seen.items())
        ],
    }


def list_datasets(store: HistoryStore, *, source: str | None = None) -> list[dict[str, Any]]:
    """Say of each data set of each source how many runs it has.

    Parameters
    ----------
    store : HistoryStore
        The run history.
    source : str, optional
        Only data sets of this source.

    Returns
    -------
    list of dict
        ``dataset``, ``source``, ``task``, ``openml_id``, ``n_rows``, ``variant_of``, ``runs``,
        ``configurations``, ``failed`` and ``fit_seconds`` (in total), ordered by name.
    """
    return _list(store, source=source)


def describe_dataset(store: HistoryStore, name: str) -> dict[str, Any]:
    """Say what is known of one data set.

    Parameters
    ----------
    store : HistoryStore
        The run history.
    name : str
        Name of the data set.

    Returns
    -------
    dict
        ``dataset``, ``sources`` (as `list_datasets` gives them), ``statuses``, ``reasons`` (why
        runs failed, most frequent first), ``metrics`` (for each metric the best ``score`` with its
        ``algorithm`` and ``hyperparameters``), ``meta_features``.

    Raises
    ------
    HistoryError
        If there are no runs on it; the message names data sets that are called alike.
    """
    import pyarrow.compute as pc

    columns = ["algorithm", "hyperparameters", "status", "reason", *METRICS]
    of_it = pc.field("dataset") == name
    runs = store.runs(columns=columns, where=of_it).to_pylist()
    if not runs:
        known = set[str]()
        for batch in store.scan_runs(columns=["dataset"]):
            known.update(batch["dataset"].unique().to_pylist())
        close = get_close_matches(name, known, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "see `metarec history list`"
        raise HistoryError(f"no runs on {name!r} in {str(store.folder)!r}: {hint}")
    return {
        "dataset": name,
        "sources": _list(store, where=of_it),
        "statuses": dict(Counter(run["status"] for run in runs).most_common()),
        "reasons": dict(Counter(run["reason"] for run in runs if run["reason"]).most_common()),
        "metrics": _best_runs(runs),
        "meta_features": _meta_features(store, name),
    }


_LISTED: Final = ("dataset", "source", "task", "openml_id", "n_rows", "variant_of")
"""What tells the rows of the list apart."""


def _list(
    store: HistoryStore, *, source: str | None = None, where: pc.Expression | None = None
) -> list[dict[str, Any]]:
    names = [*_LISTED, "algorithm", "hyperparameters", "status", "fit_seconds"]
    listing = _Listing()
    for batch in store.scan_runs(columns=names, source=source, where=where):
        listing.add(batch)
    return sorted(listing.rows(), key=lambda row: (row["dataset"], row["source"]))


class _Listing:
    """Counts runs data set by data set; one number of each run stays in memory."""

    def __init__(self) -> None:
        self._known: list[dict[str, Any]] = []
        self._datasets: dict[str, int] = {}
        self._configurations: dict[str, int] = {}
        self._pairs = [np.empty(0, dtype=np.int64)]
        self._totals = np.zeros((4, 0))

    def add(self, batch: pa.RecordBatch) -> None:
        """Take the runs of one batch."""
        import pyarrow.compute as pc

        texts = [pc.fill_null(batch[name].cast("string"), "") for name in _LISTED]
        datasets = _codes(pc.binary_join_element_wise(*texts, "\n"), self._datasets)
        codes, first = np.unique(datasets, return_index=True)
        for row in first[codes >= len(self._known)].tolist():
            self._known.append({name: batch[name][row].as_py() for name in _LISTED})
        seconds = batch["fit_seconds"].to_numpy(zero_copy_only=False).astype(np.float64)
        timed = ~np.isnan(seconds)
        failed = pc.not_equal(batch["status"], "ok").to_numpy(zero_copy_only=False)
        new = len(self._known) - self._totals.shape[1]
        self._totals = np.pad(self._totals, ((0, 0), (0, new))) + [
            np.bincount(datasets, weights, minlength=len(self._known))
            for weights in (None, failed, timed, np.nan_to_num(seconds))
        ]
        keys = pc.binary_join_element_wise(batch["algorithm"], batch["hyperparameters"], "\n")
        self._pairs.append(np.unique(datasets << 32 | _codes(keys, self._configurations)))

    def rows(self) -> Iterator[dict[str, Any]]:
        """One per data set and source."""
        pairs = np.unique(np.concatenate(self._pairs))
        distinct = np.bincount(pairs >> 32, minlength=len(self._known))
        for known, (runs, failed, timed, seconds), configurations in zip(
            self._known, self._totals.T.tolist(), distinct.tolist(), strict=True
        ):
            yield {
                **known,
                "runs": int(runs),
                "configurations": configurations,
                "failed": int(failed),
                "fit_seconds": seconds if timed else None,
            }


def _codes(texts: pa.StringArray, known: dict[str, int]) -> IntVector:
    """Number of each text among those met so far, in their order."""
    encoded = texts.dictionary_encode()
    codes = [known.setdefault(text, len(known)) for text in encoded.dictionary.to_pylist()]
    numbers: IntVector = np.array(codes, dtype=np.int64)[encoded.indices.to_numpy()]
    return numbers


def _best_runs(runs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    best = {}
    for metric, direction in METRICS.items():
        scored = [run for run in runs if run["status"] == "ok" and run[metric] is not None]
        if scored:
            choose = max if direction == "maximize" else min
            first = choose(scored, key=lambda run: run[metric])
            best[metric] = {
                "score": first[metric],
                "algorithm": first["algorithm"],
                "hyperparameters": json.loads(first["hyperparameters"]),
            }
    return best


def _meta_features(store: HistoryStore, name: str) -> dict[str, float | None]:
    import pyarrow.compute as pc

    try:
        described = store.meta_features()
    except HistoryError:  # runs may come without meta-features
        return {}
    rows = described.filter(pc.field("dataset") == name)
    return dict(zip(rows["name"].to_pylist(), rows["value"].to_pylist(), strict=True))
