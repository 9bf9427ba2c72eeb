"""Statistical meta-features of single columns, and of the principal components.

pymfe's names are over its matrix N, as in pymfe: the numeric columns and the dummies of the
categorical ones (every level of the first column, of the others all but the first in the order of
labels). Names that end in _numeric or _biased are over the numeric columns alone, as OpenML's are.
Each column's value is over its known cells. A column without a value is left out: a constant one
has no skewness, one with a negative cell no geometric mean.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.counts import level_counts
from metafeatures._intermediates.dummies import dummies
from metafeatures._intermediates.moments import Moments, numeric_moments
from metafeatures._intermediates.normality import MAX_VALUES
from metafeatures._intermediates.orders import column_orders
from metafeatures._intermediates.pca import principal_components
from metafeatures._registry import register

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)
ASKL = "Feurer et al.: Efficient and Robust Automated Machine Learning, NeurIPS 2015"
BARDENET = "Bardenet et al.: Collaborative Hyperparameter Tuning, ICML 2013"
JOANES = (
    "Joanes, Gill: Comparing measures of sample skewness and kurtosis, The Statistician 47, 1998"
)
ENGELS = "Engels, Theusinger: Using a Data Metric for Preprocessing Advice, ECAI 1998"
ALI = (
    "Ali, Smith: On learning algorithm selection for classification, Applied Soft Computing 6, 2006"
)
CASTIELLO = "Castiello, Castellano, Fanelli: Meta-data, MDAI 2005"
SALAMA = (
    "Salama, Hassanien, Revett: Employment of neural network and rough set in meta-learning, "
    "Memetic Computing 5, 2013"
)
KOPF = (
    "Kopf, Iglezakis: Combination of Task Description Strategies and Case Base Properties for "
    "Meta-Learning, IDDM 2002"
)
OPENML = "Vanschoren et al.: OpenML: networked science in machine learning, SIGKDD Explor. 15, 2013"

Floats = NDArray[np.float64]


def _known(context: Context) -> NDArray[np.bool_]:
    """Numeric columns with a known cell."""
    return numeric_moments(context).count > 0


def _defined(values: Floats, reason: str) -> Floats:
    values = values[np.isfinite(values)]
    if len(values) == 0:
        raise Undefined(reason)
    return values


def _all(numeric: Floats, encoded: Floats) -> Floats:
    """Values of the numeric columns and of the dummies, as far as float64 holds them."""
    return _defined(
        np.concatenate([numeric, encoded]),
        "there is no numeric or categorical column with a known cell and a value that float64 "
        "holds",
    )


def _varied(moments: Moments) -> NDArray[np.bool_]:
    varied = moments.varied
    if not varied.any():
        raise Undefined("no numeric column has two distinct values")
    return varied


def _varied_dummies(context: Context) -> tuple[Floats, Floats]:
    """Share and number of known rows of the dummies that vary."""
    found = dummies(context)
    return found.share[found.varied], found.known[found.varied]


@register(
    "mean",
    "statistical",
    "mean of each column",
    source=ENGELS,
    cost="per row",
    pymfe="mean",
    summaries=("mean", "sd"),
)
def mean(context: Context) -> Floats:
    return _all(numeric_moments(context).mean[_known(context)], dummies(context).share)


@register(
    "median",
    "statistical",
    "median of each column",
    source=ENGELS,
    cost="per row",
    pymfe="median",
    summaries=("mean", "sd"),
)
def median(context: Context) -> Floats:
    return _all(column_orders(context).median[_known(context)], dummies(context).quantile(0.5))


@register(
    "min",
    "statistical",
    "smallest value of each column",
    source=ENGELS,
    cost="per row",
    pymfe="min",
    summaries=("mean", "sd"),
)
def smallest(context: Context) -> Floats:
    encoded = (~dummies(context).varied).astype(np.float64)
    return _all(numeric_moments(context).low[_known(context)], encoded)


@register(
    "max",
    "statistical",
    "largest value of each column",
    source=ENGELS,
    cost="per row",
    pymfe="max",
    summaries=("mean", "sd"),
)
def largest(context: Context) -> Floats:
    encoded = np.ones(len(dummies(context).ones))
    return _all(numeric_moments(context).high[_known(context)], encoded)


@register(
    "range",
    "statistical",
    "largest less smallest value of each column",
    source=ALI,
    cost="per row",
    low=0,
    pymfe="range",
    summaries=("mean", "sd"),
)
def extent(context: Context) -> Floats:
    moments, known = numeric_moments(context), _known(context)
    with np.errstate(over="ignore"):
        numeric = moments.high[known] - moments.low[known]
    return _all(numeric, dummies(context).varied.astype(np.float64))


@register(
    "iq_range",
    "statistical",
    "third less first quartile of each column",
    source=ALI,
    cost="per row",
    low=0,
    pymfe="iq_range",
    summaries=("mean", "sd"),
)
def iq_range(context: Context) -> Floats:
    orders, known, encoded = column_orders(context), _known(context), dummies(context)
    with np.errstate(over="ignore"):
        numeric = orders.quartile_3[known] - orders.quartile_1[known]
    return _all(numeric, encoded.quantile(0.75) - encoded.quantile(0.25))


@register(
    "mad",
    "statistical",
    "median distance from the median of each column, times 1.4826",
    source=ALI,
    cost="per row",
    low=0,
    pymfe="mad",
    summaries=("mean", "sd"),
)
def mad(context: Context) -> Floats:
    encoded = dummies(context)
    # The median of a dummy is 0, 1 or, with equally many of both, 1/2.
    return _all(
        column_orders(context).mad[_known(context)],
        np.where(2.0 * encoded.ones == encoded.known, 0.5 * 1.4826, 0.0),
    )


@register(
    "t_mean",
    "statistical",
    "mean of each column without its lowest and its highest fifth",
    source=ENGELS,
    cost="per row",
    pymfe="t_mean",
    summaries=("mean", "sd"),
)
def t_mean(context: Context) -> Floats:
    encoded = dummies(context)
    cut = np.floor(0.2 * encoded.known)
    left = encoded.known - 2.0 * cut
    ones = np.clip(encoded.ones - cut, 0.0, left)
    return _all(column_orders(context).trimmed_mean[_known(context)], ones / left)


@register(
    "g_mean",
    "statistical",
    "geometric mean of each column without a negative cell; 0 if one is below 1e-10 (pymfe: no "
    "value at all if one column has a negative cell)",
    source=ALI,
    cost="per row",
    low=0,
    pymfe="g_mean",
    summaries=("mean", "sd"),
)
def g_mean(context: Context) -> Floats:
    encoded = (~dummies(context).varied).astype(np.float64)
    values = np.concatenate([column_orders(context).g_mean, encoded])
    return _defined(values, "every column has a negative cell")


@register(
    "h_mean",
    "statistical",
    "harmonic mean of each column without a negative cell; 0 if one is 0 (pymfe: no value at all "
    "if one column has a negative cell)",
    source=ALI,
    cost="per row",
    low=0,
    pymfe="h_mean",
    summaries=("mean", "sd"),
)
def h_mean(context: Context) -> Floats:
    encoded = (~dummies(context).varied).astype(np.float64)
    values = np.concatenate([column_orders(context).h_mean, encoded])
    return _defined(values, "every column has a negative cell")


def _numeric_sd(context: Context) -> Floats:
    """Sample standard deviation of the numeric columns with two known cells."""
    moments = numeric_moments(context)
    two = moments.count > 1
    n = moments.count[two]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.sqrt(moments.m2[two] * (n / (n - 1.0))) * moments.scale[two]


def _sd(context: Context) -> Floats:
    encoded = dummies(context)
    two = encoded.known > 1
    share, n = encoded.share[two], encoded.known[two]
    return np.concatenate([_numeric_sd(context), np.sqrt(share * (1.0 - share) * (n / (n - 1.0)))])


NO_NUMERIC = "no numeric column has a known cell and a mean that float64 holds"
ONE_CELL = "no column has two known cells and a value that float64 holds"


@register(
    "sd",
    "statistical",
    "standard deviation of each column",
    source=ENGELS,
    cost="per row",
    low=0,
    pymfe="sd",
    summaries=("mean", "sd"),
)
def sd(context: Context) -> Floats:
    return _defined(_sd(context), ONE_CELL)


@register(
    "var",
    "statistical",
    "variance of each column",
    source=CASTIELLO,
    cost="per row",
    low=0,
    pymfe="var",
    summaries=("mean", "sd"),
)
def var(context: Context) -> Floats:
    with np.errstate(over="ignore"):
        return _defined(_sd(context) ** 2, ONE_CELL)


@register(
    "mean_numeric",
    "statistical",
    "mean of each numeric column",
    source=OPENML,
    cost="per column",
    summaries=("mean", "sd", "min", "max", "quantiles"),
    openml={
        "max": "MaxMeansOfNumericAtts",
        "mean": "MeanMeansOfNumericAtts",
        "min": "MinMeansOfNumericAtts",
        "quantiles.1": "Quartile1MeansOfNumericAtts",
        "quantiles.2": "Quartile2MeansOfNumericAtts",
        "quantiles.3": "Quartile3MeansOfNumericAtts",
    },
)
def mean_numeric(context: Context) -> Floats:
    return _defined(numeric_moments(context).mean[_known(context)], NO_NUMERIC)


@register(
    "sd_numeric",
    "statistical",
    "standard deviation of each numeric column",
    source=OPENML,
    cost="per column",
    low=0,
    summaries=("mean", "sd", "min", "max", "quantiles"),
    openml={
        "max": "MaxStdDevOfNumericAtts",
        "mean": "MeanStdDevOfNumericAtts",
        "min": "MinStdDevOfNumericAtts",
        "quantiles.1": "Quartile1StdDevOfNumericAtts",
        "quantiles.2": "Quartile2StdDevOfNumericAtts",
        "quantiles.3": "Quartile3StdDevOfNumericAtts",
    },
)
def sd_numeric(context: Context) -> Floats:
    return _defined(_numeric_sd(context), "no numeric column has two known cells")


@register(
    "sparsity",
    "statistical",
    "(rows / distinct values - 1) / (rows - 1) of each numeric or categorical column",
    source=SALAMA,
    cost="per row",
    low=0,
    high=1,
    pymfe="sparsity",
    summaries=("mean", "sd"),
)
def sparsity(context: Context) -> Floats:
    numeric, counts = _known(context), level_counts(context)
    n = np.append(numeric_moments(context).count[numeric], [float(known.sum()) for known in counts])
    distinct = np.append(column_orders(context).distinct[numeric], [len(known) for known in counts])
    two = n > 1
    return _defined((n[two] / distinct[two] - 1.0) / (n[two] - 1.0), ONE_CELL)


@register(
    "nr_outliers",
    "statistical",
    "number of columns with a cell more than 1.5 times iq_range beyond the quartiles",
    source=KOPF,
    cost="per row",
    low=0,
    pymfe="nr_outliers",
)
def nr_outliers(context: Context) -> float:
    moments, orders, encoded = numeric_moments(context), column_orders(context), dummies(context)
    with np.errstate(over="ignore", invalid="ignore"):
        reach = 1.5 * (orders.quartile_3 - orders.quartile_1)
        numeric = (moments.low < orders.quartile_1 - reach) | (
            moments.high > orders.quartile_3 + reach
        )
    reach = 1.5 * (encoded.quantile(0.75) - encoded.quantile(0.25))
    low, high = encoded.quantile(0.0), encoded.quantile(1.0)
    outside = (low < encoded.quantile(0.25) - reach) | (high > encoded.quantile(0.75) + reach)
    return float(np.count_nonzero(numeric[_known(context)]) + np.count_nonzero(outside))


@register(
    "nr_norm",
    "statistical",
    "number of numeric columns that Shapiro and Wilk's test at 5 % takes for normal, by the first "
    "5,000 rows; a constant one does not count (pymfe: it does)",
    source=KOPF,
    cost="per row",
    low=0,
    pymfe="nr_norm",
)
def nr_norm(context: Context) -> float:
    if context.table.n_rows > MAX_VALUES:
        context.remark(f"the first {MAX_VALUES:,} of {context.table.n_rows:,} rows")
    # A dummy is never normal: from three rows on, its two values are refuted at 2.5 % or less.
    return float(np.count_nonzero(column_orders(context).normal))


def _g1(moments: Moments, columns: NDArray[np.bool_]) -> Floats:
    """Compute the population skewness g1 = m3 / m2^1.5."""
    return moments.m3[columns] / moments.m2[columns] ** 1.5


def _g2(moments: Moments, columns: NDArray[np.bool_]) -> Floats:
    """Compute the population excess kurtosis g2 = m4 / m2^2 - 3, at least -2 but for rounding."""
    return np.maximum(moments.m4[columns] / moments.m2[columns] ** 2 - 3.0, -2.0)


def _dummy_g1(share: Floats) -> Floats:
    """Compute g1 of columns of 0 and 1: third moment p(1-p)(1-2p), variance p(1-p)."""
    return (1.0 - 2.0 * share) / np.sqrt(share * (1.0 - share))


def _dummy_g2(share: Floats) -> Floats:
    """Compute g2 of columns of 0 and 1."""
    return 1.0 / (share * (1.0 - share)) - 6.0


def _some(values: Floats) -> Floats:
    if len(values) == 0:
        raise Undefined("no column has two distinct values")
    return values


@register(
    "skewness",
    "statistical",
    "skewness b1 of each column that is not constant",
    source=JOANES,
    cost="per column",
    pymfe="skewness",
    summaries=("mean", "sd", "min", "max"),
)
def skewness(context: Context) -> Floats:
    moments = numeric_moments(context)
    varied, n = moments.varied, moments.count[moments.varied]
    share, known = _varied_dummies(context)
    return _some(
        np.concatenate(
            [
                _g1(moments, varied) * (1.0 - 1.0 / n) ** 1.5,
                _dummy_g1(share) * (1.0 - 1.0 / known) ** 1.5,
            ]
        )
    )


@register(
    "kurtosis",
    "statistical",
    "excess kurtosis b2 of each column that is not constant",
    source=JOANES,
    cost="per column",
    low=-3,
    pymfe="kurtosis",
    summaries=("mean", "sd", "min", "max"),
)
def kurtosis(context: Context) -> Floats:
    moments = numeric_moments(context)
    varied, n = moments.varied, moments.count[moments.varied]
    share, known = _varied_dummies(context)
    return _some(
        np.concatenate(
            [
                (_g2(moments, varied) + 3.0) * (1.0 - 1.0 / n) ** 2 - 3.0,
                (_dummy_g2(share) + 3.0) * (1.0 - 1.0 / known) ** 2 - 3.0,
            ]
        )
    )


@register(
    "skewness_biased",
    "statistical",
    "population skewness g1 of each numeric column that is not constant; the "
    "values that PMF published under auto-sklearn's names follow this (0 without numeric columns)",
    source=ASKL,
    cost="per column",
    summaries=("min", "max", "mean", "sd_pop", "quantiles"),
    openml={
        "min": "MinSkewnessOfNumericAtts",
        "quantiles.1": "Quartile1SkewnessOfNumericAtts",
        "quantiles.2": "Quartile2SkewnessOfNumericAtts",
        "quantiles.3": "Quartile3SkewnessOfNumericAtts",
        "max": "MaxSkewnessOfNumericAtts",
        "mean": "MeanSkewnessOfNumericAtts",
    },
)
def skewness_biased(context: Context) -> Floats:
    return _g1(numeric_moments(context), _varied(numeric_moments(context)))


@register(
    "kurtosis_biased",
    "statistical",
    "population excess kurtosis g2 of each numeric column that is not constant; the "
    "values that PMF published under auto-sklearn's names follow this (0 without numeric columns)",
    source=ASKL,
    cost="per column",
    low=-2,
    summaries=("min", "max", "mean", "sd_pop", "quantiles"),
    openml={
        "min": "MinKurtosisOfNumericAtts",
        "quantiles.1": "Quartile1KurtosisOfNumericAtts",
        "quantiles.2": "Quartile2KurtosisOfNumericAtts",
        "quantiles.3": "Quartile3KurtosisOfNumericAtts",
        "max": "MaxKurtosisOfNumericAtts",
        "mean": "MeanKurtosisOfNumericAtts",
    },
)
def kurtosis_biased(context: Context) -> Floats:
    return _g2(numeric_moments(context), _varied(numeric_moments(context)))


def _shares(context: Context) -> Floats:
    """Share of the rows in each column of the one-hot encoding, constant columns left out.

    Missing cells of a column are a level of their own.
    """
    n_rows = context.table.n_rows
    counts = [np.append(known, n_rows - known.sum()) for known in level_counts(context)]
    shares = np.concatenate(counts) / n_rows if counts else np.empty(0)
    return shares[(shares > 0) & (shares < 1)]


def _imputed(moments: Moments, n_rows: int) -> tuple[NDArray[np.bool_], Floats]:
    """Columns that vary, and the share of their cells that is known.

    Filling a missing cell with the mean adds a deviation of 0: each moment shrinks by this share.
    """
    return moments.varied, moments.count[moments.varied] / n_rows


@register(
    "skewness_encoded",
    "statistical",
    "population skewness of each column that is not constant, after filling numeric cells with "
    "the mean and one-hot encoding; the files that auto-sklearn ships follow this",
    source=ASKL,
    cost="per column",
    summaries=("min", "max", "mean", "sd_pop"),
    autosklearn={
        "min": "SkewnessMin",
        "max": "SkewnessMax",
        "mean": "SkewnessMean",
        "sd_pop": "SkewnessSTD",
    },
)
def skewness_encoded(context: Context) -> Floats:
    varied, known = _imputed(numeric_moments(context), context.table.n_rows)
    p = _shares(context)
    numeric = _g1(numeric_moments(context), varied) / np.sqrt(known)
    return _some(np.concatenate([numeric, _dummy_g1(p)]))


@register(
    "kurtosis_encoded",
    "statistical",
    "population excess kurtosis of each column that is not constant, after filling numeric "
    "cells with the mean and one-hot encoding; the files that auto-sklearn ships follow this",
    source=ASKL,
    cost="per column",
    low=-2,
    summaries=("min", "max", "mean", "sd_pop"),
    autosklearn={
        "min": "KurtosisMin",
        "max": "KurtosisMax",
        "mean": "KurtosisMean",
        "sd_pop": "KurtosisSTD",
    },
)
def kurtosis_encoded(context: Context) -> Floats:
    varied, known = _imputed(numeric_moments(context), context.table.n_rows)
    numeric = (_g2(numeric_moments(context), varied) + 3.0) / known - 3.0
    return _some(np.concatenate([numeric, _dummy_g2(_shares(context))]))


@register(
    "pca_fraction_95",
    "statistical",
    "share of the principal components of the encoded table that explain 95 % of its variance",
    source=BARDENET,
    cost="column pairs",
    low=0,
    high=1,
    autosklearn="PCAFractionOfComponentsFor95PercentVariance",
)
def pca_fraction_95(context: Context) -> float:
    return principal_components(context).fraction_95


@register(
    "pca_kurtosis_first_pc",
    "statistical",
    "population excess kurtosis of the first principal component of the encoded table",
    source=BARDENET,
    cost="column pairs",
    low=-2,
    autosklearn="PCAKurtosisFirstPC",
)
def pca_kurtosis_first_pc(context: Context) -> float:
    return principal_components(context).kurtosis


@register(
    "pca_skewness_first_pc",
    "statistical",
    "absolute population skewness of the first principal component of the encoded table "
    "(auto-sklearn: with a sign, which is arbitrary)",
    source=BARDENET,
    cost="column pairs",
    low=0,
    autosklearn="PCASkewnessFirstPC",
)
def pca_skewness_first_pc(context: Context) -> float:
    return principal_components(context).skewness
