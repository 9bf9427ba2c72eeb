"""Measure what narrowed search ranges keep and what they leave out, on data sets not seen.

Families of data sets are left out, and of each base-learner's configurations a third: ranges are
learned from the other data sets and the other configurations, and judged by the configurations that
were left out, on the data sets that were left out. (The configurations are the same on every data
set: ranges that fit those would otherwise look good however little they say of the space between
them.) Good is a configuration within a regret of 0.05 of its base-learner's best on the data set.

Printed are means over data sets: the shares of the good and of all configurations that lie in the
ranges, the share of the space's volume that is left, the share of good ones that was promised, and
what the best configuration in the ranges loses against the best of all. Beside them the same for
ranges that do not depend on the table.

    python benchmarks/search_ranges.py --history shipped [--history DIR] [--metric M] [--keep 0.9]
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from math import ceil

import numpy as np

from metarec.evaluation import leave_families_out
from metarec.history import REGRESSION_METRICS, HistoryStore, MetaDataset, build_meta_dataset
from metarec.learners import Integer, TableShape, Value, get_learner
from metarec.ranges import RangeEvidence, SearchSpace

GOOD = 0.05
LEAST_CONFIGURATIONS = 8
N_PARTS = 3


def without(meta_dataset: MetaDataset, rows: np.ndarray, columns: np.ndarray) -> MetaDataset:
    """Only some data sets, and as if some configurations had never been run."""
    known = meta_dataset.take(rows)
    scores = known.scores.copy()
    scores[:, columns] = np.nan
    some = np.isfinite(scores).any(axis=1)
    return replace(known, scores=scores).take(np.flatnonzero(some))


def is_inside(space: SearchSpace, values: Mapping[str, Value], n_rows: int) -> bool:
    """Whether every value that counts lies in its range."""
    for name, value in values.items():
        if name not in space:
            return False
        domain = space[name].domain
        if isinstance(domain, Integer) and isinstance(value, float):
            value = domain.clip(ceil(value * n_rows))  # noqa: PLW2901
        if not domain.contains(value):
            return False
    return True


def shape_of(meta_dataset: MetaDataset, row: int) -> TableShape:
    values = dict(
        zip(meta_dataset.meta_feature_names, meta_dataset.meta_features[row], strict=True)
    )
    n_classes = 0 if meta_dataset.kind == "regression" else int(values["nr_class"])
    return TableShape(int(values["nr_inst"]), int(values["nr_attr"]), n_classes)


def written_out(
    meta_dataset: MetaDataset, row: int, algorithm: str, shape: TableShape
) -> dict[int, dict[str, Value]]:
    """By column the values of a base-learner's configurations that were run on a data set."""
    learner = get_learner(algorithm, meta_dataset.kind)
    space = learner.space(shape)
    found = {
        column: learner.write_out(configuration.hyperparameters, shape)
        for column, configuration in enumerate(meta_dataset.configurations)
        if configuration.algorithm == algorithm and not np.isnan(meta_dataset.scores[row, column])
    }
    return {
        column: values
        for column, values in found.items()
        if all(space[name].contains(value) for name, value in values.items())
    }


def judge(meta_dataset: MetaDataset, keep: float, seed: int) -> dict[str, dict[str, np.ndarray]]:
    """By variant and base-learner the five figures of each data set."""
    regret = meta_dataset.regret()
    configurations = meta_dataset.configurations
    part = np.random.default_rng(seed).permutation(regret.shape[1]) % N_PARTS
    algorithm = np.array([item.algorithm for item in configurations])
    names, counts = np.unique(algorithm, return_counts=True)
    found: dict[str, dict[str, list[list[float]]]] = defaultdict(lambda: defaultdict(list))
    folds = leave_families_out(meta_dataset.families, n_folds=6, random_state=seed)
    for fold, (train, test) in enumerate(folds):
        left_out = part == fold % N_PARTS
        known = without(meta_dataset, train, np.flatnonzero(left_out))
        for row in test:
            shape = shape_of(meta_dataset, row)
            table = RangeEvidence(known, meta_dataset.meta_features[row], shape)
            nothing = np.full_like(table.meta_features, np.nan)
            for name in names[counts >= LEAST_CONFIGURATIONS].tolist():
                values = written_out(meta_dataset, row, name, shape)
                columns = np.array(list(values), dtype=int)
                judged = left_out[columns]
                if not judged.any():
                    continue
                excess = regret[row, columns] - regret[row, columns].min()
                good = judged & (excess <= GOOD)
                for variant, evidence in (
                    ("like tables", table),
                    ("any table", replace(table, meta_features=nothing)),
                ):
                    space = evidence.narrow(name, keep=keep)
                    inside = np.array(
                        [is_inside(space, each, shape.n_rows) for each in values.values()]
                    )
                    lost = excess[inside & judged].min(initial=1.0) - excess[judged].min()
                    found[variant][name].append(
                        [
                            inside[good].mean() if good.any() else np.nan,
                            inside[judged].mean(),
                            space.volume,
                            space.kept,
                            lost,
                        ]
                    )
    return {
        variant: {name: np.array(rows) for name, rows in by_name.items()}
        for variant, by_name in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", action="append", required=True)
    parser.add_argument("--metric", default="balanced_accuracy")
    parser.add_argument("--keep", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    stores = [
        HistoryStore.shipped() if name == "shipped" else HistoryStore(name)
        for name in arguments.history
    ]
    kind = "regression" if arguments.metric in REGRESSION_METRICS else "classification"
    meta_dataset = build_meta_dataset(stores, metric=arguments.metric, kind=kind)
    found = judge(meta_dataset, arguments.keep, arguments.seed)
    print(f"{len(meta_dataset.datasets)} data sets, {arguments.metric}, keep {arguments.keep:g}\n")
    heads = ("good kept", "all kept", "volume", "promised", "lost regret")
    print(f"| ranges for | base-learner | {' | '.join(heads)} |\n|---|---|{'---|' * len(heads)}")
    for variant, by_name in found.items():
        for name, rows in by_name.items():
            figures = np.nanmean(rows, axis=0)
            print(f"| {variant} | {name} | {' | '.join(f'{each:.3f}' for each in figures)} |")
        figures = np.mean([np.nanmean(rows, axis=0) for rows in by_name.values()], axis=0)
        print(f"| {variant} | mean | {' | '.join(f'{each:.3f}' for each in figures)} |")


if __name__ == "__main__":
    main()
