"""`metarec history import aslib`."""

from __future__ import annotations

import click

from .._options import format_option, history_option, quiet_option
from ._report import print_imported


@click.command()
@click.argument("folder_or_runs", type=click.Path())
@click.argument("features", type=click.Path(), required=False)
@click.option(
    "--scenario",
    metavar="NAME",
    help="Name of a scenario in Parquet; OPENML-WEKA-2017 if left out.",
)
@history_option
@format_option("table", "json")
@quiet_option
def command(
    folder_or_runs: str,
    features: str | None,
    scenario: str | None,
    history: str,
    output_format: str,
    quiet: bool,
) -> None:
    """Import an ASlib scenario whose instances are data sets.

    FOLDER_OR_RUNS is the scenario's folder, or its runs as Parquet with FEATURES (Parquet).
    """
    from metarec.history import HistoryStore
    from metarec.history.sources import import_aslib

    named = {} if scenario is None else {"scenario": scenario}
    n_runs, n_datasets = import_aslib(folder_or_runs, HistoryStore(history), features, **named)
    print_imported(history, n_runs, n_datasets, output_format, quiet=quiet)
