"""One of several processes that share a study; run as a script.

    python study_worker.py STORAGE STUDY PRIOR N_TRIALS DYING_TRIALS GO

PRIOR is a pickled prior, GO a file that is waited for, so that workers begin together. The process
kills itself in its trial number DYING_TRIALS, counted from 1; 0 for never.
"""

import os
import pickle
import signal
import sys
import time
from pathlib import Path

import optuna

from metarec.warmstart import MetaSampler, open_storage

CENTRE = 0.5
SECONDS = 0.1


def bowl(x: float, y: float) -> float:
    return float((x - CENTRE) ** 2 + (y - 0.5) ** 2)


def main() -> None:
    storage, study_name, prior, n_trials, dying, go = sys.argv[1:]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(
        study_name=study_name,
        storage=open_storage(storage, heartbeat=1),
        sampler=MetaSampler(pickle.loads(Path(prior).read_bytes()), seed=os.getpid()),
    )
    print("ready", flush=True)
    while not Path(go).exists():
        time.sleep(0.005)
    started = 0

    def objective(trial: optuna.Trial) -> float:
        nonlocal started
        started += 1
        value = bowl(trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1))
        if started == int(dying):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(SECONDS)
        return value

    study.optimize(objective, n_trials=int(n_trials))


if __name__ == "__main__":
    main()
