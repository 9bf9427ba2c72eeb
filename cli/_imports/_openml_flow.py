"""`metarec history import openml-flow`."""

from __future__ import annotations

import click

from .._options import format_option, history_option, quiet_option
from ._report import print_imported


@click.command()
@click.argument("runs", type=click.Path())
@click.argument("tasks", type=click.Path())
@history_option
@format_option("table", "json")
@quiet_option
def command(runs: str, tasks: str, history: str, output_format: str, quiet: bool) -> None:
    """Import the RUNS of OpenML flow 6969 or 6970 (Parquet) on described TASKS (Parquet)."""
    from metarec.history import HistoryStore
    from metarec.history.sources import import_openml_flow

    n_runs, n_datasets = import_openml_flow(runs, tasks, HistoryStore(history))
    print_imported(history, n_runs, n_datasets, output_format, quiet=quiet)
