"""The graph that joins each row of the sample with its nearest rows, where they share its class.

It is kept as one square of bits per class: n^2 / 8 bytes for n rows of one class.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._intermediates.distances import each_sample_block
from metafeatures._intermediates.neighbours import sample_classes
from metafeatures._kernels._bits import components, degrees, multiply, symmetrise, triangles
from metafeatures._kernels._neighbours import join

__all__ = ["NEIGHBOUR_SHARE", "Graph", "centralities", "n_triangles", "neighbour_graph"]

NEIGHBOUR_SHARE = 0.15
WORK = 2**32  # pairs of rows, in bits, between two looks at the clock
TOLERANCE = 1e-10
MAX_STEPS = 500

Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """An undirected graph without edges between classes."""

    bits: list[Bits]
    """Adjacency of the rows of each class, shape (n_class, ceil(n_class / 64))."""
    rows: list[NDArray[np.intp]]
    """Ascending rows of each class, shape (n_class,)."""
    degree: list[NDArray[np.int64]]
    """Number of neighbours of each of these rows."""


@once
def neighbour_graph(context: Context) -> Graph:
    """Join each row with those of its 15 % nearest other rows (one at least) that share its class.

    Two rows are joined if one is so near to the other. Of equally near rows the first ones count.
    """
    codes = sample_classes(context)
    k = max(round(len(codes) * NEIGHBOUR_SHARE), 1)
    rows = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
    place, first_word = np.empty(len(codes), np.int32), np.empty(len(codes), np.int64)
    edges = [0]
    for members in rows:
        width = -(-len(members) // 64)
        place[members] = np.arange(len(members))
        first_word[members] = edges[-1] + width * np.arange(len(members))
        edges.append(edges[-1] + width * len(members))
    words = np.zeros(edges[-1], np.uint64)
    each_sample_block(
        context,
        lambda start, block: join(block, start, k, codes, place, first_word, words),
    )
    graph = Graph([], rows, [])
    for members, start, stop in zip(rows, edges[:-1], edges[1:], strict=True):
        bits, degree = words[start:stop].reshape(len(members), -1), np.empty(len(members), np.int64)
        for r in range(bits.shape[1]):
            context.check_time()
            symmetrise(bits, r)
        degrees(bits, degree)
        graph.bits.append(bits)
        graph.degree.append(degree)
    return graph


@once
def n_triangles(context: Context) -> int:
    """Number of triangles in the `neighbour_graph`."""
    pieces = []
    for bits in neighbour_graph(context).bits:
        size = max(1, WORK // len(bits) ** 2)
        pieces += [(bits, i, min(i + size, len(bits))) for i in range(0, len(bits), size)]
    found = np.empty(len(pieces), np.int64)

    def work(i: int) -> None:
        found[i] = triangles(*pieces[i])

    context.spread(work, len(pieces))
    return int(found.sum())


@once
def centralities(context: Context) -> Floats:
    """Hub score of each row in the `neighbour_graph`, at most 1.

    The principal eigenvector of the adjacency matrix, hence 0 outside of the connected component
    (or components) of the largest eigenvalue; all 0 if there is no edge.
    """
    graph = neighbour_graph(context)
    score = np.zeros(sum(map(len, graph.rows)))
    largest = 0.0
    for bits, rows, degree in zip(graph.bits, graph.rows, graph.degree, strict=True):
        label = np.empty(len(rows), np.int32)
        bound = np.zeros(components(bits, label), np.int64)
        np.maximum.at(bound, label, degree)
        for component in np.argsort(-bound, kind="stable"):
            # No eigenvalue exceeds the largest degree.
            if bound[component] == 0 or bound[component] < largest * (1 - TOLERANCE):
                break
            inside = label == component
            value, vector = _principal(context, bits, np.where(inside, degree, 0.0))
            if value > largest * (1 + TOLERANCE):
                score[:] = 0.0
                largest = value
            if value >= largest * (1 - TOLERANCE):
                score[rows[inside]] = vector[inside] / vector.max()
    return score


def _principal(context: Context, bits: Bits, start: Floats) -> tuple[float, Floats]:
    """Largest eigenvalue and its vector, by Lanczos's method from a start of at least 0."""
    basis = [start / np.linalg.norm(start)]
    diagonal: list[float] = []
    beside: list[float] = []
    width = max(1, WORK // 256 // len(start))
    while True:
        product = np.zeros(len(start))
        for first in range(0, bits.shape[1], width):
            context.check_time()
            multiply(bits, basis[-1], first, min(first + width, bits.shape[1]), product)
        known = np.array(basis)
        diagonal.append(float(product @ basis[-1]))
        # Twice is enough to keep the basis orthogonal to the last digit.
        rest = product - known.T @ (known @ product)
        rest -= known.T @ (known @ rest)
        length = float(np.linalg.norm(rest))
        values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1), UPLO="U")
        if length * abs(vectors[-1, -1]) <= TOLERANCE * values[-1] or len(basis) == MAX_STEPS:
            return float(values[-1]), np.abs(known.T @ vectors[:, -1])
        beside.append(length)
        basis.append(rest / length)
