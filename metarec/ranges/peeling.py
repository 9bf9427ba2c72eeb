"""Peeling a box of good configurations (PRIM; Friedman & Fisher 1999).

From the whole space, the end of a range or a choice is taken off again and again: each time the
one whose configurations were good less often than by chance. Without a test a box fits the few
configurations that were tried, not the space between them. What was hardly tried stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metarec._types import FloatVector, Mask

_LEAST_PEELED: Final = 3
"""Configurations that a piece must have: one or two may be bad for another reason."""
_LEAST_LEFT: Final = 6
_LEVEL: Final = 0.05
"""Of the test that a piece is worse than the box, shared by all ends of all axes (Bonferroni)."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One hyperparameter of the configurations that were tried."""

    positions: FloatVector
    """Shape (n_configurations,): place on the scale or number of the choice; NaN where idle."""
    ordered: bool
    """Whether it is a number: then only its ends can go."""


@dataclass(frozen=True, eq=False)
class Box:
    """What is left of the space."""

    inside: Mask
    """Shape (n_configurations,)."""
    ends: Mapping[str, tuple[float, float]]
    """Ends of each ordered axis, infinite where nothing was taken off."""
    dropped: Mapping[str, frozenset[int]]
    """Choices of each other axis that were taken off."""

    def holding(self, axes: Mapping[str, Axis], positions: Mapping[str, FloatVector]) -> Box:
        """The least larger box that holds these positions, by axis.

        Examples
        --------
        >>> axis = Axis(np.arange(4.0), ordered=True)
        >>> box = Box(axis.positions < 2, {"C": (-np.inf, 1.5)}, {})
        >>> larger = box.holding({"C": axis}, {"C": np.array([3.0])})
        >>> float(larger.ends["C"][1]), larger.inside.tolist()
        (3.0, [True, True, True, True])
        """
        held = {name: each[~np.isnan(each)] for name, each in positions.items()}
        ends = {
            name: (min([low, *held[name]]), max([high, *held[name]]))
            for name, (low, high) in self.ends.items()
        }
        dropped = {
            name: each - {int(place) for place in held[name]} for name, each in self.dropped.items()
        }
        larger = replace(self, ends=ends, dropped=dropped)
        inside = np.ones(len(self.inside), dtype=bool)
        for name, axis in axes.items():
            inside &= larger.within(name, axis)
        return replace(larger, inside=inside)

    def within(self, name: str, axis: Axis) -> Mask:
        """Which configurations one axis leaves in it; where that is idle, it leaves them."""
        if not axis.ordered:
            return ~np.isin(axis.positions, list(self.dropped[name]))
        low, high = self.ends[name]
        return ~((axis.positions < low) | (axis.positions > high))


def peel(axes: Mapping[str, Axis], good: FloatVector, tried: FloatVector, *, keep: float) -> Box:
    """Take off what is hardly ever good.

    Parameters
    ----------
    axes : mapping of str to Axis
        By hyperparameter.
    good, tried : ndarray of shape (n_configurations,)
        Weight of each configuration where it was good, and where it was tried.
    keep : float
        Share of the good weight that must stay.

    Examples
    --------
    Of twelve values the largest three were never good:

    >>> axis = Axis(np.arange(12.0), ordered=True)
    >>> box = peel({"C": axis}, (axis.positions < 9).astype(float), np.ones(12), keep=0.9)
    >>> box.ends["C"], int(box.inside.sum())
    ((-inf, 8.5), 9)
    """
    from statistics import NormalDist  # some 3 ms that not every answer needs

    inside = np.ones(len(good), dtype=bool)
    ends = {name: (-np.inf, np.inf) for name, axis in axes.items() if axis.ordered}
    dropped: dict[str, frozenset[int]] = {
        name: frozenset() for name, axis in axes.items() if not axis.ordered
    }
    rate = good / tried
    least_good = keep * good.sum()
    limit = NormalDist().inv_cdf(_LEVEL / max(_n_ends(axes), 1))
    while True:
        best: tuple[float, str, _Piece] | None = None
        for name, axis in axes.items():
            for piece in _pieces(axis, inside):
                left = inside & ~piece.members
                if left.sum() < _LEAST_LEFT or good[left].sum() < least_good:
                    continue
                chance = _standard_errors(rate[piece.members], rate[inside])
                if chance <= limit and (best is None or chance < best[0]):
                    best = chance, name, piece
        if best is None:
            return Box(inside, ends, dropped)
        _, name, piece = best
        inside &= ~piece.members
        if axes[name].ordered:
            low, high = ends[name]
            ends[name] = (max(low, piece.low), min(high, piece.high))
        else:
            dropped[name] |= {piece.choice}


def _n_ends(axes: Mapping[str, Axis]) -> int:
    """How many ends and choices there are to take off."""
    return sum(
        2 if axis.ordered else len(np.unique(axis.positions[~np.isnan(axis.positions)]))
        for axis in axes.values()
    )


def _standard_errors(some: FloatVector, every: FloatVector) -> float:
    """How far the mean of some is from that of all, if they were drawn without replacement."""
    n, m = len(every), len(some)
    error = float(every.std(ddof=1)) * np.sqrt((1.0 / m) * (1.0 - m / n))
    return float(some.mean() - every.mean()) / error if error > 0 else 0.0


@dataclass(frozen=True, eq=False)
class _Piece:
    """What may be taken off an axis, and the ends that the axis has after it."""

    members: Mask
    low: float = -np.inf
    high: float = np.inf
    choice: int = -1


def _pieces(axis: Axis, inside: Mask) -> Iterator[_Piece]:
    active = inside & ~np.isnan(axis.positions)
    values, counts = np.unique(axis.positions[active], return_counts=True)
    if not axis.ordered:
        for value, count in zip(values, counts, strict=True):
            if count >= _LEAST_PEELED and len(values) > 1:
                yield _Piece(active & (axis.positions == value), choice=int(value))
        return
    below = np.cumsum(counts)
    for place, end in enumerate((values[:-1] + values[1:]) / 2):
        if below[place] >= _LEAST_PEELED:
            yield _Piece(active & (axis.positions < end), low=float(end))
        if below[-1] - below[place] >= _LEAST_PEELED:
            yield _Piece(active & (axis.positions > end), high=float(end))
