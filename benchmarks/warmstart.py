"""Measure what a warm start is worth to an Optuna study.

YAHPO's surrogate of XGBoost stands for 119 data sets, that of decision trees for 117. Each is left
out once: the prior, and the static portfolio, are learned from 3,000 random configurations on the
others. Samplers then run on it, with a log loss to minimise: metarec's `MetaSampler`, the portfolio
followed by TPE, TPE alone, Optuna's Gaussian process (needs torch) and random search; and
`MetaSampler` with a prior whose losses were turned over. With a tuned history, the prior and the
portfolio also know the six best configurations of a search of 1,000 on each of the others, as
earlier studies would leave them. Regret is (best so far - best of the 3,000) / (median of the
3,000 - best), below 0 where a sampler found better ones. Each study is written as a JSON line when
it is done, and one that is there is not run again. Then prints means over data sets with an
interval from a bootstrap over them, and the worst tenth; how many trials cold TPE needs to reach
the fifth of `MetaSampler`; and how much worse it is at most.

    python benchmarks/warmstart.py --surrogates FOLDER --cache FOLDER --results FILE.jsonl
        [--scenario rbv2_xgboost] [--methods MetaSampler TPE ...] [--every 4] [--seeds 1 2 3]
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
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
OURS, COLD = "MetaSampler", "TPE"
TUNED = ", tuned history"
N_TUNED, N_GENERATIONS, N_CHILDREN, N_PARENTS = 6, 10, 100, 20
"""Configurations that a search on a known data set leaves, and how it searches."""


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
    path = cache / f"{surrogate.scenario.name}_{len(draws)}.npy"
    if not path.exists():
        answers = surrogate.ask(draws, ids)[:, LOSS]
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, answers.reshape(len(ids), len(draws)))
    return np.maximum(np.load(path), 0.0)


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


@dataclass(frozen=True, eq=False)
class Known:
    """What a method may learn from: all data sets but one."""

    draws: list[Any]
    losses: np.ndarray
    space: dict[str, Any]

    @cached_property
    def prior(self) -> Prior:
        """What `MetaSampler` begins with."""
        return prior_from_losses(self.draws, self.losses, space=self.space)

    def warm(self, seed: int) -> optuna.Study:
        """`MetaSampler`."""
        return optuna.create_study(sampler=MetaSampler(self.prior, seed=seed))

    def reversed(self, seed: int) -> optuna.Study:
        """`MetaSampler` with a prior that takes the worst for the best.

        Each data set keeps its losses, yet the best configuration has the highest.
        """
        rank = self.losses.argsort(axis=1, kind="stable").argsort(axis=1)
        highest_first = -np.sort(-self.losses, axis=1)
        turned = np.take_along_axis(highest_first, rank, axis=1)
        prior = prior_from_losses(self.draws, turned, space=self.space)
        return optuna.create_study(sampler=MetaSampler(prior, seed=seed))

    def portfolio(self, seed: int) -> optuna.Study:
        """The configurations that cover the known data sets, then TPE."""
        study = self.cold(seed)
        for column in greedy_cover(
            regrets(self.losses), np.ones(len(self.draws), dtype=bool), N_PORTFOLIO
        ):
            study.enqueue_trial(self.draws[column])
        return study

    def cold(self, seed: int) -> optuna.Study:
        """TPE."""
        return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))

    def gaussian_process(self, seed: int) -> optuna.Study:
        """Optuna's sampler of that name."""
        return optuna.create_study(sampler=optuna.samplers.GPSampler(seed=seed))

    def random(self, seed: int) -> optuna.Study:
        """Random search."""
        return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))


METHODS: dict[str, Callable[[Known, int], optuna.Study]] = {
    OURS: Known.warm,
    OURS + TUNED: Known.warm,
    "MetaSampler, prior reversed": Known.reversed,
    "portfolio + TPE": Known.portfolio,
    "portfolio + TPE" + TUNED: Known.portfolio,
    COLD: Known.cold,
    "GP": Known.gaussian_process,
    "random": Known.random,
}


def regrets(losses: np.ndarray) -> np.ndarray:
    """Of each data set's configurations: 0 the best, 1 the median and all above."""
    least = losses.min(axis=1, keepdims=True)
    spread = np.median(losses, axis=1, keepdims=True) - least
    return np.minimum((losses - least) / spread, 1.0)


def mutate(draw: Any, space: Any, conditions: Any, generator: np.random.Generator) -> Any:
    """A configuration near another one; what it lacks is drawn at random."""
    child: dict[str, Any] = {}
    for name, spec in space.items():
        parent, values = conditions.get(name, (name, []))
        if parent != name and child[parent] not in values:
            continue
        kept = name in draw and generator.random() < 0.5
        if isinstance(spec, CategoricalDistribution):
            random = spec.choices[generator.integers(len(spec.choices))]
            child[name] = draw[name] if kept or generator.random() < 0.8 else random
            continue
        ends = np.array([spec.low, spec.high], dtype=float)
        low, high = np.log(ends) if spec.log else ends
        value = low + (high - low) * generator.random()
        if name in draw:
            step = generator.normal() * generator.choice([0.02, 0.1, 0.3]) * (high - low)
            value = (np.log(draw[name]) if spec.log else draw[name]) + (not kept) * step
        value = np.clip(np.exp(value) if spec.log else value, *ends)
        child[name] = round(value) if isinstance(spec, IntDistribution) else float(value)
    return child


def search(surrogate: Surrogate, openml_id: int, parents: list[Any], *rules: Any) -> list[Any]:
    """The best configurations that an evolution on one data set finds."""
    generator = np.random.default_rng(openml_id)
    for _ in range(N_GENERATIONS):
        chosen = generator.integers(len(parents), size=N_CHILDREN)
        parents = parents + [mutate(parents[at], *rules, generator) for at in chosen]
        losses = surrogate.ask(parents, [openml_id])[:, LOSS]
        parents = [parents[at] for at in np.argsort(losses, kind="stable")[:N_PARENTS]]
    return parents[:N_TUNED]


def read_tuned(
    surrogate: Surrogate, known: Known, ids: list[int], conditions: Any, cache: Path
) -> tuple[list[Any], np.ndarray]:
    """What a search on each data set found, and its losses on all of them; searched for once."""
    path = cache / f"{surrogate.scenario.name}_tuned.json"
    if not path.exists():
        found = []
        for openml_id, losses in zip(ids, known.losses, strict=True):
            best = [known.draws[at] for at in np.argsort(losses, kind="stable")[:N_PARENTS]]
            found += search(surrogate, openml_id, best, known.space, conditions)
        path.write_text(json.dumps(found))
    found = json.loads(path.read_text())
    losses = surrogate.ask(found, ids)[:, LOSS].reshape(len(ids), len(found))
    return found, np.maximum(losses, 0.0)


def read_results(path: Path) -> dict[tuple[str, str, int, int], list[float]]:
    """Scenario, method, data set and seed to the values of a study's trials."""
    if not path.exists():
        return {}
    lines = map(json.loads, path.read_text().splitlines())
    return {
        (each["scenario"], each["method"], each["dataset"], each["seed"]): each["values"]
        for each in lines
    }


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


def compare(curves: dict[str, np.ndarray]) -> None:
    """Print what `MetaSampler` saves and loses against cold TPE."""
    ours, cold = curves[OURS].mean(axis=0), curves[COLD].mean(axis=0)
    reached = np.flatnonzero(cold <= ours[4]) + 1
    needed = f"{reached[0]}" if reached.size else f"more than {len(cold)}"
    print(f"\nTrials that cold TPE needs for the mean regret of {OURS}'s fifth: {needed}")
    for name, curve in curves.items():
        if not name.startswith(OURS):
            continue
        for k in (40, 60):
            worse = curve[:, k - 1] - curves[COLD][:, k - 1]
            print(
                f"{name} - TPE @{k}: mean {worse.mean():.4f}, most {worse.max():.4f}, "
                f"above .01 on {(worse > 0.01).sum()} of {len(worse)} data sets"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surrogates", type=Path, required=True, help="has a folder of each")
    parser.add_argument("--cache", type=Path, required=True, help="a folder for answers")
    parser.add_argument("--results", type=Path, required=True, help="JSON lines, added to")
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--scenario", choices=names, default=names[0])
    parser.add_argument("--every", type=int, default=1, help="only each so many-th data set")
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    folder = arguments.surrogates / arguments.scenario
    space, conditions, ids = read_space(folder)
    surrogate = Surrogate(folder, SCENARIOS[names.index(arguments.scenario)])
    draws = list(surrogate.draw(N_CONFIGURATIONS, 0, suggestable=False))
    losses = read_losses(surrogate, draws, ids, arguments.cache)
    everything = Known(draws, losses, space)
    found, of_found = read_tuned(surrogate, everything, ids, conditions, arguments.cache)
    done = read_results(arguments.results)
    rows = list(range(arguments.offset, len(ids), arguments.every))
    for row in rows:
        known = Known(draws, np.delete(losses, row, axis=0), space)
        # Without what was found on this data set.
        others = np.arange(len(found)) // N_TUNED != row
        tuned = Known(
            draws + [draw for draw, other in zip(found, others, strict=True) if other],
            np.delete(np.hstack([losses, of_found[:, others]]), row, axis=0),
            space,
        )
        objective = Objective(surrogate, ids[row], space, conditions)
        for method in arguments.methods:
            for seed in arguments.seeds:
                key = arguments.scenario, method, ids[row], seed
                if len(done.get(key, ())) >= arguments.trials:
                    continue
                study = METHODS[method](tuned if method.endswith(TUNED) else known, seed)
                started = time.process_time()
                study.optimize(objective, n_trials=arguments.trials)
                seconds = time.process_time() - started
                done[key] = [trial.values[0] for trial in study.trials]
                line = dict(zip(("scenario", "method", "dataset", "seed"), key, strict=True))
                line |= {"seconds": round(seconds, 3), "values": done[key]}
                with arguments.results.open("a") as file:
                    file.write(json.dumps(line) + "\n")
    least = losses.min(axis=1)
    spread = np.median(losses, axis=1) - least
    curves = {}
    for method in arguments.methods:
        values = np.array(
            [
                [done[arguments.scenario, method, ids[row], seed] for seed in arguments.seeds]
                for row in rows
            ]
        )
        best = np.minimum.accumulate(values[:, :, : arguments.trials], axis=2).mean(axis=1)
        curves[method] = (best - least[rows, None]) / spread[rows, None]
    print(f"{arguments.scenario}: {len(rows)} data sets, seeds {arguments.seeds}\n")
    show(curves)
    if {OURS, COLD} <= set(curves) and arguments.trials >= SHOWN[-1]:
        compare(curves)


if __name__ == "__main__":
    main()
