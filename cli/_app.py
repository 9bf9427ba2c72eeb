"""The command group: its commands are imported when they are called."""

from __future__ import annotations

import io
import sys
import time
from typing import Final

import click

from ._lazy import LazyGroup

_COMMANDS: Final = {
    "suggest": "Rank algorithms with hyperparameters for a table.",
    "tune": "Search and fit the best pipeline for a table.",
    "predict": "Predict a table's rows with a saved pipeline.",
    "extract": "Compute the meta-features of a table.",
    "collect": "Evaluate configurations on tables into a run history.",
    "history": "Import and inspect run histories.",
    "train": "Train knowledge from a run history.",
    "evaluate": "Measure meta-learners on data sets they have not seen.",
}
BEGUN: Final = "metarec.begun"
"""In a command's context: when it began, for a time limit that includes its imports."""
_WRONG_USE: Final = 2
_FAILED: Final = 1


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from metarec import __version__

        click.echo(f"metarec {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    package=__package__,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def app() -> None:
    """Say which algorithm with which hyperparameters suits a table."""
    click.get_current_context().meta[BEGUN] = time.perf_counter()


def main() -> None:
    """Run the command; a user's mistake ends in one line on standard error.

    Exit codes: 0 done, 1 failed, 2 wrong use.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter gets its code instead of a failure.
            stream.reconfigure(errors="backslashreplace")
    try:
        app.main(prog_name="metarec", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(_WRONG_USE)
    except click.ClickException as error:
        _fail(_one_line(error.format_message()), error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(_FAILED)
    except Exception as error:
        from metafeatures import TableError
        from metarec import MetarecError, UsageError

        if isinstance(error, TableError | UsageError):
            _fail(_one_line(str(error)), _WRONG_USE)
        if isinstance(error, MetarecError | OSError):
            _fail(_one_line(str(error)), _FAILED)
        raise


def _fail(message: str, code: int) -> None:
    click.echo(f"metarec: {message}", err=True)
    sys.exit(code)


def _one_line(message: str) -> str:
    return " ".join(message.split())
