"""A `Partial` as what meta-features are computed of.

Of a table that is not kept there are two views: an outline, a table whose cells nobody may touch
while the counts and moments of all of its rows are known, and the sample, a table of its own. A
meta-feature that the outline can tell is exact; every other one is measured on the sample alone, so
that exact and sampled figures never mix in one number.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Never, cast

import numpy as np
from numpy.typing import NDArray

from metafeatures._context import Context
from metafeatures._exceptions import NeedsRows, TargetError
from metafeatures._intermediates.counts import (
    class_counts,
    incomplete_rows,
    level_counts,
    missing,
)
from metafeatures._intermediates.dummies import dummies
from metafeatures._intermediates.moments import Moments, numeric_moments
from metafeatures._streaming.levels import MAX_LEVELS
from metafeatures._streaming.partial import Partial
from metafeatures._streaming.states import ColumnState
from metafeatures._tables.assemble import assemble
from metafeatures._tables.columns import Column, is_text
from metafeatures._tables.table import Kind, Table, Target
from metafeatures._tables.target import NAMED, is_regression, make_target

__all__ = ["outline", "sample_table"]

DERIVED = (dummies,)
"""Intermediate values that follow from counts and moments; an outline knows no others."""

TINY = 1e-300
"""A quarter of a distance up to this counts as none, as in the kernel."""


class Outline(Table):
    """A table of which the cells are not kept."""

    def __init__(self, **known: Any) -> None:
        for field, value in known.items():
            object.__setattr__(self, field, value)

    def __getattr__(self, name: str) -> Never:
        # Reached for the fields that stay unset, which are those of the cells.
        raise NeedsRows(name)

    @property
    def n_numeric(self) -> int:
        """Number of numeric columns, dates included."""
        return self.kinds.count("numeric") + self.kinds.count("date")

    @property
    def n_categorical(self) -> int:
        """Number of categorical columns, booleans included."""
        return len(self.levels)

    @property
    def n_text(self) -> int:
        """Number of text columns."""
        return self.kinds.count("text")


class OutlineTarget(Target):
    """A target of which the cells are not kept."""

    def __init__(self, known: Target) -> None:
        for field in fields(Target):
            if field.name not in ("codes", "values"):
                object.__setattr__(self, field.name, getattr(known, field.name))

    def __getattr__(self, name: str) -> Never:
        raise NeedsRows(name)


def kind_of(column: ColumnState) -> Kind:
    """Kind of a column, all of whose cells have been read."""
    if column.stored in ("date", "boolean"):
        return cast("Kind", column.stored)
    if column.stored in ("null", "number"):
        return "numeric"
    levels = column.levels
    if levels is None:
        return "text"
    if column.stored == "categorical":
        return "categorical"
    if len(levels) == 0:
        return "numeric"
    return "text" if is_text(len(levels), levels.n_characters, column.known) else "categorical"


def _features(partial: Partial) -> list[ColumnState]:
    return partial.columns if partial.target is None else partial.columns[:-1]


def _level_counts(partial: Partial) -> list[NDArray[np.int64]]:
    """Count of each level that occurs, by label, for each categorical column."""
    found = []
    for column in _features(partial):
        if kind_of(column) in ("categorical", "boolean") and column.levels is not None:
            labels, counts = column.levels.labels, column.levels.counts
            order = sorted(np.flatnonzero(counts).tolist(), key=lambda code: str(labels[code]))
            found.append(counts[order])
    return found


def _settled_target(partial: Partial, name_reason: str) -> tuple[Target, NDArray[np.int64]]:
    """The target as far as it is known without its cells, and the counts of its classes."""
    column, levels = partial.columns[-1], partial.columns[-1].levels
    kind, task, reason = kind_of(column), partial.task, ""
    numbers = not column.coded
    if task == "auto" and numbers and levels is None:
        task, reason = "regression", f"the target has more than {MAX_LEVELS:,} distinct values"
    elif task == "auto":
        values = [] if levels is None else levels.labels
        # A frame holds whole numbers as decimals as soon as one is missing.
        whole = column.integral or partial.n_dropped > 0
        regression, reason = is_regression(
            column.name,
            kind,
            task,
            column.known,
            lambda: len(values),
            whole=whole and numbers and all(float(v).is_integer() for v in values),
        )
        task = "regression" if regression else "classification"
    # Classes and checks are those of a table with one row of each value.
    if task == "regression" and numbers:
        mini, counts = Column(kind, np.zeros(1)), np.zeros(0, dtype=np.int64)
    elif levels is None:
        raise TargetError(
            f"the target {column.name!r} has more than {MAX_LEVELS:,} classes; choose another one"
        )
    else:
        counts = levels.counts[levels.counts > 0]
        labels = [v for v, n in zip(levels.labels, levels.counts, strict=True) if n]
        if numbers:
            mini = Column(kind, np.array(labels, dtype=np.float64))
        else:
            codes = np.arange(len(labels), dtype=np.int32)
            mini = Column(kind, codes, [str(v) for v in labels])
    made, _ = make_target(column.name, mini, task, name_reason)
    if task != "regression":
        counts = counts[np.argsort(made.codes)]
    return replace(made, reason=reason or made.reason, n_missing=partial.n_dropped), counts


def outline(
    partial: Partial, name_reason: str = NAMED
) -> tuple[Table, dict[Callable[[Context], Any], Any]]:
    """The table without its cells, and the intermediate values of all its rows.

    Parameters
    ----------
    partial : Partial
    name_reason : str
        Why its target was chosen.

    Raises
    ------
    TableError
        If it has no rows, or its target is of no use.
    """
    source = ", ".join(partial.parts)
    if partial.n_rows == 0:
        raise TargetError(
            f"{source}: no row has a value in the target {partial.target!r}; choose another column"
        )
    features = _features(partial)
    kinds = [kind_of(column) for column in features]
    numeric = [j for j, kind in enumerate(kinds) if kind in ("numeric", "date")]
    coded = [j for j, kind in enumerate(kinds) if kind in ("categorical", "boolean")]
    text = [j for j, kind in enumerate(kinds) if kind == "text"]
    levels = _level_counts(partial)
    unknown = [partial.n_rows - features[j].known for j in (*numeric, *coded, *text)]
    values: dict[Callable[[Context], Any], Any] = {
        numeric_moments: _moments(partial.moments[numeric]),
        level_counts: levels,
        missing: np.array(unknown, dtype=np.int64),
        incomplete_rows: partial.n_incomplete,
    }
    target = None
    if partial.target is not None:
        try:
            settled, counts = _settled_target(partial, name_reason)
        except TargetError as error:
            raise TargetError(f"{source}: {error}") from error
        target = OutlineTarget(settled)
        if settled.task != "regression":
            values[class_counts] = counts
    table = Outline(
        source=source,
        n_rows=partial.n_rows,
        names=tuple(column.name for column in features),
        kinds=tuple(kinds),
        levels=tuple(map(len, levels)),
        level_order=tuple(np.arange(len(counts), dtype=np.int32) for counts in levels),
        target=target,
        sparse=None,
    )
    context = Context(table)
    context.values.update(values)
    for follows in DERIVED:
        follows(context)
    return table, context.values


def _moments(states: NDArray[np.float64]) -> Moments:
    """Moments in units of the largest distance from the mean, from states in units of their own."""
    count, mean, m2, m3, m4, unit, low, high, n_low, n_high = np.ascontiguousarray(states.T)
    quarter = np.maximum(high / 4 - mean / 4, mean / 4 - low / 4)
    constant = (low == high) | (quarter <= TINY)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        ratio = np.where(constant, 0.0, unit / quarter)
        share = np.where(count > 0, 1.0 / count, 0.0)
        scale = np.where(constant, 0.0, 4.0 * quarter)
    return Moments(
        count,
        mean,
        m2 * share * ratio**2,
        m3 * share * ratio**3,
        m4 * share * ratio**4,
        scale,
        low,
        high,
        np.where(low == high, n_low, n_low + n_high),
    )


def sample_table(partial: Partial, target: Target | None) -> Table:
    """The rows of the sample as a table.

    Parameters
    ----------
    partial : Partial
        With at least one row.
    target : Target, optional
        The target as the outline has it: the task is that of all rows.
    """
    cells = partial.sample.sifted().cells
    columns = [_column(*column) for column in zip(partial.columns, cells, strict=True)]
    made = keep = None
    if target is not None:
        task = "regression" if target.task == "regression" else "classification"
        made, keep = make_target(target.name, columns.pop(), task, target.name_reason)
        made = replace(made, task=target.task, reason=target.reason, n_missing=target.n_missing)
    names = [column.name for column in _features(partial)]
    return assemble(", ".join(partial.parts), names, columns, made, keep)


def _column(state: ColumnState, cells: NDArray[Any]) -> Column:
    kind = kind_of(state)
    if kind in ("numeric", "date"):
        # Cells of strings all of which are missing are codes.
        numbers = np.full(len(cells), np.nan) if state.coded else cells
        return Column(kind, numbers, integral=state.integral)
    if cells.dtype != np.int32:
        # A part in which no cell is known has NaN.
        cells = np.where(np.isnan(cells), -1, cells).astype(np.int32)
    if state.levels is None:
        return Column(kind, np.minimum(cells, 0), ("",))
    labels = [str(label) for label in state.levels.labels]
    if kind == "boolean":
        return Column(kind, cells, labels)
    # In the order in which the sample has them, which merging does not change.
    used, first = np.unique(cells[cells >= 0], return_index=True)
    used = used[np.argsort(first)]
    renumbered = np.full(len(labels) + 1, -1, dtype=np.int32)
    renumbered[used] = np.arange(len(used), dtype=np.int32)
    return Column(kind, renumbered[cells], [labels[code] for code in used])
