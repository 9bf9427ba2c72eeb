"""Head starts for Optuna studies: suggestions become the first trials; sampling stays Optuna's."""

from metarec.warmstart.enqueue import Enqueued, enqueue, trial_parameters

__all__ = ["Enqueued", "enqueue", "trial_parameters"]
