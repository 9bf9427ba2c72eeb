"""`metarec evaluate`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from ._bars import progress_bar
from ._evaluation_tables import print_tables
from ._options import format_option, histories_option, open_history, quiet_option, split_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metarec.evaluation import MetaTest
    from metarec.history import HistoryStore, MetaDataset
    from metarec.learners import Kind

_ALL: Final = "all"
_ABLATED: Final = "sequential"
_WITHOUT: Final = " without "


@click.command(name="evaluate")
@histories_option
@click.option(
    "--task",
    default="classification",
    show_default=True,
    type=click.Choice(["classification", "regression", _ALL]),
    help="Kind of task.",
)
@click.option(
    "--metric",
    "metrics",
    metavar="M,N",
    help="Which of the history's scores to judge by, comma-separated, or all; balanced_accuracy "
    "or rmse if left out.",
)
@click.option(
    "--judge",
    metavar="A,B",
    help="Leave out and judge data sets of these sources only, comma-separated; the others are "
    "learned from.",
)
@click.option("--methods", metavar="A,B", help="Only these meta-learners, comma-separated.")
@click.option(
    "--ablate-sources",
    is_flag=True,
    help=f"Learn with and without each source; of the meta-learners {_ABLATED} only, unless "
    "--methods names others.",
)
@click.option(
    "--baseline",
    metavar="A",
    help="The meta-learner to compare with, portfolio or else the first one; in an ablation also "
    "'portfolio without SOURCE'.",
)
@click.option("--folds", default=5, show_default=True, type=click.IntRange(min=2))
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed of the split."
)
@click.option(
    "--jobs",
    default=1,
    metavar="J",
    show_default=True,
    type=click.IntRange(min=-1),
    help="Processes; -1 for one per processor. The figures do not depend on it.",
)
@click.option(
    "--plot",
    "plot_file",
    metavar="FILE",
    help="Draw regret and ranks into a .png or .svg file; one per task and metric if there are "
    "several, with both in its name.",
)
@format_option("table", "json", "csv")
@quiet_option
def command(
    histories: tuple[str, ...],
    task: Literal["classification", "regression", "all"],
    metrics: str | None,
    judge: str | None,
    methods: str | None,
    ablate_sources: bool,
    baseline: str | None,
    folds: int,
    seed: int,
    jobs: int,
    plot_file: str | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Leave families of data sets out, learn from the rest, and measure every meta-learner.

    Regret is 0 at the best configuration of a data set and 1 at its worst, or at its median under
    metrics that have no worst. Told each score, a sequential meta-learner chooses the next.
    """
    from metarec import evaluation
    from metarec.metalearners import get_metalearner, metalearner_names, suited_metalearners

    names = split_names(methods) or ([_ABLATED] if ablate_sources else list(metalearner_names()))
    if baseline is not None:
        # In an ablation "portfolio without oboe" can be the baseline, too.
        first = baseline.split(_WITHOUT)[0] if ablate_sources else baseline
        if first not in names:
            names.insert(0, first)
    metalearners = [get_metalearner(name) for name in names]
    pairs = _pairs(task, split_names(metrics))
    if plot_file is not None:
        evaluation.check_plot(plot_file)
    stores = [open_history(name) for name in histories]
    measure = evaluation.ablate_sources if ablate_sources else evaluation.meta_test
    found: list[dict[str, object]] = []
    for meta_dataset in _meta_datasets(stores, pairs, skip=_ALL in {task, metrics}):
        if baseline is not None and ablate_sources:
            _check_source(baseline, meta_dataset)
        suited, reasons = suited_metalearners(metalearners, meta_dataset)
        if baseline is not None and first not in {each.name for each in suited}:
            msg = f"--baseline: {get_metalearner(first).reject(meta_dataset)}"
            raise click.UsageError(msg)
        if not quiet:
            for reason in reasons:
                click.echo(f"left out: {reason}", err=True)
        with progress_bar(shown=sys.stderr.isatty() and not quiet) as progress:
            result = measure(
                meta_dataset,
                suited,
                n_folds=folds,
                random_state=seed,
                judge=split_names(judge),
                n_jobs=jobs,
                progress=progress,
            )
        floor = evaluation.noise_floor(stores, meta_dataset, result.datasets)
        result = replace(result, noise_floor=floor)
        against = baseline or _usual_baseline(result)
        if plot_file is not None:
            evaluation.plot(result, _plot_path(plot_file, result, alone=len(pairs) == 1))
        if output_format == "csv":
            table = evaluation.to_frame(result, against)
            click.echo(table.to_csv(index=False, header=not found), nl=False)
        elif output_format == "table":
            print_tables(result, against)
        found.append({"history": " and ".join(histories), **evaluation.to_dict(result, against)})
    if output_format == "json":
        click.echo(json.dumps(found[0] if len(pairs) == 1 else found, indent=1))


def _pairs(task: Literal["classification", "regression", "all"],
           metrics: list[str] | None) -> list[tuple[Kind, str]]:  # fmt: skip
    """What to evaluate."""
    from metarec.history import METRICS, REGRESSION_METRICS, TASK_TYPES, USUAL_METRIC

    kinds = list(TASK_TYPES) if task == "all" else [task]
    if metrics is None:
        return [(kind, USUAL_METRIC[kind]) for kind in kinds]
    if metrics == [_ALL]:
        metrics = list(METRICS)
    elif unknown := [name for name in metrics if name not in METRICS]:
        msg = f"there is no metric {unknown[0]!r}; choose some of {', '.join(METRICS)}, or {_ALL}"
        raise click.UsageError(msg)
    pairs = [
        (kind, metric)
        for kind in kinds
        for metric in metrics
        if (metric in REGRESSION_METRICS) == (kind == "regression")
    ]
    if not pairs:
        msg = f"{', '.join(metrics)} cannot judge {task}: choose another --task or --metric"
        raise click.UsageError(msg)
    return pairs


def _meta_datasets(
    stores: Sequence[HistoryStore], pairs: Sequence[tuple[Kind, str]], *, skip: bool
) -> Iterator[MetaDataset]:
    """The histories under each metric; one that they do not have is skipped if that is allowed."""
    from metarec import HistoryError
    from metarec.history import build_meta_dataset

    first_error: HistoryError | None = None
    n_built = 0
    for kind, metric in pairs:
        try:
            meta_dataset = build_meta_dataset(stores, kind=kind, metric=metric)
        except HistoryError as error:
            if not skip:
                raise
            first_error = first_error or error
        else:
            n_built += 1
            yield meta_dataset
    if first_error is not None and n_built == 0:
        raise first_error


def _check_source(baseline: str, meta_dataset: MetaDataset) -> None:
    """Refuse a baseline that an ablation will not have, before the work is done."""
    _, left_out, source = baseline.partition(_WITHOUT)
    sources = sorted({dataset.source for dataset in meta_dataset.datasets})
    if left_out and source not in sources:
        msg = (
            f"--baseline: there is no source {source!r} to learn without, only {', '.join(sources)}"
        )
        raise click.UsageError(msg)


def _usual_baseline(result: MetaTest) -> str:
    from metarec.evaluation import USUAL_BASELINE

    return USUAL_BASELINE if USUAL_BASELINE in result.curves else next(iter(result.curves))


def _plot_path(path: str, result: MetaTest, *, alone: bool) -> Path:
    whole = Path(path)
    return whole if alone else whole.with_stem(f"{whole.stem}-{result.kind}-{result.metric}")
