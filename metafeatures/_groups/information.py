"""Information-theoretic meta-features, in bits.

Those of columns take numeric columns in bins of about equal frequency (the cube root of the number
of rows), and leave out missing cells and text. Tables with more than 2,000 columns are represented
by 2,000 of them. pymfe adds 1e-8 to each joint probability; here nothing is added.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.counts import class_counts
from metafeatures._intermediates.entropies import column_entropies, entropy
from metafeatures._registry import CLASSIFICATION, register

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)


@register(
    "class_ent",
    "info-theory",
    "entropy of the target",
    source=MICHIE,
    cost="per table",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="class_ent",
    autosklearn="ClassEntropy",
    openml="ClassEntropy",
)
def class_ent(context: Context) -> float:
    return entropy(class_counts(context))


@register(
    "attr_ent",
    "info-theory",
    "entropy of each column, numeric ones in bins",
    source=MICHIE,
    cost="per row",
    low=0,
    pymfe="attr_ent",
    summaries=("mean", "sd"),
    openml={"mean": "MeanAttributeEntropy"},
)
def attr_ent(context: Context) -> NDArray[np.float64]:
    return column_entropies(context).column


@register(
    "joint_ent",
    "info-theory",
    "entropy of each column and the class together",
    source=MICHIE,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="joint_ent",
    summaries=("mean", "sd"),
    openml={"mean": "MeanJointEntropy"},
)
def joint_ent(context: Context) -> NDArray[np.float64]:
    return column_entropies(context).joint


@register(
    "mut_inf",
    "info-theory",
    "mutual information of each column and the class",
    source=MICHIE,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="mut_inf",
    summaries=("mean", "sd"),
    openml={"mean": "MeanMutualInformation"},
)
def mut_inf(context: Context) -> NDArray[np.float64]:
    return column_entropies(context).information


def _total_information(context: Context) -> float:
    total = float(column_entropies(context).information.sum())
    # Below this there is only rounding.
    if total < 1e-9:
        raise Undefined("no column tells anything about the class")
    return total


@register(
    "ns_ratio",
    "info-theory",
    "noise to signal: (sum of attr_ent - sum of mut_inf) / sum of mut_inf",
    source=MICHIE,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="ns_ratio",
    openml="MeanNoiseToSignalRatio",
)
def ns_ratio(context: Context) -> float:
    total = _total_information(context)
    return max(0.0, (float(column_entropies(context).column.sum()) - total) / total)


@register(
    "eq_num_attr",
    "info-theory",
    "number of columns that would tell the class: class_ent / mean of mut_inf",
    source=MICHIE,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="eq_num_attr",
    openml="EquivalentNumberOfAtts",
)
def eq_num_attr(context: Context) -> float:
    total = _total_information(context)
    return class_ent(context) * len(column_entropies(context).information) / total
