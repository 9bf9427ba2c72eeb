"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

table_argument = click.argument("table", type=click.Path())
quiet_option = click.option("--quiet", is_flag=True, help="Print the answer only.")

_target = click.option(
    "--target",
    metavar="COL",
    help="Column to predict; if left out: target, class, y, label, or the last one.",
)
_task = click.option(
    "--task",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "classification", "binary", "multiclass", "regression"]),
    help="Kind of task; auto decides by the target's values.",
)


def table_options(command: _Command) -> _Command:
    """Add --target and --task."""
    return _target(_task(command))


def format_option(*formats: str) -> Callable[[_Command], _Command]:
    """Add --format with these choices, the first one the default."""
    return click.option(
        "--format",
        "output_format",
        default=formats[0],
        show_default=True,
        type=click.Choice(formats),
        help="What to print.",
    )
