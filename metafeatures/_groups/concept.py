"""Concept meta-features: how the class varies, and how dense rows lie, around each row.

All are measured on a stratified sample (`max_rows`) of at most 256 columns: numeric columns and
levels as columns of 0 and 1, missing numbers filled with the mean, all scaled to 0..1. Distances
are Euclidean. Sums over rows are extended to the number of rows of the table.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.concept import surroundings
from metafeatures._registry import CLASSIFICATION, register

VILALTA = (
    "Vilalta: Understanding Accuracy Performance Through Concept Characterization and Algorithm "
    "Analysis, ICML workshop on meta-learning, 1999"
)
VILALTA_DRISSI = (
    "Vilalta, Drissi: A Characterization of Difficult Problems in Classification, ICMLA 2002"
)
SUMMARIES = ("mean", "sd", "min", "max")


def _mean(sums: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    near = weights > 0
    if not near.any():
        raise Undefined("all rows lie as far apart as rows can")
    return sums[near] / weights[near]


def _extended(context: Context, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return sums * ((context.table.n_rows - 1) / (len(sums) - 1))


@register(
    "cohesiveness",
    "concept",
    "for each row of the sample the sum of 2^-ceil(d) over all other rows, d their distance, at "
    "least 1",
    source=VILALTA_DRISSI,
    cost="row pairs",
    low=0,
    pymfe="cohesiveness",
    summaries=SUMMARIES,
)
def cohesiveness(context: Context) -> NDArray[np.float64]:
    return _extended(context, surroundings(context).stepped)


@register(
    "conceptvar",
    "concept",
    "for each row of the sample the share of other classes among all other rows, weighed with "
    "2^(-2d / (sqrt(p) - d)), d their distance, p the number of columns",
    source=VILALTA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="conceptvar",
    summaries=SUMMARIES,
)
def conceptvar(context: Context) -> NDArray[np.float64]:
    found = surroundings(context)
    return _mean(found.smooth_apart, found.smooth)


@register(
    "impconceptvar",
    "concept",
    "for each row of the sample the sum of 2^-ceil(d) over all rows of other classes, d their "
    "distance, at least 1",
    source=VILALTA_DRISSI,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="impconceptvar",
    summaries=SUMMARIES,
)
def impconceptvar(context: Context) -> NDArray[np.float64]:
    return _extended(context, surroundings(context).stepped_apart)


@register(
    "wg_dist",
    "concept",
    "for each row of the sample the mean distance of all other rows, weighed as in conceptvar",
    source=VILALTA,
    cost="row pairs",
    low=0,
    pymfe="wg_dist",
    summaries=SUMMARIES,
)
def wg_dist(context: Context) -> NDArray[np.float64]:
    found = surroundings(context)
    return _mean(found.smooth_distance, found.smooth)
