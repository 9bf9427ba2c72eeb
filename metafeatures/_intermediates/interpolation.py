"""Random points between rows of the same class, and whether their nearest row tells the class."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.class_pairs import ClassRows, class_rows
from metafeatures._intermediates.distances import sample_distances, spread_rows
from metafeatures._intermediates.neighbours import sample_classes
from metafeatures._kernels._neighbours import other_share

__all__ = ["interpolated", "interpolated_errors"]

Floats = NDArray[np.float64]


def interpolated(rows: ClassRows, classes: list[int], rng: np.random.Generator) -> Floats:
    """As many points of each class as it has rows, in this order.

    Each lies between two rows of its class, drawn with replacement, in every column at a random
    place of its own.
    """
    points = []
    for code in classes:
        members = rows.of(code)
        one, other = members[rng.integers(len(members), size=(2, len(members)))]
        points.append(one + (other - one) * rng.random(members.shape))
    return np.concatenate(points)


@once
def interpolated_errors(context: Context) -> Floats:
    """For as many random points as there are rows, share of other classes among the nearest."""
    rows, codes, distances = class_rows(context), sample_classes(context), sample_distances(context)
    classes = list(range(len(rows.counts)))
    points = interpolated(rows, classes, np.random.default_rng(context.seed))
    expected = np.repeat(np.arange(len(classes), dtype=np.int32), rows.counts)
    wrong = np.empty(len(points))

    def part(start: int, stop: int) -> None:
        block = distances.to(points[start:stop])
        other_share(block, expected[start:stop], codes, wrong[start:stop])

    spread_rows(context, distances.n, distances.n, part)
    return wrong
