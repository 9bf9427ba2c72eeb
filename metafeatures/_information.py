"""Information-theoretic meta-features, in bits.

Those of columns take numeric columns in bins of about equal frequency (the cube root of the number
of rows), and leave out missing cells and text. Tables with more than 2,000 columns are represented
by 2,000 of them. pymfe adds 1e-8 to each joint probability; here nothing is added.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._entropies import entropy
from metafeatures._exceptions import Undefined
from metafeatures._registry import CLASSIFICATION, register
from metafeatures._shared import Shared

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
def class_ent(shared: Shared) -> float:
    return entropy(shared.class_counts)


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
def attr_ent(shared: Shared) -> NDArray[np.float64]:
    return shared.entropies.column


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
def joint_ent(shared: Shared) -> NDArray[np.float64]:
    return shared.entropies.joint


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
def mut_inf(shared: Shared) -> NDArray[np.float64]:
    return shared.entropies.information


def _total_information(shared: Shared) -> float:
    total = float(shared.entropies.information.sum())
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
def ns_ratio(shared: Shared) -> float:
    total = _total_information(shared)
    return max(0.0, (float(shared.entropies.column.sum()) - total) / total)


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
def eq_num_attr(shared: Shared) -> float:
    total = _total_information(shared)
    return class_ent(shared) * len(shared.entropies.information) / total
