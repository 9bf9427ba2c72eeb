"""The two values that every reader produces: a table of typed blocks, and its target."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from metafeatures._kernels._columns import copy_columns

__all__ = ["Kind", "SparseColumns", "Table", "Target", "Task"]

Kind = Literal["numeric", "categorical", "boolean", "date", "text"]
Task = Literal["binary", "multiclass", "regression"]

CHUNK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is to be predicted, row by row.

    Rows whose target is missing are not part of the table any more.
    """

    name: str
    """Name of the column, or "target" where it came without a name."""
    task: Task
    """The kind of prediction."""
    codes: NDArray[np.int32]
    """Class of each row, shape (n_rows,), 0 to n_classes - 1; empty for regression."""
    values: NDArray[np.float64]
    """Value of each row, shape (n_rows,); empty for classification."""
    classes: tuple[str, ...]
    """Names of the classes that occur, in order of their codes; empty for regression."""
    reason: str
    """Why this task, as a fragment of a sentence."""
    name_reason: str
    """Why this column, as a fragment of a sentence."""
    n_missing: int
    """Number of rows that were dropped because their target is missing."""

    @property
    def n_classes(self) -> int:
        """Number of classes that occur; 0 for regression."""
        return len(self.classes)

    def without_rows(self) -> "Target":
        """All that is known of it but for the rows: `codes` and `values` are empty."""
        return Target(
            self.name,
            self.task,
            np.empty(0, dtype=np.int32),
            np.empty(0),
            self.classes,
            self.reason,
            self.name_reason,
            self.n_missing,
        )


@dataclass(frozen=True, slots=True, eq=False)
class SparseColumns:
    """A numeric block in compressed sparse column form; cells not stored are 0."""

    data: NDArray[np.float64]
    """Stored values, shape (n_stored,); NaN for missing."""
    rows: NDArray[np.int32]
    """Row of each stored value, shape (n_stored,)."""
    starts: NDArray[np.int64]
    """Where each column starts in `data`, shape (n_columns + 1,)."""

    def dense(self, start: int, stop: int, n_rows: int) -> NDArray[np.float64]:
        """Columns start to stop as an array of shape (n_rows, stop - start), column by column."""
        block = np.zeros((n_rows, stop - start), order="F")
        first, last = self.starts[start], self.starts[stop]
        column = np.repeat(np.arange(stop - start), np.diff(self.starts[start : stop + 1]))
        block[self.rows[first:last], column] = self.data[first:last]
        return block


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table without its target, as blocks of columns of one type.

    Numeric and date columns stand in `numeric`, categorical and boolean ones in `codes`,
    each in the order of `names`. Text columns are only counted.
    """

    source: str
    """Path of the file, or the type of the object the table came from."""
    n_rows: int
    """Number of rows (instances), without those whose target is missing."""
    names: tuple[str, ...]
    """Names of the columns (attributes), unique."""
    kinds: tuple[Kind, ...]
    """Kind of each column. Dates count as numeric, booleans as categorical with two levels."""
    numeric: NDArray[np.float64]
    """Shape (n_rows, n_numeric), in Fortran or C order; NaN for missing or infinite cells.

    Dates are seconds since 1970. Shape (n_rows, 0) if the block is sparse. An array or frame of
    float64 is taken as it lies, without a copy.
    """
    codes: NDArray[np.int32]
    """Shape (n_rows, n_categorical), Fortran order; level of each cell, -1 for missing."""
    levels: tuple[int, ...]
    """Number of levels that occur in each categorical column."""
    text_missing: NDArray[np.bool_]
    """Shape (n_rows, n_text): which cells of the text columns are missing."""
    target: Target | None = None
    """The target, or None."""
    sparse: SparseColumns | None = None
    """The numeric block where the input was sparse."""
    level_order: tuple[NDArray[np.int32], ...] = ()
    """Codes of each categorical column in the order of their labels, shape (n_levels,); the codes
    themselves are in the order of the source."""
    in_order: bool = True
    """Whether each row followed the one before it where the table came from."""

    @property
    def n_features(self) -> int:
        """Number of columns, of all kinds."""
        return len(self.names)

    @property
    def n_numeric(self) -> int:
        """Number of numeric columns, dates included."""
        return int(self.numeric.shape[1]) if self.sparse is None else len(self.sparse.starts) - 1

    @property
    def n_categorical(self) -> int:
        """Number of categorical columns, booleans included."""
        return int(self.codes.shape[1])

    @property
    def n_text(self) -> int:
        """Number of text columns."""
        return int(self.text_missing.shape[1])

    @property
    def is_sparse(self) -> bool:
        """Whether the input was a sparse matrix."""
        return self.sparse is not None

    @property
    def empty_columns(self) -> tuple[str, ...]:
        """Names of the columns without a single known value; none of a sparse block."""
        if self.is_sparse:
            return ()
        coded = iter(np.atleast_1d((self.codes < 0).all(axis=0)))
        numeric = iter(np.atleast_1d(np.isnan(self.numeric).all(axis=0)))
        text = iter(np.atleast_1d(self.text_missing.all(axis=0)))
        blocks = {"numeric": numeric, "date": numeric, "text": text}
        return tuple(
            name
            for name, kind in zip(self.names, self.kinds, strict=True)
            if next(blocks.get(kind, coded))
        )

    def numeric_block(
        self, start: int, stop: int, room: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Numeric columns start to stop, dense and in Fortran order; a view where they lie so.

        Parameters
        ----------
        start, stop : int
        room : ndarray of shape (n_rows, k), Fortran order, optional
            Memory to copy into, at least stop - start columns.
        """
        if self.sparse is not None:
            return self.sparse.dense(start, stop, self.n_rows)
        if self.numeric.flags.f_contiguous:
            return self.numeric[:, start:stop]
        if room is None:
            room = np.empty((self.n_rows, stop - start), order="F")
        block = room[:, : stop - start]
        copy_columns(self.numeric, start, block)
        return block

    def numeric_chunks(self, max_bytes: int = CHUNK_BYTES) -> Iterator[NDArray[np.float64]]:
        """Numeric columns from left to right, in dense Fortran-ordered pieces.

        Parameters
        ----------
        max_bytes : int
            Each piece is at most this large (one column at least).

        Yields
        ------
        ndarray of shape (n_rows, k)
        """
        width = max(1, max_bytes // max(1, 8 * self.n_rows))
        for start in range(0, self.n_numeric, width):
            yield self.numeric_block(start, min(start + width, self.n_numeric))
