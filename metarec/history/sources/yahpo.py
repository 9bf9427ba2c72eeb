"""Runs drawn from the YAHPO Gym surrogates (Pfisterer et al., AutoML Conf 2022) of OpenML runs.

A surrogate is a neural network fitted to millions of runs (Binder, Pfisterer & Bischl, AutoML
workshop 2020). Given a configuration and a data set it tells the scores, so that a history of any
size can be had: full runs (all training rows, all replications) of random configurations, the same
on every data set. Two scenarios are read, ``rbv2_xgboost`` and ``rbv2_rpart``.

Four things matter to who reads the runs:

- A surrogate is smooth and now and then leaves a metric's range: scores are clipped to it.
- Only XGBoost without dropout, with values that the base-learner `xgboost` takes and with a `gamma`
  too small to prevent a split (it has none here), is `xgboost`. All else keeps the source's names,
  as ``rbv2.xgboost`` and ``rbv2.rpart`` (R's tree is pruned by another rule than `decision_tree`).
- The source's F1 is that of one class, and its memory has no stated unit: both are left out, as
  yahpo_gym itself has come to do. How its area under the curve averages over classes is not said.
- The seconds are those of one fit: they do not grow with the number of replications.
"""

from __future__ import annotations

import json
import math
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import HistoryError, UsageError
from metarec.history.records import METRIC_RANGES, RUN_SCHEMA
from metarec.history.sources._rows import openml_dataset_name
from metarec.history.sources._surrogates import OUTPUTS, SCENARIOS, Surrogate, to_xgboost
from metarec.learners import InvalidConfigurationError, get_learner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from metarec._types import FloatMatrix
    from metarec.history.sources._surrogates import Draw, Scenario
    from metarec.history.store import HistoryStore

_COLUMNS: Final = {
    "accuracy": "acc",
    "balanced_accuracy": "bac",
    "roc_auc": "auc",
    "log_loss": "logloss",
    "fit_seconds": "timetrain",
    "predict_seconds": "timepredict",
}
"""Column of a run to the output that it is read from."""

_AT_ONCE: Final = 250_000
"""Runs in memory at a time."""

_BINARY: Final = (
    3, 15, 24, 29, 31, 37, 38, 44, 50, 151, 312, 334, 470, 1040, 1049, 1050, 1053, 1056, 1063, 1067,
    1068, 1111, 1220, 1461, 1462, 1464, 1479, 1480, 1485, 1486, 1487, 1489, 1494, 1510, 1590, 4134,
    4135, 4154, 4534, 6332, 23381, 23512, 23517, 40536, 40701, 40900, 40978, 40981, 40983, 40994,
    41138, 41142, 41143, 41146, 41150, 41156, 41157, 41159, 41161, 41162,
)  # fmt: skip
_MULTICLASS: Final = (
    6, 11, 12, 14, 16, 18, 22, 23, 28, 32, 42, 46, 54, 60, 181, 182, 188, 300, 307, 375, 377, 458,
    469, 554, 1457, 1468, 1475, 1476, 1478, 1493, 1497, 1501, 1515, 4538, 4541, 40496, 40498, 40499,
    40668, 40670, 40685, 40923, 40927, 40966, 40975, 40979, 40982, 40984, 40996, 41027, 41163,
    41164, 41165, 41166, 41168, 41169, 41212, 41278,
)  # fmt: skip
_DATASETS: Final = {"binary": _BINARY, "multiclass": _MULTICLASS}
"""OpenML ids by task type, as yahpo_gym (benchmarks/rbv2.py, `is_multicrit`) or OpenML has it.

A data set that is in neither is left out.
"""


def import_yahpo(
    folder: str | Path,
    store: HistoryStore,
    *,
    configurations: int,
    seed: int = 0,
    suggestable: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[int, int]:
    """Add the surrogates' scores of random configurations on every data set that they know.

    A configuration that the history has from there is not added again: an import that was stopped
    is finished by the same call, and one with the same seed and more configurations goes on.

    Parameters
    ----------
    folder : str or Path
        Holds a folder for each scenario, as YAHPO's data do, with ``config_space.json``,
        ``encoding.json`` and ``model.onnx``. At least one scenario must be there.
    store : HistoryStore
        Where the runs go, as the source ``yahpo.`` with the scenario's name.
    configurations : int
        How many of each scenario.
    seed : int
        Seed of the draws.
    suggestable : bool
        Whether only configurations are drawn that belong to one of our base-learners; scenarios
        without any are then passed over.
    progress : callable, optional
        Called with the number of configurations done and that of all.

    Returns
    -------
    n_runs, n_datasets : int
        How many were added, and on how many data sets.

    Raises
    ------
    HistoryError
        If a file is missing or of another format, or onnxruntime is not installed.
    UsageError
        If a number is out of range.
    """
    if configurations < 1 or seed < 0:
        msg = (
            "configurations must be at least 1 and the seed at least 0, but got "
            f"{configurations} and {seed}"
        )
        raise UsageError(msg)
    found = [
        each
        for each in SCENARIOS
        if (Path(folder) / each.name).is_dir() and (each.learner or not suggestable)
    ]
    if not found:
        msg = (
            f"{str(folder)!r} holds no folder {' or '.join(each.name for each in SCENARIOS)} "
            "with what is asked for: name the one that YAHPO's data lie in"
        )
        raise HistoryError(msg)
    n_runs, datasets = 0, set[int]()
    for place, scenario in enumerate(found):
        surrogate = Surrogate(Path(folder) / scenario.name, scenario)
        source = f"yahpo.{scenario.name}"
        known = _known(store, source)
        ids = {task: [each for each in _DATASETS[task] if surrogate.knows(each)] for task in known}
        size = max(1, _AT_ONCE // max(1, *map(len, ids.values())))
        draws = surrogate.draw(configurations, seed, suggestable=suggestable)
        done = place * configurations
        while some := list(islice(draws, size)):
            for task in known:
                fresh = [draw for draw in some if _canonical(draw) not in known[task]]
                if fresh and ids[task]:
                    scores = surrogate.ask(fresh, ids[task])
                    store.append_runs(
                        _runs(scenario, task, ids[task], fresh, scores), source=source
                    )
                    n_runs += len(scores)
                    datasets.update(ids[task])
            done += len(some)
            if progress is not None:
                progress(done, len(found) * configurations)
    return n_runs, len(datasets)


def _known(store: HistoryStore, source: str) -> dict[str, set[str]]:
    """What the history has from there, in the source's own names, by task type."""
    import pyarrow.compute as pc

    known: dict[str, set[str]] = {task: set() for task in _DATASETS}
    if source in store.sources():
        for batch in store.scan_runs(columns=["task", "original"], source=source):
            for task, originals in known.items():
                of_task = batch.filter(pc.equal(batch["task"], task))
                originals.update(of_task["original"].unique().to_pylist())
    return known


def _runs(
    scenario: Scenario,
    task: str,
    openml_ids: Sequence[int],
    draws: Sequence[Draw],
    scores: FloatMatrix,
) -> pa.Table:
    """Scores, data set after data set, as runs; what repeats itself is not copied."""
    import pyarrow as pa

    n_runs = len(scores)
    named = [_name(scenario, draw) for draw in draws]
    columns = {
        name: pa.chunked_array([pa.array(values, pa.string())] * len(openml_ids))
        for name, values in {
            "algorithm": [algorithm for algorithm, _ in named],
            "hyperparameters": [hyperparameters for _, hyperparameters in named],
            "original": [_canonical(draw) for draw in draws],
        }.items()
    }
    of = pa.array(np.repeat(np.arange(len(openml_ids)), len(draws)))
    columns["dataset"] = pa.array([openml_dataset_name(each) for each in openml_ids]).take(of)
    columns["openml_id"] = pa.array(openml_ids, pa.int64()).take(of)
    columns["task"] = pa.repeat(task, n_runs)
    columns["status"] = pa.repeat("ok", n_runs)
    for name, output in _COLUMNS.items():
        values = np.clip(
            scores[:, OUTPUTS.index(output)], *METRIC_RANGES.get(name, (0.0, math.inf))
        )
        columns[name] = pa.array(values, mask=~np.isfinite(values))
    return pa.table(
        [
            columns[field.name] if field.name in columns else pa.nulls(n_runs, field.type)
            for field in RUN_SCHEMA
        ],
        schema=RUN_SCHEMA,
    )


def _name(scenario: Scenario, draw: Draw) -> tuple[str, str]:
    """Algorithm and hyperparameters: a base-learner's, or else the source's."""
    values = to_xgboost(draw) if scenario.learner else None
    if scenario.learner is not None and values is not None:
        try:
            return scenario.learner, _canonical(get_learner(scenario.learner).complete(values))
        except InvalidConfigurationError:  # out of the base-learner's range
            pass
    return scenario.algorithm, _canonical(draw)


def _canonical(values: Mapping[str, object]) -> str:
    return json.dumps(values, sort_keys=True)
