"""Choose a library of configurations for coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.history.library._entries import Library, LibraryEntry
from metarec.history.library._portfolios import read_portfolios
from metarec.learners import (
    TableShape,
    default,
    get_learner,
    kind_of,
    learner_names,
    space_filling,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from metarec.history.meta_dataset import MetaDataset
    from metarec.learners import BaseLearner, Configuration, Kind, Task

_BEST_PER_LEARNER: Final = 3
_PORTFOLIO_SHARE: Final = 0.25
_SHAPES: Final[dict[Kind, TableShape]] = {
    "classification": TableShape(n_rows=500, n_features=20, n_classes=2),
    "regression": TableShape(n_rows=500, n_features=20, n_classes=0),
}
"""A small table, so that most points of the spaces can be run on most tables."""


def build_library(
    task: Task,
    *,
    size: int = 200,
    history: MetaDataset | None = None,
    portfolios: str | Path | None = None,
    algorithms: Sequence[str] | None = None,
    seed: int = 0,
) -> Library:
    """Choose configurations that are worth running on every table.

    In this order: the default of each base-learner, the best three of each in a history, up to a
    quarter of the size from the peers' portfolios, and for the rest points that fill the spaces,
    more of them where there are more hyperparameters.

    Parameters
    ----------
    task : {"classification", "binary", "multiclass", "regression"}
        For which kind of task.
    size : int
        How many configurations, if the spaces have as many.
    history : MetaDataset, optional
        Runs of this kind of task, whose best configurations enter.
    portfolios : str or Path, optional
        A file that `read_portfolios` reads.
    algorithms : sequence of str, optional
        Only these base-learners; left out, all whose packages are installed.
    seed : int
        Seed of the space-filling points.

    Returns
    -------
    Library
        The same for the same arguments.

    Raises
    ------
    UnknownLearnerError
        If one of the algorithms is not known.
    HistoryError
        If the portfolios cannot be read.

    Examples
    --------
    >>> library = build_library("regression", size=40)
    >>> len(library), library[0].origin
    (40, 'default')
    """
    kind = kind_of(task)
    names = learner_names(kind, installed=True) if algorithms is None else algorithms
    learners = {name: get_learner(name, kind) for name in names}
    entries = [LibraryEntry(default(learner), "default") for learner in learners.values()]
    if history is not None:
        entries += _best(history)
    if portfolios is not None:
        known = [
            entry
            for entry in read_portfolios(portfolios, kind)
            if entry.configuration.algorithm in learners
        ]
        entries += known[: round(_PORTFOLIO_SHARE * size)]
    chosen: dict[Configuration, LibraryEntry] = {}
    for entry in entries:
        if entry.configuration.algorithm in learners:
            chosen.setdefault(entry.configuration, entry)
    for entry in _fill(list(learners.values()), size, _SHAPES[kind], seed):
        if len(chosen) >= size:
            break
        chosen.setdefault(entry.configuration, entry)
    return Library(kind, tuple(chosen.values())[:size])


def _best(history: MetaDataset) -> list[LibraryEntry]:
    """Configurations of the least mean regret, some of each base-learner."""
    mean = history.regret().mean(axis=0)
    taken: dict[str, int] = {}
    best = []
    for column in np.argsort(mean, kind="stable").tolist():
        configuration = history.configurations[column]
        taken[configuration.algorithm] = taken.get(configuration.algorithm, 0) + 1
        if taken[configuration.algorithm] <= _BEST_PER_LEARNER:
            best.append(LibraryEntry(configuration, "history"))
    return best


def _fill(
    learners: Sequence[BaseLearner], size: int, shape: TableShape, seed: int
) -> Iterator[LibraryEntry]:
    """Points of all spaces in turn, so that a learner's share grows with its hyperparameters."""
    points = {learner.name: space_filling(learner, size, shape, seed=seed) for learner in learners}
    # The k-th point of a space with d hyperparameters comes at k / d.
    turns = sorted(
        ((place + 1) / max(1, len(learner.space(shape))), learner.name, place)
        for learner in learners
        for place in range(len(points[learner.name]))
    )
    for _, name, place in turns:
        yield LibraryEntry(points[name][place], "space-filling")
