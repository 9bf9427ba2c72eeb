"""Meta-testing: suggestions for data sets that were left out of the training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import UsageError
from metarec.metalearners import MetaLearner, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.history.meta_dataset import MetaDataset

LIST_LENGTHS: Final = (1, 3, 5, 10, 20)
"""How many suggestions a user tries."""
_BOOTSTRAP_DRAWS: Final = 2000


@dataclass(frozen=True)
class Figure:
    """One method at one list length, over all left-out data sets."""

    regret: float
    """Mean normalised regret of the best of the first k suggestions."""
    interval: tuple[float, float]
    """95 % bootstrap interval of the mean, over families of data sets."""
    rank: float
    """Mean rank among the methods, 1 the best; ties share their mean rank."""
    worst_tenth: float
    """Mean regret over the tenth of the data sets where it is largest."""


@dataclass(frozen=True, eq=False)
class MetaTest:
    """Regrets of several methods on data sets that they have not seen."""

    list_lengths: tuple[int, ...]
    """The k of "best of the first k"."""
    regret: Mapping[str, FloatMatrix]
    """By method: shape (n_datasets, n_list_lengths)."""
    families: tuple[str, ...]
    """Family of each data set."""
    protocol: str
    """In words: what was left out, and how often."""

    def figures(self) -> dict[str, dict[int, Figure]]:
        """Figures by method and list length."""
        from scipy.stats import rankdata

        stacked = np.stack(list(self.regret.values()))
        ranks = rankdata(stacked.round(9), axis=0).mean(axis=1)
        draws = self._bootstrap_weights()
        figures: dict[str, dict[int, Figure]] = {}
        for row, (name, regret) in enumerate(self.regret.items()):
            low, high = np.quantile(draws @ regret, [0.025, 0.975], axis=0)
            n_worst = max(1, round(len(regret) / 10))
            worst = np.sort(regret, axis=0)[-n_worst:].mean(axis=0)
            figures[name] = {
                k: Figure(
                    regret=float(regret[:, at].mean()),
                    interval=(float(low[at]), float(high[at])),
                    rank=float(ranks[row, at]),
                    worst_tenth=float(worst[at]),
                )
                for at, k in enumerate(self.list_lengths)
            }
        return figures

    def _bootstrap_weights(self) -> FloatMatrix:
        """Weight of each data set in each draw; families are drawn, not data sets."""
        _, family = np.unique(np.array(self.families), return_inverse=True)
        n_families = int(family.max()) + 1
        generator = np.random.default_rng(0)
        times = generator.multinomial(
            n_families, np.full(n_families, 1 / n_families), size=_BOOTSTRAP_DRAWS
        )
        weights = times[:, family].astype(np.float64)
        weights /= weights.sum(axis=1, keepdims=True)
        return weights


def meta_test(
    meta_dataset: MetaDataset,
    methods: Sequence[Callable[[], MetaLearner]],
    *,
    list_lengths: tuple[int, ...] = LIST_LENGTHS,
    n_folds: int = 5,
    random_state: int = 0,
    progress: Callable[[str], None] | None = None,
) -> MetaTest:
    """Leave folds of data sets out, learn from the rest, and rank for what was left out.

    Near relatives (one family) are always left out together.

    Parameters
    ----------
    meta_dataset : MetaDataset
        The history.
    methods : sequence of callable
        Each makes a new, unfitted meta-learner.
    list_lengths : tuple of int
        The k of "best of the first k suggestions".
    n_folds : int
        How many parts the data sets are split into.
    random_state : int
        Seed of the split.
    progress : callable, optional
        Called with a line of text after each fit.

    Returns
    -------
    MetaTest
        Regrets from 0, the best configuration of each data set, to 1, its worst.

    Raises
    ------
    UsageError
        If there are fewer families than folds.

    Examples
    --------
    >>> import metarec
    >>> from metarec.metalearners import get_metalearner
    >>> knowledge = metarec.Recommender.shipped().knowledge
    >>> history = knowledge.experts["classification", "balanced_accuracy"].meta_dataset
    >>> names = ("random", "average_rank", "portfolio")
    >>> figures = meta_test(history, [get_metalearner(name) for name in names]).figures()
    >>> figures["portfolio"][5].regret < figures["average_rank"][5].regret
    True
    """
    regret = meta_dataset.regret()
    n_datasets = len(regret)
    found: dict[str, FloatMatrix] = {}
    # What was not run on a data set cannot be judged there.
    judged = ~np.isnan(regret)
    for fold, (train, test) in enumerate(
        leave_families_out(meta_dataset.families, n_folds=n_folds, random_state=random_state)
    ):
        known = meta_dataset.take(train)
        for make in methods:
            learner = make().fit(known)
            table = found.setdefault(learner.name, np.empty((n_datasets, len(list_lengths))))
            for row in test:
                values = meta_dataset.meta_features[row].tolist()
                features = dict(zip(meta_dataset.meta_feature_names, values, strict=True))
                task = Task(features, judged[row])
                order = tried_order(learner, task, meta_dataset.scores[row], max(list_lengths))
                best_so_far = np.minimum.accumulate(regret[row, order])
                table[row] = best_so_far[[min(k, order.size) - 1 for k in list_lengths]]
            if progress is not None:
                progress(f"fold {fold + 1} of {n_folds}: {learner.name}")
    return MetaTest(
        list_lengths=list_lengths,
        regret=found,
        families=meta_dataset.families,
        protocol=f"{n_folds} folds over {n_datasets} data sets in "
        f"{len(set(meta_dataset.families))} families, each family in one fold, seed {random_state}",
    )


def tried_order(learner: MetaLearner, task: Task, scores: FloatVector, top: int) -> IntVector:
    """The order in which configurations are tried, each result told before the next is asked.

    Parameters
    ----------
    learner : MetaLearner
        Fitted.
    task : Task
        What it is asked about.
    scores : ndarray of shape (n_configurations,)
        The results, larger is better.
    top : int
        How many are tried.
    """
    if type(learner).update is MetaLearner.update:
        return learner.rank(task, top=top)
    observed: dict[int, float] = {}
    while len(observed) < top and len(following := learner.update(task, observed, top=1)):
        column = int(following[0])
        observed[column] = float(scores[column])
    return np.array(list(observed), dtype=np.int64)


def leave_families_out(
    families: Sequence[str], *, n_folds: int, random_state: int
) -> Iterator[tuple[IntVector, IntVector]]:
    """Split data sets into folds of like size that keep each family together.

    Yields
    ------
    train, test : ndarray of int
        Rows to learn from, rows that are left out.
    """
    if not 2 <= n_folds <= len(set(families)):
        msg = (
            f"`n_folds` must be from 2 to the number of families, {len(set(families))}, but got "
            f"{n_folds=}"
        )
        raise UsageError(msg)
    names, member, sizes = np.unique(np.array(families), return_inverse=True, return_counts=True)
    generator = np.random.default_rng(random_state)
    fold_of_family = np.empty(len(names), dtype=np.int64)
    load = np.zeros(n_folds)
    shuffled = generator.permutation(len(names))
    for family in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold_of_family[family] = np.argmin(load)
        load[fold_of_family[family]] += sizes[family]
    for fold in range(n_folds):
        left_out = fold_of_family[member] == fold
        yield np.flatnonzero(~left_out), np.flatnonzero(left_out)
