"""`metarec collect TABLES...`."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING

import click

from ._bars import progress_bar
from ._options import duration, format_option, history_option, n_bytes, quiet_option, split_names

if TYPE_CHECKING:
    from metarec.collecting import Collected


@click.command(name="collect")
@click.argument("tables", nargs=-1, required=True, type=click.Path())
@history_option
@click.option(
    "--index",
    type=click.Path(),
    metavar="CSV",
    help="What is known of the tables, by name: target, task, groups, openml_id, family.",
)
@click.option("--target", metavar="COL", help="Column to predict in every table.")
@click.option("--groups", metavar="COL", help="Column whose equal values stay in one fold.")
@click.option(
    "--library",
    "libraries",
    multiple=True,
    type=click.Path(),
    metavar="JSON",
    help="Configurations for one kind of task; may be given once for each.",
)
@click.option(
    "--configurations",
    "size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Choose N configurations for each kind of task instead; else every default.",
)
@click.option("--algorithms", metavar="A,B", help="Only these base-learners, comma-separated.")
@click.option("--folds", default=3, show_default=True, type=click.IntRange(min=2))
@click.option(
    "--max-rows", type=click.IntRange(min=10), metavar="N", help="Sample larger tables to N rows."
)
@click.option(
    "--run-seconds",
    default="60s",
    show_default=True,
    callback=duration,
    metavar="60s",
    help="Stop a run after this time.",
)
@click.option(
    "--run-memory",
    callback=n_bytes,
    metavar="2GB",
    help="Stop a run whose process takes more memory.",
)
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Runs at once."
)
@click.option(
    "--time-limit", callback=duration, metavar="10m", help="Start no further run after this time."
)
@click.option(
    "--backend",
    default="loky",
    show_default=True,
    type=click.Choice(["loky", "dask", "ray"]),
    help="Where runs are made: on this machine (loky), or on a cluster.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Seed of samples, folds and base-learners.",
)
@format_option("table", "json")
@quiet_option
def command(
    tables: tuple[str, ...],
    history: str,
    index: str | None,
    target: str | None,
    groups: str | None,
    libraries: tuple[str, ...],
    size: int | None,
    algorithms: str | None,
    folds: int,
    max_rows: int | None,
    run_seconds: float | None,
    run_memory: int | None,
    jobs: int,
    time_limit: float | None,
    backend: str,
    seed: int,
    output_format: str,
    quiet: bool,
) -> None:
    """Evaluate configurations on TABLES (files or folders) and add the runs to a history.

    Whatever ends it, the same command goes on where it stopped.
    """
    from metarec.collecting import Limits, Protocol, collect, find_tables
    from metarec.history import HistoryStore
    from metarec.history.library import build_library, read_library

    if libraries and size is not None:
        msg = "--library and --configurations exclude each other; give one of them"
        raise click.UsageError(msg)

    files = find_tables(tables, index=index, target=target, groups=groups)
    chosen = [read_library(path) for path in libraries] or None
    if size is not None:
        chosen = [build_library(kind, size=size) for kind in ("classification", "regression")]
    shown = sys.stderr.isatty() and not quiet
    with progress_bar(shown=shown, beginning="reading the tables") as show:
        result = collect(
            files,
            HistoryStore(history),
            libraries=chosen,
            algorithms=split_names(algorithms),
            protocol=Protocol(folds, max_rows, seed),
            limits=Limits(run_seconds, run_memory),
            time_limit=time_limit,
            jobs=jobs,
            backend=backend,
            progress=None
            if show is None
            else lambda now: show(now.done, now.total, now.seconds_left, now.latest),
        )
    for name, problem in result.problems.items():
        click.echo(f"metarec: {name}: {problem}", err=True)
    if output_format == "json":
        click.echo(json.dumps({"history": history, **_to_dict(result)}, indent=1))
    elif not quiet:
        _print(result, history)


def _to_dict(result: Collected) -> dict[str, object]:
    return {"runs": result.runs, **dataclasses.asdict(result)}


def _print(result: Collected, history: str) -> None:
    ends = ", ".join(f"{count} {status}" for status, count in result.statuses.items())
    click.echo(f"{result.runs} runs added to {history}" + (f": {ends}" if ends else ""))
    if result.known:
        click.echo(f"{result.known} were there already")
    if result.left:
        click.echo(f"{result.left} are left: run the same command again")
    if result.unusable:
        click.echo(f"{result.unusable} configurations do not suit their table")
