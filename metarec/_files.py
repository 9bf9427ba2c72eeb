"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from metarec._exceptions import UsageError


def check_folder(path: str | os.PathLike[str], what: str) -> None:
    """Say that a file has no folder to go to, before the work that it is to hold is done.

    Raises
    ------
    UsageError
        If its folder is missing.

    Examples
    --------
    >>> check_folder("plot.png", "plot")
    """
    folder = Path(path).parent
    if not folder.is_dir():
        msg = f"there is no folder {str(folder)!r} for the {what}: make it first"
        raise UsageError(msg)


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file; one that was there stays as it was until the new one is complete.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "file"
    >>> write_whole(path, b"whole")
    >>> path.read_bytes(), len(list(path.parent.iterdir()))
    (b'whole', 1)
    """
    path = Path(path)
    # Another process may write the same file at the same moment.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
