"""Neighbours of the sample's rows by Euclidean distance, and how their targets differ."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._intermediates.distances import Points, each_distance_block
from metafeatures._intermediates.neighbours import minimum_tree
from metafeatures._intermediates.regression import regression_sample

__all__ = ["errors_between_rows", "errors_of_neighbours", "steps_along_target", "steps_along_tree"]


def steps_along_tree(context: Context) -> NDArray[np.float64]:
    """Difference of the targets at both ends of each edge of the minimum spanning tree."""
    sample = regression_sample(context)
    X, points = np.ascontiguousarray(sample.X), Points(sample.X)

    def line(row: int) -> NDArray[np.float32]:
        near: NDArray[np.float32]
        near = points.distances_of(X[row : row + 1], euclidean=True, dtype=np.float32)[0]
        return near

    edges = minimum_tree(context, points.n, line)
    return np.abs(sample.y[edges[:, 0]] - sample.y[edges[:, 1]])


def steps_along_target(context: Context) -> NDArray[np.float64]:
    """Distance of each two rows that follow each other by target."""
    sample = regression_sample(context)
    steps = np.diff(sample.X[sample.by_target], axis=0)
    lengths: NDArray[np.float64] = np.sqrt((steps**2).sum(axis=1))
    return lengths


def errors_of_neighbours(context: Context) -> NDArray[np.float64]:
    """Difference of the targets of each row and its nearest other row, the first of equally near.

    Rows count in the order of the table.
    """
    sample = regression_sample(context)
    nearest = np.empty(len(sample.y), np.intp)

    def work(start: int, block: NDArray[np.float64]) -> None:
        own = np.arange(len(block))
        block[own, start + own] = np.inf
        nearest[start : start + len(block)] = block.argmin(axis=1)

    each_distance_block(context, np.ascontiguousarray(sample.X), work)
    return sample.y[nearest] - sample.y


def errors_between_rows(context: Context) -> NDArray[np.float64]:
    """Difference of the targets of each point between two rows and of its nearest row."""
    sample = regression_sample(context)
    nearest = np.empty(len(sample.weights), np.intp)

    def work(start: int, block: NDArray[np.float64]) -> None:
        nearest[start : start + len(block)] = block.argmin(axis=1)

    each_distance_block(context, sample.between(sample.X), work, others=sample.X)
    return sample.y[nearest] - sample.between(sample.y)
