"""Columns of any source become a `Table`: target taken out, rows dropped, blocks stacked."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError, TargetError, closest
from metafeatures._tables.columns import Column
from metafeatures._tables.table import Kind, SparseColumns, Table, Target

__all__ = ["assemble", "check_names", "from_dense", "from_sparse", "observed", "take_target"]

PIECE = 1 << 16


def check_names(names: Sequence[str], source: str) -> None:
    """Refuse a table without columns or with two of the same name.

    Raises
    ------
    TableError
    """
    if not names:
        raise TableError(f"{source} has no columns; give it at least one")
    if len(set(names)) < len(names):
        seen: set[str] = set()
        twice = next(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise TableError(f"{source} has two columns called {twice!r}; rename one of them")


def assemble(
    source: str,
    names: Sequence[str],
    columns: Sequence[Column],
    target: Target | None,
    keep: NDArray[np.bool_] | None,
) -> Table:
    """Stack columns into blocks.

    Parameters
    ----------
    keep : ndarray of shape (n_rows,) or None
        The rows whose target is known; None for all.
    """
    n_rows = len(columns[0].values) if keep is None else int(np.count_nonzero(keep))
    numeric = [c for c in columns if not c.coded]
    coded = [c for c in columns if c.kind in ("categorical", "boolean")]
    text = [c for c in columns if c.kind == "text"]

    block = np.empty((n_rows, len(numeric)), order="F")
    for i, column in enumerate(numeric):
        block[:, i] = column.values if keep is None else column.values[keep]
    block = _without_infinities(block, copy=False)

    codes = np.empty((n_rows, len(coded)), dtype=np.int32, order="F")
    levels, orders = [], []
    for i, column in enumerate(coded):
        values = column.values if keep is None else column.values[keep]
        codes[:, i], seen = observed(values, len(column.labels))
        levels.append(len(seen))
        labels = [column.labels[k] for k in seen]
        orders.append(np.array(sorted(range(len(seen)), key=labels.__getitem__), dtype=np.int32))

    unknown = np.empty((n_rows, len(text)), dtype=bool, order="F")
    for i, column in enumerate(text):
        unknown[:, i] = column.missing if keep is None else column.missing[keep]
    kinds: tuple[Kind, ...] = tuple(column.kind for column in columns)
    return Table(
        source,
        n_rows,
        tuple(names),
        kinds,
        block,
        codes,
        tuple(levels),
        unknown,
        target,
        level_order=tuple(orders),
    )


def from_dense(
    source: str,
    names: Sequence[str],
    values: NDArray[Any],
    target: Target | None,
    keep: NDArray[np.bool_] | None,
) -> Table:
    """Take a numeric array as it is: no copy if it is contiguous float64 without infinities."""
    values = values if keep is None else values[keep]
    order: Literal["C", "F"] = "C" if values.flags.c_contiguous else "F"
    block = _without_infinities(np.asarray(values, dtype=np.float64, order=order), copy=True)
    n_rows = block.shape[0]
    kind: Kind = "numeric"
    codes = np.empty((n_rows, 0), dtype=np.int32, order="F")
    return Table(
        source,
        n_rows,
        tuple(names),
        (kind,) * len(names),
        block,
        codes,
        (),
        np.empty((n_rows, 0), dtype=bool),
        target,
    )


def _without_infinities(block: NDArray[np.float64], *, copy: bool) -> NDArray[np.float64]:
    """Make infinite cells missing: in place, or in a copy if there are any."""
    flat = block.reshape(-1, order="A")  # a view, as the block is contiguous
    pieces = [flat[i : i + PIECE] for i in range(0, len(flat), PIECE)]
    # Zero times infinity is NaN: a product tells at the speed of memory which pieces need a look.
    zeros = np.zeros(min(PIECE, len(flat)))
    with np.errstate(invalid="ignore"):
        pieces = [piece for piece in pieces if piece @ zeros[: len(piece)] != 0.0]
    if not any(np.isinf(piece).any() for piece in pieces):
        return block
    if copy:
        return _without_infinities(block.copy(order="K"), copy=False)
    for piece in pieces:
        piece[np.isinf(piece)] = np.nan
    return block


def from_sparse(
    source: str, matrix: Any, target: Target | None, keep: NDArray[np.bool_] | None
) -> Table:
    """Keep a SciPy sparse matrix or array compressed, column by column.

    Raises
    ------
    TableError
        If it holds anything but real numbers.
    """
    if matrix.dtype.kind not in "biuf":
        raise TableError(f"{source} holds {matrix.dtype} values; give it real numbers")
    if keep is not None and not keep.all():
        matrix = matrix.tocsr()[np.flatnonzero(keep)]
    # A copy, because adding duplicates up would change the caller's matrix.
    columns = matrix.tocsc(copy=True)
    columns.sum_duplicates()
    data = columns.data.astype(np.float64)
    data[np.isinf(data)] = np.nan
    n_rows, n_columns = columns.shape
    sparse = SparseColumns(data, columns.indices.astype(np.int32), columns.indptr.astype(np.int64))
    kind: Kind = "numeric"
    names = tuple(f"x{i}" for i in range(n_columns))
    return Table(
        source,
        n_rows,
        names,
        (kind,) * n_columns,
        np.empty((n_rows, 0), order="F"),
        np.empty((n_rows, 0), dtype=np.int32, order="F"),
        (),
        np.empty((n_rows, 0), dtype=bool),
        target,
        sparse,
    )


def observed(codes: NDArray[np.int32], n_labels: int) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Renumber codes so that only levels that occur have one.

    Returns
    -------
    codes : ndarray of shape (n_rows,)
        New codes, -1 for missing.
    seen : ndarray of shape (n_levels,)
        The old code of each new one.
    """
    counts = np.bincount(codes + 1, minlength=n_labels + 1)[1:]
    seen = np.flatnonzero(counts)
    if len(seen) == len(counts):
        return codes, seen
    new = np.full(len(counts) + 1, -1, dtype=np.int32)
    new[seen] = np.arange(len(seen), dtype=np.int32)
    return new[codes], seen


def take_target(names: list[str], target: str, source: str) -> int:
    """Position of the target column.

    Raises
    ------
    TargetError
        If there is no such column, or nothing besides it.
    """
    if target not in names:
        raise TargetError(f"{source} has no column {target!r} to predict; {closest(target, names)}")
    if len(names) == 1:
        raise TargetError(f"{source} has no column besides the target {target!r}; add features")
    return names.index(target)
