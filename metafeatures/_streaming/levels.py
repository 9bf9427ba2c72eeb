"""Counts of the distinct values of a column, up to a bound."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_LEVELS", "Levels", "room_for_labels"]

MAX_LEVELS = 10_000
"""A column of strings with more distinct values is text, a numeric target is regression."""

LABEL_BYTES = 4 * 2**20
ALL_LABEL_BYTES = 256 * 2**20
ENTRY_BYTES = 100


def room_for_labels(n_columns: int) -> int:
    """Bytes that the labels of one of so many columns may take, 100 for each and its characters.

    They depend on nothing but the columns, so that parts of a table agree on what is text.
    """
    return min(LABEL_BYTES, ALL_LABEL_BYTES // n_columns)


class Levels:
    """Distinct values in the order in which they were met, each with its count."""

    __slots__ = ("counts", "index", "size")

    def __init__(self) -> None:
        self.index: dict[str | float, int] = {}
        """Code of each value."""
        self.counts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        """Number of cells of each code."""
        self.size = 0
        """Bytes that the values take, about."""

    def __len__(self) -> int:
        return len(self.index)

    @property
    def labels(self) -> list[str | float]:
        """The values in the order of their codes."""
        return list(self.index)

    @property
    def n_characters(self) -> int:
        """Characters of all labels together."""
        return self.size - ENTRY_BYTES * len(self.index)

    def add(self, labels: Sequence[str | float], counts: NDArray[np.int64]) -> NDArray[np.int32]:
        """Count further cells.

        Returns
        -------
        ndarray of shape (n_labels,)
            The code of each label.
        """
        index, before = self.index, len(self.index)
        codes = np.array([index.setdefault(label, len(index)) for label in labels], dtype=np.int32)
        for label in islice(index, before, None):
            self.size += ENTRY_BYTES + (len(label) if isinstance(label, str) else 0)
        self.counts = np.append(self.counts, np.zeros(len(index) - before, dtype=np.int64))
        np.add.at(self.counts, codes, counts)
        return codes
