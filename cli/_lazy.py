"""A command group whose commands are imported when they are called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class LazyGroup(click.Group):
    """Imports a command's module only when the command is called or asked for help.

    Parameters
    ----------
    package : str
        Where the modules lie; that of command `x-y` is called `_x_y` and has it as `command`.
    lazy : mapping
        One line of help by command.
    """

    def __init__(self, *args: Any, package: str, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package, self._lazy = package, lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in their order."""
        del ctx
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one."""
        del ctx
        if cmd_name not in self._lazy:
            return None
        module = importlib.import_module(f"._{cmd_name.replace('-', '_')}", self._package)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lazy.items()))
