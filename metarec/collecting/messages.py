"""What a supervisor and its child say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Setup:
    """The first message to the child."""

    parent: int
    """Process that it must not survive."""
    path: tuple[str, ...]
    """Where to look for modules."""
    learners: bytes
    """Base-learners that may not be importable here, pickled by value."""


@dataclass(frozen=True)
class Request:
    """Something to do."""

    function: Callable[..., Iterator[object]]
    """Yields messages."""
    arguments: tuple[Any, ...]
    """What it is called with."""
    pid: int
    """The process that is to do it; another one that takes its place leaves it alone."""
    memory_limit: int | None = None
    """Resident bytes that the process may use."""


@dataclass(frozen=True)
class Ready:
    """The child is set up."""

    pid: int
    """The process that does what is asked for."""


@dataclass(frozen=True)
class Died:
    """The process that did what was asked for was killed; another one is about to be ready."""

    signal: int
    """By which signal."""


@dataclass(frozen=True)
class End:
    """A request is done."""

    status: str
    """ok, failed, out_of_memory, or dropped because the supervisor asked for it."""
    reason: str | None
    """Why it is not ok."""
    peak_bytes: int | None
    """Largest resident memory meanwhile, if known."""
