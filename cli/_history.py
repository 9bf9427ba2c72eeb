"""`metarec history ...`."""

from __future__ import annotations

import json
from typing import Any

import click

from . import _imports as imports
from ._add import command as add
from ._console import make_console
from ._lazy import LazyGroup
from ._options import format_option, open_history, readable_history_option


@click.group(name="history")
def command() -> None:
    """Import and inspect run histories."""


@command.group(name="import", cls=LazyGroup, package=imports.__package__, lazy=imports.COMMANDS)
def import_() -> None:
    """Bring runs of a public source into a history."""


command.add_command(add)


@command.command()
@readable_history_option
@format_option("table", "json")
def summary(history: str, output_format: str) -> None:
    """Say what a history holds."""
    from rich.table import Table

    from metarec.history import summarize

    found = summarize(open_history(history))
    if output_format == "json":
        click.echo(json.dumps(found, indent=1))
        return
    console = make_console()
    totals = Table(show_header=False, box=None, pad_edge=False)
    for name, value in found.items():
        if name != "sources":
            totals.add_row(name, _text(value))
    console.print(totals)
    console.print()
    _print_rows(found["sources"])


@command.command(name="list")
@readable_history_option
@click.option("--source", metavar="NAME", help="Only data sets of this source.")
@format_option("table", "json")
def list_(history: str, source: str | None, output_format: str) -> None:
    """Say of each data set of a history how many runs it has."""
    from metarec.history import list_datasets

    rows = list_datasets(open_history(history), source=source)
    if output_format == "json":
        click.echo(json.dumps(rows, indent=1))
    else:
        _print_rows(rows)


@command.command()
@click.argument("dataset")
@readable_history_option
@format_option("table", "json")
def show(dataset: str, history: str, output_format: str) -> None:
    """Say what a history knows of one DATASET: runs, best scores, meta-features."""
    from metarec.history import describe_dataset

    found = describe_dataset(open_history(history), dataset)
    if output_format == "json":
        click.echo(json.dumps(found, indent=1))
        return
    _print_rows(found["sources"])
    for heading, column in (("reasons", "why runs failed"), ("statuses", "status")):
        if found[heading]:
            click.echo()
            _print_rows([{column: key, "runs": n} for key, n in found[heading].items()])
    if found["metrics"]:
        click.echo()
        _print_rows([{"metric": name, **best} for name, best in found["metrics"].items()])
    if found["meta_features"]:
        click.echo()
        features = found["meta_features"].items()
        _print_rows([{"meta-feature": name, "value": value} for name, value in features])


def _print_rows(rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    grid = Table(*(name.replace("_", " ") for name in rows[0]), box=None, pad_edge=False)
    for row in rows:
        grid.add_row(*(escape(_text(value)) for value in row.values()))
    make_console().print(grid)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={_text(each)}" for key, each in value.items())
    return str(value)
