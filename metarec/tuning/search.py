"""`metarec.tune`: from a table to a fitted pipeline."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metarec._exceptions import MetarecError, UsageError
from metarec.collecting.memory import check_measurable
from metarec.collecting.shipping import pack_learners
from metarec.collecting.supervisor import Limits, Session, dismiss, supervise
from metarec.durations import to_seconds
from metarec.history import METRICS, REGRESSION_METRICS, USUAL_METRIC
from metarec.learners import Configuration, kind_of
from metarec.tuning.clock import Clock
from metarec.tuning.ensemble import join, select_members
from metarec.tuning.fitting import fit_whole, read_fitted
from metarec.tuning.objective import REASON, Objective
from metarec.tuning.result import TuningResult
from metarec.tuning.running import N_KEPT, Runner, best_trials
from metarec.tuning.space import choose_algorithms, read_configuration
from metarec.tuning.study import StudyPlace, make_sampler, open_study
from metarec.tuning.validation import Validation, read_data
from metarec.warmstart import summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from optuna.trial import FrozenTrial

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
    folds: int = 5,
    groups: str | None = None,
    time_column: str | None = None,
    storage: str | None = None,
    study: str | None = None,
    jobs: int = 1,
    cold: bool = False,
    single: bool = False,
    trial_seconds: float | str | None = None,
    trial_memory: int | None = None,
    knowledge: str | Path | Recommender | None = None,
    progress: Callable[[Progress], None] | None = None,
    random_state: int = 0,
) -> TuningResult:
    """Search base-learners and hyperparameters for a table, and fit what is best.

    An Optuna study over one conditional space begins with what metarec knows of tables like this
    one (`metarec.warmstart.MetaSampler`). Each trial is cross-validated in a process of its own
    that is stopped at its limits, and pruned after a fold that is worse than the median. Ctrl-C
    ends it with what is there.

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
    folds : int
        Of the cross-validation, stratified by class.
    groups : str, optional
        Column whose equal values stay in one fold; it is no feature.
    time_column : str, optional
        Column in whose order each fold is predicted from the rows before it; it stays a feature.
    storage : str, optional
        URL of a database as Optuna takes it, or ``journal:`` and a file; memory if left out.
    study : str, optional
        Name of the study. One that the storage has goes on.
    jobs : int
        Trials at once, each in a process.
    cold : bool
        Whether to leave out what metarec knows: Optuna's TPE alone.
    single : bool
        Whether to fit the best trial's pipeline instead of an ensemble of the best ones.
    trial_seconds : float or str, optional
        Most time of one trial; a quarter of the time limit if left out.
    trial_memory : int, optional
        Most resident bytes of the process of one trial.
    knowledge : path or Recommender, optional
        Your own knowledge; the shipped one if left out.
    progress : callable, optional
        Called with a `Progress` after each trial.
    random_state : int
        Seed of folds, sampler and pipelines.

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
    clock = Clock(limit, single=single, most_of_trial=most)
    _check(trials, jobs, random_state, trial_memory)
    data = read_data(
        X,
        y,
        target=target,
        task=task,
        validation=Validation(folds, groups, time_column),
        random_state=random_state,
    )
    metric = _choose_metric(metric, data)
    shape = data.learning.card.shape
    chosen = choose_algorithms(algorithms, shape)
    sampler, warning = make_sampler(
        data,
        metric=metric,
        algorithms=algorithms,
        knowledge=knowledge,
        cold=cold,
        random_state=random_state,
    )
    about = {
        "table": data.learning.card.sha256,
        "metric": metric,
        "algorithms": list(chosen),
        "folds": folds,
        "time_column": time_column,
        "seed": random_state,
    }
    opened = open_study(StudyPlace(storage, study), sampler, metric, about)
    kind = kind_of(shape.task)
    session = Session(os.getpid(), pack_learners({kind: [Configuration(name) for name in chosen]}))
    with tempfile.TemporaryDirectory(prefix="metarec-") as folder:
        objective = Objective(
            path=_store(data, folder),
            n_folds=len(data.learning.folds),
            shape=shape,
            metric=metric,
            algorithms=chosen,
            session=session,
            clock=clock,
            memory=trial_memory,
            seed=random_state,
        )
        runner = Runner(
            opened, objective, _TRIALS if trials is None and limit is None else trials, progress
        )
        try:
            runner.run(jobs)
            objective.stopped.clear()
            final = _Final(data, runner, single=single)
            best = final.best()
            fitted, members, score = final.fit()
        finally:
            dismiss(session)
    return TuningResult(
        study=opened,
        metric=metric,
        best=read_configuration(best.params, shape),
        best_score=float(best.value or 0.0),
        members=members,
        score=score,
        pipeline=fitted,
        columns=tuple(map(str, data.learning.X.columns)),
        target=data.target.name,
        task=shape.task,
        gain=summary(opened),
        warnings=tuple(filter(None, (warning, *final.warnings))),
        interrupted=runner.interrupted,
        seconds=clock.spent,
    )


class _Final:
    """Chooses and fits what a study ends with."""

    def __init__(self, data: TuningData, runner: Runner, *, single: bool) -> None:
        self._data, self._runner, self._single = data, runner, single
        self._objective = runner.objective
        self._clock = runner.objective.clock
        self._trials = best_trials(runner.study)
        self.warnings: list[str] = []

    def best(self) -> FrozenTrial:
        """The best trial."""
        if self._trials:
            return self._trials[0]
        if self._runner.interrupted:
            raise KeyboardInterrupt
        ended = self._runner.study.get_trials(deepcopy=False)
        reason = ended[-1].user_attrs.get(REASON, "pruned") if ended else "the time was over"
        msg = f"none of {len(ended)} trials was finished ({reason}): give it more time or memory"
        raise MetarecError(msg)

    def fit(self) -> tuple[Any, tuple[tuple[Configuration, float], ...], float | None]:
        """Fit the members on all rows, within the time that is left."""
        weights, score = self._choose()
        fitted: list[tuple[Any, Configuration, float]] = []
        for trial, weight in weights:
            configuration = self._configuration(trial)
            pipeline = self._fit_one(configuration, self._clock.left)
            if pipeline is not None:
                fitted.append((pipeline, configuration, weight))
        if len(fitted) < len(weights):
            score = None
            missing = len(weights) - len(fitted)
            self.warnings.append(f"{missing} of {len(weights)} pipelines could not be fitted")
        if not fitted:
            # Late with a pipeline is better than in time without one.
            configuration = self._configuration(self.best())
            pipeline = self._fit_one(configuration, math.inf)
            if pipeline is None:
                msg = f"{configuration!r} cannot be fitted on all rows: give it more memory"
                raise MetarecError(msg)
            fitted.append((pipeline, configuration, 1.0))
            self.warnings.append("the final fit took longer than the time limit")
        total = sum(weight for _, _, weight in fitted)
        whole = join(
            [pipeline for pipeline, _, _ in fitted],
            [weight for _, _, weight in fitted],
            classification=bool(self._data.target.classes),
        )
        return whole, tuple((each, weight / total) for _, each, weight in fitted), score

    def _choose(self) -> tuple[list[tuple[FrozenTrial, float]], float | None]:
        """Trials with their weights, the largest first, and their score together."""
        best = self.best()
        if self._single:
            return [(best, 1.0)], best.value
        candidates = [
            (trial, predictions)
            for trial in self._trials[:N_KEPT]
            if (predictions := self._predictions(trial)) is not None
        ]
        if not candidates:
            return [(best, 1.0)], best.value
        weights, score = select_members(
            self._data.learning,
            self._objective.metric,
            [predictions for _, predictions in candidates],
            costs=[self._objective.refit_seconds(trial) for trial, _ in candidates],
            budget=self._clock.left,
        )
        return [(candidates[place][0], weight) for place, weight in weights.items()], score

    def _predictions(self, trial: FrozenTrial) -> Any:
        """What a trial predicted; made again if another process or an earlier call did it."""
        found = self._runner.predictions.get(trial.number)
        again = self._objective.refit_seconds(trial) * self._objective.n_folds
        if found is not None or again > self._clock.left_for_trials:
            return found
        evaluated = self._objective.evaluate(self._configuration(trial))
        return None if evaluated.reason else evaluated.predictions

    def _configuration(self, trial: FrozenTrial) -> Configuration:
        return read_configuration(trial.params, self._objective.shape)

    def _fit_one(self, configuration: Configuration, seconds: float) -> Any:
        """A fitted pipeline, or None if that could not be done in time."""
        if seconds <= 0:
            return None
        outcome = supervise(
            self._objective.session,
            fit_whole,
            (self._objective.path, configuration, self._objective.seed),
            Limits(None if math.isinf(seconds) else seconds, self._objective.memory),
        )
        return read_fitted(outcome.items[-1]) if outcome.status == "ok" else None


def _check(trials: int | None, jobs: int, random_state: int, memory: int | None) -> None:
    if (trials is not None and trials < 1) or jobs < 1:
        msg = f"`trials` and `jobs` must be at least 1, but got {trials=}, {jobs=}"
        raise UsageError(msg)
    if not isinstance(random_state, int) or not 0 <= random_state < 2**32:
        msg = f"`random_state` must be from 0 to 2**32 - 1, but got {random_state=}"
        raise UsageError(msg)
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
