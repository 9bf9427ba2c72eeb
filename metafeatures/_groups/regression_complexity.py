"""Complexity of regression tables.

All are measured on a stratified sample (`max_rows`) of at most 256 columns: numeric columns and
levels as columns of 0 and 1, missing numbers filled with the mean, constant columns left out.
Columns x and target y are scaled to 0..1; e are the residuals of the multiple linear regression of
y on all columns; rho is Spearman's correlation.
"""

import numpy as np

from metafeatures._context import Context
from metafeatures._intermediates.regression import (
    linear_residuals,
    ranked_correlations,
    regression_sample,
    rows_hard_for_each_column,
    rows_to_drop,
)
from metafeatures._intermediates.smoothness import (
    errors_between_rows,
    errors_of_neighbours,
    steps_along_target,
    steps_along_tree,
)
from metafeatures._registry import REGRESSION, register

LORENA = (
    "Lorena, Maciel, de Miranda, Costa, Prudencio: Data complexity meta-features for regression "
    "problems, Machine Learning 107, 2018"
)
ENOUGH_CORRELATION = 0.9
SMALL_RESIDUAL = 0.1


@register(
    "c1_regr",
    "complexity",
    "largest |rho| of a column and the target, on the sample",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def c1_regr(context: Context) -> float:
    return float(np.abs(ranked_correlations(context)).max())


@register(
    "c2_regr",
    "complexity",
    "mean |rho| of the columns and the target, on the sample",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def c2_regr(context: Context) -> float:
    return float(np.abs(ranked_correlations(context)).mean())


@register(
    "c3_regr",
    "complexity",
    "smallest share of the sample to drop until |rho| of a column exceeds 0.9; the row whose ranks "
    "in column and target differ most goes first",
    source=LORENA,
    cost="row pairs",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def c3_regr(context: Context) -> float:
    return rows_to_drop(context, ENOUGH_CORRELATION) / len(regression_sample(context).y)


@register(
    "c4_regr",
    "complexity",
    "share of the sample left when each column in turn, that of the largest |rho| on what is left "
    "first, has dropped the rows with a residual of at most 0.1 in its own linear regression",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def c4_regr(context: Context) -> float:
    return rows_hard_for_each_column(context, SMALL_RESIDUAL) / len(regression_sample(context).y)


@register(
    "l1_regr",
    "complexity",
    "mean |e| on the sample",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def l1_regr(context: Context) -> float:
    return float(np.abs(linear_residuals(context)).mean())


@register(
    "l2_regr",
    "complexity",
    "mean e^2 on the sample",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def l2_regr(context: Context) -> float:
    return float((linear_residuals(context) ** 2).mean())


@register(
    "l3_regr",
    "complexity",
    "mean squared error of the multiple linear regression at random points between rows of the "
    "sample that follow each other by target; columns and target are interpolated alike",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def l3_regr(context: Context) -> float:
    # The regression is linear: its error between two rows lies between its errors at them.
    return float((regression_sample(context).between(linear_residuals(context)) ** 2).mean())


@register(
    "s1",
    "complexity",
    "mean |y_i - y_j| over the edges of the Euclidean minimum spanning tree of the sample",
    source=LORENA,
    cost="row pairs",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def s1(context: Context) -> float:
    return float(steps_along_tree(context).mean())


@register(
    "s2",
    "complexity",
    "mean Euclidean distance of rows of the sample that follow each other by target",
    source=LORENA,
    cost="per fold",
    tasks=REGRESSION,
    low=0,
)
def s2(context: Context) -> float:
    return float(steps_along_target(context).mean())


@register(
    "s3",
    "complexity",
    "mean squared error of the nearest neighbour's target, leaving one row of the sample out",
    source=LORENA,
    cost="row pairs",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def s3(context: Context) -> float:
    return float((errors_of_neighbours(context) ** 2).mean())


@register(
    "s4",
    "complexity",
    "mean squared error of the nearest neighbour's target at random points between rows of the "
    "sample that follow each other by target; columns and target are interpolated alike",
    source=LORENA,
    cost="row pairs",
    tasks=REGRESSION,
    low=0,
    high=1,
)
def s4(context: Context) -> float:
    return float((errors_between_rows(context) ** 2).mean())
