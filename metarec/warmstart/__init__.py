"""Head starts for Optuna studies.

Suggestions become the first trials (`enqueue`), or a sampler begins with what was learned from a
table or from earlier studies and learns on (`MetaSampler`). What it was worth, says `summary`.
"""

from metarec.warmstart.enqueue import Enqueued, enqueue, trial_parameters
from metarec.warmstart.prior import Prior, prior_from_losses
from metarec.warmstart.sampler import MetaSampler
from metarec.warmstart.storage import open_storage
from metarec.warmstart.studies import prior_from_studies
from metarec.warmstart.summary import Summary, summary
from metarec.warmstart.table import prior_from_table

__all__ = [
    "Enqueued",
    "MetaSampler",
    "Prior",
    "Summary",
    "enqueue",
    "open_storage",
    "prior_from_losses",
    "prior_from_studies",
    "prior_from_table",
    "summary",
    "trial_parameters",
]
