"""Reasons in words: what speaks for a configuration on a table, and what against it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.metalearners import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatVector, IntVector
    from metarec.history import MetaDataset
    from metarec.metalearners import MetaLearner, Task
    from metarec.suggestions import Reason

_MOST: Final = 5
_LEAST_EFFECT: Final = 0.01
"""Below a hundredth of the regret, an effect is not worth a line."""
_TELLING_SHARE: Final = 0.6
"""Of the known data sets that must lie to one side of a value before it is low or high."""

_SAME: Final = {
    "log_nr_inst": "nr_inst",
    "log_nr_attr": "nr_attr",
    "freq_class.mean": "nr_class",
    "attr_to_inst": "inst_to_attr",
    "log_attr_to_inst": "inst_to_attr",
    "log_inst_to_attr": "inst_to_attr",
}
"""Meta-features that say nothing but what another one says; trees use either."""

_COUNTS: Final = {
    "nr_inst": "rows",
    "nr_attr": "columns",
    "nr_class": "classes",
    "nr_num": "numeric columns",
    "nr_cat": "categorical columns",
    "inst_to_attr": "rows per column",
    "symbols.min": "levels of the category column with fewest",
    "symbols.max": "levels of the category column with most",
    "symbols.mean": "levels per categorical column",
    "symbols.sum": "levels of all categorical columns",
}
"""What there may be few or many of."""

_AMOUNTS: Final = {
    "symbols.sd_pop": "spread of the columns' numbers of levels",
    "skewness_biased.min": "skewness of the least skewed column",
    "skewness_biased.max": "skewness of the most skewed column",
    "skewness_biased.mean": "mean skewness of the columns",
    "skewness_biased.sd_pop": "spread of the columns' skewness",
    "kurtosis_biased.min": "kurtosis of the column with the lightest tails",
    "kurtosis_biased.max": "kurtosis of the column with the heaviest tails",
    "kurtosis_biased.mean": "mean kurtosis of the columns",
    "kurtosis_biased.sd_pop": "spread of the columns' kurtosis",
    "pca_fraction_95": "share of principal components that hold 95 % of the variance",
    "pca_kurtosis_first_pc": "kurtosis of the first principal component",
    "best_node.mean": "score of a tree with one split",
    "one_nn.mean": "score of the nearest neighbour",
    "linear_discr.mean": "accuracy of a linear discriminant",
    "linear_regr.mean": "R2 of least squares",
    "naive_bayes.mean": "accuracy of naive Bayes",
    "class_ent": "entropy of the classes",
    "freq_class.min": "share of the rarest class",
    "freq_class.max": "share of the largest class",
    "freq_class.sd_pop": "spread of the classes' shares",
    "cor_target.max": "linear correlation of the best column with the target",
    "cor_target.mean": "mean linear correlation with the target",
    "rank_cor_target.max": "rank correlation of the best column with the target",
    "rank_cor_target.mean": "mean rank correlation with the target",
    "mut_inf_target.max": "mutual information of the best column and the target",
    "mut_inf_target.mean": "mean mutual information of columns and target",
    "target_distinct_share": "share of distinct values in the target",
    "target_kurtosis": "kurtosis of the target",
    "target_outliers": "share of outliers in the target",
    "target_sd": "standard deviation of the target",
    "target_skewness": "skewness of the target",
}
"""What may be low or high."""

_QUANTIFIERS: Final = {
    "counts": ("few", "fewer", "many", "more", "a usual number of"),
    "amounts": ("low", "lower", "high", "higher", "a usual"),
}

_UNDEFINED: Final = {
    "symbols": "no categorical columns",
    "skewness_biased": "no numeric columns",
    "kurtosis_biased": "no numeric columns",
}
"""What it means that a meta-feature has no value, by its name without the summary."""

_PLACES: Final = {
    "similar": "similar data sets",
    "all": "all known data sets",
}


def find_reasons(
    metalearner: MetaLearner, meta_dataset: MetaDataset, task: Task, chosen: IntVector
) -> list[tuple[Reason, ...] | None]:
    """Why each chosen configuration is expected to beat the average one on a table, or not to.

    Parameters
    ----------
    metalearner : MetaLearner
        Fitted.
    meta_dataset : MetaDataset
        What it was fitted on.
    task : Task
        The table.
    chosen : ndarray of int
        Columns of the configurations.

    Returns
    -------
    list of (tuple of Reason, or None)
        For each configuration up to five reasons, the strongest first; None from a meta-learner
        that cannot say.
    """
    advantage = metalearner.advantage(task, chosen)
    if advantage is None:
        return [None] * len(chosen)
    properties, member = _properties(meta_dataset.meta_feature_names)
    values = task.vector(properties)
    known = meta_dataset.with_meta_features(properties).meta_features
    phrases = [
        _describe(name, value, column)
        for name, value, column in zip(properties, values.tolist(), known.T, strict=True)
    ]
    found: list[tuple[Reason, ...] | None] = []
    for place in range(len(chosen)):
        effects = np.bincount(member, weights=advantage.of_meta_features[place])
        reasons = [
            _reason(name, value, effect, phrase)
            for name, value, effect, phrase in zip(
                properties, values.tolist(), effects.tolist(), phrases, strict=True
            )
        ]
        reasons += [
            _reason(None, regret, effect, _compare(where, regret, average, effect))
            for where, regret, effect, average in zip(
                ELSEWHERE,
                advantage.regret[place].tolist(),
                advantage.of_results[place].tolist(),
                advantage.average_regret[0].tolist(),
                strict=True,
            )
        ]
        reasons.sort(key=lambda reason: -abs(reason["effect"]))
        strong = [reason for reason in reasons if abs(reason["effect"]) >= _LEAST_EFFECT]
        found.append(tuple(strong[:_MOST]))
    return found


def _properties(names: Sequence[str]) -> tuple[tuple[str, ...], IntVector]:
    """Meta-features that say different things, and which of them each of `names` says."""
    says = [_SAME[name] if _SAME.get(name) in names else name for name in names]
    properties = tuple(dict.fromkeys(says))
    return properties, np.array([properties.index(name) for name in says])


def _reason(meta_feature: str | None, value: float, effect: float, phrase: str) -> Reason:
    return {
        "meta_feature": meta_feature,
        "value": value if np.isfinite(value) else None,
        "effect": effect,
        "text": f"speaks {'for' if effect > 0 else 'against'} it: {phrase}",
    }


def _compare(where: str, regret: float, average: float, effect: float) -> str:
    """How a configuration did elsewhere, as a phrase; without figures that say the opposite.

    Beside the mean regret the model sees how it varies and what the configuration is.
    """
    own = f"results on {_PLACES[where]}"
    if (effect > 0) != (regret < average):
        return own
    return f"{own} (regret {regret:.2f}, the average configuration's {average:.2f})"


def _describe(name: str, value: float, known: FloatVector) -> str:
    """The value of a meta-feature against those of the known data sets, as a phrase."""
    base = name.partition(".")[0]
    if np.isnan(value):
        return _UNDEFINED.get(base, f"no value of: {_noun(name)}")
    known = known[~np.isnan(known)]
    above, below = float(np.mean(known > value)), float(np.mean(known < value))
    few, fewer, many, more, usual = _QUANTIFIERS["counts" if name in _COUNTS else "amounts"]
    number = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.2g}"
    share = max(above, below)
    if share < _TELLING_SHARE:
        return f"{usual} {_noun(name)} ({number})"
    adjective, comparative = (few, fewer) if above > below else (many, more)
    if name in _COUNTS and value == 0:
        adjective = "no"
    percent = int(100 * share)
    others = "any known data set" if percent == 100 else f"in {percent} % of the known data sets"
    return f"{adjective} {_noun(name)} ({number}, {comparative} than {others})"


def _noun(name: str) -> str:
    """What a meta-feature measures, in a few words; in the catalogue's where there are none here.

    Examples
    --------
    >>> _noun("nr_inst"), _noun("nodes")
    ('rows', 'number of splits of the tree')
    """
    if noun := _COUNTS.get(name) or _AMOUNTS.get(name):
        return noun
    base, _, summary = name.partition(".")
    definition = _definitions().get(name) or _definitions().get(base, base)
    first_words = definition.partition(";")[0]
    return f"{first_words} ({summary})" if summary else first_words


@cache
def _definitions() -> dict[str, str]:
    from metafeatures import catalogue

    return {feature.name: feature.definition for feature in catalogue()}
