"""`metarec suggest TABLE`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ._console import make_console
from ._options import format_option, quiet_option, split_names, table_argument, table_options

if TYPE_CHECKING:
    from metarec import Suggestion, Suggestions


@click.command(name="suggest")
@table_argument
@table_options
@click.option("--metric", default="auto", metavar="M", help="Score to aim at.")
@click.option(
    "--top",
    default=5,
    type=click.IntRange(min=1),
    metavar="K",
    show_default=True,
    help="How many suggestions.",
)
@click.option("--algorithms", metavar="A,B", help="Only these base-learners, comma-separated.")
@click.option("--knowledge", type=click.Path(), help="Your own knowledge, from `metarec train`.")
@click.option(
    "--seed",
    default=0,
    type=click.IntRange(0, 2**32 - 1),
    metavar="N",
    show_default=True,
    help="Seed of folds and estimators.",
)
@format_option("table", "json", "python", "optuna")
@quiet_option
def command(
    table: str,
    target: str | None,
    task: str,
    metric: str,
    top: int,
    algorithms: str | None,
    knowledge: str | None,
    seed: int,
    output_format: str,
    quiet: bool,
) -> None:
    """Rank algorithms with hyperparameters for TABLE (CSV, Parquet, Feather or ARFF).

    The first suggestion is the likely best; each next one is what helps most where the earlier
    ones fail.
    """
    from metarec import suggest

    suggestions = suggest(
        table,
        target=target,
        task=task,
        metric=metric,
        top=top,
        algorithms=split_names(algorithms),
        knowledge=knowledge,
        random_state=seed,
    )
    if output_format == "json":
        click.echo(suggestions.to_json(indent=1))
    elif output_format == "python":
        click.echo(suggestions.to_script(), nl=False)
    elif output_format == "optuna":
        from metarec.warmstart import trial_parameters

        click.echo(json.dumps([trial_parameters(item) for item in suggestions], indent=1))
    else:
        _print_table(suggestions, quiet=quiet)


def _print_table(suggestions: Suggestions, *, quiet: bool) -> None:
    from rich.table import Table

    table = Table("", "algorithm", "hyperparameters", box=None, pad_edge=False)
    table.add_column("fit", justify="right")
    for item in suggestions:
        values = ", ".join(f"{name}={value}" for name, value in item.hyperparameters.items())
        table.add_row(str(item.rank), item.algorithm, values or "library defaults", _seconds(item))
    console = make_console()
    if not quiet:
        console.print(
            f"{suggestions.table}: {suggestions.n_rows} rows, {suggestions.n_features} features",
            f"target   {suggestions.target} ({suggestions.target_reason})",
            f"task     {suggestions.task} ({suggestions.task_reason})",
            f"metric   {suggestions.metric}",
            "",
            sep="\n",
            markup=False,
        )
    console.print(table)
    if not quiet:
        near = ", ".join(f"{item.name} ({item.distance:.2f})" for item in suggestions.neighbours)
        spent = ", ".join(f"{name} {value:.2f} s" for name, value in suggestions.seconds.items())
        console.print(f"\nnearest  {near}\nspent    {spent}", markup=False)


def _seconds(item: Suggestion) -> str:
    """How long one fit takes, to two digits: more are not known."""
    if item.predicted_fit_seconds is None:
        return ""
    return f"{float(f'{item.predicted_fit_seconds:.2g}'):g} s"
