"""Why a configuration is expected to do better on a task than the average one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metarec._types import FloatMatrix

ELSEWHERE: Final = ("similar", "all")
"""Where a configuration was seen before: on data sets of similar meta-features or size, and on all
of them."""


@dataclass(frozen=True, eq=False)
class Advantage:
    """What speaks for some configurations, against the average configuration on the same task.

    An effect is by how much the expected logarithm of (regret + 0.05) is less than that of the
    average configuration: positive speaks for the configuration, and 0.1 is about a tenth of its
    regret. The effects of one configuration add up to the whole difference.
    """

    of_meta_features: FloatMatrix
    """Shape (n_chosen, n_meta_features): effects of what the table is like."""
    of_results: FloatMatrix
    """Shape (n_chosen, 2): effects of how the configuration did `ELSEWHERE`."""
    regret: FloatMatrix
    """Shape (n_chosen, 2): the regret that it typically has there (geometric mean)."""
    average_regret: FloatMatrix
    """Shape (1, 2): the same of the average configuration."""
