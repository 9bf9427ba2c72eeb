"""The known data sets that are most like a table, and what won on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.history import METRICS, OWN_SOURCE
from metarec.suggestions import Neighbour

if TYPE_CHECKING:
    from metarec._types import FloatVector
    from metarec.history import MetaDataset

_N_NEIGHBOURS: Final = 5


def find_neighbours(meta_dataset: MetaDataset, distances: FloatVector) -> tuple[Neighbour, ...]:
    """The nearest known data sets; one that several sources have comes once.

    Its name and its scores are then those of metarec's own runs, if there are any.

    Parameters
    ----------
    meta_dataset : MetaDataset
        The known data sets.
    distances : ndarray of shape (n_datasets,)
        How far each is from the table.
    """
    rows: dict[object, list[int]] = {}
    for row in np.argsort(distances, kind="stable").tolist():
        dataset = meta_dataset.datasets[row]
        rows.setdefault(dataset.openml_id or dataset.name, []).append(row)
    return tuple(
        _neighbour(meta_dataset, same, float(distances[same[0]]))
        for same in list(rows.values())[:_N_NEIGHBOURS]
    )


def _neighbour(meta_dataset: MetaDataset, rows: list[int], distance: float) -> Neighbour:
    row = min(rows, key=lambda row: meta_dataset.datasets[row].source != OWN_SOURCE)
    dataset = meta_dataset.datasets[row]
    best = int(np.nanargmax(meta_dataset.scores[row]))
    sign = 1.0 if METRICS[meta_dataset.metric] == "maximize" else -1.0
    return Neighbour(
        name=dataset.name,
        openml_id=dataset.openml_id,
        distance=distance,
        source=dataset.source,
        best=meta_dataset.configurations[best],
        best_score=sign * float(meta_dataset.scores[row, best]),
        metric=meta_dataset.metric,
    )
