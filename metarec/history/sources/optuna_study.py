"""The finished trials of a user's own Optuna study.

A trial becomes a run of the source ``study.`` with the study's name. Which configuration it is of,
is said by its parameters; only one that is truly a base-learner's gets its name. All else keeps the
study's, behind ``study.``: the meta-dataset passes over it.

What a trial says, and what it does not:

- A pruned trial has neither a score nor has it failed, and is left out; so is one that goes on.
- A trial's duration is no fit's: the user attributes ``fit_seconds``, ``predict_seconds`` and
  ``n_folds`` of a trial, or of its study, are taken where they are numbers above 0.
- Optuna's times are those of the clock on the wall: they count as this machine's time zone.

A trial is known again by the study's name, its number and when it began, wherever it is stored.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import HistoryError, UsageError
from metarec.history.records import META_FEATURE_SCHEMA, RUN_SCHEMA
from metarec.history.sources._objectives import NO_METRIC, read_objectives
from metarec.history.sources._rows import meta_feature_rows
from metarec.history.sources._trials import NAMED_BY, PREFIX, Naming, Translator, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import optuna
    import pandas as pd

    from metarec.history.sources._objectives import Objectives
    from metarec.history.store import HistoryStore
    from metarec.history.tables import LabelledTable
    from metarec.learners import Value

_META_FEATURE_SECONDS: Final = 60.0

_ATTRIBUTES: Final[dict[str, Any]] = {
    "fit_seconds": int | float,
    "predict_seconds": int | float,
    "n_folds": int,
}
"""Columns that a user attribute of that name may fill, with its type."""


@dataclass(frozen=True)
class AddedStudy:
    """What one call of `add_study` did."""

    source: str
    """Name of the source."""
    dataset: str
    """Name of the data set."""
    statuses: dict[str, int]
    """Number of new runs by status."""
    known: int
    """Trials that the history had already."""
    pruned: int
    """Trials that were pruned."""
    unfinished: int
    """Trials that have not ended."""
    unnamed: int
    """Trials that do not say of which base-learner they are."""
    notes: list[str]
    """What could not be translated, and what was assumed."""

    @property
    def runs(self) -> int:
        """Number of new runs."""
        return sum(self.statuses.values())


def add_study(
    study: optuna.Study,
    table: str | PathLike[str] | pd.DataFrame,
    store: HistoryStore,
    *,
    metric: str | Sequence[str] | None = None,
    target: str | None = None,
    task: str = "auto",
    name: str | None = None,
    algorithm: str | None = None,
    algorithm_param: str | None = None,
    rename: Mapping[str, str] | None = None,
    fixed: Mapping[str, Value] | None = None,
    ignore: Collection[str] = (),
) -> AddedStudy:
    """Add the finished trials of a study, and the meta-features of the table that it was about.

    Trials that the history has are not added again, so that a study that goes on can be added from
    time to time.

    Parameters
    ----------
    study : optuna.Study
        Any study, any storage.
    table : path or DataFrame
        What the study was about, as CSV, Parquet or Feather, with its target.
    store : HistoryStore
        Where the runs go.
    metric : str or sequence of str, optional
        What each objective is: a key of `METRICS`; ``error`` or ``balanced_error`` for 1 less the
        accuracy; scikit-learn's names of scores that are made negative; or ``-`` for no score. Left
        out, the study's metric names count, or its user attribute ``metric``.
    target : str, optional
        The column to predict; found as `metafeatures.infer_target` does if left out.
    task : {"auto", "classification", "binary", "multiclass", "regression"}
        Kind of task; "auto" decides by the target's values.
    name : str, optional
        Name of the data set, if the history does not know the table; the file's name if left out.
    algorithm : str, optional
        The base-learner, in a study of a single one.
    algorithm_param : str, optional
        The parameter or user attribute that names each trial's base-learner; algorithm, classifier,
        regressor, model or estimator if left out.
    rename : mapping, optional
        The study's name of a base-learner or hyperparameter to ours. Not needed for another
        spelling (RandomForestClassifier), nor for names that begin with their base-learner's
        (``knn_p``, ``knn__p``, ``knn.p``).
    fixed : mapping, optional
        Values of hyperparameters that the study does not vary, by our names; those of them that
        are left out are taken to be at metarec's defaults.
    ignore : collection of str, optional
        Parameters that do not matter to the model.

    Returns
    -------
    AddedStudy

    Raises
    ------
    HistoryError
        If the history has these trials on another table or under another metric, or has another
        table of this name.
    UsageError
        If the metric is not known, does not suit the task, or is optimised in the other direction;
        no trial names a base-learner; or a name is none.
    metafeatures.TableError
        If the table cannot be read or has no such target.

    Examples
    --------
    >>> import tempfile, optuna
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import cross_val_score
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from metarec.history import HistoryStore, add_study
    >>> iris = load_iris(as_frame=True)
    >>> def objective(trial):
    ...     model = KNeighborsClassifier(n_neighbors=trial.suggest_int("n_neighbors", 1, 9))
    ...     return cross_val_score(model, iris.data, iris.target, cv=3).mean()
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> study = optuna.create_study(study_name="neighbours", direction="maximize")
    >>> study.optimize(objective, n_trials=3)
    >>> store = HistoryStore(tempfile.mkdtemp())
    >>> added = add_study(study, iris.frame, store, name="iris", algorithm="knn", metric="accuracy")
    >>> added.statuses, added.notes
    ({'ok': 3}, ['knn: taken at the default what the study does not vary (fix it if it had another
    value): p'])
    >>> add_study(study, iris.frame, store, algorithm="knn", metric="accuracy").known
    3
    """
    from metarec.history.tables import read_labelled

    labelled = read_labelled(table, target=target, task=task)
    objectives = read_objectives(study, metric, labelled.target.task)
    naming = Naming(
        algorithm=algorithm,
        algorithm_param=algorithm_param,
        rename=rename or {},
        fixed=fixed or {},
        ignore=frozenset(ignore),
    )
    if name is None and isinstance(table, str | PathLike):
        name = Path(table).stem
    with store.exclusive("adding"):
        dataset = _find_dataset(store, labelled, name)
        return _add(study, labelled, store, dataset, naming=naming, objectives=objectives)


@dataclass(frozen=True)
class _Dataset:
    """Which data set a table is."""

    name: str
    openml_id: int | None
    is_described: bool
    """Whether the history has meta-features of these rows."""


def _find_dataset(store: HistoryStore, labelled: LabelledTable, name: str | None) -> _Dataset:
    """The data set of the history with this content, or a new one."""
    import pyarrow.compute as pc

    same = pc.field("dataset_sha256") == labelled.sha256
    columns = ["dataset", "variant_of", "openml_id", "dataset_sha256"]
    other = False
    if store.sources():
        where = same if name is None else same | (pc.field("dataset") == name)
        for batch in store.scan_runs(columns=columns, where=where):
            for row in batch.to_pylist():
                if row["dataset_sha256"] == labelled.sha256:
                    found = row["variant_of"] or row["dataset"]
                    return _Dataset(found, row["openml_id"], _is_described(store, found))
                other |= row["dataset_sha256"] is not None
    if name is None:
        msg = "the history does not know this table: pass a name for it"
        raise UsageError(msg)
    if other:
        msg = f"{str(store.folder)!r} has another table called {name!r}: pass another name"
        raise HistoryError(msg)
    return _Dataset(name, None, is_described=False)


def _is_described(store: HistoryStore, dataset: str) -> bool:
    try:
        return dataset in store.meta_features()["dataset"].unique().to_pylist()
    except HistoryError:  # there are none yet
        return False


def _add(
    study: optuna.Study,
    labelled: LabelledTable,
    store: HistoryStore,
    dataset: _Dataset,
    *,
    naming: Naming,
    objectives: Objectives,
) -> AddedStudy:
    import optuna
    import pyarrow as pa

    from metarec.history.tables import describe_rows

    source = _source(study.study_name)
    known = _known(store, source)
    translate = Translator(naming, study.user_attrs, labelled.target.task)
    states: Counter[str] = Counter()
    rows = []
    for trial in study.get_trials(deepcopy=False):
        if trial.state == optuna.trial.TrialState.PRUNED:
            states["pruned"] += 1
        elif not trial.state.is_finished():
            states["unfinished"] += 1
        elif (translated := translate(trial)) is None:
            states["unnamed"] += 1
        else:
            original = _original(study, trial, objectives, naming)
            earlier = known.get(_identity(original))
            if earlier is None:
                rows.append(
                    {
                        "dataset": dataset.name,
                        "n_rows": len(labelled.y),
                        "openml_id": dataset.openml_id,
                        "dataset_sha256": labelled.sha256,
                        "task": labelled.target.task,
                        "algorithm": translated[0],
                        "hyperparameters": translated[1],
                        "original": to_json(original),
                        **_measured(trial, study, objectives),
                    }
                )
            else:
                _check_same(earlier, original, labelled.sha256)
                states["known"] += 1
    if states["unnamed"] and not rows and not states["known"]:
        msg = (
            f"no trial of {study.study_name!r} says of which base-learner it is: name it "
            "(algorithm), or the parameter that does (algorithm_param)"
        )
        raise UsageError(msg)
    translate.check()
    if rows:
        if not dataset.is_described:
            values = describe_rows(
                labelled.X, labelled.y, labelled.target.task, time_limit=_META_FEATURE_SECONDS
            )
            described = meta_feature_rows(
                dataset.name, values, openml_id=dataset.openml_id, family=dataset.name
            )
            table = pa.Table.from_pylist(list(described), schema=META_FEATURE_SCHEMA)
            store.append_meta_features(table, source=source)
        store.append_runs(pa.Table.from_pylist(rows, schema=RUN_SCHEMA), source=source)
    return AddedStudy(
        source,
        dataset.name,
        dict(Counter(str(row["status"]) for row in rows).most_common()),
        states["known"],
        states["pruned"],
        states["unfinished"],
        states["unnamed"],
        translate.notes(),
    )


def _source(study_name: str) -> str:
    """The study's name as that of a source; a mark tells names apart that look alike then."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", study_name)[:60]
    mark = "" if plain == study_name else f"-{sha256(study_name.encode()).hexdigest()[:8]}"
    return f"{PREFIX}{plain}{mark}"


def _original(
    study: optuna.Study,
    trial: optuna.trial.FrozenTrial,
    objectives: Objectives,
    naming: Naming,
) -> dict[str, Any]:
    """The trial in its own words."""
    started = trial.datetime_start
    attributes = {
        name: attrs[name]
        for attrs in (study.user_attrs, trial.user_attrs)
        for name in attrs
        if name in {naming.algorithm_param, *NAMED_BY}
    }
    return {
        "study": study.study_name,
        "trial": trial.number,
        "started": None if started is None else started.isoformat(),
        "params": {**attributes, **trial.params},
        "metrics": list(objectives.given),
        "values": trial.values if trial.values is None else list(trial.values),
    }


def _identity(original: Mapping[str, Any]) -> tuple[object, ...]:
    return original["study"], original["trial"], original["started"]


def _known(store: HistoryStore, source: str) -> dict[tuple[object, ...], dict[str, Any]]:
    """The trials that the history has, and on which table."""
    if source not in store.sources():
        return {}
    rows = store.runs(source=source, columns=["original", "dataset", "dataset_sha256"]).to_pylist()
    return {_identity(each): each | row for row in rows for each in (json.loads(row["original"]),)}


def _check_same(earlier: Mapping[str, Any], original: Mapping[str, Any], digest: str) -> None:
    if earlier["dataset_sha256"] != digest:
        msg = (
            f"the history has trials of {original['study']!r} on the table {earlier['dataset']!r}, "
            "which has another content: give the table that the study was about"
        )
        raise HistoryError(msg)
    if earlier["metrics"] != original["metrics"]:
        msg = (
            f"the history has trials of {original['study']!r} under "
            f"{', '.join(earlier['metrics'])}, not {', '.join(original['metrics'])}: name the same"
        )
        raise HistoryError(msg)


def _measured(
    trial: optuna.trial.FrozenTrial, study: optuna.Study, objectives: Objectives
) -> dict[str, Any]:
    """Status, scores and times of a trial that has ended."""
    found: dict[str, Any] = {}
    if trial.datetime_complete is not None:
        found["time"] = trial.datetime_complete.astimezone(UTC)
    for name, kind in _ATTRIBUTES.items():
        value = trial.user_attrs.get(name, study.user_attrs.get(name))
        if isinstance(value, kind) and not isinstance(value, bool) and 0 < value < math.inf:
            found[name] = value
    if trial.values is None:
        return found | {"status": "failed", "reason": "the trial failed"}
    for given, value in zip(objectives.given, trial.values, strict=True):
        if given != NO_METRIC and not math.isfinite(value):
            return found | {"status": "failed", "reason": f"{given} is {value}"}
    return found | {"status": "ok", **objectives.scores(trial)}
