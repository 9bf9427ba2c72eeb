"""Scenarios of ASlib (github.com/coseal/aslib_data), whose instances are data sets.

OPENML-WEKA-2017 by van Rijn and Lindauer is one: 30 flows of Weka with default parameters on
OpenML tasks, under accuracy. No base-learner here is an algorithm of Weka, so each keeps its own
name, "weka.J48", with the OpenML flow as its only hyperparameter: two flows of one algorithm differ
in their settings.

Of the features, only those of OpenML's scenarios are taken, and of these only counts, shares and
the entropy of the classes, which agree with `metafeatures.extract` on tables that are here too.
OpenML counts the target among the columns; that is undone. Its statistics of numeric columns are
left out: in this scenario many data sets have figures of others.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import HistoryError, UsageError
from metarec.history.records import META_FEATURE_SCHEMA, METRICS, REGRESSION_METRICS, RUN_SCHEMA
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
from metarec.history.sources._scenario import Scenario, read_scenario, status_cells
from metarec.learners import Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec.history.store import HistoryStore
    from metarec.learners import TaskType

DEFAULT_SCENARIO: Final = "OPENML-WEKA-2017"

_MEASURES: Final = {
    **{metric: metric for metric in METRICS},
    "mean_absolute_error": "mae",
    "predictive_accuracy": "accuracy",
    "root_mean_squared_error": "rmse",
}
"""Performance measures of ASlib and OpenML that are metrics here."""

_TASK: Final = "openml_task_id"


def import_aslib(
    runs: str | Path,
    store: HistoryStore,
    features: str | Path | None = None,
    *,
    scenario: str = DEFAULT_SCENARIO,
) -> tuple[int, int]:
    """Add the runs of one scenario.

    Parameters
    ----------
    runs : str or Path
        The scenario's folder, or a Parquet file with `openml_task_id`, `algorithm`, `runstatus`
        and a column per performance measure.
    store : HistoryStore
        Where they go.
    features : str or Path, optional
        Beside a Parquet file of runs, one with `openml_task_id` and the features.
    scenario : str
        Name of the scenario in the Parquet files; a folder says its own.

    Returns
    -------
    n_runs, n_datasets : int
        How many were added. Runs on instances without features are left out.

    Raises
    ------
    UsageError
        If `runs` is a file and `features` is left out.
    HistoryError
        If a file is missing or breaks the format, no performance measure is a metric here, the
        features do not say how many classes there are, or the history has the scenario already.
    """
    import pyarrow as pa

    if features is None and Path(runs).is_file():
        msg = f"{str(runs)!r} is a file: name the file of features beside it, or a folder"
        raise UsageError(msg)
    content = read_scenario(runs) if features is None else _read_parquet(runs, features, scenario)
    source = f"aslib-{content.name}"
    refuse_second_import(store, source)
    metrics = _metrics(content, runs)
    tasks = {
        instance: task
        for instance, row in content.features.items()
        if (task := _task(row, metrics)) is not None
    }
    rows = [
        {
            "dataset": _dataset(content.name, run["instance_id"]),
            "n_rows": _n_rows(content, run["instance_id"]),
            "task": tasks[run["instance_id"]],
            **_run_cells(run, metrics, content.name, runs),
        }
        for run in content.runs
        if run["instance_id"] in tasks
    ]
    if not rows:
        msg = (
            f"no run of {str(runs)!r} is on an instance whose features say its NumberOfClasses: "
            "its kind of task is unknown"
        )
        raise HistoryError(msg)
    described = [
        cells
        for instance in dict.fromkeys(run["instance_id"] for run in content.runs)
        if instance in tasks and _is_openml(content.name)
        for cells in meta_feature_rows(
            _dataset(content.name, instance), _meta_features(content.features[instance])
        )
    ]
    if described:
        table = pa.Table.from_pylist(described, schema=META_FEATURE_SCHEMA)
        store.append_meta_features(table, source=source)
    store.append_runs(pa.Table.from_pylist(rows, schema=RUN_SCHEMA), source=source)
    return len(rows), len({row["dataset"] for row in rows})


def _read_parquet(runs: str | Path, features: str | Path, name: str) -> Scenario:
    """The same two tables, tidied."""
    table, described = read_parquet(runs), read_parquet(features)
    require_columns(runs, (_TASK, "algorithm", "runstatus"), table.column_names)
    require_columns(features, (_TASK,), described.column_names)
    measures = [column for column in table.column_names if column in _MEASURES]
    return Scenario(
        name=name,
        maximize={measure: METRICS[_MEASURES[measure]] == "maximize" for measure in measures},
        runs=[{"instance_id": str(row[_TASK]), **row} for row in table.to_pylist()],
        features={str(row[_TASK]): row for row in described.to_pylist()},
    )


def _metrics(scenario: Scenario, path: str | Path) -> dict[str, str]:
    """The measures that are metrics here, to their names here."""
    known = {name: _MEASURES[name] for name in scenario.maximize if name in _MEASURES}
    if not known:
        msg = (
            f"{str(path)!r} has no performance measure that is a metric here, only "
            f"{', '.join(scenario.maximize) or 'none'}; known: {', '.join(_MEASURES)}"
        )
        raise HistoryError(msg)
    for name, metric in known.items():
        if scenario.maximize[name] != (METRICS[metric] == "maximize"):
            msg = (
                f"{str(path)!r} says `maximize: {str(scenario.maximize[name]).lower()}` of {name}: "
                f"that is not {metric}"
            )
            raise HistoryError(msg)
    return known


def _task(features: Mapping[str, Any], metrics: Mapping[str, str]) -> TaskType | None:
    if REGRESSION_METRICS.issuperset(metrics.values()):
        return "regression"
    n_classes = features.get("NumberOfClasses")
    if not is_known(n_classes):
        return None
    # Of three classes of which one has no rows, two are left.
    return task_of(n_classes - 1 if _has_empty_class(features) else n_classes)


def _run_cells(
    run: Mapping[str, Any], metrics: Mapping[str, str], name: str, path: str | Path
) -> dict[str, Any]:
    ended = status_cells(run["runstatus"])
    return {
        **configuration_cells(
            _configuration(name, run["algorithm"]), {"algorithm": run["algorithm"]}
        ),
        **ended,
        # Of a run that was stopped, the format has the limit or a penalty, or nothing.
        **{
            metric: score(metric, run[measure], path)
            for measure, metric in metrics.items()
            if ended["status"] == "ok" and run[measure] is not None
        },
    }


def _n_rows(scenario: Scenario, instance: str) -> int | None:
    rows = scenario.features[instance].get("NumberOfInstances")
    return int(rows) if _is_openml(scenario.name) and is_known(rows) else None


def _is_openml(scenario: str) -> bool:
    return scenario.upper().startswith("OPENML")


def _dataset(scenario: str, instance: str) -> str:
    # A task number alone could be a data set's: OpenML counts the two apart.
    return f"openml-task-{instance}" if _is_openml(scenario) else f"{scenario}-{instance}"


def _configuration(scenario: str, algorithm: str) -> Configuration:
    if _is_openml(scenario) and (flow := re.fullmatch(r"(\d+)_(.+)", algorithm)):
        return Configuration(flow[2], {"openml_flow_id": int(flow[1])})
    return Configuration(f"{scenario}.{algorithm}")


def _has_empty_class(features: Mapping[str, Any]) -> bool:
    """Whether OpenML counts a class that the target declares, but that no row has."""
    return features.get("MinorityClassSize") == 0


def _meta_features(row: Mapping[str, Any]) -> dict[str, float | None]:
    """OpenML's qualities under the names of `metafeatures.catalogue`."""
    classes = None if _has_empty_class(row) else row.get("NumberOfClasses")
    rows, largest, smallest = (
        row.get(name) for name in ("NumberOfInstances", "MajorityClassSize", "MinorityClassSize")
    )
    return with_ratios(
        {
            "nr_inst": rows,
            "nr_attr": _less_target(row.get("NumberOfFeatures")),
            "nr_class": classes,
            "nr_num": row.get("NumberOfNumericFeatures"),
            "nr_cat": _less_target(row.get("NumberOfSymbolicFeatures")),
            "nr_inst_missing": row.get("NumberOfInstancesWithMissingValues"),
            "nr_missing": row.get("NumberOfMissingValues"),
            "class_ent": row.get("ClassEntropy"),
            "class_size.max": largest,
            "class_size.min": smallest or None,
            "freq_class.max": largest / rows if largest and rows else None,
            "freq_class.min": smallest / rows if smallest and rows else None,
        }
    )


def _less_target(count: float | None) -> float | None:
    return None if count is None else count - 1
