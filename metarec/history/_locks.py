"""A lock on a folder that ends with the process that holds it, however that ends."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metarec._exceptions import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def lock(path: Path, *, purpose: str) -> Iterator[None]:
    """Hold the lock at `path`, a file that is made if needed and stays.

    Raises
    ------
    HistoryError
        If another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            msg = f"another process is {purpose} in {str(path.parent)!r}: wait until it has ended"
            raise HistoryError(msg) from error
        yield


def _lock(descriptor: int) -> None:
    """Lock an open file for this process, or raise OSError; closing it ends the lock."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
