"""The metadata that auto-sklearn ships (Feurer et al., NeurIPS 2015 and JMLR 2022).

`autosklearn/metalearning/files` of github.com/automl/auto-sklearn has a folder for each metric,
kind of task and density, in the format of ASlib with `configurations.csv` beside it: the best
pipeline that was found for each data set, and its loss on the test part. Folders for binary and
multiclass tasks hold the same runs, so the number of classes decides; a pipeline that is the best
under several metrics is one run with several scores.

- Losses become scores of accuracy, balanced accuracy, F1 (macro), log loss, ROC AUC (two classes),
  R2, MAE and RMSE. The other metrics have no counterpart here.
- A pipeline that one here repeats is of its base-learner (see `exact_from_autosklearn`); the others
  keep auto-sklearn's name, "autosklearn.libsvm_svc", and all of their hyperparameters.
- The meta-features are of the training part, two thirds of the rows. Taken are counts, shares and
  the entropy of the classes; those of the encoded columns are not.
- The names are OpenML's in lower case, which say no version: a data set is "autosklearn-NAME", and
  NAME is its family. What is classified and what is a regression under one name are two data sets.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metafeatures import catalogue
from metarec._exceptions import HistoryError, UsageError
from metarec.history.library._autosklearn import (
    encodes_one_hot,
    exact_from_autosklearn,
    learner_of,
)
from metarec.history.records import META_FEATURE_SCHEMA, METRICS, RUN_SCHEMA
from metarec.history.sources._files import read_csv, read_parquet, require_columns
from metarec.history.sources._rows import (
    configuration_cells,
    is_known,
    meta_feature_rows,
    refuse_second_import,
    score,
    task_of,
)
from metarec.history.sources._scenario import read_scenario
from metarec.learners import Configuration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metarec.history.store import HistoryStore
    from metarec.learners import Kind

SOURCE: Final = "autosklearn"

_METRICS: Final = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced_accuracy",
    "f1_macro": "f1_macro",
    "log_loss": "log_loss",
    "mean_absolute_error": "mae",
    "r2": "r2",
    "roc_auc": "roc_auc",
    "root_mean_squared_error": "rmse",
}
"""auto-sklearn's metric to ours."""

_NEEDED: Final = (
    "NumberOfInstances",
    "NumberOfFeatures",
    "NumberOfNumericFeatures",
    "NumberOfCategoricalFeatures",
    "SymbolsSum",
)
"""Meta-features without which a pipeline or another meta-feature cannot be read."""

_COLUMNS: Final = ("scenario", "dataset_name", "metric", "loss", "status", "configuration")


class _Run(NamedTuple):
    """One row of the source."""

    dataset: str
    kind: Kind
    metric: str
    loss: float
    pipeline: str
    """Names and values as JSON, sorted."""


_Features = dict[tuple[str, "Kind"], "Mapping[str, Any]"]
"""auto-sklearn's meta-features by data set and kind of task."""


def import_autosklearn(
    runs: str | Path, store: HistoryStore, features: Sequence[str | Path] = ()
) -> tuple[int, int]:
    """Add auto-sklearn's best pipelines on the data sets whose meta-features it knows.

    Parameters
    ----------
    runs : str or Path
        `autosklearn/metalearning/files`, or one folder of it, or a Parquet file with `scenario`,
        `dataset_name`, `metric`, `loss`, `status` and `configuration` (JSON).
    store : HistoryStore
        Where they go.
    features : sequence of str or Path
        Beside a Parquet file of runs: files with `dataset_name` and auto-sklearn's meta-features,
        of classification (with `NumberOfClasses`) or of regression.

    Returns
    -------
    n_runs, n_datasets : int
        How many were added.

    Raises
    ------
    UsageError
        If `runs` is a file and `features` is empty.
    HistoryError
        If a file is missing or breaks the format, no run is under a metric of ours on a data set
        with meta-features, or the history has these runs already.
    """
    import pyarrow as pa

    refuse_second_import(store, SOURCE)
    if Path(runs).is_file() and not features:
        msg = f"{str(runs)!r} is a file: name the files of meta-features beside it, or a folder"
        raise UsageError(msg)
    read, described = _read_parquet(runs, features) if features else _read_folders(Path(runs))
    known = [run for run in read if _is_described(described.get((run.dataset, run.kind)), run.kind)]
    rows = [
        {**_cells(key, described[key[:2]], runs), **scores, "status": "ok"}
        for key, scores in _join(known, runs)
    ]
    if not rows:
        msg = (
            f"{str(runs)!r} has no run under {', '.join(_METRICS)} on a data set whose "
            "meta-features are known"
        )
        raise HistoryError(msg)
    cells = [
        cells
        for name, kind in dict.fromkeys((run.dataset, run.kind) for run in known)
        for cells in meta_feature_rows(
            _dataset(name, kind),
            _meta_features(described[name, kind], kind),
            family="friedman" if name.startswith("fri_c") else name,
        )
    ]
    store.append_meta_features(
        pa.Table.from_pylist(cells, schema=META_FEATURE_SCHEMA), source=SOURCE
    )
    store.append_runs(pa.Table.from_pylist(rows, schema=RUN_SCHEMA), source=SOURCE)
    return len(rows), len({row["dataset"] for row in rows})


def _is_described(features: Mapping[str, Any] | None, kind: Kind) -> bool:
    needed = (*_NEEDED, "NumberOfClasses") if kind == "classification" else _NEEDED
    return features is not None and all(is_known(features.get(name)) for name in needed)


def _read_parquet(runs: str | Path, features: Sequence[str | Path]) -> tuple[list[_Run], _Features]:
    described: _Features = {}
    for path in features:
        table = read_parquet(path)
        require_columns(path, ("dataset_name", *_NEEDED), table.column_names)
        kind: Kind = "classification" if "NumberOfClasses" in table.column_names else "regression"
        described |= {(row["dataset_name"], kind): row for row in table.to_pylist()}
    return [
        _Run(
            row["dataset_name"],
            _kind(row["scenario"]),
            _METRICS[row["metric"]],
            row["loss"],
            _sorted(row["configuration"], runs),
        )
        for row in read_parquet(runs, _COLUMNS).to_pylist()
        if row["status"] == "ok" and row["metric"] in _METRICS and is_known(row["loss"])
    ], described


def _sorted(pipeline: str, path: str | Path) -> str:
    try:
        return json.dumps(dict(json.loads(pipeline)), sort_keys=True)
    except (ValueError, TypeError) as error:
        msg = f"{str(path)!r} has a configuration that is no JSON object: {error}"
        raise HistoryError(msg) from error


def _read_folders(parent: Path) -> tuple[list[_Run], _Features]:
    """Read a folder of the source, or all of its folders."""
    folders = sorted(path.parent for path in parent.rglob("configurations.csv"))
    runs: list[_Run] = []
    described: _Features = {}
    for folder in folders:
        kind = _kind(folder.name)
        scenario = read_scenario(folder)
        measures = [name for name in scenario.maximize if name in _METRICS]
        if not measures:
            continue
        pipelines = {
            row["idx"]: _pipeline(row) for row in read_csv(folder / "configurations.csv", ["idx"])
        }
        features = folder / "feature_values.arff"
        require_columns(features, _NEEDED, list(next(iter(scenario.features.values()), {})))
        described |= {(name, kind): row for name, row in scenario.features.items()}
        for row in scenario.runs:
            if row["runstatus"] != "ok":
                continue
            if row["algorithm"] not in pipelines:
                msg = f"{str(folder)!r} lacks the configuration {row['algorithm']!r} of a run"
                raise HistoryError(msg)
            runs += [
                _Run(row["instance_id"], kind, _METRICS[name], row[name],
                     pipelines[row["algorithm"]])
                for name in measures
                if is_known(row[name])
            ]  # fmt: skip
    return runs, described


def _pipeline(row: Mapping[str, str]) -> str:
    values = {name: _value(text) for name, text in row.items() if name != "idx" and text}
    return json.dumps(values, sort_keys=True)


def _value(text: str) -> Any:
    """Read a cell; what is no literal is a string."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _kind(scenario: str) -> Kind:
    return "regression" if "regression" in scenario else "classification"


def _join(
    runs: Iterable[_Run], path: str | Path
) -> Iterator[tuple[tuple[str, Kind, str], dict[str, float]]]:
    """One run for each data set and pipeline; if its scores differ, as many as there are scores."""
    joined: dict[tuple[str, Kind, str], list[dict[str, float]]] = defaultdict(list)
    for run in runs:
        value = run.loss if METRICS[run.metric] == "minimize" else 1.0 - run.loss
        value = score(run.metric, value, path)
        scores = joined[run.dataset, run.kind, run.pipeline]
        free = next((one for one in scores if one.get(run.metric, value) == value), None)
        if free is None:
            scores.append({run.metric: value})
        else:
            free[run.metric] = value
    for key, scores in joined.items():
        for one in scores:
            yield key, one


def _cells(
    key: tuple[str, Kind, str], features: Mapping[str, Any], path: str | Path
) -> dict[str, Any]:
    name, kind, pipeline = key
    values = json.loads(pipeline)
    learner = learner_of(values)
    if not learner:
        msg = f"{str(path)!r} has a configuration that names no classifier and no regressor"
        raise HistoryError(msg)
    n_categorical, n_columns = (
        features["NumberOfCategoricalFeatures"],
        features["NumberOfFeatures"],
    )
    if encodes_one_hot(values):
        n_columns += features["SymbolsSum"] - n_categorical
    exact = exact_from_autosklearn(values, kind, n_columns=n_columns, n_categorical=n_categorical)
    return {
        "dataset": _dataset(name, kind),
        "task": task_of(features["NumberOfClasses"] if kind == "classification" else 0),
        **configuration_cells(exact or Configuration(f"{SOURCE}.{learner}", values), values),
    }


def _dataset(name: str, kind: Kind) -> str:
    return f"{SOURCE}-{name}" if kind == "classification" else f"{SOURCE}-{kind}-{name}"


def _meta_features(row: Mapping[str, Any], kind: Kind) -> dict[str, float | None]:
    return {
        name: row[theirs] if _is_defined(name, row) else None
        for feature in catalogue()
        for name, theirs in feature.autosklearn.items()
        if theirs in row
        and feature.group in ("general", "info-theory")
        and (kind == "classification" or "regression" in feature.tasks)
    }


def _is_defined(name: str, row: Mapping[str, Any]) -> bool:
    """auto-sklearn writes 0 for what is undefined."""
    if name.startswith("symbols.") or name == "num_to_cat":
        return bool(row["NumberOfCategoricalFeatures"])
    return name != "cat_to_num" or bool(row["NumberOfNumericFeatures"])
