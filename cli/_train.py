"""`metarec train`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="train")
@click.option("--history", required=True, type=click.Path(), help="Folder of the run history.")
@click.option("--output", required=True, type=click.Path(), help="File to write the knowledge to.")
@click.option("--metalearner", default="lightgbm", show_default=True, help="Which one ranks.")
@click.option(
    "--metric",
    default="balanced_accuracy",
    show_default=True,
    metavar="M",
    help="Which of the history's scores to learn.",
)
def command(history: str, output: str, metalearner: str, metric: str) -> None:
    """Train knowledge from a run history; `metarec suggest --knowledge FILE` uses it."""
    from metarec import Recommender

    if Path(output).is_dir():
        msg = f"--output {output!r} is a folder; name a file in it"
        raise click.UsageError(msg)
    recommender = Recommender(metalearner, metric=metric).fit(history)
    digest = recommender.save(output)
    known = recommender.knowledge.meta_dataset
    click.echo(
        f"{output}: {metalearner} from {len(known.configurations)} configurations on "
        f"{len(known.datasets)} data sets, sha256 {digest}"
    )
