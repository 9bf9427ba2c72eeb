"""What importers write: cells of a run, rows of meta-features, and checks of both."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from metarec._exceptions import HistoryError
from metarec.history.records import METRIC_RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from metarec.history.store import HistoryStore
    from metarec.learners import Configuration, TaskType

_ROUNDING: Final = 1e-9


def refuse_second_import(store: HistoryStore, source: str) -> None:
    """Raise a HistoryError if a history has runs of this source, which would be doubled."""
    if source in store.sources():
        msg = f"{str(store.folder)!r} has the runs of {source} already: name another folder"
        raise HistoryError(msg)


def openml_dataset_name(openml_id: int) -> str:
    """Name of an OpenML data set in every source that knows its id.

    Examples
    --------
    >>> openml_dataset_name(31)
    'openml-31'
    """
    return f"openml-{openml_id}"


def task_of(n_classes: float) -> TaskType:
    """Task type by the number of classes, 0 for regression.

    Examples
    --------
    >>> task_of(0), task_of(2.0), task_of(3)
    ('regression', 'binary', 'multiclass')
    """
    if n_classes == 0:
        return "regression"
    return "binary" if n_classes <= 2 else "multiclass"


def configuration_cells(
    configuration: Configuration, original: Mapping[str, Any]
) -> dict[str, str]:
    """Cells that say what was run: in today's names, and in the source's own.

    Examples
    --------
    >>> from metarec.learners import Configuration
    >>> configuration_cells(Configuration("knn", {"p": 1}), {"algorithm": "KNN", "p": "1"})
    {'algorithm': 'knn', 'hyperparameters': '{"p": 1}', 'original': '{"algorithm": "KNN", "p": "1"}'}
    """  # noqa: E501 - the output is one line
    return {
        "algorithm": configuration.algorithm,
        "hyperparameters": json.dumps(dict(configuration.hyperparameters)),
        "original": json.dumps(original, sort_keys=True),
    }


def is_known(value: float | None) -> TypeGuard[float]:
    """Whether a cell holds a number.

    Examples
    --------
    >>> is_known(0.0), is_known(None), is_known(float("nan"))
    (True, False, False)
    """
    return isinstance(value, int | float) and math.isfinite(value)


def score(metric: str, value: float | None, path: str | Path) -> float:
    """Return a value of a metric, or raise a HistoryError if the metric cannot have it.

    Examples
    --------
    >>> score("roc_auc", 1.0 + 2e-16, "runs.csv")
    1.0
    """
    low, high = METRIC_RANGES[metric]
    if not is_known(value) or not low - _ROUNDING <= value <= high + _ROUNDING:
        msg = (
            f"{str(path)!r} has {value} as {metric}, which lies from {low:g} to {high:g}: "
            "its figures are of another metric or on another scale"
        )
        raise HistoryError(msg)
    return min(max(value, low), high)


def meta_feature_rows(
    dataset: str,
    values: Mapping[str, float | None],
    *,
    openml_id: int | None = None,
    family: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of one data set's meta-features; what is unknown or no number is null."""
    for name, value in values.items():
        yield {
            "dataset": dataset,
            "openml_id": openml_id,
            "family": family,
            "name": name,
            "value": value if is_known(value) else None,
        }


def with_ratios(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Add the simple meta-features that follow from these by arithmetic.

    Examples
    --------
    >>> added = with_ratios({"nr_inst": 200.0, "nr_attr": 4.0, "nr_num": 1.0})
    >>> added["inst_to_attr"], added["ratio_num"], added["log_attr_to_inst"]
    (50.0, 0.25, -3.912023005428146)
    >>> "ratio_cat" in added
    False
    """
    rows, columns = values.get("nr_inst"), values.get("nr_attr")
    if not rows or not columns:
        return dict(values)
    added: dict[str, float | None] = {
        "log_nr_inst": math.log(rows),
        "log_nr_attr": math.log(columns),
        "attr_to_inst": columns / rows,
        "log_attr_to_inst": math.log(columns / rows),
        "inst_to_attr": rows / columns,
        "log_inst_to_attr": math.log(rows / columns),
    }
    for count, ratio, of in (
        ("nr_num", "ratio_num", columns),
        ("nr_cat", "ratio_cat", columns),
        ("nr_bin", "ratio_bin", columns),
        ("nr_missing", "ratio_missing", rows * columns),
        ("nr_inst_missing", "ratio_inst_missing", rows),
    ):
        known = values.get(count)
        if known is not None:
            added[ratio] = known / of
    return {**values, **added}
