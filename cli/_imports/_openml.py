"""`metarec history import openml`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from .._options import duration, format_option, history_option, quiet_option, split_names
from ._report import print_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.command()
@click.option("--tasks", required=True, metavar="ID,ID", help="OpenML task ids, comma-separated.")
@click.option("--flows", metavar="ID,ID", help="Only runs of these OpenML flow ids.")
@click.option(
    "--metrics",
    metavar="M,M",
    help="OpenML's names of metrics (predictive_accuracy, ...); left out, all that exist here.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most N runs of each flow, or of each task if no flows are given.",
)
@click.option("--refresh", is_flag=True, help="Look for runs shared since the last import.")
@click.option("--server", metavar="URL", help="Address of the API of another server.")
@click.option(
    "--pause",
    default="1s",
    show_default=True,
    callback=duration,
    metavar="1s",
    help="Time between two questions to the server.",
)
@history_option
@format_option("table", "json")
@quiet_option
def command(
    tasks: str,
    flows: str | None,
    metrics: str | None,
    limit: int | None,
    refresh: bool,
    server: str | None,
    pause: float,
    history: str,
    output_format: str,
    quiet: bool,
) -> None:
    """Import the runs that people shared on OpenML, by task.

    Whatever ends it, the same command goes on where it stopped.
    """
    from metarec.history import HistoryStore
    from metarec.history.sources import import_openml

    with _status(shown=sys.stderr.isatty() and not quiet) as tell:
        found = import_openml(
            _ids(tasks) or [],
            HistoryStore(history),
            flows=_ids(flows),
            metrics=split_names(metrics),
            limit=limit,
            refresh=refresh,
            pause=pause,
            progress=tell,
            **({} if server is None else {"server": server}),
        )
    for task_id, problem in found.problems.items():
        click.echo(f"metarec: task {task_id}: {problem}", err=True)
    print_imported(history, found.n_runs, found.n_datasets, output_format, quiet=quiet)


def _ids(text: str | None) -> list[int] | None:
    names = split_names(text)
    if names is None:
        return None
    if wrong := [name for name in names if not name.isascii() or not name.isdigit()]:
        msg = f"{wrong[0]!r} is no OpenML id; write numbers with commas between them"
        raise click.UsageError(msg)
    return [int(name) for name in names]


@contextmanager
def _status(*, shown: bool) -> Iterator[Callable[[str], None] | None]:
    """A line on a terminal that says what is asked for."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status("connecting") as status:
        yield lambda line: status.update(escape(line))
