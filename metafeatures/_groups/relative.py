"""Relative landmarking: the ranks of the landmarkers among each other.

They carry pymfe's names. Being ranks of scores of the landmarkers' sample, they share its limits
of 2,000 rows and 256 columns, and pymfe's differ where its scores do.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._groups.landmarking import (
    best_node,
    elite_nn,
    linear_discr,
    naive_bayes,
    one_nn,
    random_node,
    worst_node,
)
from metafeatures._registry import CLASSIFICATION, register
from metafeatures._summaries import summarise

FURNKRANZ = "Fürnkranz, Petrak: An Evaluation of Landmarking Variants, IDDM 2001"

LANDMARKERS = {
    function.__name__: function
    for function in (
        best_node,
        elite_nn,
        linear_discr,
        naive_bayes,
        one_nn,
        random_node,
        worst_node,
    )
}


@once
def _mean_ranks(context: Context) -> NDArray[np.float64]:
    return _ranks(context, "mean")


@once
def _sd_ranks(context: Context) -> NDArray[np.float64]:
    return _ranks(context, "sd")


def _ranks(context: Context, summary: str) -> NDArray[np.float64]:
    """Rank of each landmarker, 1 for the smallest; equal ones share the mean of their ranks."""
    found = [summarise(score(context), [summary])[summary] for score in LANDMARKERS.values()]
    for score in found:
        if isinstance(score, str):
            raise Undefined(score)
    scores = np.array(found, dtype=np.float64)
    below = (scores < scores[:, None]).sum(axis=1)
    equal = (scores == scores[:, None]).sum(axis=1)
    return np.asarray(below + (equal + 1) / 2)


def _add(name: str, summary: str, ranks: Callable[[Context], NDArray[np.float64]]) -> None:
    place = list(LANDMARKERS).index(name)

    @register(
        f"{name}.{summary}.relative",
        "relative",
        f"rank of {name}.{summary} among the seven landmarkers of pymfe, from 1 for the smallest",
        source=FURNKRANZ,
        cost="per fold",
        tasks=CLASSIFICATION,
        low=1,
        high=len(LANDMARKERS),
        pymfe=f"{name}.{summary}.relative",
    )
    def rank(context: Context) -> float:
        return float(ranks(context)[place])


for _name in LANDMARKERS:
    _add(_name, "mean", _mean_ranks)
    _add(_name, "sd", _sd_ranks)
