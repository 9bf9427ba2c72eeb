"""Meta-testing of meta-learners; not the validation of a single pipeline, which is tuning's."""

from metarec.evaluation.ablation import ablate_sources
from metarec.evaluation.bootstrap import Bootstrap
from metarec.evaluation.folds import leave_families_out
from metarec.evaluation.meta_test import meta_test
from metarec.evaluation.noise import NoiseFloor, noise_floor
from metarec.evaluation.plots import check_plot, plot
from metarec.evaluation.reports import to_dict, to_frame
from metarec.evaluation.result import (
    LIST_LENGTHS,
    USUAL_BASELINE,
    Comparison,
    Figure,
    MetaTest,
    RankTest,
)

__all__ = [
    "LIST_LENGTHS",
    "USUAL_BASELINE",
    "Bootstrap",
    "Comparison",
    "Figure",
    "MetaTest",
    "NoiseFloor",
    "RankTest",
    "ablate_sources",
    "check_plot",
    "leave_families_out",
    "meta_test",
    "noise_floor",
    "plot",
    "to_dict",
    "to_frame",
]
