"""How unlike everything known a table is, and from where on a meta-learner is not to be trusted.

The figure is the mean distance to the nearest known data sets (`RankedDistance`). What is usual is
the same figure of each known data set when its whole family is left out. Distances of ranks end at
the range of what is known, so that a size far outside it counts by itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from metarec.history.meta_dataset import SIZE
from metarec.metalearners.similarity import RankedDistance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatVector
    from metarec.history.meta_dataset import MetaDataset
    from metarec.metalearners.base import Task

_N_NEAREST: Final = 5
_UNFAMILIAR: Final = 0.99
"""Share of the known data sets that are nearer to their nearest. Stated, not learned: left-out data
sets show no threshold (benchmarks/familiarity.py)."""
_TIMES_THE_RANGE: Final = 10.0
"""How far a size may lie beyond the known ones."""
_SIZE_WORDS: Final = dict(zip(SIZE, ("rows", "columns", "classes"), strict=True))


@dataclass(frozen=True)
class Likeness:
    """How like the known data sets a table is."""

    distance: float
    """Mean distance to the nearest known data sets, from 0 (alike) to 1."""
    percentile: float
    """Share of the known data sets that are at most as far from their nearest as the table."""
    why_unfamiliar: str | None
    """In words; None where the table is familiar."""


class Familiarity:
    """Says how like the known data sets a table is.

    Parameters
    ----------
    usual : ndarray of shape (n_datasets,)
        Distance of each known data set to its nearest outside its family.
    sizes : mapping of str to pair of float
        The least and the greatest value of each of `SIZE` that is known.
    """

    def __init__(self, usual: FloatVector, sizes: Mapping[str, tuple[float, float]]) -> None:
        self._usual, self._sizes = np.sort(usual), sizes

    @classmethod
    def fit(cls, meta_dataset: MetaDataset) -> Self:
        """Learn what is usual among the known data sets."""
        distance = RankedDistance(meta_dataset.meta_features)
        families = np.array(meta_dataset.families)
        # Near relatives alone do not say what is usual.
        usual = [
            _to_nearest(distance.to_all(row)[families != family])
            for row, family in zip(meta_dataset.meta_features, families, strict=True)
            if (families != family).any()
        ]
        sizes = {}
        for name, column in zip(
            SIZE, meta_dataset.with_meta_features(SIZE).meta_features.T, strict=True
        ):
            known = column[~np.isnan(column)]
            if known.size:
                sizes[name] = (float(known.min()), float(known.max()))
        return cls(np.array(usual).round(4), sizes)

    def of_task(self, task: Task, distances: FloatVector) -> Likeness:
        """How like the known data sets a table is.

        Parameters
        ----------
        task : Task
            The table.
        distances : ndarray of shape (n_datasets,)
            Its `RankedDistance` to every known data set.
        """
        distance = _to_nearest(distances)
        percentile = float(np.mean(self._usual <= distance)) if self._usual.size else 1.0
        why = self._far_size(task)
        if not np.isfinite(list(task.meta_features.values())).any():
            why = "none of its meta-features is known"
        if why is None and not self._usual.size:
            why = "all that is known are near relatives of one data set"
        if why is None and percentile > _UNFAMILIAR:
            share = f"{100 * _UNFAMILIAR:.0f} %"
            why = f"it is further from the known data sets than {share} of these from each other"
        return Likeness(distance, percentile, why)

    def _far_size(self, task: Task) -> str | None:
        """Which size lies far outside what is known, in words."""
        for name, (least, greatest) in self._sizes.items():
            size = task.meta_features.get(name, np.nan)
            if size * _TIMES_THE_RANGE < least or size > greatest * _TIMES_THE_RANGE:
                noun = _SIZE_WORDS[name]
                return f"it has {size:,.0f} {noun}, what is known {least:,.0f} to {greatest:,.0f}"
        return None

    def to_json(self) -> bytes:
        """What was learned."""
        return json.dumps({"usual": self._usual.tolist(), "sizes": self._sizes}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The inverse of `to_json`."""
        content = json.loads(data)
        sizes = {name: (least, greatest) for name, (least, greatest) in content["sizes"].items()}
        return cls(np.array(content["usual"], dtype=np.float64), sizes)


def _to_nearest(distances: FloatVector) -> float:
    return float(np.sort(distances)[:_N_NEAREST].mean())
