"""What each source of a joined history adds: the same test, learned with and without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metarec._exceptions import UsageError
from metarec.evaluation.meta_test import Case, run_cases
from metarec.evaluation.result import LIST_LENGTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metarec.evaluation.result import MetaTest
    from metarec.history import MetaDataset
    from metarec.metalearners import MetaLearner


def ablate_sources(
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
    """Meta-test every method as it is, and once without each source in its training.

    All are judged on the same left-out data sets, with all configurations that were run there.

    Parameters
    ----------
    meta_dataset : MetaDataset
        Several joined histories.
    methods, list_lengths, n_folds, random_state, judge, n_jobs, progress
        As for `meta_test`.

    Returns
    -------
    MetaTest
        With methods such as ``"sequential"`` and ``"sequential without oboe"``.

    Raises
    ------
    UsageError
        If there is one source only, and whenever `meta_test` raises it.

    Examples
    --------
    >>> import metarec
    >>> from metarec.metalearners import get_metalearner
    >>> knowledge = metarec.Recommender.shipped().knowledge
    >>> joined = knowledge.experts["classification", "balanced_accuracy"].meta_dataset
    >>> result = ablate_sources(joined, [get_metalearner("portfolio")], judge=["collect"])
    >>> list(result.curves)
    ['portfolio', 'portfolio without collect', 'portfolio without oboe']
    """
    source = np.array([dataset.source for dataset in meta_dataset.datasets])
    names = np.unique(source).tolist()
    if len(names) < 2:
        msg = f"an ablation needs several sources, but there is {names[0]!r} only: join histories"
        raise UsageError(msg)
    cases = [
        case
        for make in methods
        for case in (
            Case(make().name, make, np.ones(source.size, dtype=bool)),
            *(Case(f"{make().name} without {each}", make, source != each) for each in names),
        )
    ]
    return run_cases(
        meta_dataset,
        cases,
        list_lengths=list_lengths,
        n_folds=n_folds,
        random_state=random_state,
        judge=judge,
        n_jobs=n_jobs,
        progress=progress,
    )
