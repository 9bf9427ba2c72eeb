"""What every import prints."""

from __future__ import annotations

import json

import click


def print_imported(
    history: str, n_runs: int, n_datasets: int, output_format: str, *, quiet: bool
) -> None:
    """Say how much was added to a history."""
    if output_format == "json":
        click.echo(json.dumps({"history": history, "runs": n_runs, "datasets": n_datasets}))
    elif not quiet:
        click.echo(f"{n_runs} runs on {n_datasets} data sets added to {history}")
