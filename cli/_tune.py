"""`metarec tune TABLE`."""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._app import BEGUN
from ._bars import progress_bar
from ._options import (
    duration,
    format_option,
    knowledge_option,
    n_bytes,
    quiet_option,
    seed_option,
    split_names,
    table_argument,
    table_options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from metarec import Suggestions, TuningResult
    from metarec.tuning import Progress

    from ._bars import Show

_OUTSIDE_SECONDS: Final = 0.4
"""Work to begin and end the process."""
_SLOWEST: Final = 5.0
"""Seconds by the wall that a second of work is believed to take at most."""


@click.command(name="tune")
@table_argument
@table_options
@click.option("--metric", default="auto", metavar="M", help="Score to aim at.")
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    metavar="N",
    help="Trials that the study is to have; 50 without a time limit.",
)
@click.option(
    "--time-limit",
    callback=duration,
    metavar="10m",
    help="Time for everything, final fit included.",
)
@click.option("--algorithms", metavar="A,B", help="Only these base-learners, comma-separated.")
@click.option(
    "--folds",
    type=click.IntRange(min=2),
    metavar="N",
    help="Of the cross-validation; 5, or fewer for many rows or little time.",
)
@click.option("--groups", metavar="COL", help="Column whose equal values stay in one fold.")
@click.option(
    "--time-column", metavar="COL", help="Predict each fold from the rows before it in this order."
)
@click.option(
    "--storage",
    metavar="URL",
    help="Keep the study: sqlite:///x.db, postgresql://..., mysql://..., journal:FILE, grpc://HOST:PORT.",
)
@click.option(
    "--study", metavar="NAME", help="Its name; one that the storage has goes on, as it was begun."
)
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Trials at once."
)
@click.option("--cold", is_flag=True, help="Leave out what metarec knows: TPE alone.")
@click.option("--single", is_flag=True, help="Fit one pipeline instead of an ensemble.")
@click.option(
    "--patience",
    type=click.IntRange(min=1),
    metavar="N",
    help="End after so many trials in a row without a gain.",
)
@click.option(
    "--trial-seconds", callback=duration, metavar="60s", help="Stop a trial after this time."
)
@click.option(
    "--trial-memory", callback=n_bytes, metavar="2GB", help="Stop a trial that takes more memory."
)
@click.option("--report", type=click.Path(), metavar="FILE.html", help="Write a page about it.")
@knowledge_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Save the fitted pipeline for `metarec predict`, as model.skops.",
)
@seed_option("folds, sampler and pipelines; 0 if left out", default=None)
@format_option("table", "json")
@quiet_option
def command(
    table: str,
    target: str | None,
    task: str,
    metric: str,
    trials: int | None,
    time_limit: float | None,
    algorithms: str | None,
    folds: int | None,
    groups: str | None,
    time_column: str | None,
    storage: str | None,
    study: str | None,
    jobs: int,
    cold: bool,
    single: bool,
    patience: int | None,
    trial_seconds: float | None,
    trial_memory: int | None,
    report: str | None,
    knowledge: str | None,
    output: str | None,
    seed: int | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Tune a pipeline for TABLE (CSV, Parquet or Feather), from what is known of tables like it.

    The same command with the same --storage and --study goes on where the last one ended; Ctrl-C
    ends with what is there.
    """
    import optuna

    from metarec import tune

    if report is not None:
        from metarec.reporting import check_report

        check_report(report)
    if time_limit is not None:
        time_limit = _left(time_limit)
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # the progress says it
    logging.getLogger("metarec").setLevel(logging.ERROR)  # the result's warnings say it
    shown = sys.stderr.isatty() and not quiet
    with progress_bar(shown=shown, beginning="reading the table") as show:
        result = tune(
            table,
            target=target,
            task=task,
            metric=metric,
            trials=trials,
            time_limit=time_limit,
            algorithms=split_names(algorithms),
            folds=folds,
            groups=groups,
            time_column=time_column,
            storage=storage,
            study=study,
            jobs=jobs,
            cold=cold,
            single=single,
            patience=patience,
            trial_seconds=trial_seconds,
            trial_memory=trial_memory,
            knowledge=knowledge,
            output=output,
            progress=None if show is None else _showing(show),
            random_state=seed,
        )
    for warning in result.warnings:
        click.echo(f"metarec: {warning}", err=True)
    if output_format == "json":
        click.echo(json.dumps({"table": table, **result.to_dict()}, indent=1))
    else:
        _print(result, quiet=quiet)
    if report is not None:
        suggestions = None if cold else _suggest(result, table, groups, algorithms, knowledge, seed)
        result.write_report(report, suggestions=suggestions)
        if not quiet:
            size = Path(report).stat().st_size / 1e6
            click.echo(f"metarec: the report is in {report} ({size:.1f} MB)", err=True)


def _suggest(
    result: TuningResult,
    table: str,
    groups: str | None,
    algorithms: str | None,
    knowledge: str | None,
    seed: int | None,
) -> Suggestions | None:
    """What is suggested for the features that were tuned on; None where nothing is known."""
    from metarec import NoKnowledgeError, UsageError, suggest
    from metarec.history.tables import read_frame

    frame = read_frame(table)
    try:
        found = suggest(
            frame if groups is None else frame.drop(columns=groups),
            target=result.target,
            task=result.task,
            metric=result.metric,
            algorithms=split_names(algorithms),
            knowledge=knowledge,
            random_state=seed or 0,
        )
    except (NoKnowledgeError, UsageError):  # the tuning has warned of it
        return None
    return replace(found, table=table)


def _left(time_limit: float) -> float:
    """What is left of the command's time for the tuning."""
    begun: float = click.get_current_context().meta[BEGUN]
    wall = time.perf_counter() - begun
    # A busy machine makes all of it take longer.
    pace = max(1.0, wall / max(time.process_time(), wall / _SLOWEST))
    return max(time_limit - wall - _OUTSIDE_SECONDS * pace, 0.0)


def _showing(show: Show) -> Callable[[Progress], None]:
    """What is called after each trial."""

    def update(now: Progress) -> None:
        best = "" if now.best is None else f"best {now.best:.5g}, latest "
        left = None if math.isinf(now.seconds_left) else now.seconds_left
        show(now.finished, now.trials, seconds_left=left, latest=f"{best}{now.latest}")

    return update


def _print(result: TuningResult, *, quiet: bool) -> None:
    for configuration, weight in result.members:
        values = ", ".join(
            f"{name}={value}" for name, value in configuration.hyperparameters.items()
        )
        click.echo(f"{weight:.2f}  {configuration.algorithm}  {values}")
    if quiet:
        return
    click.echo()
    click.echo(f"target      {result.target} ({result.task})")
    if result.best_score is not None:
        click.echo(f"best trial  {result.metric} {result.best_score:.6g}")
    if result.score is not None and len(result.members) > 1:
        click.echo(f"together    {result.metric} {result.score:.6g}")
    click.echo(str(result.gain))
    if result.interrupted:
        click.echo("interrupted: this is what was found until then")
