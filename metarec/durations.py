"""Durations as people write them."""

from __future__ import annotations

from typing import Final

from metarec._exceptions import UsageError

_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}


def to_seconds(duration: float | str) -> float:
    """Seconds of a number, or of a text with or without a unit.

    Raises
    ------
    UsageError
        If it is no duration.

    Examples
    --------
    >>> to_seconds(60), to_seconds("60s"), to_seconds("10m"), to_seconds("1.5h")
    (60.0, 60.0, 600.0, 5400.0)
    """
    text = str(duration).strip().lower()
    unit = _SECONDS.get(text[-1:])
    try:
        seconds = float(text) if unit is None else float(text[:-1]) * unit
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        msg = f"{duration!r} is no duration; write 60s, 10m or 1h"
        raise UsageError(msg)
    return seconds
