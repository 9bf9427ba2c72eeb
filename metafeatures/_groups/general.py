"""General meta-features: sizes, kinds of columns, missing cells, classes."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.counts import class_counts, incomplete_rows, missing
from metafeatures._intermediates.moments import numeric_moments
from metafeatures._registry import CLASSIFICATION, register

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)
ASKL = "Feurer et al.: Efficient and Robust Automated Machine Learning, NeurIPS 2015"
REIF = (
    "Reif: A Comprehensive Dataset for Evaluating Approaches of Various Meta-learning Tasks, 2012"
)
BARDENET = "Bardenet et al.: Collaborative Hyperparameter Tuning, ICML 2013"
OPENML = "Vanschoren et al.: OpenML: networked science in machine learning, SIGKDD Explor. 15, 2013"
KALOUSIS = "Kalousis, Theoharis: NOEMON, Intelligent Data Analysis 3, 1999"


@register(
    "nr_inst",
    "general",
    "number of rows",
    source=MICHIE,
    cost="per table",
    low=1,
    pymfe="nr_inst",
    autosklearn="NumberOfInstances",
    openml="NumberOfInstances",
    flaml="NumberOfInstances",
)
def nr_inst(context: Context) -> float:
    return float(context.table.n_rows)


@register(
    "log_nr_inst",
    "general",
    "natural logarithm of the number of rows",
    source=ASKL,
    cost="per table",
    low=0,
    autosklearn="LogNumberOfInstances",
)
def log_nr_inst(context: Context) -> float:
    return float(np.log(context.table.n_rows))


@register(
    "nr_attr",
    "general",
    "number of columns without the target",
    source=MICHIE,
    cost="per table",
    low=1,
    pymfe="nr_attr",
    autosklearn="NumberOfFeatures",
    openml="NumberOfFeatures",
    flaml="NumberOfFeatures",
)
def nr_attr(context: Context) -> float:
    return float(context.table.n_features)


@register(
    "log_nr_attr",
    "general",
    "natural logarithm of the number of columns",
    source=BARDENET,
    cost="per table",
    low=0,
    autosklearn="LogNumberOfFeatures",
)
def log_nr_attr(context: Context) -> float:
    return float(np.log(context.table.n_features))


@register(
    "nr_class",
    "general",
    "number of classes",
    source=MICHIE,
    cost="per table",
    low=1,
    tasks=CLASSIFICATION,
    pymfe="nr_class",
    autosklearn="NumberOfClasses",
    openml="NumberOfClasses",
    flaml="NumberOfClasses",
)
def nr_class(context: Context) -> float:
    return float(context.target.n_classes)


@register(
    "nr_num",
    "general",
    "number of numeric columns, dates included",
    source="Engels, Theusinger: Using a Data Metric for Preprocessing Advice, ECAI 1998",
    cost="per table",
    low=0,
    pymfe="nr_num",
    autosklearn="NumberOfNumericFeatures",
    openml="NumberOfNumericFeatures",
)
def nr_num(context: Context) -> float:
    return float(context.table.n_numeric)


@register(
    "nr_cat",
    "general",
    "number of categorical columns, booleans included",
    source="Engels, Theusinger: Using a Data Metric for Preprocessing Advice, ECAI 1998",
    cost="per table",
    low=0,
    pymfe="nr_cat",
    autosklearn="NumberOfCategoricalFeatures",
    openml="NumberOfSymbolicFeatures",
)
def nr_cat(context: Context) -> float:
    return float(context.table.n_categorical)


@register(
    "ratio_num",
    "general",
    "share of the columns that are numeric, dates included",
    source="Wang et al.: FLAML, A Fast and Lightweight AutoML Library, MLSys 2021",
    cost="per table",
    low=0,
    high=1,
    openml="PercentageOfNumericFeatures",
    flaml="PercentageOfNumericFeatures",
)
def ratio_num(context: Context) -> float:
    return context.table.n_numeric / context.table.n_features


@register(
    "ratio_cat",
    "general",
    "share of the columns that are categorical, booleans included",
    source=OPENML,
    cost="per table",
    low=0,
    high=1,
    openml="PercentageOfSymbolicFeatures",
)
def ratio_cat(context: Context) -> float:
    return context.table.n_categorical / context.table.n_features


@register("nr_date", "general", "number of date columns", source="metarec", cost="per table", low=0)
def nr_date(context: Context) -> float:
    return float(context.table.kinds.count("date"))


@register("nr_text", "general", "number of text columns", source="metarec", cost="per table", low=0)
def nr_text(context: Context) -> float:
    return float(context.table.n_text)


@register(
    "nr_bin",
    "general",
    "number of columns with two distinct values",
    source=MICHIE,
    cost="per column",
    low=0,
    pymfe="nr_bin",
    openml="NumberOfBinaryFeatures",
)
def nr_bin(context: Context) -> float:
    moments = numeric_moments(context)
    numeric = (moments.extreme == moments.count) & (moments.low < moments.high)
    return float(np.count_nonzero(numeric) + context.table.levels.count(2))


@register(
    "ratio_bin",
    "general",
    "share of the columns with two distinct values",
    source=OPENML,
    cost="per column",
    low=0,
    high=1,
    openml="PercentageOfBinaryFeatures",
)
def ratio_bin(context: Context) -> float:
    return nr_bin(context) / context.table.n_features


@register(
    "num_to_cat",
    "general",
    "numeric columns divided by categorical ones; undefined without categorical columns "
    "(auto-sklearn: 0)",
    source=ASKL,
    cost="per table",
    low=0,
    pymfe="num_to_cat",
    autosklearn="RatioNumericalToNominal",
)
def num_to_cat(context: Context) -> float:
    if context.table.n_categorical == 0:
        raise Undefined("there are no categorical columns")
    return context.table.n_numeric / context.table.n_categorical


@register(
    "cat_to_num",
    "general",
    "categorical columns divided by numeric ones; undefined without numeric columns "
    "(auto-sklearn: 0)",
    source=ASKL,
    cost="per table",
    low=0,
    pymfe="cat_to_num",
    autosklearn="RatioNominalToNumerical",
)
def cat_to_num(context: Context) -> float:
    if context.table.n_numeric == 0:
        raise Undefined("there are no numeric columns")
    return context.table.n_categorical / context.table.n_numeric


@register(
    "attr_to_inst",
    "general",
    "columns divided by rows",
    source=KALOUSIS,
    cost="per table",
    low=0,
    pymfe="attr_to_inst",
    autosklearn="DatasetRatio",
    openml="Dimensionality",
)
def attr_to_inst(context: Context) -> float:
    return context.table.n_features / context.table.n_rows


@register(
    "log_attr_to_inst",
    "general",
    "natural logarithm of attr_to_inst",
    source=ASKL,
    cost="per table",
    autosklearn="LogDatasetRatio",
)
def log_attr_to_inst(context: Context) -> float:
    return float(np.log(attr_to_inst(context)))


@register(
    "inst_to_attr",
    "general",
    "rows divided by columns",
    source=KALOUSIS,
    cost="per table",
    low=0,
    pymfe="inst_to_attr",
    autosklearn="InverseDatasetRatio",
)
def inst_to_attr(context: Context) -> float:
    return context.table.n_rows / context.table.n_features


@register(
    "log_inst_to_attr",
    "general",
    "natural logarithm of inst_to_attr",
    source=BARDENET,
    cost="per table",
    autosklearn="LogInverseDatasetRatio",
)
def log_inst_to_attr(context: Context) -> float:
    return float(np.log(inst_to_attr(context)))


@register(
    "freq_class",
    "general",
    "share of the rows in each class",
    source=ASKL,
    cost="per column",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="freq_class",
    summaries=("mean", "sd", "min", "max", "sd_pop"),
    autosklearn={
        "min": "ClassProbabilityMin",
        "max": "ClassProbabilityMax",
        "mean": "ClassProbabilityMean",
        "sd_pop": "ClassProbabilitySTD",
    },
    openml={"max": "MajorityClassPercentage", "min": "MinorityClassPercentage"},
)
def freq_class(context: Context) -> NDArray[np.float64]:
    return class_counts(context) / context.table.n_rows


@register(
    "class_size",
    "general",
    "number of rows in each class",
    source=OPENML,
    cost="per column",
    tasks=CLASSIFICATION,
    low=1,
    summaries=("min", "max"),
    openml={"max": "MajorityClassSize", "min": "MinorityClassSize"},
)
def class_size(context: Context) -> NDArray[np.float64]:
    return class_counts(context).astype(np.float64)


@register(
    "auto_correlation",
    "general",
    "share of the rows with the class of the row before; for regression 1 - mean absolute "
    "difference from the row before",
    source=OPENML,
    cost="per column",
    tasks=(*CLASSIFICATION, "regression"),
    high=1,
    openml="AutoCorrelation",
)
def auto_correlation(context: Context) -> float:
    if context.table.n_rows < 2:
        raise Undefined("no row has a row before")
    if not context.table.in_order:
        raise Undefined("the rows of a sample do not follow each other")
    if context.target.task != "regression":
        codes = context.target.codes
        return float(np.mean(codes[1:] == codes[:-1]))
    with np.errstate(over="ignore"):
        steps = float(np.mean(np.abs(np.diff(context.target.values))))
    if not np.isfinite(steps):
        raise Undefined("the differences exceed the range of float64")
    return 1.0 - steps


@register(
    "symbols",
    "general",
    "number of levels of each categorical column that has one; undefined without categorical "
    "columns (auto-sklearn: 0)",
    source=REIF,
    cost="per table",
    low=0,
    summaries=("mean", "sd", "min", "max", "sd_pop", "sum"),
    autosklearn={
        "min": "SymbolsMin",
        "max": "SymbolsMax",
        "mean": "SymbolsMean",
        "sd_pop": "SymbolsSTD",
        "sum": "SymbolsSum",
    },
    openml={
        "max": "MaxNominalAttDistinctValues",
        "mean": "MeanNominalAttDistinctValues",
        "min": "MinNominalAttDistinctValues",
        "sd": "StdvNominalAttDistinctValues",
    },
)
def symbols(context: Context) -> NDArray[np.float64]:
    levels = np.array([k for k in context.table.levels if k > 0], dtype=np.float64)
    if len(levels) == 0:
        raise Undefined("there are no categorical columns")
    return levels


@register(
    "nr_inst_missing",
    "general",
    "number of rows with a missing cell",
    source=ASKL,
    cost="per row",
    low=0,
    autosklearn="NumberOfInstancesWithMissingValues",
    openml="NumberOfInstancesWithMissingValues",
)
def nr_inst_missing(context: Context) -> float:
    return float(incomplete_rows(context))


@register(
    "ratio_inst_missing",
    "general",
    "share of the rows with a missing cell",
    source=ASKL,
    cost="per row",
    low=0,
    high=1,
    autosklearn="PercentageOfInstancesWithMissingValues",
    openml="PercentageOfInstancesWithMissingValues",
)
def ratio_inst_missing(context: Context) -> float:
    return incomplete_rows(context) / context.table.n_rows


@register(
    "nr_attr_missing",
    "general",
    "number of columns with a missing cell",
    source=ASKL,
    cost="per column",
    low=0,
    autosklearn="NumberOfFeaturesWithMissingValues",
)
def nr_attr_missing(context: Context) -> float:
    return float(np.count_nonzero(missing(context)))


@register(
    "ratio_attr_missing",
    "general",
    "share of the columns with a missing cell",
    source=ASKL,
    cost="per column",
    low=0,
    high=1,
    autosklearn="PercentageOfFeaturesWithMissingValues",
)
def ratio_attr_missing(context: Context) -> float:
    return np.count_nonzero(missing(context)) / context.table.n_features


@register(
    "nr_missing",
    "general",
    "number of missing cells",
    source=ASKL,
    cost="per column",
    low=0,
    autosklearn="NumberOfMissingValues",
    openml="NumberOfMissingValues",
)
def nr_missing(context: Context) -> float:
    return float(missing(context).sum())


@register(
    "ratio_missing",
    "general",
    "share of the cells that are missing",
    source=ASKL,
    cost="per column",
    low=0,
    high=1,
    autosklearn="PercentageOfMissingValues",
    openml="PercentageOfMissingValues",
)
def ratio_missing(context: Context) -> float:
    return float(missing(context).sum() / (context.table.n_rows * context.table.n_features))
