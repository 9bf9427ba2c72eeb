"""How hard the classes are to tell apart: the 22 measures of Lorena et al.

c1, c2 and t2 count over the whole table. All others are measured on a stratified sample of at most
2,000 rows (or `max_rows`) as numbers in at most 256 columns: numeric ones, levels as columns of 0
and 1. Distances are Gower's, as in pymfe: the mean absolute difference over columns scaled onto
0..1. Of equally near rows either all count, or the first one where only one can; pymfe leaves the
choice to the processor.

What compares classes does so pair by pair, for at most 2,000 pairs drawn at random.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.class_pairs import class_pairs, class_rows
from metafeatures._intermediates.counts import class_counts, level_counts, missing
from metafeatures._intermediates.design_pca import n_design_components
from metafeatures._intermediates.feature_overlap import (
    directional_ratios,
    discriminant_ratios,
    first_and_last_overlap,
)
from metafeatures._intermediates.interpolation import interpolated_errors
from metafeatures._intermediates.linear_separation import separations
from metafeatures._intermediates.moments import numeric_moments
from metafeatures._intermediates.neighbour_graph import (
    centralities,
    n_triangles,
    neighbour_graph,
)
from metafeatures._intermediates.neighbours import (
    n_spheres,
    neighbours,
    sample_classes,
    spanning_tree,
)
from metafeatures._intermediates.sample import design_sample
from metafeatures._registry import CLASSIFICATION, register

LORENA = (
    "Lorena et al.: How Complex Is Your Classification Problem?, ACM Computing Surveys 52(5), 2019"
)
SUMMARIES = ("mean", "sd")

Floats = NDArray[np.float64]


@register(
    "c1",
    "complexity",
    "entropy of the classes over its largest possible value",
    source=LORENA,
    cost="per table",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="c1",
)
def c1(context: Context) -> float:
    share = _class_shares(context)
    return float(-(share * np.log(share)).sum() / np.log(len(share)))


@register(
    "c2",
    "complexity",
    "imbalance of the classes: 0 if all have the same number of rows",
    source=LORENA,
    cost="per table",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="c2",
)
def c2(context: Context) -> float:
    share = _class_shares(context)
    ratio = (len(share) - 1) / len(share) * (share / (1 - share)).sum()
    return max(float(1 - 1 / ratio), 0.0)


def _class_shares(context: Context) -> Floats:
    counts = class_counts(context)
    if len(counts) < 2:
        raise Undefined("the target has only one class")
    shares: Floats = counts / counts.sum()
    return shares


@register(
    "f1",
    "complexity",
    "for each column that varies, the share of its variation that lies within classes",
    source=LORENA,
    cost="per row",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="f1",
)
def f1(context: Context) -> Floats:
    return 1 / (1 + discriminant_ratios(context))


@register(
    "f1v",
    "complexity",
    "for each pair of classes, the same along the direction that separates them best",
    source=LORENA,
    cost="column pairs",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="f1v",
)
def f1v(context: Context) -> Floats:
    return 1 / (1 + directional_ratios(context))


@register(
    "f2",
    "complexity",
    "for each pair of classes, the share of their common range in which both lie, over all columns",
    source=LORENA,
    cost="per row",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="f2",
)
def f2(context: Context) -> Floats:
    rows, pairs = class_rows(context), class_pairs(context)
    volume = np.empty(len(pairs))
    for i, pair in enumerate(pairs):
        low, high = rows.low[pair], rows.high[pair]
        width = high.max(axis=0) - low.min(axis=0)
        overlap = np.maximum(high.min(axis=0) - low.max(axis=0), 0.0)
        # A column that is constant in both classes leaves them together.
        varied = width > 0
        volume[i] = np.prod(overlap[varied] / width[varied])
    return volume


@register(
    "f3",
    "complexity",
    "for each pair of classes, the share of rows that the best single column cannot tell apart",
    source=LORENA,
    cost="per row",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="f3",
)
def f3(context: Context) -> Floats:
    return first_and_last_overlap(context)[0]


@register(
    "f4",
    "complexity",
    "for each pair of classes, the share of rows that all columns, one by one, cannot tell apart",
    source=LORENA,
    cost="per row",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="f4",
)
def f4(context: Context) -> Floats:
    return first_and_last_overlap(context)[1]


@register(
    "l1",
    "complexity",
    "for each pair of classes, distance of the rows on the wrong side of a linear SVM",
    source=LORENA,
    cost="per fold",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="l1",
)
def l1(context: Context) -> Floats:
    return 1 - 1 / (1 + separations(context).distance)


@register(
    "l2",
    "complexity",
    "for each pair of classes, share of rows on the wrong side of a linear SVM",
    source=LORENA,
    cost="per fold",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="l2",
)
def l2(context: Context) -> Floats:
    return separations(context).error


@register(
    "l3",
    "complexity",
    "for each pair of classes, share of points interpolated at random on the wrong side of the SVM",
    source=LORENA,
    cost="per fold",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="l3",
)
def l3(context: Context) -> Floats:
    return separations(context).interpolated_error


@register(
    "n1",
    "complexity",
    "share of rows that the minimum spanning tree joins with another class (pymfe: not at distance"
    " 0)",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="n1",
)
def n1(context: Context) -> float:
    codes, edges = sample_classes(context), spanning_tree(context)
    between = edges[codes[edges[:, 0]] != codes[edges[:, 1]]]
    return len(np.unique(between)) / len(codes)


@register(
    "n2",
    "complexity",
    "for each row, distance a of the nearest row of its class and b of any other: a / (a + b)",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="n2",
)
def n2(context: Context) -> Floats:
    near = neighbours(context)
    own, enemy = near.own.astype(np.float64), near.enemy.astype(np.float64)
    # Infinitely far for the only row of a class; as near as each other for duplicates in both.
    ratio = np.where(np.isinf(own), 1.0, 0.5)
    measured = np.isfinite(own) & (own + enemy > 0)
    ratio[measured] = own[measured] / (own[measured] + enemy[measured])
    return ratio


@register(
    "n3",
    "complexity",
    "for each row, share of other classes among its nearest other rows, all that are equally near"
    " (pymfe: whether one of them is)",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="n3",
)
def n3(context: Context) -> Floats:
    return neighbours(context).enemy_share


@register(
    "n4",
    "complexity",
    "for each of as many points interpolated at random, share of other classes among its nearest"
    " rows (pymfe takes the distances of other points)",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="n4",
)
def n4(context: Context) -> Floats:
    return interpolated_errors(context)


@register(
    "t1",
    "complexity",
    "number of spheres that cover the classes, over the number of rows",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="t1",
)
def t1(context: Context) -> float:
    return n_spheres(context) / len(sample_classes(context))


@register(
    "t2",
    "complexity",
    "number of columns, levels as columns of 0 and 1, over the number of rows",
    source=LORENA,
    cost="per column",
    low=0,
    pymfe="t2",
)
def t2(context: Context) -> float:
    table = context.table
    n_columns = int(np.count_nonzero(numeric_moments(context).count))
    missing_levels = missing(context)[table.n_numeric :]
    for j, counts in enumerate(level_counts(context)):
        n_columns += int(np.count_nonzero(counts)) + int(missing_levels[j] > 0) - (j > 0)
    if n_columns == 0:
        raise Undefined("no numeric or categorical column has a known cell")
    return n_columns / table.n_rows


@register(
    "t3",
    "complexity",
    "number of principal components that explain 95 % of the variance, over the number of rows",
    source=LORENA,
    cost="column pairs",
    low=0,
    pymfe="t3",
)
def t3(context: Context) -> float:
    return n_design_components(context) / context.table.n_rows


@register(
    "t4",
    "complexity",
    "number of principal components that explain 95 % of the variance, over the number of columns",
    source=LORENA,
    cost="column pairs",
    low=0,
    high=1,
    pymfe="t4",
)
def t4(context: Context) -> float:
    return n_design_components(context) / int(design_sample(context).X.shape[1])


@register(
    "lsc",
    "complexity",
    "1 - share of pairs of rows that are nearer than the first is to any row of another class",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="lsc",
)
def lsc(context: Context) -> float:
    n_nearer = neighbours(context).n_nearer
    return float(1 - n_nearer.sum() / len(n_nearer) ** 2)


@register(
    "density",
    "complexity",
    "1 - density of the graph that joins each row with those of its 15 % nearest rows that share"
    " its class (pymfe: not at distance 0)",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="density",
)
def density(context: Context) -> float:
    n = len(sample_classes(context))
    n_edges = sum(int(degree.sum()) for degree in neighbour_graph(context).degree) / 2
    return 1 - n_edges / (n * (n - 1) / 2)


@register(
    "cls_coef",
    "complexity",
    "1 - share of the paths over two edges of that graph that are closed by a third",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="cls_coef",
)
def cls_coef(context: Context) -> float:
    degrees = neighbour_graph(context).degree
    n_paths = sum(int((degree * (degree - 1) // 2).sum()) for degree in degrees)
    return 1 - 3 * n_triangles(context) / n_paths if n_paths else 1.0


@register(
    "hubs",
    "complexity",
    "for each row, 1 - its hub score in that graph",
    source=LORENA,
    cost="row pairs",
    tasks=CLASSIFICATION,
    summaries=SUMMARIES,
    low=0,
    high=1,
    pymfe="hubs",
)
def hubs(context: Context) -> Floats:
    return 1 - centralities(context)
