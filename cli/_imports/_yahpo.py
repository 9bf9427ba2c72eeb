"""`metarec history import yahpo`."""

from __future__ import annotations

import sys

import click

from .._bars import progress_bar
from .._options import format_option, history_option, quiet_option
from ._report import print_imported


@click.command()
@click.argument("folder", type=click.Path())
@click.option(
    "--configurations",
    required=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="How many to draw for each scenario.",
)
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed of the draws."
)
@click.option(
    "--suggestable", is_flag=True, help="Draw only configurations that base-learners here take."
)
@history_option
@format_option("table", "json")
@quiet_option
def command(
    folder: str,
    configurations: int,
    seed: int,
    suggestable: bool,
    history: str,
    output_format: str,
    quiet: bool,
) -> None:
    """Import random configurations with the scores that YAHPO's surrogates in FOLDER give them."""
    from metarec.history import HistoryStore
    from metarec.history.sources import import_yahpo

    with progress_bar(shown=sys.stderr.isatty() and not quiet) as show:
        n_runs, n_datasets = import_yahpo(
            folder,
            HistoryStore(history),
            configurations=configurations,
            seed=seed,
            suggestable=suggestable,
            progress=show,
        )
    print_imported(history, n_runs, n_datasets, output_format, quiet=quiet)
