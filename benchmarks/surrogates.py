"""Measure what is learned from results, on YAHPO's surrogates and without meta-features.

Each data set of a surrogate is left out once; the others are known by the scores of 3,000 random
configurations. Compared: the static portfolio (greedy cover of the known data sets); one Gaussian
over the log regrets (their mean and covariance over the known data sets), which is told regrets;
and the belief of `MetaSampler`, which is told scores only and has to find their scale itself.
The last two take the configuration of the greatest expected improvement, the Gaussian after each
result, the belief after the first three. Regret is (best so far - best of the 3,000) / (median of
the 3,000 - best), at most 1, and below 0 where the belief tries a better one that its prior has
bred. No method that knows nothing of the data set and begins with one of the 3,000 can have a
better first trial than the configuration that is best on average in hindsight: that bound is
printed first.

    python benchmarks/surrogates.py --surrogates FOLDER --cache FOLDER [--every 3] [--offset 0]
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr
from warmstart import N_CONFIGURATIONS, read_space, show

from metarec.history.sources._surrogates import OUTPUTS, SCENARIOS, Surrogate
from metarec.metalearners.cover import greedy_cover
from metarec.warmstart import Prior, prior_from_losses

N_TRIALS = 20
SHOWN = (1, 2, 3, 5, 10, 20)
METRICS = ("logloss", "auc")
FLOOR = 0.01
NOISE = 1e-3


def read_answers(surrogate: Surrogate, draws: list[Any], ids: list[int], cache: Path) -> Any:
    """Log loss and AUC of all configurations on all data sets; asked for once."""
    path = cache / f"{surrogate.scenario.name}.npy"
    if not path.exists():
        answers = surrogate.ask(draws, ids)[:, [OUTPUTS.index(each) for each in METRICS]]
        np.save(path, answers.reshape(len(ids), len(draws), len(METRICS)).astype(np.float32))
    return np.load(path).astype(np.float64)


def told_regrets(known: np.ndarray, truth: np.ndarray) -> list[int]:
    """What one Gaussian over log regrets tries.

    The covariance has the rank of the known data sets: updates are of their weights.
    """
    logs = np.log(known + FLOOR)
    expected = logs.mean(axis=0)
    loadings = (logs - expected).T / np.sqrt(len(logs))
    uncertain = np.eye(len(logs))
    variance = (loadings**2).sum(axis=1)
    tried = [int(known.mean(axis=0).argmin())]
    while len(tried) < N_TRIALS:
        last = tried[-1]
        weights = uncertain @ loadings[last]
        shared = loadings @ weights
        total = shared[last] + NOISE
        expected = expected + (np.log(truth[last] + FLOOR) - expected[last]) * shared / total
        variance = variance - shared**2 / total
        uncertain -= np.outer(weights, weights) / total
        deviation = np.sqrt(np.maximum(variance, 1e-9))
        lowest = truth[tried].min() + FLOOR
        z = (np.log(lowest) - expected) / deviation
        improvement = lowest * ndtr(z)
        improvement -= np.exp(expected + deviation**2 / 2) * ndtr(z - deviation)
        improvement[tried] = -np.inf
        tried.append(int(improvement.argmax()))
    return tried


def told_losses(prior: Prior, losses: np.ndarray) -> list[int]:
    """Which candidates the belief of `MetaSampler` tries."""
    belief = prior.belief()
    tried: list[int] = []
    while len(tried) < N_TRIALS:
        if len(tried) < prior.n_covering:
            tried.append(int(prior.order[len(tried)]))
        else:
            improvement = belief.improvement()
            improvement[tried] = -np.inf
            tried.append(int(improvement.argmax()))
        belief.observe(tried[-1], float(losses[tried[-1]]))
    return tried


def to_losses(scores: np.ndarray, metric: str) -> np.ndarray:
    """Lower is better, 0 the least."""
    return 1.0 - scores if metric == "auc" else np.maximum(scores, 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surrogates", type=Path, required=True, help="has a folder of each")
    parser.add_argument("--cache", type=Path, required=True, help="a folder for answers")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th data set")
    parser.add_argument("--offset", type=int, default=0)
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--scenarios", nargs="+", choices=names, default=names)
    parser.add_argument("--metrics", nargs="+", choices=METRICS, default=METRICS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found: dict[str, dict[str, list[list[float]]]] = {}
    for scenario in (each for each in SCENARIOS if each.name in arguments.scenarios):
        folder = arguments.surrogates / scenario.name
        space, _, ids = read_space(folder)
        surrogate = Surrogate(folder, scenario)
        draws = list(surrogate.draw(N_CONFIGURATIONS, 0, suggestable=False))
        answers = read_answers(surrogate, draws, ids, arguments.cache)
        for metric in arguments.metrics:
            scores = answers[:, :, METRICS.index(metric)]
            losses = to_losses(scores, metric)
            least = losses.min(axis=1, keepdims=True)
            spread = np.median(losses, axis=1, keepdims=True) - least
            regret = np.minimum((losses - least) / spread, 1.0)
            curves = found.setdefault(f"{scenario.name} {metric}", {})
            for row in range(arguments.offset, len(ids), arguments.every):
                others = np.arange(len(ids)) != row
                known, truth = regret[others], regret[row]
                usable = np.ones(len(draws), dtype=bool)
                prior = prior_from_losses(draws, losses[others], space=space)
                answered = surrogate.ask(list(prior.candidates), [ids[row]])
                of_candidates = to_losses(answered[:, OUTPUTS.index(metric)], metric)
                tried = told_losses(prior, of_candidates)
                methods = {
                    "portfolio": truth[greedy_cover(known, usable, N_TRIALS)],
                    "Gaussian, told regrets": truth[told_regrets(known, truth)],
                    "MetaSampler's belief": np.minimum(
                        (of_candidates[tried] - least[row]) / spread[row], 1.0
                    ),
                }
                for name, regrets in methods.items():
                    curves.setdefault(name, []).append(np.minimum.accumulate(regrets).tolist())
                if arguments.json:
                    arguments.json.write_text(json.dumps(found))
            bound = regret.mean(axis=0).min()
            print(f"\n{scenario.name}, {metric}: first trial in hindsight {bound:.3f}\n")
            show({name: np.array(each) for name, each in curves.items()}, SHOWN)


if __name__ == "__main__":
    main()
