"""Regret after a time instead of after a number of suggestions, on data sets that were left out.

Whole families of metarec's own data sets are left out. Each method tries one configuration after
the other, and each takes the seconds that it took in the history; how long it will take is
predicted from the others. The unit of time is the mean over the configurations on the data set.
Where time is what runs out, a method may weigh what it expects by the seconds: `per second`.
Prints Markdown: mean regret with a 95 % bootstrap interval over families; nothing finished is 1.

    python benchmarks/time_budget.py [--metrics accuracy rmse] [--seeds 0]
"""

import argparse
from collections.abc import Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from metarec.evaluation import Bootstrap, leave_families_out
from metarec.evaluation.meta_test import tried_order
from metarec.history import METRICS, REGRESSION_METRICS, HistoryStore, build_meta_dataset
from metarec.learners import TableShape
from metarec.metalearners import FitTime, Task, get_metalearner

BUDGETS = (0.5, 1.0, 3.0, 5.0, 10.0, 20.0)
N_TRIED = 80
BESIDE_THE_FIT = 0.02
"""Seconds that each fit takes longer than in the history: to start, to predict."""


def portfolio_per_second(regret: np.ndarray, usable: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Greedy cover by what is mended per second; regret is that of the known data sets."""
    covered = np.ones((len(regret), 1))
    open_ = usable.copy()
    chosen: list[int] = []
    while len(chosen) < N_TRIED and open_.any():
        mended = np.nanmean(np.maximum(covered - regret, 0.0), axis=0) / seconds
        chosen.append(int(np.argmax(np.where(open_, mended, -1.0))))
        open_[chosen[-1]] = False
        covered = np.fmin(covered, regret[:, chosen[-1:]])
    return np.array(chosen)


def curves(metric: str, seed: int) -> Iterator[tuple[str, dict[str, list[float]]]]:
    """Family and regret of each method at each budget, for each left-out data set."""
    kind = "regression" if metric in REGRESSION_METRICS else "classification"
    meta_dataset = build_meta_dataset(HistoryStore.shipped(), kind=kind, metric=metric)
    regret, taken = meta_dataset.regret(), meta_dataset.fit_seconds + BESIDE_THE_FIT
    for train, test in leave_families_out(meta_dataset.families, n_folds=5, random_state=seed):
        known = meta_dataset.take(train)
        fit_time = FitTime.fit(known)
        learners = {
            name: get_metalearner(name)().fit(known)
            for name in ("random", "portfolio", "size_aware_portfolio", "sequential")
        }
        for row in test:
            features = meta_dataset.features_of(row)
            usable = np.isfinite(regret[row]) & np.isfinite(taken[row])
            shape = TableShape(
                int(meta_dataset.fit_rows[row]),
                int(features["nr_attr"]),
                int(np.nan_to_num(features["nr_class"])),
            )
            seconds = fit_time.predict(
                meta_dataset.configurations, shape, n_numeric=int(features["nr_num"])
            ).cost
            plain, timed = Task(features, usable), Task(features, usable, seconds)
            scores = meta_dataset.scores[row]
            orders = {
                name: tried_order(learner, plain, scores, N_TRIED)
                for name, learner in learners.items()
            }
            orders["portfolio, per second"] = portfolio_per_second(known.regret(), usable, seconds)
            orders["sequential, per second"] = tried_order(
                learners["sequential"], timed, scores, N_TRIED
            )
            unit = taken[row, usable].mean()
            yield (
                meta_dataset.families[row],
                {
                    name: [
                        float(regret[row, order][taken[row, order].cumsum() <= each * unit].min())
                        if taken[row, order[0]] <= each * unit
                        else 1.0
                        for each in BUDGETS
                    ]
                    for name, order in orders.items()
                },
            )


def main() -> None:
    """Print a table for each metric and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metrics", nargs="+", default=list(METRICS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    arguments = parser.parse_args()
    for metric in arguments.metrics:
        for seed in arguments.seeds:
            with threadpool_limits(limits=1):
                found = list(curves(metric, seed))
            bootstrap = Bootstrap([family for family, _ in found])
            print(f"\n{metric}, seed {seed}, {len(found)} data sets\n")
            print("| | " + " | ".join(f"{each:g}" for each in BUDGETS) + " |")
            print("|---" * (len(BUDGETS) + 1) + "|")
            for name in found[0][1]:
                values = np.array([each[name] for _, each in found])
                ends = zip(values.mean(axis=0), *bootstrap.interval(values), strict=True)
                cells = [f"{mean:.3f} [{low:.3f}, {high:.3f}]" for mean, low, high in ends]
                print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
