"""The one list of every meta-feature. Importing a module of a group fills it."""

from metafeatures._groups import (  # noqa: F401 - they register
    clustering,
    complexity,
    concept,
    general,
    information,
    itemset,
    landmarking,
    model_based,
    multivariate,
    regression_complexity,
    relative,
    statistical,
    target,
)
from metafeatures._registry import ENTRIES, GROUPS, Entry, MetaFeature

__all__ = ["ORDERED", "catalogue", "split_name"]

ORDERED: dict[str, Entry] = {
    name: entry
    for group in GROUPS
    for name, entry in ENTRIES.items()
    if entry.feature.group == group
}
"""Each entry under its base name, group by group."""


def split_name(output: str) -> tuple[str, str]:
    """Base name and, where there is one, what stands behind it.

    Examples
    --------
    >>> split_name("class_ent"), split_name("skewness.quantiles.1")
    (('class_ent', ''), ('skewness', 'quantiles.1'))
    >>> split_name("best_node.mean.relative")  # a number with dots in its name
    ('best_node.mean.relative', '')
    """
    if output in ORDERED:
        return output, ""
    name, _, suffix = output.partition(".")
    return name, suffix


def catalogue() -> tuple[MetaFeature, ...]:
    """Every meta-feature that `extract` can compute.

    Returns
    -------
    tuple of MetaFeature
        Grouped, in the order in which `extract` gives them.

    Examples
    --------
    >>> entry = catalogue()[0]
    >>> entry.name, entry.group, entry.definition
    ('nr_inst', 'general', 'number of rows')
    """
    return tuple(entry.feature for entry in ORDERED.values())
