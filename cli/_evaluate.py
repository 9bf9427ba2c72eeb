"""`metarec evaluate`."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Literal

import click

from ._console import make_console
from ._options import format_option, histories_option, open_history, quiet_option, split_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from metarec.evaluation import Figure, MetaTest


@click.command(name="evaluate")
@histories_option
@click.option(
    "--task",
    default="classification",
    show_default=True,
    type=click.Choice(["classification", "regression"]),
    help="Kind of task.",
)
@click.option(
    "--metric",
    metavar="M",
    help="Which of the history's scores to judge by; balanced_accuracy or rmse if left out.",
)
@click.option("--methods", metavar="A,B", help="Only these meta-learners, comma-separated.")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(min=2))
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed of the split."
)
@format_option("table", "json")
@quiet_option
def command(
    histories: tuple[str, ...],
    task: Literal["classification", "regression"],
    metric: str | None,
    methods: str | None,
    folds: int,
    seed: int,
    output_format: str,
    quiet: bool,
) -> None:
    """Leave families of data sets out, learn from the rest, and measure every meta-learner."""
    from metarec.evaluation import meta_test
    from metarec.history import USUAL_METRIC, build_meta_dataset
    from metarec.metalearners import get_metalearner, metalearner_names

    metric = metric or USUAL_METRIC[task]
    names = split_names(methods) or metalearner_names()
    metalearners = [get_metalearner(name) for name in names]
    show = sys.stderr.isatty() and not quiet
    result = meta_test(
        build_meta_dataset([open_history(name) for name in histories], kind=task, metric=metric),
        metalearners,
        n_folds=folds,
        random_state=seed,
        progress=lambda line: click.echo(line, err=True) if show else None,
    )
    if output_format == "json":
        click.echo(json.dumps(_to_dict(result, " and ".join(histories), metric), indent=1))
    else:
        _print_table(result)


def _to_dict(result: MetaTest, history: str, metric: str) -> dict[str, object]:
    methods = []
    for name, figures in result.figures().items():
        columns = {
            field.name: {str(k): getattr(figure, field.name) for k, figure in figures.items()}
            for field in dataclasses.fields(next(iter(figures.values())))
        }
        methods.append({"name": name, **columns})
    return {"history": history, "metric": metric, "protocol": result.protocol, "methods": methods}


def _print_table(result: MetaTest) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = make_console()
    console.print(f"{result.protocol}\n", markup=False)
    figures = result.figures()
    views: tuple[tuple[str, Callable[[Figure], str]], ...] = (
        ("mean regret of the best of the first k, 95 % interval", _regret_and_interval),
        ("mean rank among the methods", lambda figure: f"{figure.rank:.2f}"),
        ("mean regret of the worst tenth", lambda figure: f"{figure.worst_tenth:.3f}"),
    )
    for title, text in views:
        grid = Table(title, *(f"@{k}" for k in result.list_lengths), box=None, pad_edge=False)
        for name, row in figures.items():
            grid.add_row(name, *(escape(text(row[k])) for k in result.list_lengths))
        console.print(grid)
        console.print()


def _regret_and_interval(figure: Figure) -> str:
    low, high = figure.interval
    return f"{figure.regret:.3f} [{low:.3f}, {high:.3f}]"
