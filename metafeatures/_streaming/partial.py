"""What is known of a table after reading some of its rows, in bounded memory.

The rest of the room is imported when it is needed: most tables are small.
"""

from collections.abc import Sequence
from itertools import pairwise
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from metafeatures._exceptions import TableError
from metafeatures._progress import Progress

if TYPE_CHECKING:
    from metafeatures._streaming.sample import Sample
    from metafeatures._streaming.states import ColumnState

__all__ = ["Partial", "merge", "partial"]


class Partial:
    """Mergeable knowledge of a table that need not fit into memory.

    Made by `metafeatures.partial`, joined by `merge`, kept by `save` and `load`, and understood by
    `extract`. It holds counts and moments of every column, exact however many rows there are, and
    a uniform sample of at most 65,536 rows, on which everything else is measured.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import metafeatures
    >>> halves = [
    ...     metafeatures.partial(pa.table({"a": [n, n + 1], "b": ["u", "v"]}), name=f"part {n}")
    ...     for n in (0, 2)
    ... ]
    >>> whole = metafeatures.merge(halves)
    >>> whole
    Partial(2 columns, 4 rows, 4 of them sampled, parts 'part 0', 'part 2')
    >>> dict(metafeatures.extract(whole, features=["nr_inst", "symbols.max"]))
    {'nr_inst': 4.0, 'symbols.max': 2.0}
    """

    parts: tuple[str, ...]
    """Names of the files, or whatever else the rows come from; no two are the same."""
    target: str | None
    """Name of the target; it is the last of `columns`."""
    task: str
    """Kind of prediction that was asked for; "auto" until all rows are known."""
    seed: int
    """Seed of the sample."""
    n_rows: int
    """Number of rows whose target is known."""
    n_dropped: int
    """Number of rows whose target is missing."""
    n_incomplete: int
    """Number of rows with a missing cell."""
    columns: "list[ColumnState]"
    """What is known of each column."""
    moments: NDArray[np.float64]
    """State of the moments of each column, shape (n_columns, 10); see `add_values`."""
    sample: "Sample"
    """The sample of the rows."""

    def __init__(
        self,
        parts: tuple[str, ...],
        columns: "list[ColumnState]",
        moments: NDArray[np.float64],
        *,
        target: str | None,
        task: str,
        seed: int,
        sample: "Sample",
    ) -> None:
        self.parts, self.columns, self.moments = parts, columns, moments
        self.target, self.task, self.seed, self.sample = target, task, seed, sample
        self.n_rows = self.n_dropped = self.n_incomplete = 0

    def __repr__(self) -> str:
        named = ", ".join(map(repr, self.parts[:3])) + (", ..." if len(self.parts) > 3 else "")
        kept = len(self.sample.sifted())
        return (
            f"Partial({len(self.columns)} columns, {self.n_rows} rows, {kept} of them sampled, "
            f"parts {named})"
        )

    def save(self, path: str | PathLike[str]) -> None:
        """Write to a file that `load` reads on any machine; it appears at once or not at all.

        Parameters
        ----------
        path : path
            An existing file is replaced.
        """
        from metafeatures._streaming.store import save

        save(self, path)

    @staticmethod
    def load(path: str | PathLike[str]) -> "Partial":
        """Read what `save` wrote.

        Raises
        ------
        TableError
            If the file is damaged or something else.
        """
        from metafeatures._streaming.store import load

        return load(path)

    def like(
        self, columns: "list[ColumnState]", moments: NDArray[np.float64], sample: "Sample"
    ) -> "Partial":
        """Make a partial of the same parts, target and seed."""
        return Partial(
            self.parts,
            columns,
            moments,
            target=self.target,
            task=self.task,
            seed=self.seed,
            sample=sample,
        )

    def absorb(self, other: "Partial") -> None:
        """Add rows, of parts that are among `parts`.

        Raises
        ------
        TableError
            If the columns do not fit together.
        """
        from metafeatures._kernels._streams import merge_states
        from metafeatures._streaming.sample import Piece

        recoded = [
            mine.absorb(theirs, len(self.columns))
            for mine, theirs in zip(self.columns, other.columns, strict=True)
        ]
        merge_states(self.moments, other.moments)
        self.n_rows += other.n_rows
        self.n_dropped += other.n_dropped
        self.n_incomplete += other.n_incomplete
        place = np.array([self.parts.index(part) for part in other.parts], dtype=np.int32)
        for piece in other.sample.pieces:
            cells = list(piece.cells)
            for j, codes in enumerate(recoded):
                if codes is not None and self.columns[j].coded and other.columns[j].coded:
                    # One more place at the end, for the code -1.
                    cells[j] = np.append(codes, np.int32(-1))[cells[j]]
            self.sample.add(Piece(piece.priority, place[piece.part], piece.row, cells))


def partial(
    X: Any,
    *,
    target: str | None = None,
    task: str = "auto",
    name: str | None = None,
    n_jobs: int = 1,
    random_state: int = 0,
    verbose: bool = False,
) -> Partial:
    """Read a table of any size in batches, keeping only what merges.

    Parameters
    ----------
    X : path, list of paths, DataFrame, pyarrow Table or RecordBatchReader
        A path is a Parquet, Feather/Arrow or CSV file, or a folder of Parquet files, which are one
        table together.
    target, task
        As in `as_table`.
    name : str, optional
        Name of this part of the table, by default that of the file; parts to be merged need
        different ones. It takes part in drawing the sample.
    n_jobs : int
        Threads, besides those that read; -1 for one per processor.
    random_state : int
        Seed of the sample, the same for all parts.
    verbose : bool
        Whether to count the rows on a terminal when it takes longer than a second.

    Returns
    -------
    Partial

    Raises
    ------
    TableError
        If X is no table or cannot be read in pieces; the message is one line.

    Notes
    -----
    Types follow the rules of `as_table`, with one addition: a column of strings or categories with
    more than 10,000 distinct values, or with labels that take megabytes, is text. Types of CSV
    columns come from the first 16 MiB; the file is read again if a later cell does not fit.

    Examples
    --------
    >>> import pyarrow as pa
    >>> known = partial(pa.table({"a": [1, 2, None], "y": ["p", "q", "p"]}), target="y", name="one")
    >>> known.n_rows, known.n_incomplete
    (3, 1)
    """
    from metafeatures._streaming.reading import Settings, read

    named = None if target is None else str(target)
    with Progress(None, shown=verbose) as progress:
        settings = Settings(named, task, random_state, n_jobs, progress=progress)
        return read(X, settings, name)


def merge(partials: Sequence[Partial]) -> Partial:
    """Join what is known of several parts of a table, in whatever order.

    Counts and the sample do not depend on the order, nor on how parts were merged before; moments
    do in their last digits.

    Parameters
    ----------
    partials : sequence of Partial
        At least one; they stay as they are.

    Returns
    -------
    Partial

    Raises
    ------
    TableError
        If the columns, targets or seeds differ, or a part occurs twice.
    """
    from metafeatures._streaming.sample import Sample
    from metafeatures._streaming.states import unknown_columns

    ordered = sorted(partials, key=lambda partial: partial.parts)
    if not ordered:
        raise TableError("there is nothing to merge; give at least one partial")
    first = ordered[0]
    for other in ordered[1:]:
        _check_fit(first, other)
    parts = tuple(sorted(part for partial in ordered for part in partial.parts))
    twice = next((a for a, b in pairwise(parts) if a == b), None)
    if twice is not None:
        raise TableError(
            f"the part {twice!r} occurs twice; give parts of the same name other names"
        )
    most = [partial.sample.most for partial in ordered]
    whole = Partial(
        parts,
        unknown_columns([column.name for column in first.columns]),
        np.zeros_like(first.moments),
        target=first.target,
        task=first.task,
        seed=first.seed,
        sample=Sample(min((m for m in most if m is not None), default=None)),
    )
    for partial in ordered:
        whole.absorb(partial)
    whole.sample.sifted()
    return whole


def _check_fit(first: Partial, other: Partial) -> None:
    where = f"{first.parts[0]!r} and {other.parts[0]!r}"
    settings = (
        ("targets", first.target, other.target),
        ("tasks", first.task, other.task),
        ("seeds", first.seed, other.seed),
    )
    for what, mine, theirs in settings:
        if mine != theirs:
            raise TableError(f"{where} have the {what} {mine!r} and {theirs!r}; make them equal")
    names, others = [c.name for c in first.columns], [c.name for c in other.columns]
    if names != others:
        odd = sorted(set(names) ^ set(others))
        reason = f"column {odd[0]!r} in one of them only" if odd else "other orders of columns"
        raise TableError(f"{where} have {reason}; give both the same columns")
