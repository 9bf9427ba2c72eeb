"""Model-based meta-features: the shape of one unpruned decision tree.

The tree is grown on the sample of at most 2,000 rows, turned into at most 256 numeric columns as
pymfe does, by Gini impurity, for regression by variance. Equally good splits are drawn with
scikit-learn's generator, so that the numbers of a complete table of at most 2,000 rows are pymfe's
for the same seed. Two things differ: scikit-learn takes numbers closer than 1e-7, or equal in
single precision, as equal, and where rounding tells equally good splits apart it decides.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.sample import design_sample
from metafeatures._intermediates.tree import Tree, design_tree
from metafeatures._registry import CLASSIFICATION, SUPERVISED, register

PENG = (
    "Peng, Flach, Brazdil, Soares: Decision Tree-Based Data Characterization for Meta-Learning, "
    "IDDM 2002"
)
BENSUSAN = "Bensusan, Giraud-Carrier, Kennedy: A Higher-Order Approach to Meta-Learning, ILP 2000"
FILCHENKOV = (
    "Filchenkov, Pendryak: Datasets Meta-Feature Description for Recommending Feature Selection "
    "Algorithm, AINL-ISMW FRUCT 2015"
)
SUMMARIES = ("mean", "sd")
DEEPEST = 1000


def _split_tree(context: Context) -> Tree:
    tree = design_tree(context)
    if len(tree.feature) == 1:
        raise Undefined("the tree has no split")
    return tree


def _leaf_depths(tree: Tree) -> NDArray[np.float64]:
    return tree.depth[tree.feature < 0].astype(np.float64)


@register(
    "leaves",
    "model-based",
    "number of leaves of the tree",
    source=PENG,
    cost="per fold",
    tasks=SUPERVISED,
    low=1,
    pymfe="leaves",
)
def leaves(context: Context) -> float:
    return float(np.count_nonzero(design_tree(context).feature < 0))


@register(
    "leaves_branch",
    "model-based",
    "number of splits above each leaf",
    source=PENG,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    pymfe="leaves_branch",
    summaries=SUMMARIES,
)
def leaves_branch(context: Context) -> NDArray[np.float64]:
    return _leaf_depths(design_tree(context))


@register(
    "leaves_corrob",
    "model-based",
    "share of the rows in each leaf",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    high=1,
    pymfe="leaves_corrob",
    summaries=SUMMARIES,
)
def leaves_corrob(context: Context) -> NDArray[np.float64]:
    tree = design_tree(context)
    return np.asarray(tree.size[tree.feature < 0] / tree.size[0])


@register(
    "leaves_homo",
    "model-based",
    "number of leaves divided by the tree_shape of each leaf",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    pymfe="leaves_homo",
    summaries=SUMMARIES,
)
def leaves_homo(context: Context) -> NDArray[np.float64]:
    depths = _leaf_depths(_split_tree(context))
    if depths.max() > DEEPEST:
        raise Undefined(f"a leaf lies below more than {DEEPEST} splits")
    return np.asarray(len(depths) * 2.0**depths / depths)


@register(
    "leaves_per_class",
    "model-based",
    "share of the leaves of each class that has one (a single leaf: 1, where pymfe has no value)",
    source=FILCHENKOV,
    cost="per fold",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="leaves_per_class",
    summaries=SUMMARIES,
)
def leaves_per_class(context: Context) -> NDArray[np.float64]:
    tree = design_tree(context)
    counts = np.unique(tree.value[tree.feature < 0], return_counts=True)[1]
    return np.asarray(counts / counts.sum())


@register(
    "nodes",
    "model-based",
    "number of splits of the tree",
    source=PENG,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    pymfe="nodes",
)
def nodes(context: Context) -> float:
    return float(np.count_nonzero(design_tree(context).feature >= 0))


@register(
    "nodes_per_attr",
    "model-based",
    "splits of the tree per numeric or dummy column",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    pymfe="nodes_per_attr",
)
def nodes_per_attr(context: Context) -> float:
    return nodes(context) / float(design_sample(context).X.shape[1])


@register(
    "nodes_per_inst",
    "model-based",
    "splits of the tree per row",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    high=1,
    pymfe="nodes_per_inst",
)
def nodes_per_inst(context: Context) -> float:
    return nodes(context) / len(design_sample(context).rows)


@register(
    "nodes_per_level",
    "model-based",
    "number of splits on each level of the tree",
    source=PENG,
    cost="per fold",
    tasks=SUPERVISED,
    low=1,
    pymfe="nodes_per_level",
    summaries=SUMMARIES,
)
def nodes_per_level(context: Context) -> NDArray[np.float64]:
    tree = _split_tree(context)
    return np.bincount(tree.depth[tree.feature >= 0]).astype(np.float64)


@register(
    "nodes_repeated",
    "model-based",
    "number of splits of each column that is split",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=1,
    pymfe="nodes_repeated",
    summaries=SUMMARIES,
)
def nodes_repeated(context: Context) -> NDArray[np.float64]:
    tree = _split_tree(context)
    counts = np.bincount(tree.feature[tree.feature >= 0])
    return counts[counts > 0].astype(np.float64)


@register(
    "tree_depth",
    "model-based",
    "number of splits above each node, leaves included",
    source=PENG,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    pymfe="tree_depth",
    summaries=SUMMARIES,
)
def tree_depth(context: Context) -> NDArray[np.float64]:
    return design_tree(context).depth.astype(np.float64)


@register(
    "tree_imbalance",
    "model-based",
    "-q log2 q for each depth d of leaves, where q = 2^(-m / 2^d) for the m leaves there",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    high=1,
    pymfe="tree_imbalance",
    summaries=SUMMARIES,
)
def tree_imbalance(context: Context) -> NDArray[np.float64]:
    counts = np.bincount(_leaf_depths(design_tree(context)).astype(np.intp))
    depths = np.flatnonzero(counts)
    reached = counts[depths] * 2.0**-depths
    return 2.0**-reached * reached


@register(
    "tree_shape",
    "model-based",
    "-p log2 p for each leaf, where p = 2^-depth is the chance that coin flips lead to it",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    high=0.5,
    pymfe="tree_shape",
    summaries=SUMMARIES,
)
def tree_shape(context: Context) -> NDArray[np.float64]:
    depths = _leaf_depths(design_tree(context))
    return depths * 2.0**-depths


@register(
    "var_importance",
    "model-based",
    "share of each column in the impurity that the tree takes away; all 0 without a split",
    source=BENSUSAN,
    cost="per fold",
    tasks=SUPERVISED,
    low=0,
    high=1,
    pymfe="var_importance",
    summaries=SUMMARIES,
)
def var_importance(context: Context) -> NDArray[np.float64]:
    return design_tree(context).importances(design_sample(context).X.shape[1])
