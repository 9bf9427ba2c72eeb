"""The contract of every meta-learner."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatVector, IntVector, Mask
    from metarec.history.meta_dataset import MetaDataset
    from metarec.metalearners.advantage import Advantage


@dataclass(frozen=True, eq=False)
class Task:
    """A table to find a configuration for, as a meta-learner sees it."""

    meta_features: Mapping[str, float]
    """By name; a name that is absent counts as unknown."""
    usable: Mask
    """Shape (n_configurations,): which of the known configurations can run on the table."""
    seconds: FloatVector | None = None
    """What trying each configuration is expected to take, shape (n_configurations,). Given, time is
    what runs out: a meta-learner that adapts suggests what promises most per second."""

    def vector(self, names: tuple[str, ...]) -> FloatVector:
        """The meta-features in the order of `names`, NaN where unknown."""
        return np.array([self.meta_features.get(name, np.nan) for name in names])


class MetaLearner(ABC):
    """Ranks the configurations of a meta-dataset for a task that it has not seen.

    The lifetime: `fit` is called once with a meta-dataset; `rank` any number of times after that,
    from any thread. A fitted meta-learner is stored as `to_files` and comes back by `from_files`
    with the meta-dataset it was fitted on, which is stored beside it.
    """

    name: ClassVar[str]
    """What tables and files call it."""

    @classmethod
    def reject(cls, meta_dataset: MetaDataset) -> str | None:
        """Why it has nothing to learn from a meta-dataset, or None if it has."""
        del meta_dataset
        return None

    @abstractmethod
    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Learn from a meta-dataset; returns the meta-learner itself."""

    @abstractmethod
    def rank(self, task: Task, *, top: int) -> IntVector:
        """The configurations to try, best first.

        Parameters
        ----------
        task : Task
            The table's meta-features and the configurations that can run on it.
        top : int
            How many are wanted.

        Returns
        -------
        ndarray of shape (min(top, number of usable configurations),)
            Columns of the meta-dataset's configurations, each at most once.
        """

    def update(self, task: Task, observed: Mapping[int, float], *, top: int) -> IntVector:
        """The configurations to try next, after some were tried.

        Parameters
        ----------
        task : Task
            As in `rank`.
        observed : mapping of int to float
            Score of each column that was tried, larger is better; -inf where it failed.
        top : int
            How many are wanted.

        Returns
        -------
        ndarray of shape (min(top, number of usable configurations that were not tried),)
            A meta-learner that learns nothing from results goes on with its list.
        """
        order = self.rank(task, top=top + len(observed))
        return order[~np.isin(order, list(observed))][:top]

    def advantage(self, task: Task, chosen: IntVector) -> Advantage | None:
        """Why configurations are expected to do better than the average one.

        Parameters
        ----------
        task : Task
            As in `rank`.
        chosen : ndarray of int
            Columns of the configurations.

        Returns
        -------
        Advantage or None
            None from a meta-learner that expects nothing of a single configuration.
        """
        del task, chosen
        return None

    def to_files(self) -> dict[str, bytes]:
        """What was learned beyond the meta-dataset, by file name."""
        return {}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], meta_dataset: MetaDataset) -> Self:
        """The inverse of `to_files`; cheap meta-learners simply fit again."""
        del files
        return cls().fit(meta_dataset)


def best_first(cost: FloatVector, usable: Mask, top: int) -> IntVector:
    """Usable places in order of rising cost; ties keep their order.

    Examples
    --------
    >>> best_first(np.array([0.3, 0.1, 0.2]), np.array([True, False, True]), 2).tolist()
    [2, 0]
    """
    order = np.argsort(cost, kind="stable")
    return order[usable[order]][:top].astype(np.int64)
