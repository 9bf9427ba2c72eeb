"""From a table to suggestions: meta-features + knowledge + meta-learner."""

from __future__ import annotations

import time
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from metarec._exceptions import NoKnowledgeError, UsageError
from metarec.history import HistoryStore, build_meta_dataset
from metarec.history.meta_dataset import CLASSIFICATION_TASKS
from metarec.knowledge import Knowledge, load_knowledge, save_knowledge
from metarec.learners import TableShape, get_learner
from metarec.metalearners import Neighbours, Task, get_metalearner
from metarec.suggestions import Neighbour, Suggestion, Suggestions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metafeatures import Table, Target
    from metarec._types import Mask

_N_NEIGHBOURS: Final = 5


class Recommender:
    """A meta-learner that can be trained on a run history, stored, and asked.

    Parameters
    ----------
    metalearner : str
        Which meta-learner ranks: a name of `metarec.metalearners`.
    metric : str
        The metric of the history that it learns from.

    Examples
    --------
    >>> import metarec, metafeatures
    >>> from sklearn.datasets import load_wine
    >>> X, y = load_wine(return_X_y=True, as_frame=True)
    >>> recommender = metarec.Recommender.shipped()
    >>> len(recommender.suggest(metafeatures.as_table(X, y), top=3))
    3
    """

    def __init__(self, metalearner: str = "lightgbm", *, metric: str = "balanced_accuracy") -> None:
        self._metalearner = get_metalearner(metalearner)
        self.metric = metric
        self._knowledge: Knowledge | None = None
        self._neighbours: Neighbours | None = None

    def fit(self, history: str | Path | HistoryStore) -> Self:
        """Learn from a run history.

        Parameters
        ----------
        history : str, Path or HistoryStore
            The folder of the history, or the opened store.

        Returns
        -------
        Recommender
            Itself.

        Raises
        ------
        HistoryError
            If the history is empty or has no runs under the metric.
        """
        from metarec._version import __version__

        store = history if isinstance(history, HistoryStore) else HistoryStore(history)
        meta_dataset = build_meta_dataset(store, metric=self.metric)
        self._knowledge = Knowledge(
            metalearner=self._metalearner().fit(meta_dataset),
            meta_dataset=meta_dataset,
            tasks=CLASSIFICATION_TASKS,
            version=__version__,
            sources=tuple(store.sources()),
        )
        self._neighbours = None
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
    def _knowing(cls, knowledge: Knowledge) -> Self:
        recommender = cls(knowledge.metalearner.name, metric=knowledge.meta_dataset.metric)
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

        if isinstance(algorithms, str) or (algorithms is not None and not algorithms):
            msg = f"`algorithms` must be a list of names, but got {algorithms!r}"
            raise UsageError(msg)
        if not isinstance(top, int) or top < 1:
            msg = f"`top` must be a whole number of at least 1, but got {top=}"
            raise UsageError(msg)
        if not isinstance(random_state, int) or not 0 <= random_state < 2**32:
            msg = f"`random_state` must be from 0 to 2**32 - 1, but got {random_state=}"
            raise UsageError(msg)
        target = table.target
        if target is None:
            msg = "suggestions need a target: name its column or give y"
            raise UsageError(msg)
        self._check_known(target, metric)
        if target.n_classes == 1:
            msg = (
                f"{table.source}: the target {target.name!r} has one class only "
                f"({target.classes[0]!r}): nothing can be learned, choose another target"
            )
            raise UsageError(msg)
        shape = TableShape(
            n_rows=table.n_rows, n_features=table.n_features, n_classes=target.n_classes
        )
        usable = self._usable(shape, algorithms)

        started = time.perf_counter()
        meta_dataset = self.knowledge.meta_dataset
        meta_features = extract(
            table, features=meta_dataset.meta_feature_names, random_state=random_state
        )
        extracted = time.perf_counter()
        task = Task(meta_features, usable)
        order = self.knowledge.metalearner.rank(task, top=top)
        neighbours = self._nearest(task)
        ranked = time.perf_counter()
        return Suggestions(
            items=tuple(
                Suggestion(
                    rank=rank,
                    configuration=meta_dataset.configurations[column],
                    shape=shape,
                    sparse=table.is_sparse,
                    random_state=random_state,
                )
                for rank, column in enumerate(order, start=1)
            ),
            table=table.source,
            target=target.name,
            target_reason=target.name_reason,
            task=target.task,
            task_reason=target.reason,
            metric=meta_dataset.metric,
            n_rows=shape.n_rows,
            n_features=shape.n_features,
            neighbours=neighbours,
            knowledge_version=self.knowledge.version,
            knowledge_sha256=self.knowledge.sha256,
            seconds={"extract": extracted - started, "rank": ranked - extracted},
        )

    def _check_known(self, target: Target, metric: str) -> None:
        if target.task not in self.knowledge.tasks:
            known = ", ".join(self.knowledge.tasks)
            msg = (
                f"no knowledge for {target.task} tasks yet, only for {known}; the target "
                f"{target.name!r} was taken so because {target.reason}: if it holds classes, set "
                "the task to classification"
            )
            raise NoKnowledgeError(msg)
        known_metric = self.knowledge.meta_dataset.metric
        if metric not in {"auto", known_metric}:
            msg = (
                f"no knowledge for the metric {metric!r}, only for {known_metric!r}: leave the "
                "metric out, or train your own with `metarec train`"
            )
            raise NoKnowledgeError(msg)

    def _usable(self, shape: TableShape, algorithms: Sequence[str] | None) -> Mask:
        configurations = self.knowledge.meta_dataset.configurations
        known = {item.algorithm for item in configurations}
        wanted = known if algorithms is None else set(algorithms)
        if unknown := sorted(wanted - known):
            msg = f"nothing is known of {', '.join(unknown)}; known: {', '.join(sorted(known))}"
            raise UsageError(msg)
        usable = np.array(
            [
                item.algorithm in wanted
                and get_learner(item.algorithm, shape.task).reject(item.hyperparameters, shape)
                is None
                for item in configurations
            ]
        )
        if not usable.any():
            msg = (
                f"no known configuration of {', '.join(sorted(wanted))} can run on "
                f"{shape.n_rows} rows: allow more algorithms or add rows"
            )
            raise NoKnowledgeError(msg)
        return usable

    def _nearest(self, task: Task) -> tuple[Neighbour, ...]:
        datasets = self.knowledge.meta_dataset.datasets
        if self._neighbours is None:
            self._neighbours = Neighbours().fit(self.knowledge.meta_dataset)
        distances = self._neighbours.distances(task)
        return tuple(
            Neighbour(datasets[row].name, datasets[row].openml_id, float(distances[row]))
            for row in np.argsort(distances, kind="stable")[:_N_NEIGHBOURS]
        )


@cache
def _load_shipped() -> Knowledge:
    with resources.as_file(resources.files("metarec.data") / "knowledge.zip") as path:
        return load_knowledge(path)
