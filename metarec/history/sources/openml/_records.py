"""From a task's evaluations to run records, one per run.

Scores are OpenML's over the predictions of all folds together. The area under the curve and the F1
of several classes are its values per class, averaged as here; it averages by the classes' sizes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec.history.records import META_FEATURE_SCHEMA, RUN_SCHEMA, fold_column
from metarec.history.sources._rows import (
    configuration_cells,
    meta_feature_rows,
    openml_dataset_name,
    task_of,
)
from metarec.history.sources.openml._fetching import TIMES
from metarec.history.sources.openml._flows import translate
from metarec.history.sources.openml._qualities import to_meta_features
from metarec.learners import Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from metarec.history.sources.openml._answers import Evaluation, Parameters, TaskAnswer
    from metarec.history.sources.openml._fetching import TaskRuns
    from metarec.learners import Kind

METRICS: Final[Mapping[Kind, Mapping[str, str]]] = {
    "classification": {
        "predictive_accuracy": "accuracy",
        "area_under_roc_curve": "roc_auc",
        "unweighted_recall": "balanced_accuracy",
        "f_measure": "f1_macro",
    },
    "regression": {"mean_absolute_error": "mae", "root_mean_squared_error": "rmse"},
}
"""OpenML's functions and our metrics.

Both errors of a regression are also those of probabilities in a classification, and mean something
else there.
"""

_MANY: Final = 3
_PER_CLASS: Final = frozenset({"area_under_roc_curve", "f_measure"})
_SECONDS: Final = dict(zip(TIMES, ("fit_seconds", "predict_seconds"), strict=True))


def to_runs(found: TaskRuns) -> pa.Table:
    """Run records of a task, ordered by run id; runs without any score are left out."""
    import pyarrow as pa

    by_run: dict[int, dict[str, Evaluation]] = {}
    for function, rows in found.evaluations.items():
        for row in rows:
            by_run.setdefault(row["run_id"], {})[function] = row
    n_classes = _n_classes(found.task)
    features = to_meta_features(found.task)
    configurations: dict[tuple[str, int], Configuration] = {}
    records = []
    for run_id, evaluations in sorted(by_run.items()):
        scores = _scores(found.task.kind, evaluations, n_classes)
        if not scores:
            continue
        run = next(iter(evaluations.values()))
        setup = (run["flow_name"], run["setup_id"])
        if setup not in configurations:
            configurations[setup] = _configuration(
                *setup,
                found.setups[run["setup_id"]],
                found.task.kind,
                categorical=features.get("nr_cat") != 0,
            )
        configuration = configurations[setup]
        records.append(
            {
                "dataset": openml_dataset_name(found.task.dataset_id),
                "n_rows": _integer(features.get("nr_inst")),
                "openml_id": found.task.dataset_id,
                "task": task_of(n_classes),
                **configuration_cells(configuration, _original(found, run_id, evaluations)),
                **scores,
                **_times(evaluations),
                "n_folds": found.task.n_folds,
                "status": "ok",
                "time": _time(run["upload_time"]),
            }
        )
    return pa.Table.from_pylist(records, schema=RUN_SCHEMA)


def to_meta_feature_table(task: TaskAnswer) -> pa.Table:
    """Meta-features of a task's data set."""
    import pyarrow as pa

    # Some eighty data sets are draws from Friedman's generator (fri_c0_100_5, ...).
    rows = meta_feature_rows(
        openml_dataset_name(task.dataset_id),
        to_meta_features(task),
        openml_id=task.dataset_id,
        family="friedman" if task.dataset_name.startswith("fri_c") else None,
    )
    return pa.Table.from_pylist(list(rows), schema=META_FEATURE_SCHEMA)


def _original(
    found: TaskRuns, run_id: int, evaluations: Mapping[str, Evaluation]
) -> dict[str, Any]:
    """What the server says of a run, under its own names."""
    run = next(iter(evaluations.values()))
    values = {function: row["value"] for function, row in evaluations.items()}
    return {
        "run_id": run_id,
        "task_id": found.task.task_id,
        "flow_id": run["flow_id"],
        "flow_name": run["flow_name"],
        "setup_id": run["setup_id"],
        "parameters": found.setups[run["setup_id"]],
        "uploader": run["uploader"],
        "evaluations": {name: value for name, value in values.items() if value is not None},
    }


def _configuration(
    flow: str, setup_id: int, parameters: Parameters | None, kind: Kind, *, categorical: bool
) -> Configuration:
    if parameters is None:
        return Configuration(flow, {"setup_id": setup_id})
    return translate(flow, parameters, kind, categorical=categorical)


def _n_classes(task: TaskAnswer) -> int:
    """Classes that occur, else those that the target declares; 0 for regression."""
    if task.kind == "regression":
        return 0
    occurring = to_meta_features(task).get("nr_class")
    # With neither there are more than two, as far as anybody can tell.
    return (task.n_labels or _MANY) if occurring is None else int(occurring)


def _scores(kind: Kind, evaluations: Mapping[str, Evaluation], n_classes: int) -> dict[str, float]:
    scores = {}
    for function, metric in METRICS[kind].items():
        if (row := evaluations.get(function)) is None:
            continue
        # Of two classes both have the same area, but not the same F1.
        by_class = function in _PER_CLASS and not (metric == "roc_auc" and n_classes == 2)
        value = _mean_over_classes(row["array_data"], n_classes) if by_class else row["value"]
        if value is not None:
            scores[metric] = float(value)
    return scores


def _mean_over_classes(text: str | None, n_classes: int) -> float | None:
    """Mean of the values per class; None unless each class has one."""
    try:
        values = json.loads(text or "null")
        known = [float(value) for value in values]
    except (ValueError, TypeError):
        return None
    return float(np.mean(known)) if len(known) == n_classes and np.isfinite(known).all() else None


def _times(evaluations: Mapping[str, Evaluation]) -> dict[str, Any]:
    """Seconds of each fold, and their mean."""
    times: dict[str, Any] = {}
    for function, column in _SECONDS.items():
        values = evaluations[function]["values"] if function in evaluations else None
        if values and all(isinstance(value, int | float) for value in values):
            seconds = [value / 1000.0 for value in values]
            times[column] = float(np.mean(seconds))
            times[fold_column(column)] = seconds
    return times


def _time(text: str | None) -> datetime | None:
    """The server's time, taken for UTC."""
    try:
        return datetime.fromisoformat(text or "").replace(tzinfo=UTC)
    except ValueError:
        return None


def _integer(value: float | None) -> int | None:
    return None if value is None else int(value)
