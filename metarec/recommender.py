"""From a table to suggestions: meta-features + knowledge + meta-learner."""

from __future__ import annotations

import time
from functools import cache
from importlib import resources
from itertools import product
from numbers import Integral
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from metarec._arguments import check_algorithms, check_seed
from metarec._exceptions import HistoryError, NoKnowledgeError, UsageError
from metarec.deadline import SHARE_TO_DESCRIBE, not_described, within_limit
from metarec.durations import to_seconds
from metarec.history import METRICS, TASK_TYPES, USUAL_METRIC, HistoryStore, build_meta_dataset
from metarec.knowledge import Expert, Knowledge, load_knowledge, save_knowledge
from metarec.learners import TableShape, get_learner, kind_of
from metarec.metalearners import (
    Familiarity,
    FitTime,
    ScoreModel,
    Task,
    get_metalearner,
)
from metarec.neighbours import find_neighbours
from metarec.ranges import RangeEvidence
from metarec.reasons import find_reasons
from metarec.suggestions import Suggestion, Suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from metafeatures import Table, Target
    from metarec._types import Mask
    from metarec.history import MetaDataset
    from metarec.learners import Kind
    from metarec.metalearners import FitTimePrediction, MetaLearner, ScorePrediction
    from metarec.suggestions import Reason

_N_EXPLAINED: Final = 10
"""Suggestions that get reasons; each takes milliseconds."""
_SAME_ORDER: Final = {"r2": "rmse"}
"""Metrics that order configurations on one data set alike."""


class Recommender:
    """Meta-learners that can be trained on a run history, stored, and asked.

    Parameters
    ----------
    metalearner : str
        Which meta-learner ranks: a name of `metarec.metalearners`.
    metrics : sequence of str, optional
        Only these metrics; left out, all that the history has.

    Examples
    --------
    >>> import metarec, metafeatures
    >>> from sklearn.datasets import load_wine
    >>> X, y = load_wine(return_X_y=True, as_frame=True)
    >>> recommender = metarec.Recommender.shipped()
    >>> len(recommender.suggest(metafeatures.as_table(X, y), top=3))
    3
    """

    def __init__(
        self, metalearner: str = "sequential", *, metrics: Sequence[str] | None = None
    ) -> None:
        self._metalearner = get_metalearner(metalearner)
        _check_metrics(metrics or ())
        if metrics is not None and not metrics:
            msg = "`metrics` must name at least one metric, but it is empty"
            raise UsageError(msg)
        self._metrics = tuple(
            [name for name in METRICS if name not in _SAME_ORDER] if metrics is None else metrics
        )
        self._knowledge: Knowledge | None = None

    def fit(
        self,
        *histories: str | Path | HistoryStore,
        progress: Callable[[str], None] | None = None,
    ) -> Self:
        """Learn from run histories, for each kind of task and metric that they have.

        Parameters
        ----------
        *histories : str, Path or HistoryStore
            Folder of each history, or the opened store; `HistoryStore.shipped()` is the one that
            comes with metarec.
        progress : callable, optional
            Called with a line of text before each training.

        Returns
        -------
        Recommender
            Itself.

        Raises
        ------
        HistoryError
            If a history is empty, or all have too few data sets, or near relatives only, under
            every one of the metrics.
        """
        from metarec._version import __version__

        if not histories:
            raise UsageError("there is nothing to learn from: name at least one history")
        stores = [
            history if isinstance(history, HistoryStore) else HistoryStore(history)
            for history in histories
        ]
        learned: dict[tuple[Kind, str], tuple[MetaLearner, MetaDataset]] = {}
        reasons: list[HistoryError] = []
        for kind, metric in product(TASK_TYPES, self._metrics):
            try:
                meta_dataset = build_meta_dataset(stores, kind=kind, metric=metric)
                if progress is not None:
                    n_datasets = len(meta_dataset.datasets)
                    progress(f"{kind}, {metric}: learning from {n_datasets} data sets")
                learned[kind, metric] = self._metalearner().fit(meta_dataset), meta_dataset
            except HistoryError as error:
                reasons.append(error)
        if not learned:
            raise reasons[0]
        self._knowledge = Knowledge(
            experts=_make_experts(learned),
            version=__version__,
            sources=tuple(sorted({source for store in stores for source in store.sources()})),
        )
        return self

    def save(self, path: str | Path) -> str:
        """Store what was learned in one file, atomically.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        str
            SHA-256 of the manifest.

        Raises
        ------
        NoKnowledgeError
            If nothing was learned yet.
        OSError
            If the file cannot be written.
        """
        return save_knowledge(self.knowledge, path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read and verify what `save` wrote.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Recommender

        Raises
        ------
        KnowledgeError
            If the file is missing, damaged or of another format.
        """
        return cls._knowing(load_knowledge(path))

    @classmethod
    def shipped(cls) -> Self:
        """A recommender with the knowledge that comes with metarec."""
        return cls._knowing(_load_shipped())

    @classmethod
    def of(cls, knowledge: str | Path | Recommender | None) -> Recommender:
        """The recommender that an argument `knowledge` means.

        Parameters
        ----------
        knowledge : str, Path or Recommender, optional
            A file, a recommender itself, or None for the knowledge that comes with metarec.

        Returns
        -------
        Recommender

        Raises
        ------
        KnowledgeError
            As `load`.

        Examples
        --------
        >>> import metarec
        >>> metarec.Recommender.of(None).knowledge is metarec.Recommender.shipped().knowledge
        True
        """
        if isinstance(knowledge, Recommender):
            return knowledge
        return cls.shipped() if knowledge is None else cls.load(knowledge)

    @classmethod
    def _knowing(cls, knowledge: Knowledge) -> Self:
        recommender = cls()
        recommender._knowledge = knowledge
        return recommender

    @property
    def knowledge(self) -> Knowledge:
        """What was learned.

        Raises
        ------
        NoKnowledgeError
            If nothing was learned yet.
        """
        if self._knowledge is None:
            msg = "the recommender knows nothing yet: call fit(history) or load(path) first"
            raise NoKnowledgeError(msg)
        return self._knowledge

    def suggest(
        self,
        table: Table,
        *,
        metric: str = "auto",
        top: int = 5,
        algorithms: Sequence[str] | None = None,
        time_limit: float | str | None = None,
        explain: bool = True,
        random_state: int = 0,
    ) -> Suggestions:
        """Rank configurations for a table.

        Parameters
        ----------
        table : metafeatures.Table
            With a target.
        metric : str
            What the score is; "auto" takes the metric of the knowledge.
        top : int
            How many suggestions, at least 1.
        algorithms : sequence of str, optional
            Only these base-learners.
        time_limit : float or str, optional
            Seconds, or "60s", "10m", "1h": only configurations of which one fit on all rows, on
            one thread, is likely to finish in time (at nine to one). A tenth of it is kept for
            describing the table. If none is, the fastest ones, with a warning in the answer.
        explain : bool
            Whether the first ten suggestions come with reasons, which takes some 0.05 s.
        random_state : int
            Seed of the meta-features' folds and of the suggested estimators.

        Returns
        -------
        Suggestions
            Fewer than `top` if fewer configurations can run on the table.

        Raises
        ------
        NoKnowledgeError
            If nothing is known for this kind of task or metric.
        UsageError
            If an argument cannot be met.
        """
        from metafeatures import extract

        if not isinstance(top, Integral) or top < 1:
            msg = f"`top` must be a whole number of at least 1, but got {top=}"
            raise UsageError(msg)
        top, random_state = int(top), check_seed(random_state)
        limit = None if time_limit is None else to_seconds(time_limit)
        target = _target_of(table)
        metric, expert = self._find_expert(target, metric)
        shape = _shape_of(table, target)
        meta_dataset = expert.meta_dataset
        usable = _usable(meta_dataset, shape, algorithms)
        warnings: list[str | None] = []
        if limit is not None:
            every = expert.fit_time.predict(
                meta_dataset.configurations, shape, n_numeric=table.n_numeric
            )
            usable, warning = within_limit(usable, every, limit, top=top)
            warnings.append(warning)

        started = time.perf_counter()
        meta_features = extract(
            table,
            features=meta_dataset.meta_feature_names,
            time_limit=None if limit is None else SHARE_TO_DESCRIBE * limit,
            random_state=random_state,
        )
        extracted = time.perf_counter()
        if limit is not None:
            warnings.append(not_described(meta_features.skipped, limit, n_asked=len(meta_features)))
        task = Task(meta_features, usable)
        distances = expert.distances(task)
        metalearner, likeness = expert.answering(task, distances)
        order = metalearner.rank(task, top=top)
        configurations = [meta_dataset.configurations[column] for column in order]
        fit_time = expert.fit_time.predict(configurations, shape, n_numeric=table.n_numeric)
        scores = expert.score.predict(configurations, meta_features)
        if (metric, meta_dataset.metric) == ("r2", "rmse"):
            scores = scores.rmse_to_r2(meta_features.get("target_sd", np.nan))
        neighbours = find_neighbours(meta_dataset, distances)
        seconds = {"extract": extracted - started, "rank": time.perf_counter() - extracted}
        reasons: list[tuple[Reason, ...] | None] = [None] * len(order)
        if explain:
            ranked = time.perf_counter()
            explained = order[:_N_EXPLAINED]
            reasons[: len(explained)] = find_reasons(metalearner, meta_dataset, task, explained)
            seconds["explain"] = time.perf_counter() - ranked
        return Suggestions(
            items=tuple(
                Suggestion(
                    rank=place + 1,
                    configuration=configuration,
                    shape=shape,
                    sparse=table.is_sparse,
                    random_state=random_state,
                    predicted_score=_known(scores.score[place]),
                    score_interval=_known_interval(scores, place),
                    predicted_fit_seconds=_known(fit_time.seconds[place]),
                    fit_seconds_interval=_known_interval(fit_time, place),
                    reasons=reasons[place],
                )
                for place, configuration in enumerate(configurations)
            ),
            table=table.source,
            target=target.name,
            target_reason=target.name_reason,
            task=target.task,
            task_reason=target.reason,
            metric=metric,
            n_rows=shape.n_rows,
            n_features=shape.n_features,
            neighbours=neighbours,
            familiarity={
                "familiar": likeness.why_unfamiliar is None,
                "percentile": likeness.percentile,
                "distance": likeness.distance,
                "nearest": neighbours[0].name,
                "answer": metalearner.name,
                "why": likeness.why_unfamiliar,
            },
            knowledge_version=self.knowledge.version,
            knowledge_sha256=self.knowledge.sha256,
            time_limit=limit,
            warnings=tuple(each for each in warnings if each is not None),
            seconds=seconds,
            evidence=RangeEvidence(
                meta_dataset, task.vector(meta_dataset.meta_feature_names), shape
            ),
        )

    def expert(
        self,
        table: Table,
        *,
        metric: str = "auto",
        algorithms: Sequence[str] | None = None,
        cost_aware: bool = False,
        random_state: int = 0,
    ) -> tuple[str, Expert, Task]:
        """Who answers for a table, under which metric, and the table as it is seen.

        Parameters
        ----------
        table : metafeatures.Table
            With a target.
        metric, algorithms, random_state
            As in `suggest`.
        cost_aware : bool
            Whether the task says what trying each configuration is expected to take.

        Returns
        -------
        metric : str
        expert : Expert
        task : Task

        Raises
        ------
        NoKnowledgeError
            If nothing is known for this kind of task or metric.
        UsageError
            If an argument cannot be met.
        """
        from metafeatures import extract

        target = _target_of(table)
        metric, expert = self._find_expert(target, metric)
        meta_dataset, shape = expert.meta_dataset, _shape_of(table, target)
        usable = _usable(meta_dataset, shape, algorithms)
        seconds = None
        if cost_aware:
            every = expert.fit_time.predict(
                meta_dataset.configurations, shape, n_numeric=table.n_numeric
            )
            seconds = every.cost
        meta_features = extract(
            table, features=meta_dataset.meta_feature_names, random_state=random_state
        )
        return metric, expert, Task(meta_features, usable, seconds)

    def _find_expert(self, target: Target, metric: str) -> tuple[str, Expert]:
        """Who answers, and the name of the metric."""
        kind = kind_of(target.task)
        known = self.knowledge.metrics(kind)
        if not known:
            kinds = ", ".join(dict.fromkeys(each for each, _ in self.knowledge.experts))
            msg = (
                f"no knowledge for {target.task} tasks, only for {kinds}; the target "
                f"{target.name!r} was taken so because {target.reason}: if that is wrong, set the "
                "task"
            )
            raise NoKnowledgeError(msg)
        if metric == "auto":
            metric = USUAL_METRIC[kind] if USUAL_METRIC[kind] in known else known[0]
        _check_metrics([metric])
        ranks_like = metric if metric in known else _SAME_ORDER.get(metric, metric)
        if ranks_like not in known:
            msg = (
                f"no knowledge for the metric {metric!r} in {kind}, only for {', '.join(known)}: "
                "leave the metric out, or train your own with `metarec train`"
            )
            raise NoKnowledgeError(msg)
        return metric, self.knowledge.experts[kind, ranks_like]


def _check_metrics(metrics: Iterable[str]) -> None:
    if unknown := sorted(set(metrics) - set(METRICS)):
        msg = f"there is no metric {unknown[0]!r}; choose some of {', '.join(METRICS)}"
        raise UsageError(msg)


def _make_experts(
    learned: Mapping[tuple[Kind, str], tuple[MetaLearner, MetaDataset]],
) -> dict[tuple[Kind, str], Expert]:
    """Add what all meta-learners need; the times have one model for all metrics of a kind."""
    fit_times = {
        kind: FitTime.fit(
            max(
                (meta_dataset for (of, _), (_, meta_dataset) in learned.items() if of == kind),
                key=lambda meta_dataset: int((~np.isnan(meta_dataset.fit_seconds)).sum()),
            )
        )
        for kind in dict.fromkeys(kind for kind, _ in learned)
    }
    return {
        (kind, metric): Expert(
            metalearner,
            meta_dataset,
            fit_times[kind],
            Familiarity.fit(meta_dataset),
            ScoreModel.fit(meta_dataset),
        )
        for (kind, metric), (metalearner, meta_dataset) in learned.items()
    }


def _target_of(table: Table) -> Target:
    """The target, which there has to be and to be worth learning."""
    target = table.target
    if target is None:
        raise UsageError("suggestions need a target: name its column or give y")
    if target.n_classes == 1:
        msg = (
            f"{table.source}: the target {target.name!r} has one class only "
            f"({target.classes[0]!r}): nothing can be learned, choose another target"
        )
        raise UsageError(msg)
    return target


def _shape_of(table: Table, target: Target) -> TableShape:
    return TableShape(n_rows=table.n_rows, n_features=table.n_features, n_classes=target.n_classes)


def _usable(meta_dataset: MetaDataset, shape: TableShape, algorithms: Sequence[str] | None) -> Mask:
    """Which configurations can run on a table of that shape, here."""
    check_algorithms(algorithms)
    learners = {
        item.algorithm: get_learner(item.algorithm, meta_dataset.kind)
        for item in meta_dataset.configurations
    }
    wanted = set(learners) if algorithms is None else set(algorithms)
    if unknown := sorted(wanted - set(learners)):
        msg = f"nothing is known of {', '.join(unknown)}; known: {', '.join(sorted(learners))}"
        raise UsageError(msg)
    usable = np.array(
        [
            item.algorithm in wanted
            and learners[item.algorithm].is_installed
            and learners[item.algorithm].reject(item.hyperparameters, shape) is None
            for item in meta_dataset.configurations
        ]
    )
    if not usable.any():
        msg = (
            f"no known configuration of {', '.join(sorted(wanted))} can run on "
            f"{shape.n_rows} rows: allow more algorithms or add rows"
        )
        raise NoKnowledgeError(msg)
    return usable


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _known_interval(
    predicted: FitTimePrediction | ScorePrediction, place: int
) -> tuple[float, float] | None:
    low, high = float(predicted.low[place]), float(predicted.high[place])
    return (low, high) if np.isfinite(low) and np.isfinite(high) else None


@cache
def _load_shipped() -> Knowledge:
    with resources.as_file(resources.files("metarec.data") / "knowledge.zip") as path:
        return load_knowledge(path)
