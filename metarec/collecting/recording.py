"""From what a child reported to rows of the history."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from metarec.collecting.evaluating import FoldResult, Started
from metarec.history import (
    META_FEATURE_SCHEMA,
    METRICS,
    OWN_SOURCE,
    RUN_SCHEMA,
    HistoryStore,
    fold_column,
)

if TYPE_CHECKING:
    from metarec.collecting.supervisor import Outcome
    from metarec.collecting.tasks import Protocol, TaskCard
    from metarec.learners import Configuration

_PARTS: Final = 256
"""Parts of one run each that may lie side by side before they are joined."""


def identity(card: TaskCard, configuration: Configuration, protocol: Protocol) -> dict[str, Any]:
    """The cells of a run that are settled before it is made."""
    return {
        "dataset": card.dataset,
        "variant_of": card.variant_of,
        "n_rows": card.shape.n_rows,
        "openml_id": card.file.openml_id,
        "dataset_sha256": card.sha256,
        "task": card.task,
        "algorithm": configuration.algorithm,
        "hyperparameters": json.dumps(dict(configuration.hyperparameters)),
        "n_folds": protocol.n_folds,
        "seed": protocol.seed,
    }


def cells(outcome: Outcome) -> dict[str, Any]:
    """The cells of a run that it brought."""
    started = next((item for item in outcome.items if isinstance(item, Started)), Started())
    folds = [item for item in outcome.items if isinstance(item, FoldResult)]
    found: dict[str, Any] = {
        "status": outcome.status,
        "reason": outcome.reason,
        "algorithm_version": started.algorithm_version,
        "versions": json.dumps(started.versions) if started.versions else None,
        "peak_memory_bytes": outcome.peak_bytes,
        "time": datetime.now(UTC),
    }
    columns = {name: [fold.scores.get(name) for fold in folds] for name in METRICS} | {
        "fit_seconds": [fold.fit_seconds for fold in folds],
        "predict_seconds": [fold.predict_seconds for fold in folds],
    }
    for name, values in columns.items():
        known = [value for value in values if value is not None]
        if known:
            found[fold_column(name)] = values
        # The mean of some folds cannot be compared with the mean of all.
        if known and outcome.status == "ok" and (name not in METRICS or len(known) == len(values)):
            found[name] = sum(known) / len(known)
    return found


class Recorder:
    """Puts what comes back into the history, run by run.

    Parameters
    ----------
    history : HistoryStore
        Where the rows go.
    protocol : Protocol
        How the runs are made.
    """

    def __init__(self, history: HistoryStore, protocol: Protocol) -> None:
        self._history, self._protocol = history, protocol
        self.statuses: Counter[str] = Counter()
        self.problems: dict[str, str] = {}

    def run(self, card: TaskCard, configuration: Configuration, outcome: Outcome) -> None:
        """Store a run; when this returns it is safe."""
        row = identity(card, configuration, self._protocol) | cells(outcome)
        table = pa.Table.from_pylist([row], schema=RUN_SCHEMA)
        self._history.append_runs(table, source=OWN_SOURCE)
        self.statuses[outcome.status] += 1
        if self.statuses.total() % _PARTS == 0:
            self._history.compact(source=OWN_SOURCE, smaller_than=_PARTS // 2)

    def meta_features(self, card: TaskCard, outcome: Outcome) -> None:
        """Store a task's meta-features; without them it has a problem."""
        found = next((item for item in outcome.items if isinstance(item, dict)), None)
        if found is None:
            self.problems[card.dataset] = f"no meta-features: {outcome.reason or outcome.status}"
            return
        rows = [
            {
                "dataset": card.dataset,
                "openml_id": card.file.openml_id,
                "family": card.file.family or card.file.name,
                "name": name,
                "value": value,
            }
            for name, value in found.items()
        ]
        table = pa.Table.from_pylist(rows, schema=META_FEATURE_SCHEMA)
        self._history.append_meta_features(table, source=OWN_SOURCE)

    def finish(self) -> None:
        """Join what lies side by side."""
        self._history.compact(source=OWN_SOURCE)
