"""A library of configurations as a value, and as a JSON file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from metarec._exceptions import HistoryError
from metarec.learners import Configuration, LearnerError, get_learner, kind_of

if TYPE_CHECKING:
    from metarec.learners import Kind

_FORMAT: Final = 1


@dataclass(frozen=True)
class LibraryEntry:
    """A configuration and where it comes from."""

    configuration: Configuration
    """The base-learner and its hyperparameters."""
    origin: str
    """default, history, space-filling, or the name of a portfolio."""


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
    lines = ",\n".join(
        json.dumps(
            {
                "algorithm": entry.configuration.algorithm,
                "hyperparameters": dict(entry.configuration.hyperparameters),
                "origin": entry.origin,
            }
        )
        for entry in library
    )
    head = f'"format": {_FORMAT}, "kind": "{library.kind}"'
    Path(path).write_text(f'{{{head}, "entries": [\n{lines}\n]}}\n', encoding="utf-8")


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
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            msg = f"{str(path)!r} is of format {content['format']!r}, not {_FORMAT}: write it again"
            raise HistoryError(msg)
        kind = kind_of(content["kind"])
        entries = tuple(
            LibraryEntry(Configuration(item["algorithm"], item["hyperparameters"]), item["origin"])
            for item in content["entries"]
        )
        for entry in entries:
            learner = get_learner(entry.configuration.algorithm, kind)
            learner.validate(entry.configuration.hyperparameters)
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror}"
        raise HistoryError(msg) from error
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        msg = f"{str(path)!r} is no library of configurations: {type(error).__name__}: {error}"
        raise HistoryError(msg) from error
    except LearnerError as error:
        msg = f"{str(path)!r} holds a configuration that does not exist: {error}"
        raise HistoryError(msg) from error
    return Library(kind, entries)
