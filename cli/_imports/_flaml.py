"""`metarec history import flaml`."""

from __future__ import annotations

import click

from .._options import format_option, history_option, quiet_option
from ._report import print_imported


@click.command()
@click.argument("folder", type=click.Path())
@click.argument("features", type=click.Path(), required=False)
@click.option(
    "--metric",
    "metrics",
    metavar="TYPE=METRIC",
    multiple=True,
    help="Metric of the results of a task type; if left out binary=roc_auc, "
    "multiclass=log_loss, regression=r2.",
)
@history_option
@format_option("table", "json")
@quiet_option
def command(
    folder: str,
    features: str | None,
    metrics: tuple[str, ...],
    history: str,
    output_format: str,
    quiet: bool,
) -> None:
    """Import the files from which FLAML builds portfolios.

    FOLDER has LEARNER/results.csv, LEARNER/CONFIGURATION.json and, unless FEATURES is another file,
    all/metafeatures.csv.
    """
    from metarec.history import HistoryStore
    from metarec.history.sources import import_flaml

    named = dict(_split(text) for text in metrics)
    n_runs, n_datasets = import_flaml(folder, HistoryStore(history), features, metrics=named)
    print_imported(history, n_runs, n_datasets, output_format, quiet=quiet)


def _split(text: str) -> tuple[str, str]:
    task, equals, metric = text.partition("=")
    if not equals:
        msg = f"--metric {text!r} has no `=`; write for example multiclass=accuracy"
        raise click.UsageError(msg)
    return task.strip(), metric.strip()
