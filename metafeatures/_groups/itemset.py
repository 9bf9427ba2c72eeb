"""Itemset meta-features: how often items, and one of two items, occur.

An item is a level of a categorical column or a bin of a numeric one (bins of about equal frequency,
as many as the cube root of the number of rows). Bins and single items are those of all rows, and of
at most 10,000 numeric columns. Pairs are counted on at most 256 columns with 4,096 items together
and, unless all rows are asked for, on so many rows that rows times pairs of columns stay below 1e9.
A row holds no item of a column where its cell is missing.
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.items import item_counts, item_differences
from metafeatures._registry import register

SONG = (
    "Song, Wang, Wang: Automatic recommendation of classification algorithms based on data set "
    "characteristics, Pattern Recognition 45, 2012"
)


@register(
    "one_itemset",
    "itemset",
    "share of the rows that hold an item (a level or a bin), for each item",
    source=SONG,
    cost="per row",
    low=0,
    high=1,
    pymfe="one_itemset",
    summaries=("mean", "sd", "min", "max"),
)
def one_itemset(context: Context) -> NDArray[np.float64]:
    counts = np.concatenate([np.empty(0, np.intp), *item_counts(context)])
    if not counts.any():
        raise Undefined("no numeric or categorical column has a known cell")
    return counts[counts > 0] / context.table.n_rows


@register(
    "two_itemset",
    "itemset",
    "share of the rows that hold exactly one of two items, for items of different columns",
    source=SONG,
    cost="column pairs",
    low=0,
    high=1,
    pymfe="two_itemset",
    summaries=("mean", "sd", "min", "max"),
)
def two_itemset(context: Context) -> NDArray[np.float64]:
    return item_differences(context)
