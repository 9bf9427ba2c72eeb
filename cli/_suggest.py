"""`metarec suggest TABLE`."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

import click

from ._console import make_console
from ._options import (
    duration,
    format_option,
    knowledge_option,
    quiet_option,
    seed_option,
    split_names,
    table_argument,
    table_options,
)

if TYPE_CHECKING:
    from rich.table import Table

    from metarec import Suggestion, Suggestions

_MOST_DIGITS: Final = 6
"""Before or after the point; beyond, powers of ten are shorter."""


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
@click.option(
    "--explain", is_flag=True, help="Print reasons, what won on similar data sets, familiarity."
)
@click.option(
    "--time-limit",
    callback=duration,
    metavar="60s",
    help="Only what is likely to fit in this time, once, on one thread.",
)
@knowledge_option
@seed_option("folds and estimators")
@format_option("table", "json", "python", "optuna")
@quiet_option
def command(
    table: str,
    target: str | None,
    task: str,
    metric: str,
    top: int,
    algorithms: str | None,
    explain: bool,
    time_limit: float | None,
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
        time_limit=time_limit,
        knowledge=knowledge,
        explain=explain or output_format == "json",
        random_state=seed,
    )
    for warning in suggestions.warnings:
        click.echo(f"metarec: {warning}", err=True)
    if output_format == "json":
        click.echo(suggestions.to_json(indent=1))
    elif output_format == "python":
        click.echo(suggestions.to_script(), nl=False)
    elif output_format == "optuna":
        from metarec.warmstart import trial_parameters

        click.echo(json.dumps([trial_parameters(item) for item in suggestions], indent=1))
    else:
        _print_table(suggestions, quiet=quiet, explain=explain)


def _print_table(suggestions: Suggestions, *, quiet: bool, explain: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("", "algorithm", "hyperparameters", box=None, pad_edge=False)
    table.add_column("score", no_wrap=True)
    table.add_column("fit", justify="right")
    for item in suggestions:
        values = ", ".join(f"{name}={value}" for name, value in item.hyperparameters.items())
        table.add_row(
            str(item.rank),
            item.algorithm,
            values or "library defaults",
            escape(_score(item)),
            _seconds(item),
        )
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
    if explain:
        console.print()
        console.print(_reasons(suggestions))
        console.print()
        console.print(_neighbours(suggestions))
    if not quiet:
        near = ", ".join(f"{item.name} ({item.distance:.2f})" for item in suggestions.neighbours)
        spent = ", ".join(f"{name} {value:.2f} s" for name, value in suggestions.seconds.items())
        lines = [
            f"nearest  {near}" if not explain else "",
            _familiarity(suggestions) if explain or not suggestions.familiarity["familiar"] else "",
            f"spent    {spent}",
        ]
        console.print("", *filter(None, lines), sep="\n", markup=False)


def _reasons(suggestions: Suggestions) -> Table:
    """What speaks for each suggestion and against it."""
    from rich.table import Table
    from rich.text import Text

    table = Table("", "effect", "why, against the average configuration", box=None, pad_edge=False)
    for item in suggestions:
        for place, reason in enumerate(item.reasons or ()):
            rank = "" if place else str(item.rank)
            table.add_row(rank, f"{reason['effect']:+.2f}", Text(reason["text"]))
    return table


def _neighbours(suggestions: Suggestions) -> Table:
    """The nearest known data sets and what won there."""
    from rich.table import Table
    from rich.text import Text

    table = Table("nearest", "distance", "won there", "score", "runs", box=None, pad_edge=False)
    for near in suggestions.neighbours:
        score = f"{near.metric} {near.best_score:.3g}"
        distance = f"{near.distance:.2f}"
        table.add_row(Text(near.name), distance, near.best.algorithm, score, near.source)
    return table


def _familiarity(suggestions: Suggestions) -> str:
    found = suggestions.familiarity
    if found["familiar"]:
        share = f"{100 - 100 * found['percentile']:.0f} %"
        return f"familiar yes, nearer to the known data sets than {share} of these to each other"
    return (
        f"familiar no, {found['why']}: the list is that of {found['answer']}, and what scores and "
        "times to expect is a guess"
    )


def _score(item: Suggestion) -> str:
    """What to expect, and the 80 % interval."""
    if item.predicted_score is None or item.score_interval is None:
        return ""
    low, high = item.score_interval
    # The ends differ by some five units of the last digit: more digits are not known.
    width = high - low
    digits = max(0, math.ceil(-math.log10(width / 5))) if width > 0 else 3
    largest = max(abs(low), abs(high))
    if digits > _MOST_DIGITS or largest >= 10.0**_MOST_DIGITS:
        score, low_end, high_end = (f"{each:.2e}" for each in (item.predicted_score, low, high))
        return f"{score} [{low_end}, {high_end}]"
    score, low_end, high_end = (
        f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"
        for value in (item.predicted_score, low, high)
    )
    return f"{score} [{low_end}, {high_end}]"


def _seconds(item: Suggestion) -> str:
    """How long one fit takes, to two digits: more are not known."""
    if item.predicted_fit_seconds is None:
        return ""
    return f"{float(f'{item.predicted_fit_seconds:.2g}'):g} s"
