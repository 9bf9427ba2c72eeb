"""A library of configurations as a value, and as a JSON file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from metarec._exceptions import HistoryError
from metarec.history.library._documents import read_document, write_document
from metarec.learners import Configuration, LearnerError, get_learner, kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from metarec.learners import Kind


@dataclass(frozen=True)
class LibraryEntry:
    """A configuration and where it comes from."""

    configuration: Configuration
    """The base-learner and its hyperparameters."""
    origin: str
    """default, history, space-filling, tuned, by hand, or the name of a portfolio."""


@dataclass(frozen=True)
class Library(Sequence[LibraryEntry]):
    """Different configurations for one kind of task, the most promising origins first.

    Examples
    --------
    >>> library = Library("regression", (LibraryEntry(Configuration("knn"), "default"),))
    >>> [entry.configuration.algorithm for entry in library]
    ['knn']
    """

    kind: Kind
    """classification or regression."""
    entries: tuple[LibraryEntry, ...]
    """No configuration twice."""

    @overload
    def __getitem__(self, index: int) -> LibraryEntry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LibraryEntry, ...]: ...
    def __getitem__(self, index: int | slice) -> LibraryEntry | tuple[LibraryEntry, ...]:
        return self.entries[index]

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def configurations(self) -> tuple[Configuration, ...]:
        """The configurations, in order."""
        return tuple(entry.configuration for entry in self.entries)


def write_library(library: Library, path: str | Path) -> None:
    """Write a library as JSON, one entry a line.

    Parameters
    ----------
    library : Library
        What to write.
    path : str or Path
        The file.
    """
    entries = (
        {
            "algorithm": entry.configuration.algorithm,
            "hyperparameters": dict(entry.configuration.hyperparameters),
            "origin": entry.origin,
        }
        for entry in library
    )
    write_document(path, entries, kind=library.kind)


def read_library(path: str | Path) -> Library:
    """Read and check what `write_library` wrote, or somebody by hand.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Library

    Raises
    ------
    HistoryError
        If the file is missing, no such JSON, or holds a configuration that does not exist.
    """
    with read_document(path, otherwise="is no library of configurations") as content:
        try:
            kind = kind_of(content["kind"])
            entries = tuple(
                LibraryEntry(
                    Configuration(item["algorithm"], item["hyperparameters"]), item["origin"]
                )
                for item in content["entries"]
            )
            for entry in entries:
                learner = get_learner(entry.configuration.algorithm, kind)
                learner.validate(entry.configuration.hyperparameters)
        except LearnerError as error:
            msg = f"{str(path)!r} holds a configuration that does not exist: {error}"
            raise HistoryError(msg) from error
    return Library(kind, entries)
