"""The meta-features that meta-learners see: cheap ones, published where there are classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metarec.learners import Kind

_BOTH: Final = (
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

INPUTS: Final[dict[Kind, tuple[str, ...]]] = {
    "classification": (
        *_BOTH,
        "class_ent",
        "freq_class.min",
        "freq_class.max",
        "freq_class.mean",
        "freq_class.sd_pop",
        "linear_discr.mean",
        "naive_bayes.mean",
    ),
    "regression": (
        *_BOTH,
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
"""Names by kind of task. The 35 of classification are those that Fusi et al. (NeurIPS 2018)
published for OpenML's data sets and that `metafeatures.extract` reproduces."""
