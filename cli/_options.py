"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from metarec.history import HistoryStore

_BYTES: Final = {"K": 2**10, "M": 2**20, "G": 2**30}

_Command = TypeVar("_Command", bound=Callable[..., Any])

table_argument = click.argument("table", type=click.Path())
quiet_option = click.option("--quiet", is_flag=True, help="Print the answer only.")

history_option = click.option(
    "--history", required=True, type=click.Path(), help="Folder of the run history."
)
_SHIPPED: Final = "shipped"
readable_history_option = click.option(
    "--history",
    default=_SHIPPED,
    show_default=True,
    type=click.Path(),
    help="Folder of the run history, or the one that comes with metarec.",
)
histories_option = click.option(
    "--history",
    "histories",
    multiple=True,
    default=[_SHIPPED],
    show_default=_SHIPPED,
    type=click.Path(),
    help="Folder of a run history, or the one that comes with metarec; several are joined.",
)


def open_history(name: str) -> HistoryStore:
    """The history of a folder, or the one that comes with metarec."""
    from metarec.history import HistoryStore

    return HistoryStore.shipped() if name == _SHIPPED else HistoryStore(name)


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


def split_names(text: str | None) -> list[str] | None:
    """Names from a comma-separated option; None if it was left out."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        msg = f"a name is missing in the list {text!r}"
        raise click.UsageError(msg)
    return list(dict.fromkeys(names))


def duration(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Callback of an option: seconds, as a number or with a unit (60, 60s, 10m, 1h)."""
    if value is None:
        return None
    from metarec import UsageError
    from metarec.durations import to_seconds

    try:
        return to_seconds(value)
    except UsageError as error:
        raise click.BadParameter(str(error), ctx, param) from error


def n_bytes(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Callback of an option: bytes, as a number or with a unit (500MB, 2GB)."""
    if value is None:
        return None
    text = value.strip().upper().removesuffix("B")
    unit = _BYTES.get(text[-1:])
    try:
        number = float(text) if unit is None else float(text[:-1]) * unit
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        msg = f"{value!r} is no amount of memory; write 500MB or 2GB"
        raise click.BadParameter(msg, ctx, param)
    return int(number)


knowledge_option = click.option(
    "--knowledge", type=click.Path(), help="Your own knowledge, from `metarec train`."
)


def seed_option(what: str, *, default: int | None = 0) -> Callable[[_Command], _Command]:
    """Add --seed of what it is the seed of."""
    return click.option(
        "--seed",
        default=default,
        type=click.IntRange(0, 2**32 - 1),
        metavar="N",
        show_default=True,
        help=f"Seed of {what}.",
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
