"""`metarec extract TABLE`."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ._console import make_console
from ._options import (
    duration,
    format_option,
    quiet_option,
    split_names,
    table_argument,
    table_options,
)

if TYPE_CHECKING:
    from metafeatures import MetaFeatures, Table


@click.command(name="extract")
@table_argument
@table_options
@click.option("--groups", metavar="G,H", help="Only these groups, comma-separated.")
@click.option(
    "--time-limit",
    callback=duration,
    metavar="60s",
    help="Stop after this time (60s, 10m); what is left out is said.",
)
@format_option("table", "json", "csv", "parquet")
@click.option("--output", type=click.Path(), help="File to write; needed for parquet.")
@quiet_option
def command(
    table: str,
    target: str | None,
    task: str,
    groups: str | None,
    time_limit: float | None,
    output_format: str,
    output: str | None,
    quiet: bool,
) -> None:
    """Compute the meta-features of TABLE (CSV, Parquet, Feather or ARFF)."""
    from metafeatures import as_table, catalogue, extract

    if output_format == "parquet" and output is None:
        msg = "--format parquet needs --output FILE"
        raise click.UsageError(msg)
    if output_format == "table" and output is not None:
        msg = "--output needs --format json, csv or parquet"
        raise click.UsageError(msg)
    source = as_table(table, target=target, task=task, find_target=True)
    chosen = split_names(groups) or sorted({entry.group for entry in catalogue()})
    found = extract(source, groups=chosen, time_limit=time_limit)
    if output_format == "parquet":
        found.to_frame().to_parquet(output)
    elif output_format == "csv":
        _write(found.to_frame().to_csv(), output)
    elif output_format == "json":
        _write(_to_json(source, found) + "\n", output)
    else:
        _print_table(source, found, quiet=quiet)


def _write(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        # Only a plain file can be replaced in one move; a device or pipe is written to.
        plain = not Path(output).exists() or Path(output).is_file()
        with click.open_file(output, "w", atomic=plain) as file:
            file.write(text)


def _to_json(table: Table, found: MetaFeatures) -> str:
    """JSON has no NaN: an undefined value is null."""
    target = table.target
    return json.dumps(
        {
            "table": table.source,
            "target": target and target.name,
            "task": target and target.task,
            "meta_features": {
                name: value if math.isfinite(value) else None for name, value in found.items()
            },
            "skipped": dict(found.skipped),
            "seconds": dict(found.times),
        },
        indent=1,
    )


def _print_table(source: Table, found: MetaFeatures, *, quiet: bool) -> None:
    from rich.table import Table as Grid

    console = make_console()
    target = source.target
    if target is not None and not quiet:
        console.print(
            f"{source.source}: target {target.name} ({target.name_reason}), {target.task}\n",
            markup=False,
            soft_wrap=True,
        )
    grid = Grid("meta-feature", "value", box=None, pad_edge=False)
    for name, value in found.items():
        grid.add_row(name, f"{value:.6g}")
    console.print(grid)
    if found.skipped and not quiet:
        console.print(f"\nundefined or skipped: {len(found.skipped)}", markup=False)
        for name, reason in found.skipped.items():
            console.print(f"  {name}: {reason}", markup=False, soft_wrap=True)
