"""Meta-features of a numeric target: its distribution, and what columns tell about it.

The distribution is that of all rows. Correlations are measured on a stratified sample (`max_rows`)
of at most 256 columns: numeric columns and levels as columns of 0 and 1, missing numbers filled
with the mean, constant columns left out. Mutual information takes all rows, numbers and target in
bins of about equal frequency (the cube root of the number of rows).
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.entropies import target_information
from metafeatures._intermediates.moments import Moments
from metafeatures._intermediates.regression import linear_correlations, ranked_correlations
from metafeatures._intermediates.target import sorted_target, target_moments
from metafeatures._registry import REGRESSION, register

SOARES = "Brazdil, Soares, da Costa: Ranking Learning Algorithms, Machine Learning 50, 2003"
TUKEY = "Tukey: Exploratory Data Analysis, 1977"
AMASYALI = (
    "Amasyali, Ersoy: A Study of Meta Learning for Regression, Purdue University ECE-TR-386, 2009"
)
FENCE = 1.5


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise Undefined("the target is too large")
    return value


def _varied(context: Context) -> Moments:
    moments = target_moments(context)
    if not moments.varied[0]:
        raise Undefined("the target is constant")
    return moments


@register(
    "target_mean",
    "statistical",
    "mean of the target",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
)
def target_mean(context: Context) -> float:
    return _finite(float(target_moments(context).mean[0]))


@register(
    "target_sd",
    "statistical",
    "standard deviation of the target",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
    low=0,
)
def target_sd(context: Context) -> float:
    moments, n = target_moments(context), context.table.n_rows
    if n < 2:
        raise Undefined("the standard deviation of one value is undefined")
    return _finite(float(moments.scale[0]) * float(np.sqrt(moments.m2[0] * n / (n - 1))))


@register(
    "target_min",
    "statistical",
    "smallest value of the target",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
)
def target_min(context: Context) -> float:
    return float(target_moments(context).low[0])


@register(
    "target_max",
    "statistical",
    "largest value of the target",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
)
def target_max(context: Context) -> float:
    return float(target_moments(context).high[0])


@register(
    "target_skewness",
    "statistical",
    "skewness b1 of the target, as of columns in `skewness`",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
)
def target_skewness(context: Context) -> float:
    moments, n = _varied(context), context.table.n_rows
    return float(moments.m3[0] / moments.m2[0] ** 1.5 * (1.0 - 1.0 / n) ** 1.5)


@register(
    "target_kurtosis",
    "statistical",
    "excess kurtosis b2 of the target, as of columns in `kurtosis`",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
    low=-3,
)
def target_kurtosis(context: Context) -> float:
    moments, n = _varied(context), context.table.n_rows
    return float(moments.m4[0] / moments.m2[0] ** 2) * (1.0 - 1.0 / n) ** 2 - 3.0


@register(
    "target_outliers",
    "statistical",
    "share of the rows whose target lies more than 1.5 interquartile ranges beyond a quartile",
    source=TUKEY,
    cost="per table",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def target_outliers(context: Context) -> float:
    # Shrunk, so that the fences of huge numbers do not overflow.
    shrink = 0.125 if np.abs(sorted_target(context)[[0, -1]]).max() > 1e300 else 1.0
    values = sorted_target(context) * shrink
    first, third = np.quantile(values, [0.25, 0.75])
    reach = FENCE * (third - first)
    return float(np.mean((values < first - reach) | (values > third + reach)))


@register(
    "target_nr_distinct",
    "statistical",
    "number of distinct values of the target",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
    low=1,
)
def target_nr_distinct(context: Context) -> float:
    values = sorted_target(context)
    return 1.0 + float(np.count_nonzero(values[1:] != values[:-1]))


@register(
    "target_distinct_share",
    "statistical",
    "distinct values of the target per row",
    source=AMASYALI,
    cost="per table",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def target_distinct_share(context: Context) -> float:
    return target_nr_distinct(context) / context.table.n_rows


@register(
    "cor_target",
    "statistical",
    "absolute Pearson correlation of each column with the target, on the sample",
    source=SOARES,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
    summaries=("mean", "sd", "max"),
)
def cor_target(context: Context) -> NDArray[np.float64]:
    return np.abs(linear_correlations(context))


@register(
    "rank_cor_target",
    "statistical",
    "absolute Spearman correlation of each column with the target, on the sample",
    source=SOARES,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
    summaries=("mean", "sd", "max"),
)
def rank_cor_target(context: Context) -> NDArray[np.float64]:
    return np.abs(ranked_correlations(context))


@register(
    "mut_inf_target",
    "info-theory",
    "mutual information of each column and the target, numbers in bins, in bits",
    source=SOARES,
    cost="per row",
    tasks=REGRESSION,
    low=0,
    summaries=("mean", "sd", "max"),
)
def mut_inf_target(context: Context) -> NDArray[np.float64]:
    return target_information(context).mutual
