"""How much pairs of columns tell about each other.

A pair costs as much as it has rows and cells in its table of counts. Where all pairs exceed 5e6,
fewer columns take part (12 at least, drawn at random); where 12 columns still do, fewer rows, drawn
at random (`max_rows=None` keeps all rows).
"""

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context, once
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.orders import column_orders
from metafeatures._kernels._joint import concentrations, to_bins

__all__ = ["pair_concentrations"]

MAX_WORK = 5e6
MIN_COLUMNS = 12
MAX_LEVELS = 1000


@once
def pair_concentrations(context: Context) -> NDArray[np.float64]:
    """Goodman and Kruskal's tau of one column given another, for each ordered pair.

    Numeric columns are in bins. Categorical columns with more than 1,000 levels are left out, and
    constant columns have no value.

    Raises
    ------
    Undefined
        If no pair has a value.
    """
    table, edges = context.table, column_orders(context).edges
    sizes = [len(e) for e in edges] + [k if k <= MAX_LEVELS else 0 for k in table.levels]
    columns = np.flatnonzero(sizes)
    n_columns = int(np.count_nonzero([*map(len, edges), *table.levels]))
    rng = np.random.default_rng(context.seed)
    cost = table.n_rows + float(np.mean([sizes[j] for j in columns])) ** 2 if len(columns) else 1.0
    # So many that n (n - 1) / 2 pairs keep within the work.
    most = max(MIN_COLUMNS, int(0.5 + np.sqrt(0.25 + 2.0 * MAX_WORK / cost)))
    if len(columns) > most:
        columns = np.sort(rng.choice(columns, most, replace=False))
    if len(columns) < n_columns:
        context.remark(f"{len(columns):,} of {n_columns:,} columns")
    if len(columns) < 2:
        raise Undefined("there are fewer than two numeric or categorical columns")
    rows: NDArray[np.intp] | slice = slice(None)
    n_rows = table.n_rows
    most = int(MAX_WORK / (len(columns) * (len(columns) - 1) / 2))
    if context.max_rows is not None and n_rows > most:
        rows = np.sort(rng.choice(np.arange(n_rows), most, replace=False))
        context.remark(f"{most:,} of {n_rows:,} rows")
        n_rows = most
    codes = np.empty((len(columns), n_rows), dtype=np.uint16)
    bins = np.empty(n_rows, dtype=np.int32)
    for place, j in enumerate(columns.tolist()):
        context.check_time()
        found = bins
        if j >= table.n_numeric:
            found = table.codes[rows, j - table.n_numeric]
        elif table.sparse is None:
            to_bins(np.ascontiguousarray(table.numeric[rows, j]), edges[j], bins)
        else:
            to_bins(table.numeric_block(j, j + 1)[rows, 0], edges[j], bins)
        np.add(found, 1, out=codes[place], casting="unsafe")
    n_codes = np.array([sizes[j] + 1 for j in columns], dtype=np.int32)
    out = np.full((len(columns), len(columns)), np.nan)
    context.spread(lambda i: concentrations(codes, n_codes, i, out), len(columns) - 1)
    values: NDArray[np.float64] = out[~np.isnan(out)]
    if len(values) == 0:
        raise Undefined("no two columns vary where both are known")
    return np.clip(values, 0.0, 1.0)  # but for rounding it is
