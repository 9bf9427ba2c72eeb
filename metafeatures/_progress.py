"""Progress of long work, on a terminal's standard error, once it takes longer than a second."""

import sys
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["Progress"]

DELAY = 1.0
"""Seconds before the bar appears."""


class Progress:
    """A bar around a loop; nothing is imported or drawn unless the work is long.

    Parameters
    ----------
    total : int, optional
        Number of steps; None if it is not known.
    shown : bool
        Whether to show it at all; it is never shown where standard error is no terminal.

    Examples
    --------
    >>> with Progress(2, shown=False) as progress:
    ...     for name in ("a", "b"):
    ...         progress.advance(name)
    """

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self.total = total
        self.done = 0
        self.text = ""
        self._bar: Bar | None = None
        self._lock = Lock()
        self._timer = Timer(DELAY, self._show) if shown and sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is None:
            return
        self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar is not None:
                self._bar.stop()

    def begin(self, text: str) -> None:
        """Say what is being worked on."""
        self.text = text
        self._update()

    def advance(self, text: str = "", steps: int = 1) -> None:
        """Some steps are done."""
        self.done += steps
        self.begin(text or self.text)

    def _update(self) -> None:
        if self._bar is not None:
            self._bar.update(
                self._bar.task_ids[0],
                completed=self.done,
                total=self.total,
                description=self.text,
            )

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
        )
        with self._lock:
            if self._timer is None:  # the work ended meanwhile
                return
            bar = Bar(*columns, console=Console(stderr=True), transient=True)
            bar.add_task(self.text, total=self.total, completed=self.done)
            bar.start()
            self._bar = bar
