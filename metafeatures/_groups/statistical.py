"""Statistical meta-features: shape of the numeric columns and of the encoded table."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.counts import level_counts
from metafeatures._intermediates.moments import Moments, numeric_moments
from metafeatures._intermediates.pca import principal_components
from metafeatures._registry import register

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)
ASKL = "Feurer et al.: Efficient and Robust Automated Machine Learning, NeurIPS 2015"
BARDENET = "Bardenet et al.: Collaborative Hyperparameter Tuning, ICML 2013"
PYMFE = (
    "Joanes, Gill: Comparing measures of sample skewness and kurtosis, The Statistician 47, 1998"
)


def _varied(moments: Moments) -> NDArray[np.bool_]:
    varied = moments.varied
    if not varied.any():
        raise Undefined("no numeric column has two distinct values")
    return varied


def _g1(moments: Moments, columns: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Compute the population skewness g1 = m3 / m2^1.5."""
    return moments.m3[columns] / moments.m2[columns] ** 1.5


def _g2(moments: Moments, columns: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Compute the population excess kurtosis g2 = m4 / m2^2 - 3."""
    return moments.m4[columns] / moments.m2[columns] ** 2 - 3.0


@register(
    "skewness",
    "statistical",
    "skewness b1 of each numeric column that is not constant (pymfe's default, method 3)",
    source=PYMFE,
    cost="per column",
    pymfe="skewness",
    summaries=("mean", "sd", "min", "max"),
)
def skewness(context: Context) -> NDArray[np.float64]:
    varied = _varied(numeric_moments(context))
    n = numeric_moments(context).count[varied]
    return _g1(numeric_moments(context), varied) * (1.0 - 1.0 / n) ** 1.5


@register(
    "kurtosis",
    "statistical",
    "excess kurtosis b2 of each numeric column that is not constant (pymfe's default, method 3)",
    source=PYMFE,
    cost="per column",
    pymfe="kurtosis",
    low=-3,
    summaries=("mean", "sd", "min", "max"),
)
def kurtosis(context: Context) -> NDArray[np.float64]:
    varied = _varied(numeric_moments(context))
    n = numeric_moments(context).count[varied]
    return (_g2(numeric_moments(context), varied) + 3.0) * (1.0 - 1.0 / n) ** 2 - 3.0


@register(
    "skewness_biased",
    "statistical",
    "population skewness g1 of each numeric column that is not constant; the "
    "values that PMF published under auto-sklearn's names follow this (0 without numeric columns)",
    source=ASKL,
    cost="per column",
    summaries=("min", "max", "mean", "sd_pop"),
    openml={
        "min": "MinSkewnessOfNumericAtts",
        "max": "MaxSkewnessOfNumericAtts",
        "mean": "MeanSkewnessOfNumericAtts",
    },
)
def skewness_biased(context: Context) -> NDArray[np.float64]:
    return _g1(numeric_moments(context), _varied(numeric_moments(context)))


@register(
    "kurtosis_biased",
    "statistical",
    "population excess kurtosis g2 of each numeric column that is not constant; the "
    "values that PMF published under auto-sklearn's names follow this (0 without numeric columns)",
    source=ASKL,
    cost="per column",
    low=-2,
    summaries=("min", "max", "mean", "sd_pop"),
    openml={
        "min": "MinKurtosisOfNumericAtts",
        "max": "MaxKurtosisOfNumericAtts",
        "mean": "MeanKurtosisOfNumericAtts",
    },
)
def kurtosis_biased(context: Context) -> NDArray[np.float64]:
    return _g2(numeric_moments(context), _varied(numeric_moments(context)))


def _shares(context: Context) -> NDArray[np.float64]:
    """Share of the rows in each column of the one-hot encoding, constant columns left out.

    Missing cells of a column are a level of their own.
    """
    n_rows = context.table.n_rows
    counts = [np.append(known, n_rows - known.sum()) for known in level_counts(context)]
    shares = np.concatenate(counts) / n_rows if counts else np.empty(0)
    return shares[(shares > 0) & (shares < 1)]


def _imputed(moments: Moments, n_rows: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
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
def skewness_encoded(context: Context) -> NDArray[np.float64]:
    varied, known = _imputed(numeric_moments(context), context.table.n_rows)
    p = _shares(context)
    # Bernoulli(p): third moment p(1-p)(1-2p), variance p(1-p).
    encoded = (1.0 - 2.0 * p) / np.sqrt(p * (1.0 - p))
    values = np.concatenate([_g1(numeric_moments(context), varied) / np.sqrt(known), encoded])
    return _some(values)


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
def kurtosis_encoded(context: Context) -> NDArray[np.float64]:
    varied, known = _imputed(numeric_moments(context), context.table.n_rows)
    variance = (p := _shares(context)) * (1.0 - p)
    numeric = (_g2(numeric_moments(context), varied) + 3.0) / known - 3.0
    return _some(np.concatenate([numeric, 1.0 / variance - 6.0]))


def _some(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(values) == 0:
        raise Undefined("no column has two distinct values")
    return values


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
