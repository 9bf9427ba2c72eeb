"""`metarec extract TABLES...`."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._console import make_console
from ._options import (
    duration,
    format_option,
    quiet_option,
    split_names,
    table_options,
)

if TYPE_CHECKING:
    import pandas as pd

    from metafeatures import MetaFeature, MetaFeatures


def _rows(ctx: click.Context, param: click.Parameter, value: str | None) -> dict[str, int | None]:
    """Callback of --max-rows: the argument of `extract`, none if the option was left out."""
    if value is None:
        return {}
    if value == "all":
        return {"max_rows": None}
    if not value.isdigit() or int(value) < 2:
        msg = f"{value!r} is no number of rows; write 2 or more, or all"
        raise click.BadParameter(msg, ctx, param)
    return {"max_rows": int(value)}


@click.command(name="extract")
@click.argument("tables", type=click.Path(), nargs=-1)
@table_options
@click.option("--groups", metavar="G,H", help="Only these groups, comma-separated.")
@click.option("--features", metavar="A,B", help="Only these meta-features, comma-separated.")
@click.option(
    "--summaries",
    metavar="S,T",
    help="How several values become one (mean,sd,quantiles,...), for all of them.",
)
@click.option(
    "--max-rows",
    "rows",
    callback=_rows,
    metavar="N",
    help="Rows of the sample for what is costly; all for every row.  [default: 2000]",
)
@click.option(
    "--time-limit",
    callback=duration,
    metavar="60s",
    help="Stop after this time (60s, 10m) per table; what is left out is said.",
)
@click.option(
    "--jobs",
    default=1,
    metavar="J",
    type=click.IntRange(min=-1),
    show_default=True,
    help="Threads for one table, processes for several; -1 for one per processor.",
)
@format_option("table", "json", "csv", "parquet")
@click.option("--output", type=click.Path(), help="File to write; needed for parquet.")
@click.option("--list", "listing", is_flag=True, help="List what can be computed, and stop.")
@quiet_option
def command(
    tables: tuple[str, ...],
    target: str | None,
    task: str,
    groups: str | None,
    features: str | None,
    summaries: str | None,
    rows: dict[str, int | None],
    time_limit: float | None,
    jobs: int,
    output_format: str,
    output: str | None,
    listing: bool,
    quiet: bool,
) -> None:
    """Compute the meta-features of TABLES (CSV, Parquet, Feather or ARFF).

    A folder of Parquet files is one table. Tables larger than memory are read in batches.

    Several tables give one row each. With --output, every finished table is kept in FILE.journal
    until all are done, so that the same command goes on where it was stopped.
    """
    from metafeatures import catalogue, extract

    if output_format == "parquet" and output is None:
        msg = "--format parquet needs --output FILE"
        raise click.UsageError(msg)
    if output_format == "table" and output is not None:
        msg = "--output needs --format json, csv or parquet"
        raise click.UsageError(msg)
    options: dict[str, Any] = {
        "groups": split_names(groups) or sorted({entry.group for entry in catalogue()}),
        "features": split_names(features),
        "summaries": split_names(summaries),
        "time_limit": time_limit,
        "n_jobs": jobs,
        "verbose": not quiet,
        **rows,
    }
    if listing:
        _list(options["groups"], output_format, output)
        return
    if not tables:
        msg = "Missing argument 'TABLES...'."
        raise click.UsageError(msg)
    options |= {"target": target, "task": task, "find_target": True}
    if len(tables) > 1:
        _extract_many(tables, options, output_format, output)
        return
    found = extract(tables[0], **options)
    if output_format == "table":
        _print_table(found, quiet=quiet)
    elif output_format == "json":
        _write(_to_json(found) + "\n", output)
    else:
        _write_frame(found.to_frame(), output_format, output)


def _extract_many(
    tables: tuple[str, ...], options: dict[str, Any], output_format: str, output: str | None
) -> None:
    """One row per table; failed ones are said on standard error, and make the exit code 1."""
    from metafeatures import extract_many

    plain = output is not None and (not Path(output).exists() or Path(output).is_file())
    journal = f"{output}.journal" if plain else None
    frame = extract_many(tables, **options, journal=journal)
    if output_format == "table":
        _print_overview(frame)
    elif output_format == "json":
        _write(_rows_to_json(frame) + "\n", output)
    else:
        _write_frame(frame.set_index("table"), output_format, output)
    if journal is not None:
        Path(journal).unlink()
    failed = frame.loc[frame["error"] != ""]
    for table, error in zip(failed["table"], failed["error"], strict=True):
        click.echo(f"metarec: {error if table in error else f'{table}: {error}'}", err=True)
    if len(failed):
        sys.exit(1)


def _list(groups: list[str], output_format: str, output: str | None) -> None:
    """Print the catalogue."""
    from metafeatures import UnknownNameError, catalogue

    known = list(dict.fromkeys(entry.group for entry in catalogue()))
    for group in groups:
        if group not in known:
            raise UnknownNameError("group", group, known)
    entries = [entry for entry in catalogue() if entry.group in groups]
    if output_format == "json":
        _write(json.dumps([_entry(entry) for entry in entries], indent=1) + "\n", output)
    elif output_format == "table":
        _print_entries(entries)
    else:
        import pandas as pd

        flat = [
            {
                name: " ".join(map(str, value)) if isinstance(value, list) else value
                for name, value in _entry(entry).items()
                if name != "elsewhere"
            }
            for entry in entries
        ]
        _write_frame(pd.DataFrame(flat).set_index("name"), output_format, output)


def _entry(entry: MetaFeature) -> dict[str, Any]:
    return {
        "name": entry.name,
        "group": entry.group,
        "definition": entry.definition,
        "tasks": list(entry.tasks),
        "cost": entry.cost,
        "low": entry.low if math.isfinite(entry.low) else None,
        "high": entry.high if math.isfinite(entry.high) else None,
        "outputs": list(entry.outputs),
        "source": entry.source,
        "elsewhere": {name: entry.elsewhere(name) for name in entry.outputs},
    }


def _print_entries(entries: list[MetaFeature]) -> None:
    from rich.table import Table as Grid

    grid = Grid("meta-feature", "group", "definition", box=None, pad_edge=False)
    for entry in entries:
        grid.add_row(entry.name, entry.group, entry.definition)
    make_console().print(grid, markup=False)


def _write(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        # Only a plain file can be replaced in one move; a device or pipe is written to.
        plain = not Path(output).exists() or Path(output).is_file()
        with click.open_file(output, "w", atomic=plain) as file:
            file.write(text)


def _write_frame(frame: pd.DataFrame, output_format: str, output: str | None) -> None:
    if output_format == "csv" or output is None:
        _write(frame.to_csv(), output)
        return
    part = f"{output}.part"
    try:
        frame.to_parquet(part)
        Path(part).replace(output)  # an interrupted write leaves the old file whole
    finally:
        Path(part).unlink(missing_ok=True)


def _to_json(found: MetaFeatures) -> str:
    target = found.target
    about = {
        "table": found.source,
        "target": target and target.name,
        "task": target and target.task,
    }
    return json.dumps(about | found.to_dict(), indent=1)


def _rows_to_json(frame: pd.DataFrame) -> str:
    """JSON has no NaN: an undefined value is null."""
    rows = []
    for row in frame.to_dict("records"):
        about = {name: row.pop(name) for name in ("table", "target", "task", "error")}
        numbers = {name: value if math.isfinite(value) else None for name, value in row.items()}
        rows.append({**about, "meta_features": numbers})
    return json.dumps(rows, indent=1)


def _print_overview(frame: pd.DataFrame) -> None:
    from rich.table import Table as Grid

    grid = Grid("table", "target", "task", "defined", "undefined", box=None, pad_edge=False)
    numbers = frame.drop(columns=["table", "target", "task", "error"])
    defined = numbers.notna().sum(axis=1)
    for about, count in zip(frame[["table", "target", "task"]].values, defined, strict=True):
        grid.add_row(*about, str(count), str(numbers.shape[1] - count))
    make_console().print(grid, markup=False)


def _print_table(found: MetaFeatures, *, quiet: bool) -> None:
    from rich.table import Table as Grid

    console = make_console()
    target = found.target
    if target is not None and not quiet:
        console.print(
            f"{found.source}: target {target.name} ({target.name_reason}), {target.task}\n",
            markup=False,
            soft_wrap=True,
        )
    grid = Grid("meta-feature", "value", box=None, pad_edge=False)
    for name, value in found.items():
        grid.add_row(name, f"{value:.6g}")
    console.print(grid)
    if found.measured_on and not quiet:
        console.print("\nmeasured on a part of the table", markup=False)
        for part in dict.fromkeys(found.measured_on.values()):
            names = [name for name, where in found.measured_on.items() if where == part]
            console.print(f"  {part}: {', '.join(names)}", markup=False, soft_wrap=True)
    if found.skipped and not quiet:
        console.print(f"\nundefined or skipped: {len(found.skipped)}", markup=False)
        for name, reason in found.skipped.items():
            console.print(f"  {name}: {reason}", markup=False, soft_wrap=True)
