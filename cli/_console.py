"""Where tables for people are printed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

_WIDE: Final = 400
"""Columns for a file or pipe, where nothing is to be wrapped."""


def make_console() -> Console:
    """A console as wide as the terminal, or as wide as needed where there is none."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
