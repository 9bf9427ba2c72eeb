"""`metarec history add`."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import click

from ._options import format_option, history_option, quiet_option, split_names, table_options


def _pairs(_: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Callback of an option that is given as NAME=VALUE, any number of times."""
    found = {}
    for text in values:
        name, mark, value = text.partition("=")
        if not (name and mark and value):
            msg = f"{text!r} is not of the form {param.metavar}"
            raise click.BadParameter(msg)
        found[name] = value
    return found


@click.command(name="add")
@click.option(
    "--study",
    required=True,
    metavar="URL[:NAME]",
    help="Storage and name of an Optuna study: sqlite:///x.db:name, journal:FILE:name, ...",
)
@click.option("--study-name", metavar="NAME", help="Its name, if that has a colon or slash.")
@click.option("--table", required=True, type=click.Path(), help="What the study was about.")
@table_options
@click.option(
    "--name", metavar="NAME", help="Name of the data set; the file's if it is left out and new."
)
@click.option(
    "--metric",
    metavar="M[,M]",
    help="What each objective is (- for no score); if left out, what the study says.",
)
@click.option("--algorithm", metavar="A", help="The base-learner, in a study of one.")
@click.option("--algorithm-param", metavar="P", help="The parameter that names the base-learner.")
@click.option(
    "--rename",
    multiple=True,
    callback=_pairs,
    metavar="THEIRS=OURS",
    help="The study's name of a base-learner or hyperparameter; may be given several times.",
)
@click.option(
    "--fixed",
    multiple=True,
    callback=_pairs,
    metavar="NAME=VALUE",
    help="A hyperparameter that the study does not vary; may be given several times.",
)
@click.option("--ignore", metavar="P,P", help="Parameters that do not matter to the model.")
@history_option
@format_option("table", "json")
@quiet_option
def command(
    study: str,
    study_name: str | None,
    table: str,
    target: str | None,
    task: str,
    name: str | None,
    metric: str | None,
    algorithm: str | None,
    algorithm_param: str | None,
    rename: dict[str, str],
    fixed: dict[str, str],
    ignore: str | None,
    history: str,
    output_format: str,
    quiet: bool,
) -> None:
    """Add the finished trials of your own Optuna study; those that are there are not doubled."""
    from metarec.history import HistoryStore, add_study
    from metarec.history.sources import open_study, split_study

    storage, named = (study, study_name) if study_name else split_study(study)
    added = add_study(
        open_study(storage, named),
        table,
        HistoryStore(history),
        metric=split_names(metric),
        target=target,
        task=task,
        name=name,
        algorithm=algorithm,
        algorithm_param=algorithm_param,
        rename=rename,
        fixed={each: _value(text) for each, text in fixed.items()},
        ignore=split_names(ignore) or (),
    )
    for note in added.notes:
        click.echo(f"metarec: {note}", err=True)
    if output_format == "json":
        done = {"history": history, "runs": added.runs, **dataclasses.asdict(added)}
        click.echo(json.dumps(done, indent=1))
    elif not quiet:
        left_out = [
            f"{number} {what}"
            for what, number in (
                ("were there already", added.known),
                ("were pruned", added.pruned),
                ("have not ended", added.unfinished),
                ("name no base-learner", added.unnamed),
            )
            if number
        ]
        ends = ", ".join(f"{number} {status}" for status, number in added.statuses.items())
        click.echo(
            f"{added.runs} runs on {added.dataset} added to {history}"
            + (f": {ends}" if ends else "")
        )
        if left_out:
            click.echo(f"of the other trials {', '.join(left_out)}")


def _value(text: str) -> Any:
    """A value as JSON has it, or else a text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
