"""Measure what a warm start is worth to an Optuna study.

YAHPO's surrogate of XGBoost stands for 119 data sets. Each is left out once: the prior, and the
static portfolio, are learned from 3,000 random configurations on the others. Four samplers then
run on it, with a log loss to minimise: metarec's `MetaSampler`, the portfolio followed by TPE, TPE
alone and random search; with ``--reversed`` also a prior whose losses were turned over. Regret is
(best so far - best of the 3,000) / (median of the 3,000 - best). Prints means with an interval from
a bootstrap over data sets, and the worst tenth, and can write every curve as JSON.

    python benchmarks/warmstart.py --surrogates FOLDER --cache FILE [--every 4] [--seeds 1 2 3]
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from metarec.history.sources._surrogates import OUTPUTS, SCENARIOS, Surrogate
from metarec.metalearners.cover import greedy_cover
from metarec.warmstart import MetaSampler, Prior, prior_from_losses

N_CONFIGURATIONS = 3000
N_PORTFOLIO = 10
SHOWN = (1, 2, 3, 5, 10, 20, 40, 60)
LOSS = OUTPUTS.index("logloss")
FIDELITIES = ("task_id", "trainsize", "repl")


def read_space(folder: Path) -> tuple[dict[str, Any], dict[str, tuple[str, list[str]]], list[int]]:
    """Distributions, conditions (parent and its values), and OpenML ids of the data sets."""
    content = json.loads((folder / "config_space.json").read_text())
    space: dict[str, Any] = {}
    for spec in content["hyperparameters"]:
        if spec["name"] == "task_id":
            ids = sorted(map(int, spec["choices"]))
        if spec["name"] in FIDELITIES:
            continue
        if spec["type"] == "categorical":
            space[spec["name"]] = CategoricalDistribution(spec["choices"])
        else:
            kind = IntDistribution if spec["type"] == "uniform_int" else FloatDistribution
            space[spec["name"]] = kind(spec["lower"], spec["upper"], log=spec["log"])
    conditions = {
        each["child"]: (each["parent"], each.get("values") or [each["value"]])
        for each in content["conditions"]
    }
    # Parents are asked for first.
    ordered = sorted(space, key=lambda name: (name in conditions, name))
    return {name: space[name] for name in ordered}, conditions, ids


def read_losses(surrogate: Surrogate, draws: list[Any], ids: list[int], cache: Path) -> np.ndarray:
    """Log loss of all configurations on all data sets; asked for once."""
    if not cache.exists():
        answers = surrogate.ask(draws, ids)[:, LOSS]
        np.save(cache, answers.reshape(len(ids), len(draws)))
    return np.maximum(np.load(cache), 0.0)


class Objective:
    """The log loss on one data set."""

    def __init__(self, surrogate: Surrogate, openml_id: int, space: Any, conditions: Any) -> None:
        self._surrogate, self._id = surrogate, openml_id
        self._space, self._conditions = space, conditions

    def __call__(self, trial: optuna.Trial) -> float:
        """What Optuna calls."""
        draw: dict[str, Any] = {}
        for name, spec in self._space.items():
            if name in self._conditions:
                parent, values = self._conditions[name]
                if draw[parent] not in values:
                    continue
            if isinstance(spec, CategoricalDistribution):
                draw[name] = trial.suggest_categorical(name, spec.choices)
            elif isinstance(spec, IntDistribution):
                draw[name] = trial.suggest_int(name, spec.low, spec.high, log=spec.log)
            else:
                draw[name] = trial.suggest_float(name, spec.low, spec.high, log=spec.log)
        return max(float(self._surrogate.ask([draw], [self._id])[0, LOSS]), 0.0)


def make_study(
    method: str, seed: int, priors: dict[str, Prior], portfolio: list[Any]
) -> optuna.Study:
    if method in priors:
        sampler: optuna.samplers.BaseSampler = MetaSampler(priors[method], seed=seed)
    elif method == "random":
        sampler = optuna.samplers.RandomSampler(seed=seed)
    else:
        sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.create_study(sampler=sampler)
    if method == "portfolio + TPE":
        for draw in portfolio:
            study.enqueue_trial(draw)
    return study


def show(curves: dict[str, np.ndarray], ks: tuple[int, ...] = SHOWN) -> None:
    """Print a Markdown table; curves are (n_datasets, n_trials), means over seeds."""
    shown = [k for k in ks if k <= next(iter(curves.values())).shape[1]]
    generator = np.random.default_rng(0)
    print("| mean regret [95 %]; worst tenth | " + " | ".join(f"@{k}" for k in shown) + " |")
    print("|---" * (len(shown) + 1) + "|")
    for name, curve in curves.items():
        cells = []
        for k in shown:
            at = curve[:, k - 1]
            drawn = generator.choice(at, (2000, len(at))).mean(axis=1)
            low, high = np.quantile(drawn, [0.025, 0.975])
            worst = np.sort(at)[-max(len(at) // 10, 1) :].mean()
            cells.append(f"{at.mean():.3f} [{low:.3f}, {high:.3f}]; {worst:.2f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surrogates", type=Path, required=True, help="has rbv2_xgboost/")
    parser.add_argument("--cache", type=Path, required=True, help="an .npy file to be made")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th data set")
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--methods", nargs="+")
    parser.add_argument("--reversed", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    folder = arguments.surrogates / "rbv2_xgboost"
    space, conditions, ids = read_space(folder)
    surrogate = Surrogate(folder, SCENARIOS[0])
    draws = list(surrogate.draw(N_CONFIGURATIONS, 0, suggestable=False))
    losses = read_losses(surrogate, draws, ids, arguments.cache)
    best = losses.min(axis=1)
    spread = np.median(losses, axis=1) - best
    regret = np.minimum((losses - best[:, None]) / spread[:, None], 1.0)
    rows = range(arguments.offset, len(ids), arguments.every)
    curves: dict[str, list[list[list[float]]]] = {}
    seconds: dict[str, float] = {}
    for row in rows:
        others = np.arange(len(ids)) != row
        priors = {"MetaSampler": prior_from_losses(draws, losses[others], space=space)}
        if arguments.reversed:
            turned = losses[others].max(axis=1, keepdims=True) - losses[others]
            priors["MetaSampler, prior reversed"] = prior_from_losses(draws, turned, space=space)
        covering = greedy_cover(regret[others], np.ones(len(draws), dtype=bool), N_PORTFOLIO)
        portfolio = [draws[column] for column in covering]
        objective = Objective(surrogate, ids[row], space, conditions)
        for method in arguments.methods or [*priors, "portfolio + TPE", "TPE", "random"]:
            started = time.process_time()
            runs = []
            for seed in arguments.seeds:
                study = make_study(method, seed, priors, portfolio)
                study.optimize(objective, n_trials=arguments.trials)
                values = np.minimum.accumulate([trial.value for trial in study.trials])
                runs.append(((values - best[row]) / spread[row]).tolist())
            curves.setdefault(method, []).append(runs)
            seconds[method] = seconds.get(method, 0.0) + time.process_time() - started
        if arguments.json:
            arguments.json.write_text(json.dumps({"datasets": ids, "curves": curves}))
    print(f"{len(rows)} data sets, seeds {arguments.seeds}")
    show({name: np.array(runs).mean(axis=1) for name, runs in curves.items()})
    trials = len(rows) * len(arguments.seeds) * arguments.trials
    print(
        {name: f"{1000 * each / trials:.1f} ms of CPU per trial" for name, each in seconds.items()}
    )


if __name__ == "__main__":
    main()
