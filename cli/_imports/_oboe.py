"""`metarec history import oboe`."""

from __future__ import annotations

import click

from .._options import format_option, history_option, quiet_option
from ._report import print_imported


@click.command()
@click.argument("runs", type=click.Path())
@click.argument("meta_features", type=click.Path())
@history_option
@format_option("table", "json")
@quiet_option
def command(runs: str, meta_features: str, history: str, output_format: str, quiet: bool) -> None:
    """Import the OBOE runs (RUNS, Parquet) with published META_FEATURES (Parquet)."""
    from metarec.history import HistoryStore
    from metarec.history.sources import import_oboe

    n_runs, n_datasets = import_oboe(runs, meta_features, HistoryStore(history))
    print_imported(history, n_runs, n_datasets, output_format, quiet=quiet)
