"""The runs of OBOE (Yang, Akimoto, Kim & Udell, KDD 2019) with published meta-features.

OBOE ran 219 configurations of scikit-learn (2018) on OpenML data sets, 5-fold cross-validated. The
meta-features are those of Fusi, Sheth & Elibol (NeurIPS 2018), under auto-sklearn's names. Both are
joined on the OpenML data set id. Here, and only here, OBOE's names become today's.

Three things differ from a run of today, and matter to who reads the scores:

- OBOE's balanced error is averaged over classes, each against the rest. That is 1 - balanced
  accuracy for two classes, and close to it in order, not in value, for more.
- A forest then had 10 trees by default. Here it has today's 100, which does no worse on average
  (Probst & Boulesteix, JMLR 2018); its time is left out, because it would be ten times too short.
- AdaBoost then boosted by class probabilities (SAMME.R), which scikit-learn has given up since.
  Its learning rates above 1 stay in the history, but are never suggested.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from metafeatures import catalogue
from metarec._exceptions import HistoryError
from metarec.history.inputs import REPRODUCED
from metarec.history.records import META_FEATURE_SCHEMA, RUN_SCHEMA
from metarec.history.sources._files import read_parquet
from metarec.history.sources._rows import (
    configuration_cells,
    meta_feature_rows,
    openml_dataset_name,
    refuse_second_import,
    task_of,
)
from metarec.learners import Configuration, get_learner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from metarec.history.store import HistoryStore

SOURCE: Final = "oboe"
_N_FOLDS: Final = 5

_RUN_COLUMNS: Final = (
    "openml_dataset_id",
    "algorithm",
    "hyperparameters",
    "balanced_error",
    "runtime_s",
)

_ALGORITHMS: Final = {
    "AB": "adaboost",
    "DT": "decision_tree",
    "ExtraTrees": "extra_trees",
    "GBT": "gradient_boosting",
    "GNB": "naive_bayes",
    "KNN": "knn",
    "Logit": "logistic_regression",
    "MLP": "mlp",
    "Perceptron": "perceptron",
    "RF": "random_forest",
    "kSVM": "svm",
    "lSVM": "linear_svm",
}
"""OBOE's name to the base-learner's."""


def published_names() -> dict[str, str]:
    """The source's name of each reproduced meta-feature, by ours.

    The source uses auto-sklearn's names, but its skewness and kurtosis are of the numeric columns
    alone, where auto-sklearn's are of the one-hot encoded table.
    """
    autosklearn = {
        name: theirs for feature in catalogue() for name, theirs in feature.autosklearn.items()
    }
    return {name: autosklearn[name.replace("_biased", "_encoded")] for name in REPRODUCED}


_SERIES: Final = (
    (range(1122, 1167), "gene expression (AP_*, OVA_*)"),
    (range(1443, 1454), "software defects (PizzaCutter1 to PieChart3)"),
    (range(1527, 1547), "volcanoes on Venus"),
)
"""OpenML ids of data sets that were published together and share rows or origin."""
_FORESTS: Final = ("RF", "ExtraTrees")
"""OBOE's algorithms that ran with fewer trees than today's."""

_PENALTIES: Final = {"l1": 1.0, "l2": 0.0}
"""Penalty of a logistic regression to today's `l1_ratio`."""


def to_configuration(algorithm: str, hyperparameters: Mapping[str, Any]) -> Configuration:
    """Bring a configuration of OBOE to today's names, every hyperparameter written out.

    Two configurations that differ in an idle hyperparameter only become one.

    Parameters
    ----------
    algorithm : str
        OBOE's name.
    hyperparameters : mapping
        OBOE's names and values.

    Returns
    -------
    Configuration

    Examples
    --------
    >>> to_configuration("kSVM", {"C": 2, "coef0": 10, "kernel": "rbf"})
    Configuration('svm', {'C': 2.0, 'kernel': 'rbf'})
    """
    values = dict(hyperparameters)
    if "penalty" in values:
        values["l1_ratio"] = _PENALTIES[values.pop("penalty")]
    learner = get_learner(_ALGORITHMS[algorithm])
    return Configuration(learner.name, learner.complete(values))


def import_oboe(
    runs: str | Path, meta_features: str | Path, store: HistoryStore
) -> tuple[int, int]:
    """Add OBOE's runs on the data sets whose meta-features are published.

    Parameters
    ----------
    runs : str or Path
        Parquet with `openml_dataset_id`, `algorithm`, `hyperparameters` (JSON),
        `balanced_error` and `runtime_s` (of the whole cross-validation), one row per run.
    meta_features : str or Path
        Parquet with `openml_dataset_id` and auto-sklearn's meta-features, one row per data set.
        Only those that `metafeatures.extract` reproduces are taken.
    store : HistoryStore
        Where they go.

    Returns
    -------
    n_runs, n_datasets : int
        How many were added.

    Raises
    ------
    HistoryError
        If a file is missing or lacks a column, the two have no data set in common, or the history
        has these runs already.
    """
    import pyarrow.compute as pc

    refuse_second_import(store, SOURCE)
    run_table = read_parquet(runs, _RUN_COLUMNS)
    features = read_parquet(meta_features, ("openml_dataset_id", *published_names().values()))
    features = features.filter(pc.field("NumberOfClasses").is_valid())
    known = features["openml_dataset_id"].unique()
    run_table = run_table.filter(pc.is_in(run_table["openml_dataset_id"], value_set=known))
    if not run_table.num_rows:
        msg = f"{str(runs)!r} and {str(meta_features)!r} have no data set in common"
        raise HistoryError(msg)
    features = features.filter(
        pc.is_in(features["openml_dataset_id"], value_set=run_table["openml_dataset_id"].unique())
    )
    n_classes = dict(
        zip(
            features["openml_dataset_id"].to_pylist(),
            features["NumberOfClasses"].to_pylist(),
            strict=True,
        )
    )
    store.append_meta_features(_meta_features(features), source=SOURCE)
    store.append_runs(_runs(run_table, n_classes), source=SOURCE)
    return run_table.num_rows, features.num_rows


def _runs(table: pa.Table, n_classes: Mapping[int, float]) -> pa.Table:
    import pyarrow as pa

    configurations: dict[tuple[str, str], Configuration] = {}
    rows = []
    for run in table.to_pylist():
        original = (run["algorithm"], run["hyperparameters"])
        if original not in configurations:
            configurations[original] = to_configuration(original[0], json.loads(original[1]))
        configuration = configurations[original]
        openml_id = run["openml_dataset_id"]
        rows.append(
            {
                "dataset": openml_dataset_name(openml_id),
                "openml_id": openml_id,
                "task": task_of(n_classes[openml_id]),
                **configuration_cells(
                    configuration, {"algorithm": original[0], **json.loads(original[1])}
                ),
                "balanced_accuracy": 1.0 - run["balanced_error"],
                "n_folds": _N_FOLDS,
                # The source timed the whole cross-validation, predictions included.
                "fit_seconds": None if original[0] in _FORESTS else run["runtime_s"] / _N_FOLDS,
                "status": "ok",
            }
        )
    return pa.Table.from_pylist(rows, schema=RUN_SCHEMA)


def _meta_features(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    published = published_names()
    rows = [
        cells
        for row in table.to_pylist()
        for cells in meta_feature_rows(
            openml_dataset_name(row["openml_dataset_id"]),
            {name: row[published[name]] if _is_defined(name, row) else None for name in REPRODUCED},
            openml_id=row["openml_dataset_id"],
            family="friedman" if _is_friedman(row) else _series(row["openml_dataset_id"]),
        )
    ]
    return pa.Table.from_pylist(rows, schema=META_FEATURE_SCHEMA)


def _is_defined(name: str, row: Mapping[str, float]) -> bool:
    """The source writes 0 for a summary over no columns."""
    if name.startswith("symbols."):
        return row["NumberOfCategoricalFeatures"] > 0
    if name.startswith(("skewness_biased.", "kurtosis_biased.")):
        return row["NumberOfNumericFeatures"] > 0
    return True


def _series(openml_id: int) -> str | None:
    """The series of OpenML's data sets that one belongs to."""
    return next((name for ids, name in _SERIES if openml_id in ids), None)


def _is_friedman(row: Mapping[str, float]) -> bool:
    """Whether a data set is one of OpenML's many draws from Friedman's generator (fri_c*)."""
    return (
        row["NumberOfClasses"] == 2
        and row["NumberOfCategoricalFeatures"] == 0
        and row["NumberOfInstances"] in {100, 250, 500, 1000}
        and row["NumberOfFeatures"] in {5, 10, 25, 50}
    )
