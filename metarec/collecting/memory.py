"""How much memory a process uses, and a ceiling for it."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Final

from metarec._exceptions import UsageError

_SLACK: Final = 1.15
"""How far above its limit a process may allocate before allocations fail.

Who watches the process stops it at the limit; this is for memory that grows faster than it looks.
"""


def resident_bytes(pid: int) -> int:
    """Resident memory of a process; 0 if it has ended, or where it cannot be measured."""
    if _has_proc():
        try:
            pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    try:
        import psutil
    except ImportError:
        return 0
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def check_measurable() -> None:
    """Fail early where resident memory cannot be measured.

    Raises
    ------
    UsageError
        If there is neither /proc nor psutil.
    """
    if not _has_proc():
        try:
            import psutil  # noqa: F401
        except ImportError as error:
            msg = "a memory limit needs psutil on this system: install it or leave the limit out"
            raise UsageError(msg) from error


def restart_peak() -> None:
    """Let `peak_bytes` count from now on, where the system can."""
    if _has_proc():
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:  # not allowed here: the peak is that of the whole process
            return


def peak_bytes() -> int | None:
    """Largest resident memory of this process since `restart_peak`, if known."""
    return _status_bytes("VmHWM") if _has_proc() else None


def set_ceiling(limit: int | None) -> None:
    """Let allocations of this process fail a little above a limit, where the system can."""
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if limit is None:
        soft = hard
    else:
        # Data that is reserved but not resident does not count against the limit.
        soft = _status_bytes("VmData") - _status_bytes("VmRSS") + int(limit * _SLACK)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@cache
def _has_proc() -> bool:
    return Path("/proc/self/statm").exists()


def _status_bytes(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
