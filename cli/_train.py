"""`metarec train`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ._options import format_option, histories_option, open_history, quiet_option, split_names


@click.command(name="train")
@histories_option
@click.option("--output", required=True, type=click.Path(), help="File to write the knowledge to.")
@click.option("--metalearner", default="sequential", show_default=True, help="Which one ranks.")
@click.option(
    "--metrics",
    metavar="A,B",
    help="Which of the history's scores to learn, comma-separated; all if left out.",
)
@format_option("table", "json")
@quiet_option
def command(
    histories: tuple[str, ...],
    output: str,
    metalearner: str,
    metrics: str | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Train knowledge from run histories; `metarec suggest --knowledge FILE` uses it."""
    from metarec import Recommender

    if Path(output).is_dir():
        msg = f"--output {output!r} is a folder; name a file in it"
        raise click.UsageError(msg)
    Path(output).parent.mkdir(parents=True, exist_ok=True)  # fails now, not after the training
    show = sys.stderr.isatty() and not quiet
    recommender = Recommender(metalearner, metrics=split_names(metrics)).fit(
        *map(open_history, histories),
        progress=lambda line: click.echo(line, err=True) if show else None,
    )
    digest = recommender.save(output)
    experts = [
        {
            "kind": kind,
            "metric": metric,
            "configurations": len(expert.meta_dataset.configurations),
            "datasets": len(expert.meta_dataset.datasets),
        }
        for (kind, metric), expert in recommender.knowledge.experts.items()
    ]
    if output_format == "json":
        done = {"output": output, "metalearner": metalearner, "experts": experts, "sha256": digest}
        click.echo(json.dumps(done, indent=1))
    elif not quiet:
        for expert in experts:
            click.echo(
                f"{expert['kind']}, {expert['metric']}: {metalearner} from "
                f"{expert['configurations']} configurations on {expert['datasets']} data sets"
            )
        click.echo(f"{output}: sha256 {digest}")
