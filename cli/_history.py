"""`metarec history ...`."""

from __future__ import annotations

import json

import click

from ._options import format_option, quiet_option


@click.group(name="history")
def command() -> None:
    """Import and inspect run histories."""


@command.group(name="import")
def import_() -> None:
    """Bring runs of a public source into a history."""


@import_.command(name="oboe")
@click.argument("runs", type=click.Path())
@click.argument("meta_features", type=click.Path())
@click.option("--history", required=True, type=click.Path(), help="Folder of the history.")
@format_option("table", "json")
@quiet_option
def import_oboe(
    runs: str, meta_features: str, history: str, output_format: str, quiet: bool
) -> None:
    """Import the OBOE runs (RUNS, Parquet) with published META_FEATURES (Parquet)."""
    from metarec.history import HistoryStore
    from metarec.history.sources import import_oboe as read

    n_runs, n_datasets = read(runs, meta_features, HistoryStore(history))
    if output_format == "json":
        click.echo(json.dumps({"history": history, "runs": n_runs, "datasets": n_datasets}))
    elif not quiet:
        click.echo(f"{n_runs} runs on {n_datasets} data sets added to {history}")


@command.command()
@click.option("--history", required=True, type=click.Path(), help="Folder of the history.")
@format_option("table", "json")
def summary(history: str, output_format: str) -> None:
    """Say what a history holds."""
    from metarec.history import HistoryStore, summarize

    found = summarize(HistoryStore(history))
    if output_format == "json":
        click.echo(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        click.echo(f"{name:16} {value}")
