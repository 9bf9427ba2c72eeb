"""Search configurations for the library that is run on every table.

On each table every base-learner's space is searched by Optuna's TPE, cross-validated on a sample of
1,000 rows, under RMSE, or balanced accuracy and log loss in turn. Of each table the best
configuration of every base-learner that comes close to the best of all becomes an entry of a
library, with the origin "tuned". The tables must not be those that anything is reported on.

    python benchmarks/search_library.py TABLES --index INDEX --kind regression --output tuned.json
"""

import argparse
from pathlib import Path

import numpy as np
import optuna

from metarec.collecting.evaluating import FoldResult, evaluate
from metarec.collecting.tables import TableFile, find_tables
from metarec.collecting.tasks import Protocol, load_task
from metarec.history import METRICS
from metarec.history.library import Library, LibraryEntry, write_library
from metarec.learners import Configuration, kind_of
from metarec.tuning.space import suggest_configuration

TRIALS = {
    "regression": {
        "svm": 40, "lightgbm": 30, "gradient_boosting": 25, "hist_gradient_boosting": 20, "mlp": 25,
        "extra_trees": 15, "elastic_net": 12, "linear_svm": 8, "knn": 8,
    },
    "classification": {
        "svm": 35, "lightgbm": 30, "gradient_boosting": 12, "hist_gradient_boosting": 18, "mlp": 25,
        "extra_trees": 15, "logistic_regression": 10, "knn": 8, "qda": 5,
    },
}  # fmt: skip
PROTOCOL = Protocol(n_folds=3, max_rows=1000)
SECONDS = 45
"""For one base-learner on one table."""
CLOSE = {
    "rmse": lambda best: 1.05 * best,
    "log_loss": lambda best: 1.08 * best,
    "balanced_accuracy": lambda best: best + 0.01,
}
"""Loss up to which a base-learner's best enters."""
DIGITS = 4


def search(
    file: TableFile, algorithm: str, n_trials: int, metric: str, seed: int
) -> tuple[float, Configuration] | None:
    """The least mean loss over the folds, and the configuration that has it."""
    sign = -1.0 if METRICS[metric] == "maximize" else 1.0
    shape = load_task(file, PROTOCOL).card.shape
    found: dict[int, Configuration] = {}

    def objective(trial: optuna.Trial) -> float:
        configuration = suggest_configuration(trial, [algorithm], shape)
        found[trial.number] = configuration
        losses: list[float] = []
        for result in evaluate(file, PROTOCOL, configuration):
            if isinstance(result, FoldResult):
                losses.append(sign * result.scores[metric])
                trial.report(float(np.mean(losses)), len(losses) - 1)
                if len(losses) < PROTOCOL.n_folds and trial.should_prune():
                    raise optuna.TrialPruned
        return float(np.mean(losses))

    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=max(5, n_trials // 4)),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
    )
    study.optimize(objective, n_trials=n_trials, timeout=SECONDS, catch=(Exception,))
    complete = [each for each in study.trials if each.value is not None]
    if not complete:
        return None
    best = min(complete, key=lambda each: each.value)
    return best.value, found[best.number]


def rounded(configuration: Configuration) -> Configuration:
    """With numbers that one can read."""
    values = {
        name: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
        for name, value in configuration.hyperparameters.items()
    }
    return Configuration(configuration.algorithm, values)


def main() -> None:
    """Search table by table."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--kind", choices=tuple(TRIALS), required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    chosen: dict[Configuration, LibraryEntry] = {}
    for seed, file in enumerate(find_tables(arguments.tables, index=arguments.index)):
        card = load_task(file, PROTOCOL).card
        if kind_of(card.task) != arguments.kind:
            continue
        metrics = ("rmse",) if arguments.kind == "regression" else ("balanced_accuracy", "log_loss")
        metric = metrics[seed % len(metrics)]
        found = [
            best
            for algorithm, n_trials in TRIALS[arguments.kind].items()
            if (best := search(file, algorithm, n_trials, metric, seed)) is not None
        ]
        most = CLOSE[metric](min((loss for loss, _ in found), default=np.inf))
        for loss, configuration in found:
            if loss <= most:
                entry = LibraryEntry(rounded(configuration), "tuned")
                chosen.setdefault(entry.configuration, entry)
        print(card.dataset, metric, len(chosen))
        write_library(Library(arguments.kind, tuple(chosen.values())), arguments.output)


if __name__ == "__main__":
    main()
