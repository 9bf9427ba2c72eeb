"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile

from metarec._exceptions import UsageError


def check_writable(path: str | os.PathLike[str], what: str) -> None:
    """Say that a file cannot be written, before the work that it is to hold is done.

    Raises
    ------
    UsageError
        If its folder is missing or takes no files, or it is a folder itself.

    Examples
    --------
    >>> import tempfile
    >>> check_writable(Path(tempfile.mkdtemp()) / "plot.png", "plot")
    """
    folder = Path(path).parent
    if not folder.is_dir():
        msg = f"there is no folder {str(folder)!r} for the {what}: make it first"
        raise UsageError(msg)
    if Path(path).is_dir():
        msg = f"{str(path)!r} is a folder: name a file in it for the {what}"
        raise UsageError(msg)
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        msg = f"no {what} can be written in {str(folder)!r} ({error.strerror}): name another folder"
        raise UsageError(msg) from error


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
