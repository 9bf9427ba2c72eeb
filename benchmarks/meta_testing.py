"""Measure the meta-learners on data sets they have not seen.

Runs every meta-learner on a history twice: with random folds over data sets, as the literature
does, and with near relatives (families) kept in one fold. Prints mean regret with its interval,
mean rank and the worst tenth, and writes the same as JSON.

    metarec history import oboe RUNS META_FEATURES --history HISTORY
    python benchmarks/meta_testing.py --history HISTORY [--seeds 1 2] [--json FILE]
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from metarec.evaluation import MetaTest, meta_test
from metarec.history import HistoryStore, MetaDataset, build_meta_dataset
from metarec.metalearners import get_metalearner, metalearner_names


def without_families(meta_dataset: MetaDataset) -> MetaDataset:
    """Every data set its own family: the literature's random folds."""
    alone = tuple(replace(dataset, family=dataset.name) for dataset in meta_dataset.datasets)
    return replace(meta_dataset, datasets=alone)


def show(result: MetaTest) -> None:
    """Print one protocol as Markdown."""
    figures = result.figures()
    heads = " | ".join(f"@{k}" for k in result.list_lengths)
    print(f"\n{result.protocol}\n")
    print(f"| regret [95 % interval] | {heads} |\n|---{'|---' * len(result.list_lengths)}|")
    for name, row in figures.items():
        cells = (f"{f.regret:.3f} [{f.interval[0]:.3f}, {f.interval[1]:.3f}]" for f in row.values())
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\n| mean rank; worst tenth | {heads} |\n|---{'|---' * len(result.list_lengths)}|")
    for name, row in figures.items():
        print(
            f"| {name} | {' | '.join(f'{f.rank:.2f}; {f.worst_tenth:.3f}' for f in row.values())} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", required=True)
    parser.add_argument("--metric", default="balanced_accuracy")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--methods", nargs="+", default=metalearner_names())
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    by_family = build_meta_dataset(HistoryStore(arguments.history), metric=arguments.metric)
    methods = [get_metalearner(name) for name in arguments.methods]
    results = []
    for meta_dataset in (without_families(by_family), by_family):
        for seed in arguments.seeds:
            result = meta_test(meta_dataset, methods, random_state=seed)
            show(result)
            figures = {
                name: {str(k): asdict(figure) for k, figure in row.items()}
                for name, row in result.figures().items()
            }
            results.append({"protocol": result.protocol, "methods": figures})
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
