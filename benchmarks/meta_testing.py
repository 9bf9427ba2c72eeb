"""Measure the meta-learners on data sets they have not seen, as Markdown.

Runs every meta-learner on one history twice: with random folds over data sets, as the literature
does, and with near relatives (families) kept in one fold, as `metarec evaluate` does. Prints mean
regret with its interval, mean rank and the worst tenth, and the difference to a baseline with wins,
ties and losses; writes all figures as JSON. With --told-regrets a sequential meta-learner is told
normalised regrets, not the scores that a user sees.

    metarec history import oboe RUNS META_FEATURES --history HISTORY
    python benchmarks/meta_testing.py --history HISTORY [--seeds 1 2] [--jobs 2] [--json FILE]
"""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from metarec.evaluation import Comparison, Figure, MetaTest, meta_test, to_dict
from metarec.history import HistoryStore, MetaDataset, build_meta_dataset
from metarec.metalearners import get_metalearner, metalearner_names, suited_metalearners

Cell = TypeVar("Cell", Figure, Comparison)


def without_families(meta_dataset: MetaDataset) -> MetaDataset:
    """Every data set its own family: the literature's random folds."""
    alone = tuple(replace(dataset, family=dataset.name) for dataset in meta_dataset.datasets)
    return replace(meta_dataset, datasets=alone)


def with_known_scale(meta_dataset: MetaDataset) -> MetaDataset:
    """Scores that give away the best and the worst of each data set."""
    return replace(meta_dataset, scores=1.0 - meta_dataset.regret())


def regret(figure: Figure) -> str:
    low, high = figure.interval
    return f"{figure.regret:.3f} [{low:.3f}, {high:.3f}]"


def rank_and_worst(figure: Figure) -> str:
    return f"{figure.rank:.2f}; {figure.worst_tenth:.3f}"


def difference(comparison: Comparison) -> str:
    low, high = comparison.interval
    counts = f"{comparison.wins}/{comparison.ties}/{comparison.losses}"
    return f"{comparison.difference:+.3f} [{low:+.3f}, {high:+.3f}] {counts}"


def show(title: str, rows: Mapping[str, Mapping[int, Cell]], text: Callable[[Cell], str]) -> None:
    """Print one Markdown table."""
    lengths = list(next(iter(rows.values())))
    print(f"\n| {title} | {' | '.join(f'@{k}' for k in lengths)} |\n|---{'|---' * len(lengths)}|")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(text(cell) for cell in row.values())} |")


def show_all(result: MetaTest, baseline: str) -> None:
    """Print one protocol."""
    print(f"\n{result.protocol}")
    show("mean regret [interval]", result.figures(), regret)
    show("mean rank; worst tenth", result.figures(), rank_and_worst)
    if compared := result.compare(baseline):
        show(f"minus {baseline} [interval] wins/ties/losses", compared, difference)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", required=True)
    parser.add_argument("--task", default="classification")
    parser.add_argument("--metric", default="balanced_accuracy")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--methods", nargs="+", default=metalearner_names())
    parser.add_argument("--baseline", default="portfolio")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--told-regrets", action="store_true")
    arguments = parser.parse_args()
    by_family = build_meta_dataset(
        HistoryStore(arguments.history), kind=arguments.task, metric=arguments.metric
    )
    if arguments.told_regrets:
        by_family = with_known_scale(by_family)
    named = [get_metalearner(name) for name in arguments.methods]
    methods, _ = suited_metalearners(named, by_family)
    reports = []
    for meta_dataset in (without_families(by_family), by_family):
        for seed in arguments.seeds:
            result = meta_test(meta_dataset, methods, random_state=seed, n_jobs=arguments.jobs)
            show_all(result, arguments.baseline)
            reports.append(to_dict(result, arguments.baseline))
    if arguments.json:
        arguments.json.write_text(json.dumps(reports, indent=1))


if __name__ == "__main__":
    main()
