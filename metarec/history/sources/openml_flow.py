"""Runs of one OpenML flow of scikit-learn, as a table: a row per run, a column per hyperparameter.

Two such tables are public with Gijsbers et al., Meta-Learning for Symbolic Hyperparameter Defaults
(GECCO 2021, github.com/PGijsbers/symbolicdefaults): random search over a random forest (flow 6969)
and over AdaBoost of trees (flow 6970), each after an imputer and a one-hot encoder, as the default
is here, under accuracy.

Where a run says the same in today's names, it is of today's base-learner. A number between two of
the choices that a base-learner has for it takes the closer one: shares of columns in a forest. How
missing cells were filled counts for nothing here and stands in `original` only. All other runs keep
the name of the class, "sklearn.RandomForestClassifier", and their own hyperparameters:

- forests without bootstrap samples, which the base-learner always draws;
- AdaBoost by class probabilities (SAMME.R), which scikit-learn has given up;
- AdaBoost with more rounds, deeper trees or slower learning than the base-learner allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import HistoryError
from metarec.history.library._translation import exact_configuration
from metarec.history.records import META_FEATURE_SCHEMA, RUN_SCHEMA
from metarec.history.sources._files import read_parquet, require_columns
from metarec.history.sources._rows import (
    configuration_cells,
    is_known,
    meta_feature_rows,
    refuse_second_import,
    score,
    task_of,
    with_ratios,
)
from metarec.learners import Configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from metarec.history.store import HistoryStore
    from metarec.learners import Value

_TASK: Final = "openml_task_id"
_SCORE: Final = "predictive_accuracy"
_DESCRIBED: Final = {
    "nr_inst": "NumberOfInstances",
    "nr_attr": "NumberOfFeatures",
    "nr_class": "NumberOfClasses",
    "nr_bin": "NumberOfBinaryFeatures",
    "nr_num": "NumberOfNumericFeatures",
    "nr_cat": "NumberOfSymbolicFeatures",
    "nr_missing": "NumberOfMissingValues",
    "class_size.max": "MajorityClassSize",
    "freq_class.max": "MajorityClassPercentage",
}
"""Our meta-feature to the source's column; unlike OpenML's, they leave out the target.

They agree with `metafeatures.extract` on tables that are here too, up to columns that were removed
on one side: the source does not count constant ones.
"""


@dataclass(frozen=True)
class _Flow:
    """A flow whose runs can be read."""

    flow_id: int
    """OpenML's number."""
    name: str
    """Name of its algorithm, where a run has no counterpart."""
    columns: tuple[str, ...]
    """Hyperparameters; no other flow has the same."""
    translate: Callable[[Mapping[str, Value]], tuple[str, dict[str, Value]] | None]
    """To a base-learner and its hyperparameters; None if a run has no counterpart."""


def _forest(values: Mapping[str, Value]) -> tuple[str, dict[str, Value]] | None:
    kept = {"criterion", "max_features", "max_leaf_nodes", "min_samples_leaf", "min_samples_split",
            "n_estimators"}  # fmt: skip
    fixed = {"bootstrap": True, "max_depth": None, "min_weight_fraction_leaf": 0.0}
    if any(values[name] != value for name, value in fixed.items()):
        return None
    return "random_forest", {name: values[name] for name in kept}


def _adaboost(values: Mapping[str, Value]) -> tuple[str, dict[str, Value]] | None:
    if values["algorithm"] != "SAMME":
        return None
    return "adaboost", {
        "learning_rate": values["learning_rate"],
        "max_depth": values["base_estimator__max_depth"],
        "n_estimators": values["n_estimators"],
    }


_IMPUTER: Final = "imputer_strategy"
_FLOWS: Final = (
    _Flow(
        6969,
        "sklearn.RandomForestClassifier",
        (
            "bootstrap",
            "criterion",
            "max_depth",
            "max_features",
            "max_leaf_nodes",
            "min_samples_leaf",
            "min_samples_split",
            "min_weight_fraction_leaf",
            "n_estimators",
        ),
        _forest,
    ),
    _Flow(
        6970,
        "sklearn.AdaBoostClassifier",
        ("algorithm", "base_estimator__max_depth", "learning_rate", "n_estimators"),
        _adaboost,
    ),
)
_WRITTEN: Final[dict[Value, Value]] = {"None": None, "True": True, "False": False}
"""Values that the source writes as text."""


def import_openml_flow(runs: str | Path, tasks: str | Path, store: HistoryStore) -> tuple[int, int]:
    """Add the runs of one flow.

    Parameters
    ----------
    runs : str or Path
        Parquet with `openml_task_id`, `predictive_accuracy`, `imputer_strategy` and the
        hyperparameters of one of the two flows, one row per run.
    tasks : str or Path
        Parquet that describes the tasks: `openml_task_id`, `task_name` and simple qualities.
    store : HistoryStore
        Where they go.

    Returns
    -------
    n_runs, n_datasets : int
        How many were added. Runs on tasks that are not described are left out.

    Raises
    ------
    HistoryError
        If a file is missing or lacks a column, the flow is another one, the two have no task in
        common, or the history has the runs of this flow already.
    """
    import pyarrow as pa

    table = read_parquet(runs)
    flow = _flow_of(table.column_names, runs)
    source = f"openml-flow-{flow.flow_id}"
    refuse_second_import(store, source)
    require_columns(runs, (_TASK, _SCORE, _IMPUTER), table.column_names)
    described = {
        row[_TASK]: row
        for row in read_parquet(tasks, (_TASK, "task_name", *_DESCRIBED.values())).to_pylist()
        if is_known(row["NumberOfClasses"])
    }
    rows = [
        {
            "dataset": f"openml-task-{run[_TASK]}",
            "n_rows": described[run[_TASK]]["NumberOfInstances"],
            "task": task_of(described[run[_TASK]]["NumberOfClasses"]),
            **_cells(flow, run),
            "accuracy": score("accuracy", run[_SCORE], runs),
            "status": "ok",
        }
        for run in table.to_pylist()
        if run[_TASK] in described
    ]
    if not rows:
        msg = f"{str(runs)!r} and {str(tasks)!r} have no task in common"
        raise HistoryError(msg)
    with_runs = sorted({run[_TASK] for run in table.select([_TASK]).to_pylist()} & set(described))
    features = [
        cells
        for task in with_runs
        for cells in meta_feature_rows(
            f"openml-task-{task}",
            with_ratios({name: described[task][theirs] for name, theirs in _DESCRIBED.items()}),
            family=described[task]["task_name"].lower(),
        )
    ]
    store.append_meta_features(
        pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA), source=source
    )
    store.append_runs(pa.Table.from_pylist(rows, schema=RUN_SCHEMA), source=source)
    return len(rows), len(with_runs)


def _flow_of(columns: list[str], path: str | Path) -> _Flow:
    for flow in _FLOWS:
        if set(flow.columns) <= set(columns):
            return flow
    known = ", ".join(f"{flow.flow_id} ({flow.name})" for flow in _FLOWS)
    msg = f"{str(path)!r} has not the hyperparameters of a known flow; known: {known}"
    raise HistoryError(msg)


def _cells(flow: _Flow, run: Mapping[str, Any]) -> dict[str, str]:
    values = {name: _WRITTEN.get(run[name], run[name]) for name in flow.columns}
    translated = flow.translate(values)
    exact = None if translated is None else exact_configuration(*translated, "classification")
    original = {name: run[name] for name in (*flow.columns, _IMPUTER)}
    return configuration_cells(
        exact or Configuration(flow.name, values), {"openml_flow_id": flow.flow_id, **original}
    )
