"""Information-theoretic meta-features, in bits.

Those of columns take numeric columns in bins of about equal frequency (the cube root of the number
of rows), and leave out missing cells and text. pymfe adds 1e-8 to each joint probability, and joins
bins whose edges are closer than 1e-8, whatever the unit; here neither is done. Pairs of columns
have a bound of work, see `pair_concentrations`. Names that end in _nominal are over the categorical
columns alone, as OpenML's are.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.concentrations import pair_concentrations
from metafeatures._intermediates.counts import class_counts
from metafeatures._intermediates.entropies import (
    class_information,
    column_entropies,
    entropy,
    level_entropies,
)
from metafeatures._registry import CLASSIFICATION, register

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)
KALOUSIS = "Kalousis, Hilario: Model Selection via Meta-Learning, Int. J. AI Tools 10, 2001"
OPENML = "Vanschoren et al.: OpenML: networked science in machine learning, SIGKDD Explor. 15, 2013"


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
    summaries=("mean", "sd", "min", "max", "quantiles"),
)
def attr_ent(context: Context) -> NDArray[np.float64]:
    return column_entropies(context)


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
)
def joint_ent(context: Context) -> NDArray[np.float64]:
    return class_information(context).joint


@register(
    "mut_inf",
    "info-theory",
    "mutual information of each column and the class",
    source=MICHIE,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="mut_inf",
    summaries=("mean", "sd", "min", "max", "quantiles"),
)
def mut_inf(context: Context) -> NDArray[np.float64]:
    return class_information(context).mutual


def _total_information(context: Context) -> float:
    total = float(class_information(context).mutual.sum())
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
)
def ns_ratio(context: Context) -> float:
    total = _total_information(context)
    return max(0.0, (float(column_entropies(context).sum()) - total) / total)


@register(
    "eq_num_attr",
    "info-theory",
    "number of columns that would tell the class: class_ent / mean of mut_inf",
    source=MICHIE,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="eq_num_attr",
)
def eq_num_attr(context: Context) -> float:
    total = _total_information(context)
    return class_ent(context) * len(column_entropies(context)) / total


@register(
    "attr_conc",
    "info-theory",
    "concentration coefficient (Goodman and Kruskal's tau) of one column given another, for each "
    "ordered pair (pymfe: of 12 columns), within a bound of work",
    source=KALOUSIS,
    cost="column pairs",
    low=0,
    high=1,
    pymfe="attr_conc",
    summaries=("mean", "sd"),
)
def attr_conc(context: Context) -> NDArray[np.float64]:
    return pair_concentrations(context)


@register(
    "class_conc",
    "info-theory",
    "concentration coefficient (Goodman and Kruskal's tau) of each column given the class",
    source=KALOUSIS,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="class_conc",
    summaries=("mean", "sd"),
)
def class_conc(context: Context) -> NDArray[np.float64]:
    values = class_information(context).concentration
    values = values[~np.isnan(values)]
    if len(values) == 0:
        raise Undefined("no column has two distinct values or bins")
    return np.clip(values, 0.0, 1.0)  # but for rounding it is


def _nominal_entropies(context: Context) -> NDArray[np.float64]:
    values = level_entropies(context)
    if len(values) == 0:
        raise Undefined("no categorical column has a known cell")
    return values


def _nominal_information(context: Context) -> NDArray[np.float64]:
    # The categorical columns come last.
    return class_information(context).mutual[-len(_nominal_entropies(context)) :]


def _mean_nominal_information(context: Context) -> float:
    mean = float(_nominal_information(context).mean())
    if mean < 1e-9:
        raise Undefined("no categorical column tells anything about the class")
    return mean


@register(
    "attr_ent_nominal",
    "info-theory",
    "entropy of each categorical column",
    source=OPENML,
    cost="per row",
    low=0,
    summaries=("mean", "min", "max", "quantiles"),
    openml={
        "max": "MaxAttributeEntropy",
        "mean": "MeanAttributeEntropy",
        "min": "MinAttributeEntropy",
        "quantiles.1": "Quartile1AttributeEntropy",
        "quantiles.2": "Quartile2AttributeEntropy",
        "quantiles.3": "Quartile3AttributeEntropy",
    },
)
def attr_ent_nominal(context: Context) -> NDArray[np.float64]:
    return _nominal_entropies(context)


@register(
    "mut_inf_nominal",
    "info-theory",
    "mutual information of each categorical column and the class",
    source=OPENML,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    summaries=("mean", "min", "max", "quantiles"),
    openml={
        "max": "MaxMutualInformation",
        "mean": "MeanMutualInformation",
        "min": "MinMutualInformation",
        "quantiles.1": "Quartile1MutualInformation",
        "quantiles.2": "Quartile2MutualInformation",
        "quantiles.3": "Quartile3MutualInformation",
    },
)
def mut_inf_nominal(context: Context) -> NDArray[np.float64]:
    return _nominal_information(context)


@register(
    "ns_ratio_nominal",
    "info-theory",
    "ns_ratio over the categorical columns",
    source=OPENML,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    openml="MeanNoiseToSignalRatio",
)
def ns_ratio_nominal(context: Context) -> float:
    mean = _mean_nominal_information(context)
    return max(0.0, (float(_nominal_entropies(context).mean()) - mean) / mean)


@register(
    "eq_num_attr_nominal",
    "info-theory",
    "eq_num_attr over the categorical columns",
    source=OPENML,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    openml="EquivalentNumberOfAtts",
)
def eq_num_attr_nominal(context: Context) -> float:
    return class_ent(context) / _mean_nominal_information(context)
