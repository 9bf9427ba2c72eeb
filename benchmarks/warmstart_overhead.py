"""Measure what `MetaSampler` costs a trial, and what further workers add.

The prior is learned from 100 synthetic studies of 3,000 configurations of eight parameters. First
the process time of each trial (suggest and store, in memory) of studies of 60 trials, `MetaSampler`
beside TPE alone. With ``--storage``, a database that may be written to (`.ci/with_postgresql`
starts one), then processes share a study whose trials sleep 0.2 s: how many trials one and several
of them finish in the same time, counted from when all are ready.

    python benchmarks/warmstart_overhead.py
    .ci/with_postgresql bash -c \
        'python benchmarks/warmstart_overhead.py --storage "$METAREC_TEST_POSTGRESQL"'
"""

import argparse
import pickle
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import FloatDistribution

from metarec.warmstart import MetaSampler, Prior, open_storage, prior_from_losses, summary

N_STUDIES, N_CONFIGURATIONS, N_TRIALS = 100, 3000, 60
SPACE = {f"x{at}": FloatDistribution(0.0, 1.0) for at in range(8)}
SLEEP = 0.2


def make_prior() -> Prior:
    generator = np.random.default_rng(0)
    points = generator.random((N_CONFIGURATIONS, len(SPACE)))
    centres = generator.uniform(0.2, 0.5, (N_STUDIES, len(SPACE)))
    losses = np.square(points - centres[:, None]).sum(axis=2)
    candidates = [dict(zip(SPACE, each, strict=True)) for each in points.tolist()]
    return prior_from_losses(candidates, losses, space=SPACE)


def objective(trial: optuna.Trial) -> float:
    return sum((trial.suggest_float(name, 0.0, 1.0) - 0.4) ** 2 for name in SPACE)


def cost(sampler: optuna.samplers.BaseSampler) -> tuple[list[float], optuna.Study]:
    """Milliseconds of each trial, and the study."""
    study = optuna.create_study(sampler=sampler)
    spent = []
    for _ in range(N_TRIALS):
        started = time.process_time()
        study.optimize(objective, n_trials=1)
        spent.append(1000 * (time.process_time() - started))
    return spent, study


def slow(trial: optuna.Trial) -> float:
    time.sleep(SLEEP)
    return objective(trial)


def work(storage: str, name: str, prior: Path, seconds: float) -> None:
    """One worker: says that it is ready, waits for a line, and works."""
    sampler = MetaSampler(pickle.loads(prior.read_bytes()))
    study = optuna.load_study(study_name=name, storage=open_storage(storage), sampler=sampler)
    print("ready", flush=True)
    sys.stdin.readline()
    study.optimize(slow, timeout=seconds)


def throughput(storage: str, prior: Path, n_workers: int, seconds: float) -> int:
    """Trials that workers finish together."""
    name = uuid.uuid4().hex
    study = optuna.create_study(study_name=name, storage=open_storage(storage))
    command = [sys.executable, __file__, "--worker", name, str(prior), "--seconds", str(seconds)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [
        subprocess.Popen([*command, "--storage", storage], **pipes) for _ in range(n_workers)
    ]
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate()
    trials = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    origins = list(summary(study).origins.values())
    print(
        f"{n_workers} workers: {len(trials)} trials in {seconds:g} s, "
        f"{origins.count('prior')} of them the prior's"
    )
    optuna.delete_study(study_name=name, storage=open_storage(storage))
    return len(trials)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--storage", help="URL of a database")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--worker", nargs=2, metavar=("STUDY", "PRIOR"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if arguments.worker:
        name, path = arguments.worker
        work(arguments.storage, name, Path(path), arguments.seconds)
        return
    prior = make_prior()
    print(f"milliseconds of CPU per trial, studies of {N_TRIALS}:")
    for run in range(arguments.runs):
        warm, study = cost(MetaSampler(prior, seed=run))
        own = [each != "sampler" for each in summary(study).origins.values()]
        cold, _ = cost(optuna.samplers.TPESampler(seed=run))
        print(
            f"MetaSampler mean {np.mean(warm):.1f}, most {max(warm):.1f}; "
            f"its {sum(own)} trials of the prior {np.mean(np.array(warm)[own]):.1f}; "
            f"TPE mean {np.mean(cold):.1f}, most {max(cold):.1f}"
        )
    if arguments.storage is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prior"
        path.write_bytes(pickle.dumps(prior))
        for _ in range(arguments.runs):
            one = throughput(arguments.storage, path, 1, arguments.seconds)
            all_ = throughput(arguments.storage, path, arguments.workers, arguments.seconds)
            print(f"{arguments.workers} workers do {all_ / one:.2f} times the trials of one")


if __name__ == "__main__":
    main()
