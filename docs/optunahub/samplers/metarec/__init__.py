"""metarec's sampler, as OptunaHub loads it."""

from metarec.warmstart import (
    MetaSampler,
    prior_from_losses,
    prior_from_studies,
    prior_from_table,
    summary,
)

__all__ = [
    "MetaSampler",
    "prior_from_losses",
    "prior_from_studies",
    "prior_from_table",
    "summary",
]
