"""Clustering meta-features: indices of cluster validity, with the classes as clusters.

nre and sc count all rows. The others are measured on a stratified sample (`max_rows`) of at most
256 columns in their own units: numeric columns and levels as columns of 0 and 1, missing numbers
filled with the mean. Distances are Euclidean. ch is extended to the number of rows of the table.
"""

import numpy as np

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.clusters import clusters, pair_distances, scatter
from metafeatures._intermediates.counts import class_counts
from metafeatures._registry import CLASSIFICATION, register

BEZDEK = "Bezdek, Pal: Some new indexes of cluster validity, IEEE Transactions SMC-B 28, 1998"
DUNN = "Dunn: Well-separated clusters and optimal fuzzy partitions, Journal of Cybernetics 4, 1974"
PIMENTEL = (
    "Pimentel, de Carvalho: A new data characterization for selecting clustering algorithms using "
    "meta-learning, Information Sciences 477, 2019"
)
SMALL_CLASS = 15


@register(
    "ch",
    "clustering",
    "Calinski-Harabasz index: variance between classes / variance within, each over its degrees of "
    "freedom, on the sample",
    source="Calinski, Harabasz: A dendrite method for cluster analysis, Communications in "
    "Statistics 3, 1974",
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="ch",
)
def ch(context: Context) -> float:
    found, n_classes = scatter(context), len(clusters(context).starts)
    n_rows = context.table.n_rows
    if n_classes >= n_rows:
        raise Undefined("every row has a class of its own")
    if found.within == 0:
        raise Undefined("no class varies")
    return _ratio(found.between, found.within) * (n_rows - n_classes) / (n_classes - 1)


@register(
    "int",
    "clustering",
    "mean distance of rows of two classes, averaged over the pairs of classes, on the sample",
    source=BEZDEK,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="int",
)
def intercluster(context: Context) -> float:
    found, distances = clusters(context), pair_distances(context)
    n_classes = len(found.starts)
    total = float((distances.averaged / found.sizes[found.codes]).sum())
    # Every pair of classes is in the total twice.
    with np.errstate(over="ignore"):
        value = np.float64(total / (n_classes * (n_classes - 1))) * found.unit
    if not np.isfinite(value):
        raise Undefined("the distances are too large")
    return float(value)


@register(
    "nre",
    "clustering",
    "entropy of the class frequencies, in nats",
    source=PIMENTEL,
    cost="per table",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="nre",
)
def nre(context: Context) -> float:
    share = class_counts(context) / context.table.n_rows
    return float(-(share * np.log(share)).sum()) + 0.0


@register(
    "pb",
    "clustering",
    "correlation of the distance of two rows and whether their classes are the same, over all "
    "pairs of rows of the sample",
    source="Lev: The Point Biserial Coefficient of Correlation, Annals of Mathematical Statistics "
    "20, 1949",
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=-1,
    high=1,
    pymfe="pb",
)
def pb(context: Context) -> float:
    found, distances = clusters(context), pair_distances(context)
    n = len(found.codes)
    # Ordered pairs: each pair of rows is counted twice everywhere.
    pairs, same = n * (n - 1.0), float((found.sizes * (found.sizes - 1)).sum())
    if same == 0:
        raise Undefined("every row has a class of its own")
    within = distances.within.sum() / same - distances.typical
    apart = distances.between.sum() / (pairs - same) - distances.typical
    p = same / pairs
    mean = p * within + (1 - p) * apart
    variance = distances.squares.sum() / pairs - mean**2
    if not variance > 1e-15 * distances.typical**2:
        raise Undefined("all rows are equally far apart")
    return float(np.clip((within - apart) * np.sqrt(p * (1 - p) / variance), -1, 1))


@register(
    "sc",
    "clustering",
    "number of classes with fewer than 15 rows",
    source=PIMENTEL,
    cost="per table",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="sc",
)
def sc(context: Context) -> float:
    return float(np.count_nonzero(class_counts(context) < SMALL_CLASS))


@register(
    "sil",
    "clustering",
    "mean silhouette (b - a) / max(a, b) of the sample's rows: a is the mean distance within the "
    "row's class, b that to the nearest other class; 0 for a class of one row",
    source="Rousseeuw: Silhouettes, Journal of Computational and Applied Mathematics 20, 1987",
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=-1,
    high=1,
    pymfe="sil",
)
def sil(context: Context) -> float:
    found, distances = clusters(context), pair_distances(context)
    if len(found.starts) == len(found.codes):
        raise Undefined("every row has a class of its own")
    others = found.sizes[found.codes] - 1
    a, b = distances.within / np.maximum(others, 1), distances.nearest
    larger = np.maximum(a, b)
    defined = (others > 0) & (larger > 0)
    return float(((b - a)[defined] / larger[defined]).sum() / len(larger))


@register(
    "vdb",
    "clustering",
    "Davies-Bouldin index: mean over the classes of the largest (s_i + s_j) / d_ij, s the mean "
    "distance of a class from its centre, d that of two centres, on the sample",
    source="Davies, Bouldin: A cluster separation measure, IEEE Transactions PAMI 1, 1979",
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="vdb",
)
def vdb(context: Context) -> float:
    found = scatter(context)
    if not found.apart.any():
        raise Undefined("all classes have the same centre")
    # Classes of the same centre are not compared.
    apart = np.where(found.apart > 0, found.apart, np.inf)
    with np.errstate(over="ignore"):
        value = float(((found.spread[:, None] + found.spread) / apart).max(axis=1).mean())
    return _ratio(value, 1.0)


@register(
    "vdu",
    "clustering",
    "Dunn index as pymfe has it: smallest distance of rows of two classes divided by the sizes of "
    "both / largest within a class, on the sample; see dunn",
    source=DUNN,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="vdu",
)
def vdu(context: Context) -> float:
    return _ratio(pair_distances(context).shrunk_gap.min(), _diameter(context))


@register(
    "dunn",
    "clustering",
    "Dunn index: smallest distance of rows of two classes / largest within a class, on the sample",
    source=DUNN,
    cost="row pairs",
    tasks=CLASSIFICATION,
    low=0,
)
def dunn(context: Context) -> float:
    return _ratio(pair_distances(context).gap.min(), _diameter(context))


def _ratio(above: float, below: float) -> float:
    with np.errstate(over="ignore"):
        value = float(np.float64(above) / below)
    # Room for what is multiplied with it.
    if not value < 1e300:
        raise Undefined("it exceeds the range of float64")
    return value


def _diameter(context: Context) -> float:
    largest = float(pair_distances(context).reach.max())
    if largest == 0:
        raise Undefined("no class varies")
    return largest
