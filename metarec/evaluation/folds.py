"""Which data sets are learned from and which are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metarec._exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metarec._types import IntVector, Mask


def leave_families_out(
    families: Sequence[str], *, n_folds: int, random_state: int, judged: Mask | None = None
) -> Iterator[tuple[IntVector, IntVector]]:
    """Split data sets into folds of like size that keep each family together.

    Parameters
    ----------
    families : sequence of str
        The family of each data set.
    n_folds : int
        How many parts the judged data sets are split into.
    random_state : int
        Seed of the split.
    judged : ndarray of shape (n_datasets,), optional
        Which data sets are to be left out once; all if left out. The others are learned from,
        except in the fold that leaves out their relatives. They do not change the split.

    Yields
    ------
    train, test : ndarray of int
        Rows to learn from, rows that are left out.

    Raises
    ------
    UsageError
        If there are fewer families than folds.

    Examples
    --------
    >>> for train, test in leave_families_out(["a", "b", "a", "c"], n_folds=2, random_state=0):
    ...     print(train.tolist(), test.tolist())
    [1, 3] [0, 2]
    [0, 2] [1, 3]
    """
    family = np.array(families)
    judged = np.ones(family.size, dtype=bool) if judged is None else judged
    names, sizes = np.unique(family[judged], return_counts=True)
    if not 2 <= n_folds <= len(names):
        msg = (
            f"`n_folds` must be from 2 to the number of families, {len(names)}, but got {n_folds=}"
        )
        raise UsageError(msg)
    generator = np.random.default_rng(random_state)
    fold_of_family: dict[str, int] = {}
    load = np.zeros(n_folds)
    shuffled = generator.permutation(len(names))
    for at in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold = int(np.argmin(load))
        fold_of_family[str(names[at])] = fold
        load[fold] += sizes[at]
    fold_of = np.array([fold_of_family.get(name, -1) for name in family.tolist()])
    for fold in range(n_folds):
        yield np.flatnonzero(fold_of != fold), np.flatnonzero((fold_of == fold) & judged)
