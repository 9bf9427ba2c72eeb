"""What the nearest rows of each row say: its own class, its nearest enemy, trees and spheres.

All on `sample_distances`; a row's enemies are the rows of other classes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.distances import each_sample_block, sample_distances, unit_sample
from metafeatures._kernels._neighbours import absorb, attach, count_within, nearest

__all__ = [
    "Neighbours",
    "minimum_tree",
    "n_spheres",
    "neighbours",
    "sample_classes",
    "spanning_tree",
]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Nearest rows of each row of the sample; each field has shape (n_rows,)."""

    own: NDArray[np.float32]
    """Distance of the nearest other row of its class; infinite if there is none."""
    enemy: NDArray[np.float32]
    """Distance of the nearest row of another class."""
    enemy_row: NDArray[np.int32]
    """The first of the nearest rows of another class."""
    enemy_share: NDArray[np.float64]
    """Share of other classes among its nearest other rows, all that are equally near."""
    n_nearer: NDArray[np.int64]
    """Rows nearer than that, the row itself included."""


def sample_classes(context: Context) -> NDArray[np.int32]:
    """Class of each row of the sample.

    Raises
    ------
    Undefined
        If there is no second class.
    """
    sample = unit_sample(context).sample
    if sample.n_classes < 2:
        raise Undefined("the target has only one class")
    return sample.codes


@once
def neighbours(context: Context) -> Neighbours:
    """Nearest rows of each row, in one pass over the distances."""
    codes = sample_classes(context)
    n = len(codes)
    found = Neighbours(
        np.empty(n, np.float32),
        np.empty(n, np.float32),
        np.empty(n, np.int32),
        np.empty(n),
        np.empty(n, np.int64),
    )

    def work(start: int, block: NDArray[np.float32]) -> None:
        nearest(
            block,
            start,
            codes,
            found.own,
            found.enemy,
            found.enemy_row,
            found.enemy_share,
            found.n_nearer,
        )

    each_sample_block(context, work)
    return found


@once
def spanning_tree(context: Context) -> NDArray[np.int32]:
    """Edges of the minimum spanning tree of the sample's rows, shape (n_rows - 1, 2)."""
    distances = sample_distances(context)
    return minimum_tree(context, distances.n, lambda row: distances.rows(row, row + 1)[0])


def minimum_tree(
    context: Context, n: int, line: Callable[[int], NDArray[np.float32]]
) -> NDArray[np.int32]:
    """Edges of the minimum spanning tree of n rows, shape (n - 1, 2).

    Prim's algorithm, one row of distances, `line(row)` of shape (n,), at a time.
    """
    best, parent = np.full(n, np.inf, np.float32), np.zeros(n, np.int32)
    outside = np.arange(1, n + 1, dtype=np.int32)
    row = 0
    for n_outside in range(n - 1, 0, -1):
        context.check_time()
        row = attach(line(row), row, best, parent, outside, n_outside)
    return np.stack([np.arange(1, n, dtype=np.int32), parent[1:]], axis=1)


@once
def n_spheres(context: Context) -> int:
    """Number of spheres that cover the rows of each class, once inner ones have been absorbed.

    Spheres around two rows that are each other's nearest enemies touch half-way; any other sphere
    reaches to that of its nearest enemy. The spheres with most rows absorb first.
    """
    near = neighbours(context)
    distances = sample_distances(context)
    radius = _radii(near.enemy.astype(np.float64), near.enemy_row)
    members = np.empty(distances.n, np.int64)
    each_sample_block(context, lambda start, block: count_within(block, start, radius, members))
    count = np.ones(distances.n, np.int64)
    for row in np.argsort(-members, kind="stable").tolist():
        if members[row] == 1:
            break
        context.check_time()
        if count[row] > 0:
            absorb(distances.rows(row, row + 1)[0], row, radius[row], count)
    return int(np.count_nonzero(count))


def _radii(distance: NDArray[np.float64], enemy: NDArray[np.int32]) -> NDArray[np.float64]:
    """Radius of the sphere around each row.

    Enemies of enemies come ever nearer, up to a pair; where ties make a longer ring, the row at
    which it was entered counts as a sphere of radius 0.
    """
    radius, known = np.zeros(len(distance)), np.zeros(len(distance), dtype=bool)
    pair = enemy[enemy] == np.arange(len(enemy))
    radius[pair], known[pair] = distance[pair] / 2, True
    for first in range(len(enemy)):
        chain, row = [], first
        while not known[row]:
            known[row] = True
            chain.append(row)
            row = int(enemy[row])
        for member in reversed(chain):
            radius[member] = abs(distance[member] - radius[enemy[member]])
    return radius
