"""The meta-features that meta-learners see: cheap ones, published where there are classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metarec.learners import Kind

_OF_ANY_TARGET: Final = (
    "nr_inst",
    "log_nr_inst",
    "nr_attr",
    "log_nr_attr",
    "nr_class",
    "nr_num",
    "nr_cat",
    "attr_to_inst",
    "log_attr_to_inst",
    "inst_to_attr",
    "log_inst_to_attr",
    "symbols.min",
    "symbols.max",
    "symbols.mean",
    "symbols.sd_pop",
    "symbols.sum",
    "skewness_biased.min",
    "skewness_biased.max",
    "skewness_biased.mean",
    "skewness_biased.sd_pop",
    "kurtosis_biased.min",
    "kurtosis_biased.max",
    "kurtosis_biased.mean",
    "kurtosis_biased.sd_pop",
    "pca_fraction_95",
    "pca_kurtosis_first_pc",
    "best_node.mean",
    "one_nn.mean",
)

REPRODUCED: Final = (
    *_OF_ANY_TARGET,
    "class_ent",
    "freq_class.min",
    "freq_class.max",
    "freq_class.mean",
    "freq_class.sd_pop",
    "linear_discr.mean",
    "naive_bayes.mean",
)
"""Meta-features that Fusi et al. (NeurIPS 2018) published and `metafeatures.extract` reproduces.

Measured by `benchmarks/metafeature_agreement.py`; the others are left out, because a missing value
is better than a wrong one.
"""

INPUTS: Final[dict[Kind, tuple[str, ...]]] = {
    "classification": REPRODUCED,
    "regression": (
        *_OF_ANY_TARGET,
        "cor_target.max",
        "cor_target.mean",
        "linear_regr.mean",
        "mut_inf_target.max",
        "mut_inf_target.mean",
        "rank_cor_target.max",
        "rank_cor_target.mean",
        "target_distinct_share",
        "target_kurtosis",
        "target_outliers",
        "target_sd",
        "target_skewness",
    ),
}
"""Names by kind of task."""
