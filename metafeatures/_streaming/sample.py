"""A uniform sample of rows that does not depend on batches, threads or the order of merging.

Each row has a priority, a hash of the seed, the name of its part and its number in it. The rows of
the smallest priorities are the sample: of two samples together, those of the smallest again.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SAMPLE_ROWS", "Piece", "Sample", "priorities", "rows_of_sample"]

SAMPLE_ROWS = 65_536
"""Rows of the sample of a table that is not kept."""

SAMPLE_BYTES = 256 * 2**20


def rows_of_sample(n_columns: int) -> int:
    """Rows of the sample: 65,536, or what fits into 256 MiB."""
    return max(1, min(SAMPLE_ROWS, SAMPLE_BYTES // (8 * n_columns)))


def priorities(rows: NDArray[np.int64], part: str, seed: int) -> NDArray[np.uint64]:
    """Hash of each row number, shape (n_rows,), uniform over all 64-bit numbers."""
    from hashlib import blake2b

    digest = blake2b(f"{seed}\0{part}".encode(errors="surrogatepass"), digest_size=8).digest()
    key = np.uint64(int.from_bytes(digest, "little"))
    # The finaliser of SplitMix64; array arithmetic wraps around.
    x = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + key
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@dataclass(slots=True, eq=False)
class Piece:
    """Some rows of a table."""

    priority: NDArray[np.uint64]
    """Shape (k,)."""
    part: NDArray[np.int32]
    """Which part of the table each row comes from, shape (k,)."""
    row: NDArray[np.int64]
    """Number of each row in its part, shape (k,)."""
    cells: list[NDArray[Any]]
    """For each column float64 numbers, NaN for missing, or int32 codes, -1 for missing; (k,)."""

    def __len__(self) -> int:
        return len(self.row)


class Sample:
    """The rows of smallest priority among those added.

    Parameters
    ----------
    most : int, optional
        How many rows to keep; None for all.
    """

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.pieces: list[Piece] = []
        self.threshold = np.iinfo(np.uint64).max
        """Rows above this priority are not in the sample."""

    def add(self, piece: Piece) -> None:
        """Add rows; they are sifted when there are twice as many as needed."""
        self.pieces.append(piece)
        n_rows = sum(map(len, self.pieces))
        if self.most is None or n_rows <= self.most:
            return
        if n_rows > 2 * self.most:
            self.sifted()
        elif len(piece):
            priority = np.concatenate([piece.priority for piece in self.pieces])
            self.threshold = int(np.partition(priority, self.most - 1)[self.most - 1])

    def sifted(self) -> Piece:
        """Leave one piece, ordered by part and row."""
        priority = np.concatenate([piece.priority for piece in self.pieces])
        part = np.concatenate([piece.part for piece in self.pieces])
        row = np.concatenate([piece.row for piece in self.pieces])
        order = np.lexsort((row, part))
        if self.most is not None and len(row) > self.most:
            best = np.lexsort((row, part, priority))[: self.most]
            self.threshold = int(priority[best[-1]])
            order = best[np.lexsort((row[best], part[best]))]
        if len(self.pieces) > 1 or not np.array_equal(order, np.arange(len(row))):
            # One column at a time, so that rows that are left out take little memory.
            cells = [
                np.concatenate(columns)[order]
                for columns in zip(*[piece.cells for piece in self.pieces], strict=True)
            ]
            self.pieces = [Piece(priority[order], part[order], row[order], cells)]
        return self.pieces[0]
