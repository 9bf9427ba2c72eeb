"""The files from which FLAML builds its portfolios (Kayali & Wang, arXiv 2202.09927, 2022).

FLAML publishes the portfolios only; these files are what its users make for their own, as
`flaml/default/README.md` of github.com/microsoft/FLAML says: for each learner a folder with
`results.csv` (`task`, `fold`, `type`, `result`, `params`) and a JSON file per configuration, and
`all/metafeatures.csv`.

- `result` is larger for the better, and the file does not say of which metric. Unless told
  otherwise, it is taken for what FLAML optimises by default: ROC AUC, minus the log loss, or R2.
- A configuration that a pipeline here repeats is of its base-learner (see `exact_from_flaml`); the
  others keep FLAML's name, "flaml.xgboost", and their own hyperparameters.
- A data set is "flaml-TASK", since TASK may be the name of another table elsewhere, and of the
  family TASK.
"""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metafeatures import catalogue
from metarec._exceptions import HistoryError, UsageError
from metarec.history.library._flaml import exact_from_flaml
from metarec.history.records import (
    META_FEATURE_SCHEMA,
    METRICS,
    REGRESSION_METRICS,
    RUN_SCHEMA,
    fold_column,
)
from metarec.history.sources._files import read_csv, read_text
from metarec.history.sources._rows import (
    configuration_cells,
    meta_feature_rows,
    refuse_second_import,
    score,
    with_ratios,
)
from metarec.learners import Configuration, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metarec.history.store import HistoryStore
    from metarec.learners import TaskType

SOURCE: Final = "flaml"

DEFAULT_METRICS: Final[Mapping[str, str]] = {
    "binary": "roc_auc",
    "multiclass": "log_loss",
    "regression": "r2",
}
"""What FLAML optimises unless told otherwise."""

_RESULT_COLUMNS: Final = ("task", "fold", "type", "result", "params")
_TYPES: Final[Mapping[str, TaskType]] = {
    "binary": "binary",
    "multiclass": "multiclass",
    "regression": "regression",
}
_META_FEATURES: Final = {
    name: theirs for feature in catalogue() for name, theirs in feature.flaml.items()
}


class _Run(NamedTuple):
    """What the rows of one run share."""

    dataset: str
    task: TaskType
    learner: str
    configuration: str


def import_flaml(
    folder: str | Path,
    store: HistoryStore,
    features: str | Path | None = None,
    *,
    metrics: Mapping[str, str] = DEFAULT_METRICS,
) -> tuple[int, int]:
    """Add the runs from which FLAML would build portfolios.

    Parameters
    ----------
    folder : str or Path
        The folder with one folder per learner.
    store : HistoryStore
        Where they go.
    features : str or Path, optional
        The CSV file of meta-features; `all/metafeatures.csv` of the folder if left out.
    metrics : mapping
        By task type, which metric its results are of; if smaller is better, `result` is minus it.

    Returns
    -------
    n_runs, n_datasets : int
        How many were added. Runs on tasks without meta-features are left out.

    Raises
    ------
    UsageError
        If `metrics` names a task type or a metric that does not exist.
    HistoryError
        If a file is missing or breaks the format, the results cannot be of their metric, no task
        has meta-features, or the history has runs of this source already.
    """
    import pyarrow as pa

    folder = Path(folder)
    metrics = _checked({**DEFAULT_METRICS, **metrics})
    refuse_second_import(store, SOURCE)
    described = _described(features or folder / "all" / "metafeatures.csv")
    paths = sorted(folder.glob("*/results.csv"))
    if not paths:
        msg = f"{str(folder)!r} has no LEARNER/results.csv"
        raise HistoryError(msg)
    rows = [
        {
            "dataset": _dataset(run.dataset),
            "task": run.task,
            **_configuration(path.parent, run, described[run.dataset]),
            **_scores(metrics[run.task], folds, path),
        }
        for path in paths
        for run, folds in _results(path).items()
        if run.dataset in described
    ]
    if not rows:
        msg = f"no task of {str(folder)!r} has meta-features"
        raise HistoryError(msg)
    with_runs = {row["dataset"] for row in rows}
    cells = [
        cells
        for name, values in described.items()
        if _dataset(name) in with_runs
        for cells in meta_feature_rows(_dataset(name), with_ratios(values), family=name.lower())
    ]
    store.append_meta_features(
        pa.Table.from_pylist(cells, schema=META_FEATURE_SCHEMA), source=SOURCE
    )
    store.append_runs(pa.Table.from_pylist(rows, schema=RUN_SCHEMA), source=SOURCE)
    return len(rows), len(with_runs)


def _checked(metrics: dict[str, str]) -> dict[str, str]:
    for task, metric in metrics.items():
        if task not in _TYPES:
            msg = f"there is no task type {task!r}; use one of {', '.join(_TYPES)}"
            raise UsageError(msg)
        allowed = [
            name for name in METRICS if (name in REGRESSION_METRICS) == (task == "regression")
        ]
        if metric not in allowed:
            msg = f"there is no metric {metric!r} for {task}; use one of {', '.join(allowed)}"
            raise UsageError(msg)
    return metrics


def _described(path: str | Path) -> dict[str, dict[str, float | None]]:
    """Our meta-features by task; a task's first row counts, as in FLAML."""
    found: dict[str, dict[str, float | None]] = {}
    for row in read_csv(path, list(_META_FEATURES.values())):
        name = next(iter(row.values()))
        values: dict[str, float | None] = {
            ours: _number(row[theirs], path) for ours, theirs in _META_FEATURES.items()
        }
        # FLAML writes 0 for regression.
        found.setdefault(name, {**values, "nr_class": values["nr_class"] or None})
    return found


def _results(path: Path) -> dict[_Run, dict[str, float | None]]:
    """Results by fold, for each run."""
    found: dict[_Run, dict[str, float | None]] = {}
    for row in read_csv(path, _RESULT_COLUMNS):
        if row["type"] not in _TYPES:
            msg = f"{str(path)!r} has the type {row['type']!r}; known: {', '.join(_TYPES)}"
            raise HistoryError(msg)
        run = _Run(
            row["task"], _TYPES[row["type"]], path.parent.name, _configuration_name(row, path)
        )
        folds = found.setdefault(run, {})
        if row["fold"] in folds:
            msg = (
                f"{str(path)!r} has fold {row['fold']} of {run.dataset} with {run.configuration} "
                "more than once"
            )
            raise HistoryError(msg)
        result = _number(row["result"] or "nan", path)
        folds[row["fold"]] = None if math.isnan(result) else result
    return found


def _configuration_name(row: Mapping[str, str], path: Path) -> str:
    try:
        return PurePosixPath(ast.literal_eval(row["params"])["_modeljson"]).stem
    except (ValueError, SyntaxError, KeyError, TypeError) as error:
        msg = f"{str(path)!r} has params {row['params']!r}, which name no `_modeljson`"
        raise HistoryError(msg) from error


def _configuration(folder: Path, run: _Run, features: Mapping[str, float | None]) -> dict[str, str]:
    path = folder / f"{run.configuration}.json"
    try:
        content = json.loads(read_text(path))
        learner, values = content["class"], dict(content["hyperparameters"])
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        msg = f"{str(path)!r} is no configuration with a class and hyperparameters"
        raise HistoryError(msg) from error
    exact = exact_from_flaml(
        learner, values, kind_of(run.task), all_numeric=features["ratio_num"] == 1.0
    )
    original = {"class": learner, "hyperparameters": values, "name": run.configuration}
    return configuration_cells(exact or Configuration(f"{SOURCE}.{learner}", values), original)


def _scores(metric: str, folds: Mapping[str, float | None], path: Path) -> dict[str, Any]:
    """The mean over the folds and each of them; no mean if a fold has no result."""
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    finished = [
        score(metric, sign * value, path) for value in _in_order(folds) if value is not None
    ]
    cells: dict[str, Any] = {fold_column(metric): finished, "n_folds": len(folds)}
    missing = sorted(fold for fold, value in folds.items() if value is None)
    if missing:
        reason = f"no result on fold {', '.join(missing)}"
        return {**cells, "status": "failed", "reason": reason}
    return {**cells, "status": "ok", metric: sum(finished) / len(finished)}


def _in_order(folds: Mapping[str, float | None]) -> Iterator[float | None]:
    for fold in sorted(folds, key=lambda fold: (len(fold), fold)):
        yield folds[fold]


def _number(text: str, path: str | Path) -> float:
    try:
        return float(text)
    except ValueError as error:
        msg = f"{str(path)!r} has {text!r} where a number belongs"
        raise HistoryError(msg) from error


def _dataset(name: str) -> str:
    return f"{SOURCE}-{name}"
