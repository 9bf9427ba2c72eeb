"""A progress bar for what says how much of it is done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Show(Protocol):
    """What is to be called with the progress."""

    def __call__(
        self, done: int, total: int | None, /, seconds_left: float | None = None, latest: str = ""
    ) -> None:
        """Number done, that of all if known, and the time left if known better than from these."""


@contextmanager
def progress_bar(*, shown: bool, beginning: str = "") -> Iterator[Show | None]:
    """Yield what is to be called with the progress; None if not shown."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.fields[latest]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, left=beginning, latest="")

        def show(
            done: int, total: int | None, /, seconds_left: float | None = None, latest: str = ""
        ) -> None:
            bar.update(task, completed=done, total=total)
            left = bar.tasks[0].time_remaining if seconds_left is None else seconds_left
            bar.update(task, left="" if left is None else f"{_clock(left)} left", latest=latest)

        yield show


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
