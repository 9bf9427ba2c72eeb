"""`metarec history import autosklearn`."""

from __future__ import annotations

import click

from .._options import format_option, history_option, quiet_option
from ._report import print_imported


@click.command()
@click.argument("folder_or_runs", type=click.Path())
@click.argument("features", type=click.Path(), nargs=-1)
@history_option
@format_option("table", "json")
@quiet_option
def command(
    folder_or_runs: str,
    features: tuple[str, ...],
    history: str,
    output_format: str,
    quiet: bool,
) -> None:
    """Import the best pipelines of auto-sklearn's metadata.

    FOLDER_OR_RUNS is autosklearn/metalearning/files or one of its folders, or the runs as Parquet
    with the meta-features of classification and regression as FEATURES (Parquet).
    """
    from metarec.history import HistoryStore
    from metarec.history.sources import import_autosklearn

    n_runs, n_datasets = import_autosklearn(folder_or_runs, HistoryStore(history), features)
    print_imported(history, n_runs, n_datasets, output_format, quiet=quiet)
