"""Greedy cover: each next configuration mends most of what the earlier ones miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatMatrix, FloatVector, IntVector, Mask


def greedy_cover(
    regret: FloatMatrix,
    usable: Mask,
    top: int,
    *,
    weights: FloatVector | None = None,
    first: Sequence[int] = (),
) -> IntVector:
    """Choose configurations whose best one has the least mean regret over the scenarios.

    The mean over scenarios of the least regret is submodular, so the greedy set is within
    1 - 1/e of the best set of its size (Nemhauser, Wolsey & Fisher 1978). Ties go to the lower
    mean regret.

    Parameters
    ----------
    regret : ndarray of shape (n_scenarios, n_configurations)
        A scenario is a data set, known or imagined.
    usable : ndarray of shape (n_configurations,)
        Which may be chosen.
    top : int
        How many to choose.
    weights : ndarray of shape (n_scenarios,), optional
        How much each scenario counts; equal if left out.
    first : sequence of int
        Configurations that are chosen already, in their order.

    Returns
    -------
    ndarray of shape (min(top, usable.sum()),)
        Columns in the order of their choice, those in `first` included.

    Examples
    --------
    The second choice is not the second best on average, but the one that serves the last row:

    >>> regret = np.array([[0.0, 0.1, 1.0], [0.0, 0.1, 1.0], [0.6, 0.7, 0.0]])
    >>> greedy_cover(regret, np.ones(3, bool), 2).tolist()
    [0, 2]
    """
    share = np.full(len(regret), 1.0 / len(regret)) if weights is None else weights / weights.sum()
    chosen = [int(column) for column in first][:top]
    covered = regret[:, chosen].min(axis=1, initial=np.inf)[:, None]
    open_ = usable.copy()
    open_[chosen] = False
    columns = np.flatnonzero(open_)
    mean = (share @ regret)[columns]
    regret = regret[:, columns]
    for _ in range(min(top - len(chosen), len(columns))):
        after = (share @ np.minimum(covered, regret)).round(12)
        after[~open_[columns]] = np.inf
        tied = np.flatnonzero(after == after.min())
        best = int(tied[mean[tied].argmin()])
        chosen.append(int(columns[best]))
        open_[chosen[-1]] = False
        covered = np.minimum(covered, regret[:, [best]])
    return np.array(chosen, dtype=np.int64)
