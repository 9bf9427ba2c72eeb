"""Statistical meta-features of columns taken together: correlations, spectra, classes apart.

They are over pymfe's matrix N, as those of single columns are; see `scatter` for how missing cells
and very large tables are taken.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.counts import class_counts
from metafeatures._intermediates.scatter import (
    canonical_correlations,
    correlations,
    covariances,
    scatter,
)
from metafeatures._registry import CLASSIFICATION, register

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)
KALOUSIS = "Kalousis: Algorithm Selection via Meta-Learning, PhD thesis, Geneva 2002"
CASTIELLO = "Castiello, Castellano, Fanelli: Meta-data, MDAI 2005"
ALI = (
    "Ali, Smith: On learning algorithm selection for classification, Applied Soft Computing 6, 2006"
)
LINDNER = "Lindner, Studer: AST, PKDD 1999"
PILLAI = "Pillai: Some New Test Criteria in Multivariate Analysis, Ann. Math. Statist. 26, 1955"
LAWLEY = "Lawley: A Generalization of Fisher's z Test, Biometrika 30, 1938"
ROY = "Roy: On a Heuristic Method of Test Construction, Ann. Math. Statist. 24, 1953"
SALAMA = (
    "Salama, Hassanien, Revett: Employment of neural network and rough set in meta-learning, "
    "Memetic Computing 5, 2013"
)

Floats = NDArray[np.float64]

BEYOND = "the covariances exceed the range of float64"


def _pairs(matrix: Floats) -> Floats:
    """Absolute values below the diagonal."""
    return np.abs(matrix[np.tril_indices(len(matrix), -1)])


@register(
    "cor",
    "statistical",
    "absolute correlation of each pair of columns that are not constant",
    source=CASTIELLO,
    cost="column pairs",
    low=0,
    high=1,
    pymfe="cor",
    summaries=("mean", "sd"),
)
def cor(context: Context) -> Floats:
    return _pairs(correlations(context))


@register(
    "cov",
    "statistical",
    "absolute covariance of each pair of columns",
    source=CASTIELLO,
    cost="column pairs",
    low=0,
    pymfe="cov",
    summaries=("mean", "sd"),
)
def cov(context: Context) -> Floats:
    values = _pairs(covariances(context))
    values = values[np.isfinite(values)]
    if len(values) == 0:
        width = len(scatter(context).mean)
        raise Undefined(BEYOND if width > 1 else "there is only one numeric column or level")
    return values


@register(
    "eigenvalues",
    "statistical",
    "eigenvalues of the covariance matrix",
    source=ALI,
    cost="column pairs",
    pymfe="eigenvalues",
    summaries=("mean", "sd"),
)
def eigenvalues(context: Context) -> Floats:
    matrix = covariances(context)
    if not np.isfinite(matrix).all():
        raise Undefined(BEYOND)
    return np.asarray(np.linalg.eigvalsh(matrix), dtype=np.float64)


@register(
    "nr_cor_attr",
    "statistical",
    "share of the pairs of columns with a correlation of 0.5 or more, negative ones too",
    source=SALAMA,
    cost="column pairs",
    low=0,
    high=1,
    pymfe="nr_cor_attr",
)
def nr_cor_attr(context: Context) -> float:
    width = len(scatter(context).mean)
    return float(
        2.0 * np.count_nonzero(_pairs(correlations(context)) >= 0.5) / (width * (width - 1))
    )


@register(
    "gravity",
    "statistical",
    "distance between the mean rows of the most and the least frequent class",
    source=ALI,
    cost="per row",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="gravity",
)
def gravity(context: Context) -> float:
    counts = class_counts(context)
    if len(counts) < 2:
        raise Undefined("the target has only one class")
    found = scatter(context)
    if len(found.class_counts) == 0:
        raise Undefined("classes times columns exceed 1,000,000")
    # The first of equally frequent classes counts; both may be equally frequent.
    most = int(counts.argmax())
    others = np.delete(np.arange(len(counts)), most)
    least = others[counts[others].argmin()]
    difference = found.class_means[most] - found.class_means[least]
    largest = np.abs(difference).max() or 1.0
    with np.errstate(over="ignore"):
        distance = float(np.linalg.norm(difference / largest * found.unit) * largest)
    if not np.isfinite(distance):
        raise Undefined("it exceeds the range of float64")
    return distance


@register(
    "can_cor",
    "statistical",
    "canonical correlations of the columns and the classes, as many as classes less one or the "
    "rank of the columns",
    source=KALOUSIS,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="can_cor",
    summaries=("mean", "sd"),
)
def can_cor(context: Context) -> Floats:
    return canonical_correlations(context)


@register(
    "nr_disc",
    "statistical",
    "number of canonical correlations",
    source=LINDNER,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=1,
    pymfe="nr_disc",
)
def nr_disc(context: Context) -> float:
    return float(len(canonical_correlations(context)))


@register(
    "w_lambda",
    "statistical",
    "Wilks' lambda: product of 1 - can_cor squared",
    source=LINDNER,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=0,
    high=1,
    pymfe="w_lambda",
)
def w_lambda(context: Context) -> float:
    return float(np.prod(1.0 - canonical_correlations(context) ** 2))


@register(
    "p_trace",
    "statistical",
    "Pillai's trace: sum of can_cor squared",
    source=PILLAI,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="p_trace",
)
def p_trace(context: Context) -> float:
    return float((canonical_correlations(context) ** 2).sum())


def _roots(context: Context) -> Floats:
    """Ratios of the variance between and within the classes."""
    squares = canonical_correlations(context) ** 2
    if squares.max() > 1.0 - 1e-12:
        raise Undefined("a combination of columns tells the classes apart perfectly")
    return squares / (1.0 - squares)


@register(
    "lh_trace",
    "statistical",
    "Lawley and Hotelling's trace: sum of can_cor^2 / (1 - can_cor^2)",
    source=LAWLEY,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="lh_trace",
)
def lh_trace(context: Context) -> float:
    return float(_roots(context).sum())


@register(
    "roy_root",
    "statistical",
    "Roy's largest root: largest can_cor^2 / (1 - can_cor^2)",
    source=ROY,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="roy_root",
)
def roy_root(context: Context) -> float:
    return float(_roots(context).max())


@register(
    "sd_ratio",
    "statistical",
    "homogeneity of the covariances within classes: exp(M / (columns * (rows - classes))), Box's "
    "M with its factor gamma (pymfe: with the classes' sizes in reverse order)",
    source=MICHIE,
    cost="column pairs",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="sd_ratio",
)
def sd_ratio(context: Context) -> float:
    found = scatter(context)
    sizes = found.class_counts
    if context.target.n_classes < 2:
        raise Undefined("the target has only one class")
    if len(found.log_determinants) == 0:
        raise Undefined("the covariance matrix of a class is singular")
    k, p, freedom = len(sizes), len(found.mean), sizes - 1.0
    gamma = 1.0 - (2.0 * p**2 + 3.0 * p - 1.0) / (6.0 * (p + 1.0) * (k - 1.0)) * (
        (1.0 / freedom).sum() - 1.0 / freedom.sum()
    )
    pooled = np.linalg.slogdet(found.within / freedom.sum())[1]
    m = gamma * float(freedom.sum() * pooled - freedom @ found.log_determinants)
    return float(np.exp(m / (p * freedom.sum())))
