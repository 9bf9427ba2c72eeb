"""What each part of the `sequential` meta-learner is good for: it is tested without the part.

Every variant is meta-tested on the shipped history, with families left out, on the same folds.
Prints Markdown: mean regret at k = 1, 3, 5, 10, 20, and the difference from the meta-learner as it
is with a 95 % bootstrap interval over families at k = 1 and 5.

    python benchmarks/ablation.py [--metrics log_loss rmse] [--seed 5] [--variants ...]
"""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

import numpy as np

from metarec.evaluation import Bootstrap, meta_test
from metarec.history import REGRESSION_METRICS, HistoryStore, MetaDataset, build_meta_dataset
from metarec.metalearners import get_metalearner

LENGTHS = (1, 3, 5, 10, 20)
Sequential: Any = get_metalearner("sequential")
_OF = "metarec.metalearners."
CONSTANTS: Mapping[str, Mapping[str, float]] = {
    "every data set counts alike in the covariance": {"sequential._NEAR": 1e9},
    "covariance not shrunk": {"sequential._SHRINKAGE": 0.0},
    "covariance shrunk by a fifth": {"sequential._SHRINKAGE": 0.2},
    "results ten times as noisy": {"belief._NOISE": 0.05},
    "regret floor .02": {"belief.REGRET_FLOOR": 0.02, "cells.REGRET_FLOOR": 0.02,
                         "lightgbm.REGRET_FLOOR": 0.02},
    "regret floor .1": {"belief.REGRET_FLOOR": 0.1, "cells.REGRET_FLOOR": 0.1,
                        "lightgbm.REGRET_FLOOR": 0.1},
    "one repeat of the cross-validation": {"lightgbm._N_REPEATS": 1},
    "five repeats": {"lightgbm._N_REPEATS": 5},
    "one principal component": {"cells._N_LOADINGS": 1},
    "nothing of what was missed nearby": {"lightgbm._DOUBT": 1e9},
    "the first result decides": {"sequential.N_COVERING": 1},
}  # fmt: skip


EVERY_META_FEATURE = "every meta-feature"


@contextmanager
def changed(constants: Mapping[str, float]) -> Iterator[None]:
    """The meta-learner with other constants."""
    with ExitStack() as stack:
        for place, value in constants.items():
            module, name = place.split(".")
            stack.enter_context(mock.patch.object(import_module(_OF + module), name, value))
        yield


def history(metric: str, *, every_meta_feature: bool = False) -> MetaDataset:
    """The shipped history under a metric."""
    store = HistoryStore.shipped()
    names = sorted(set(store.meta_features()["name"].to_pylist())) if every_meta_feature else None
    kind = "regression" if metric in REGRESSION_METRICS else "classification"
    return build_meta_dataset(store, kind=kind, metric=metric, meta_features=names)


def curves(known: MetaDataset, seed: int) -> np.ndarray:
    """Regret of each data set after each number of suggestions."""
    return meta_test(known, [Sequential], random_state=seed).curves[Sequential.name]


def main() -> None:
    """Print a table for each metric."""
    variants = [*CONSTANTS, EVERY_META_FEATURE]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metrics", nargs="+", default=["accuracy", "log_loss", "rmse"])
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--variants", nargs="+", default=variants, choices=variants)
    arguments = parser.parse_args()
    for metric in arguments.metrics:
        known = history(metric)
        bootstrap = Bootstrap(known.families)
        whole = curves(known, arguments.seed)
        lengths = " | ".join(f"@{k}" for k in LENGTHS)
        print(f"\n{metric}, {len(whole)} data sets, seed {arguments.seed}\n")
        print(f"| | {lengths} | change @1 | change @5 |\n|{'---|' * (len(LENGTHS) + 3)}")
        for name in ["as it is", *arguments.variants]:
            found = whole
            if name in CONSTANTS:
                with changed(CONSTANTS[name]):
                    found = curves(known, arguments.seed)
            elif name == EVERY_META_FEATURE:
                described = history(metric, every_meta_feature=True)
                found = curves(described, arguments.seed)
            means = " | ".join(f"{found[:, k - 1].mean():.4f}" for k in LENGTHS)
            print(f"| {name} | {means} |", end="")
            for k in (1, 5):
                change = (found - whole)[:, k - 1]
                low, high = bootstrap.interval(change)
                print(f" {change.mean():+.4f} [{low:+.4f}, {high:+.4f}] |", end="")
            print(flush=True)


if __name__ == "__main__":
    main()
