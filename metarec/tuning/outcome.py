"""What the members of the final pipeline predicted of rows that they were not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metarec.reporting import Outcome
from metarec.tuning.ensemble import decide, opinion
from metarec.tuning.tempering import temper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatVector
    from metarec.collecting.evaluating import FoldPredictions
    from metarec.tuning.validation import TuningData


def join_outcome(
    data: TuningData,
    members: Sequence[tuple[Sequence[FoldPredictions], float]],
    class_weights: FloatVector | None = None,
    temperature: float = 1.0,
) -> Outcome:
    """The weighted mean of the members' predictions of each fold's test rows.

    Rows that are in no fold's test, as the first ones in the order of time, have none. A class is
    decided for as much as it counts; the probabilities are those of the temperature.
    """
    task, classes = data.learning, data.target.classes
    rows = np.concatenate([test for _, test in task.folds])
    total = sum(weight for _, weight in members)
    mean = np.sum(
        [
            weight / total * np.concatenate([opinion(fold, task) for fold in folds])
            for folds, weight in members
        ],
        axis=0,
    )
    if not classes:
        return Outcome(task.y[rows], mean[:, 0])
    names = np.asarray(classes, dtype=object)
    # One member alone answers as it does without the others.
    is_alone = len(members) == 1 and class_weights is None and temperature == 1.0
    alone = members[0][0] if is_alone else None
    codes = (
        decide(mean, class_weights)
        if alone is None
        else np.concatenate([fold.predicted for fold in alone]).astype(np.int64)
    )
    says = alone is None or all(fold.probabilities for fold in alone)
    probabilities = temper(mean, temperature) if says else None
    return Outcome(names[task.y[rows]], names[codes], classes, probabilities)
