"""`metarec train`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ._options import format_option, history_option, quiet_option


@click.command(name="train")
@history_option
@click.option("--output", required=True, type=click.Path(), help="File to write the knowledge to.")
@click.option("--metalearner", default="lightgbm", show_default=True, help="Which one ranks.")
@click.option(
    "--metric",
    default="balanced_accuracy",
    show_default=True,
    metavar="M",
    help="Which of the history's scores to learn.",
)
@format_option("table", "json")
@quiet_option
def command(
    history: str, output: str, metalearner: str, metric: str, output_format: str, quiet: bool
) -> None:
    """Train knowledge from a run history; `metarec suggest --knowledge FILE` uses it."""
    from metarec import Recommender

    if Path(output).is_dir():
        msg = f"--output {output!r} is a folder; name a file in it"
        raise click.UsageError(msg)
    Path(output).parent.mkdir(parents=True, exist_ok=True)  # fails now, not after the training
    recommender = Recommender(metalearner, metric=metric).fit(history)
    digest = recommender.save(output)
    known = recommender.knowledge.meta_dataset
    if output_format == "json":
        done = {
            "output": output,
            "metalearner": metalearner,
            "configurations": len(known.configurations),
            "datasets": len(known.datasets),
            "sha256": digest,
        }
        click.echo(json.dumps(done, indent=1))
    elif not quiet:
        click.echo(
            f"{output}: {metalearner} from {len(known.configurations)} configurations on "
            f"{len(known.datasets)} data sets, sha256 {digest}"
        )
