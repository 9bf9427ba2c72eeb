"""Meta-testing: suggestions for data sets that were left out of the training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metarec._exceptions import UsageError
from metarec.evaluation.folds import leave_families_out
from metarec.evaluation.result import LIST_LENGTHS, MetaTest
from metarec.metalearners import MetaLearner, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metarec._types import FloatMatrix, FloatVector, IntVector, Mask
    from metarec.history import MetaDataset


def meta_test(
    meta_dataset: MetaDataset,
    methods: Sequence[Callable[[], MetaLearner]],
    *,
    list_lengths: tuple[int, ...] = LIST_LENGTHS,
    n_folds: int = 5,
    random_state: int = 0,
    judge: Sequence[str] | None = None,
    n_jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> MetaTest:
    """Leave folds of data sets out, learn from the rest, and rank for what was left out.

    Near relatives (one family) are always left out together, from all sources. A meta-learner that
    learns from results is told each score before it is asked for the next suggestion.

    Parameters
    ----------
    meta_dataset : MetaDataset
        The history.
    methods : sequence of callable
        Each makes a new, unfitted meta-learner; their names differ.
    list_lengths : tuple of int
        The k of "best of the first k suggestions".
    n_folds : int
        How many parts the data sets are split into.
    random_state : int
        Seed of the split.
    judge : sequence of str, optional
        Sources whose data sets are left out and judged; the others are only learned from. All if
        left out.
    n_jobs : int
        Processes; -1 for one per processor. The result does not depend on it.
    progress : callable, optional
        Called with the number of trainings done and that of all.

    Returns
    -------
    MetaTest
        Regrets from 0, the best configuration of each data set, to 1, its worst.

    Raises
    ------
    UsageError
        If there are fewer families than folds, no data set of a source in `judge`, two methods of
        one name, or `n_jobs` is neither -1 nor at least 1.

    Examples
    --------
    >>> import metarec
    >>> from metarec.metalearners import get_metalearner
    >>> knowledge = metarec.Recommender.shipped().knowledge
    >>> history = knowledge.experts["classification", "balanced_accuracy"].meta_dataset
    >>> names = ("random", "average_rank", "portfolio")
    >>> result = meta_test(history, [get_metalearner(name) for name in names])
    >>> figures = result.figures()
    >>> figures["portfolio"][5].regret < figures["average_rank"][5].regret
    True
    >>> result.compare("average_rank")["portfolio"][5].wins > 50
    True
    """
    everything = np.ones(len(meta_dataset.datasets), dtype=bool)
    return run_cases(
        meta_dataset,
        [Case(make().name, make, everything) for make in methods],
        list_lengths=list_lengths,
        n_folds=n_folds,
        random_state=random_state,
        judge=judge,
        n_jobs=n_jobs,
        progress=progress,
    )


@dataclass(frozen=True, eq=False)
class Case:
    """One row of a result: a meta-learner and what it may learn from."""

    name: str
    make: Callable[[], MetaLearner]
    learn_from: Mask
    """Shape (n_datasets,)."""


def run_cases(
    meta_dataset: MetaDataset,
    cases: Sequence[Case],
    *,
    list_lengths: tuple[int, ...],
    n_folds: int,
    random_state: int,
    judge: Sequence[str] | None,
    n_jobs: int,
    progress: Callable[[int, int], None] | None,
) -> MetaTest:
    """Train and judge every case on the same folds."""
    from joblib import Parallel, delayed

    if n_jobs != -1 and n_jobs < 1:
        raise UsageError(f"`n_jobs` must be -1 or at least 1, but got {n_jobs=}")
    names = [case.name for case in cases]
    if repeated := [name for name in names if names.count(name) > 1]:
        msg = f"two methods are called {repeated[0]!r}: give each a name of its own"
        raise UsageError(msg)
    judged = _of_sources(meta_dataset, judge)
    rows = np.flatnonzero(judged)
    folds = list(
        leave_families_out(
            meta_dataset.families, n_folds=n_folds, random_state=random_state, judged=judged
        )
    )
    parts = [(test, case, train[case.learn_from[train]]) for train, test in folds for case in cases]
    curves = {name: np.empty((rows.size, max(list_lengths))) for name in names}
    found = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_judge)(meta_dataset, case.make, train, test, max(list_lengths))
        for test, case, train in parts
    )
    for done, ((test, case, _), curve) in enumerate(zip(parts, found, strict=True)):
        curves[case.name][np.searchsorted(rows, test)] = curve
        if progress is not None:
            progress(done + 1, len(parts))
    return MetaTest(
        kind=meta_dataset.kind,
        metric=meta_dataset.metric,
        datasets=tuple(meta_dataset.datasets[row] for row in rows),
        list_lengths=list_lengths,
        curves=curves,
        protocol=_describe(meta_dataset, judged, n_folds, random_state),
    )


def _of_sources(meta_dataset: MetaDataset, sources: Sequence[str] | None) -> Mask:
    of = [dataset.source for dataset in meta_dataset.datasets]
    if unknown := sorted(set(sources or ()) - set(of)):
        msg = (
            f"no data set of the source {unknown[0]!r} can be judged; choose some of "
            f"{', '.join(sorted(set(of)))}"
        )
        raise UsageError(msg)
    return np.array([sources is None or source in sources for source in of])


def _judge(
    meta_dataset: MetaDataset,
    make: Callable[[], MetaLearner],
    train: IntVector,
    test: IntVector,
    longest: int,
) -> FloatMatrix:
    """Regret of the best of the first 1, 2, ... suggestions, one row per data set left out."""
    from threadpoolctl import threadpool_limits

    regret = meta_dataset.regret()
    curves = np.ones((test.size, longest))
    # The number of threads changes the last digits of sums.
    with threadpool_limits(limits=1):
        known = meta_dataset.take(train)
        columns = np.flatnonzero(np.isfinite(known.scores).any(axis=0))
        learner = make().fit(known.take_configurations(columns))
        for row, curve in zip(test, curves, strict=True):
            # What was not run on a data set cannot be judged there.
            task = Task(meta_dataset.features_of(row), ~np.isnan(regret[row, columns]))
            order = tried_order(learner, task, meta_dataset.scores[row, columns], longest)
            if order.size:  # a meta-learner that knows nothing that was run here keeps regret 1
                best_so_far = np.minimum.accumulate(regret[row, columns[order]])
                curve[: order.size] = best_so_far
                curve[order.size :] = best_so_far[-1]
    return curves


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


def _describe(meta_dataset: MetaDataset, judged: Mask, n_folds: int, random_state: int) -> str:
    """What was left out, and how often."""
    families = {dataset.family for dataset, is_judged in
                zip(meta_dataset.datasets, judged.tolist(), strict=True) if is_judged}  # fmt: skip
    others = "" if judged.all() else f", learned from {int((~judged).sum())} others as well"
    return (
        f"{n_folds} folds over {int(judged.sum())} data sets in {len(families)} families, each "
        f"family in one fold, seed {random_state}{others}"
    )
