"""`metarec.tune`: from a table to a fitted pipeline."""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from optuna.storages import RDBStorage

from metarec._arguments import check_count, check_seed
from metarec._exceptions import UsageError
from metarec._files import check_writable
from metarec.collecting.memory import check_measurable
from metarec.durations import to_seconds
from metarec.history import METRICS, REGRESSION_METRICS, USUAL_METRIC
from metarec.learners import kind_of
from metarec.tuning.clock import Clock
from metarec.tuning.final import fit_final
from metarec.tuning.objective import Objective, configuration_of
from metarec.tuning.result import TuningResult
from metarec.tuning.running import Runner
from metarec.tuning.saving import check_saving, saving_seconds
from metarec.tuning.sharing import Shared
from metarec.tuning.space import choose_algorithms
from metarec.tuning.study import StudyPlace, make_sampler, open_study
from metarec.tuning.validation import Validation, read_data
from metarec.tuning.workers import Workers
from metarec.warmstart import open_storage, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metarec.recommender import Recommender
    from metarec.tuning.running import Progress
    from metarec.tuning.validation import TuningData

_TRIALS = 50
"""Where neither trials nor time are limited."""


def tune(
    X: object,
    y: object = None,
    *,
    target: str | None = None,
    task: str = "auto",
    metric: str = "auto",
    trials: int | None = None,
    time_limit: float | str | None = None,
    algorithms: Sequence[str] | None = None,
    folds: int | None = None,
    groups: str | None = None,
    time_column: str | None = None,
    storage: str | None = None,
    study: str | None = None,
    jobs: int = 1,
    cold: bool = False,
    single: bool = False,
    patience: int | None = None,
    trial_seconds: float | str | None = None,
    trial_memory: int | None = None,
    knowledge: str | Path | Recommender | None = None,
    output: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    random_state: int | None = None,
) -> TuningResult:
    """Search base-learners and hyperparameters for a table, and fit what is best.

    An Optuna study over one conditional space begins with what metarec knows of tables like this
    one (`metarec.warmstart.MetaSampler`); with a time limit, what is cheap comes first. Each trial
    is cross-validated in a process of its own that is stopped at its limits. It is pruned after a
    fold, or after fewer rows of the first fold of a large table, where it is worse than the median.
    Ctrl-C ends it with what is there.

    Parameters
    ----------
    X : path, DataFrame or array of shape (n_rows, n_columns)
        CSV, Parquet or Feather, or a table in memory; with the target in it if `y` is left out.
    y : array-like of shape (n_rows,), optional
        The target, if it is not a column of `X`.
    target, task
        As in `metarec.suggest`.
    metric : str
        One of `metarec.history.METRICS`; "auto" is balanced accuracy or RMSE.
    trials : int, optional
        Finished trials that the study is to have, those of earlier calls included; 50 if there is
        no time limit.
    time_limit : float or str, optional
        Seconds, or "60s", "10m", "1h", for everything including the final fit. Trials that run
        then are stopped.
    algorithms : sequence of str, optional
        Only these base-learners; all that are installed and suit the table if left out.
    folds : int, optional
        Of the cross-validation, stratified by class; if left out 5, or 3 from 10,000 rows on, or 2
        from 100,000 on, and fewer where the time limit would leave little time for each trial.
    groups : str, optional
        Column whose equal values stay in one fold; it is no feature.
    time_column : str, optional
        Column in whose order each fold is predicted from the rows before it; it stays a feature.
    storage : str, optional
        As `metarec.warmstart.open_storage` takes it: ``sqlite:///x.db``, ``postgresql://...``,
        ``mysql://...``, ``journal:FILE``, ``grpc://HOST:PORT``; memory if left out.
    study : str, optional
        Name of the study. One that the storage has goes on: with its metric, base-learners, folds
        and seed where these are left out.
    jobs : int
        Trials at once, each in a process.
    cold : bool
        Whether to leave out what metarec knows: Optuna's TPE alone.
    single : bool
        Whether to fit the best trial's pipeline instead of an ensemble of the best ones.
    patience : int, optional
        Finished trials in a row without a gain after which the search ends: what is better by less
        than a tenth of the standard error of the best trial's mean over its folds is none.
    trial_seconds : float or str, optional
        Most time of one trial; a quarter of the time limit if left out.
    trial_memory : int, optional
        Most resident bytes of the process of one trial.
    knowledge : path or Recommender, optional
        Your own knowledge; the shipped one if left out.
    output : path, optional
        File to save the fitted pipeline in, within the time limit; `metarec.tuning.load_model` and
        ``metarec predict`` load it.
    progress : callable, optional
        Called with a `Progress` after each trial.
    random_state : int, optional
        Seed of folds, sampler and pipelines; 0 if left out.

    Returns
    -------
    TuningResult

    Raises
    ------
    metafeatures.TableError
        If the table cannot be read or has no such target.
    MetarecError
        If an argument cannot be met, or no trial could be finished.

    Examples
    --------
    >>> import metarec, optuna
    >>> from sklearn.datasets import load_iris
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> result = metarec.tune(X, y, trials=2, folds=2, algorithms=["naive_bayes"], cold=True)
    >>> result.best.algorithm, len(result.pipeline.predict(X))
    ('naive_bayes', 150)
    """
    limit = None if time_limit is None else to_seconds(time_limit)
    most = math.inf if trial_seconds is None else to_seconds(trial_seconds)
    clock = Clock(limit, most)
    worked = time.process_time()
    _check(trials, jobs, patience, trial_memory)
    if random_state is not None:
        random_state = check_seed(random_state)
    if output is not None:
        check_writable(output, "model")
        import skops.io  # noqa: F401 - not when there is no more time for it
    with Workers(jobs) as workers, tempfile.TemporaryDirectory(prefix="metarec-") as folder:
        place = StudyPlace(open_storage(storage), study)
        begun = place.begun_with()
        folds = begun.get("folds") if folds is None else folds
        random_state = begun.get("seed", 0) if random_state is None else random_state
        data = read_data(
            X,
            y,
            target=target,
            task=task,
            validation=Validation(folds, groups, time_column, limit),
            random_state=random_state,
        )
        table = data.learning.card.sha256
        if begun.get("table") == table:
            metric = begun["metric"] if metric == "auto" else metric
            algorithms = begun["algorithms"] if algorithms is None else algorithms
        metric = _choose_metric(metric, data)
        if output is not None:
            clock.last_work += saving_seconds(data.learning.X)
        shape = data.learning.card.shape
        chosen = choose_algorithms(algorithms, shape, metric=metric)
        if output is not None:
            check_saving(chosen, shape.task)
        sampler, warning = make_sampler(
            data,
            metric=metric,
            algorithms=chosen,
            knowledge=knowledge,
            cold=cold,
            clock=clock,
            random_state=random_state,
        )
        clock.set_pace(time.process_time() - worked)
        about = {
            "table": table,
            "metric": metric,
            "algorithms": list(chosen),
            "folds": len(data.learning.folds),
            "time_column": time_column,
            "seed": random_state,
        }
        opened = open_study(place, sampler, metric, about, in_time=limit is not None)
        objective = Objective(
            workers=workers,
            path=_store(data, folder),
            stage_rows=[len(train) for train, _ in data.stages],
            n_folds=len(data.learning.folds),
            shape=shape,
            metric=metric,
            algorithms=chosen,
            clock=clock,
            memory=trial_memory,
            seed=random_state,
        )
        enough = _TRIALS if trials is None and limit is None else trials
        shared = Shared(opened, heartbeats=isinstance(place.storage, RDBStorage))
        runner = Runner(shared, objective, enough, patience, progress)
        runner.run()
        objective.stopped.clear()
        fitted = fit_final(data, runner, single=single)
    result = TuningResult(
        study=opened,
        metric=metric,
        best=configuration_of(fitted.best, shape),
        best_score=None if fitted.best.value is None else float(fitted.best.value),
        members=fitted.members,
        score=fitted.score,
        outcome=fitted.outcome,
        pipeline=fitted.pipeline,
        columns=tuple(map(str, data.learning.X.columns)),
        target=data.target.name,
        task=shape.task,
        gain=summary(opened),
        warnings=tuple(filter(None, (data.doubt, warning, *fitted.warnings))),
        interrupted=runner.interrupted,
        seconds=clock.spent,
    )
    if output is not None:
        result.model.save(output)
    return result


def _check(trials: int | None, jobs: int, patience: int | None, memory: int | None) -> None:
    for name, number in (("trials", trials), ("jobs", jobs), ("patience", patience)):
        if number is not None:
            check_count(name, number, least=1)
    if memory is not None:
        check_measurable()


def _choose_metric(metric: str, data: TuningData) -> str:
    kind = kind_of(data.target.task)
    if metric == "auto":
        return USUAL_METRIC[kind]
    fitting = [name for name in METRICS if (name in REGRESSION_METRICS) == (kind == "regression")]
    if metric not in fitting:
        msg = f"there is no metric {metric!r} for {kind}: choose one of {', '.join(fitting)}"
        raise UsageError(msg)
    return metric


def _store(data: TuningData, folder: str) -> str:
    """Where the child processes read the table."""
    import joblib

    path = Path(folder) / "table.joblib"
    joblib.dump(data, path)
    return str(path)
