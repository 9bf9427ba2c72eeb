"""Begin a study with what five earlier ones found."""

import optuna
import optunahub


def objective(trial: optuna.Trial, best: float) -> float:
    """A validation error, say, on a data set whose best learning rate is `best`."""
    rate = trial.suggest_float("learning_rate", 1e-4, 1.0, log=True)
    depth = trial.suggest_int("max_depth", 1, 12)
    return abs(rate - best) + 0.01 * abs(depth - 6)


def main() -> None:
    """Run the earlier studies, learn from them, and run one more."""
    hub = optunahub.load_module("samplers/metarec")
    earlier = []
    for seed, best in enumerate((0.05, 0.08, 0.1, 0.12, 0.15)):
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(lambda trial, best=best: objective(trial, best), n_trials=30)
        earlier.append(study)
    prior = hub.prior_from_studies(earlier)
    study = optuna.create_study(sampler=hub.MetaSampler(prior, seed=0))
    study.optimize(lambda trial: objective(trial, 0.09), n_trials=20)
    print(study.best_trial)
    print(hub.summary(study))


if __name__ == "__main__":
    main()
