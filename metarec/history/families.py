"""Which data sets are near relatives, so that none of them says how well another is predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.history.meta_dataset import SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from metarec._types import IntVector, Mask
    from metarec.history.meta_dataset import MetaDataset

_REGRET_FLOOR: Final = 0.01  # below it, differences are noise
_SAME_SCORES: Final = 0.97
_MIN_COMMON: Final = 30
"""Configurations that two data sets must share before their scores are compared; or all."""


def find_families(meta_dataset: MetaDataset) -> tuple[str, ...]:
    """Group near relatives: of one known family or id, of one size, or with almost the same scores.

    Two whole tables with the same number of rows, columns and classes are often variants of one,
    and so are two whose scores over the configurations correlate above 0.97. Families are the
    connected components of that relation.

    Parameters
    ----------
    meta_dataset : MetaDataset
        With the families that the sources know.

    Returns
    -------
    tuple of str
        For each data set the name of the first one of its family.
    """
    from scipy.sparse.csgraph import connected_components

    datasets = meta_dataset.datasets
    known = np.array(meta_dataset.families)
    related = known[:, None] == known
    related |= _same_id([dataset.openml_id for dataset in datasets])
    whole = np.array([dataset.variant_of is None for dataset in datasets])
    related |= _same_size(meta_dataset) & whole[:, None] & whole
    related |= _same_scores(meta_dataset)
    _, component = connected_components(related, directed=False)
    first = [datasets[int(np.argmax(component == which))].name for which in component]
    return tuple(first)


def fold_of_family(families: Sequence[str], n_folds: int) -> IntVector:
    """Number of the fold of each data set; a family stays in one, and it is always the same.

    Examples
    --------
    >>> fold_of_family(["iris", "wine", "iris"], 2).tolist()
    [0, 1, 0]
    """
    _, family = np.unique(np.array(families), return_inverse=True)
    folds = np.random.default_rng(0).permutation(family.max(initial=0) + 1) % n_folds
    return np.asarray(folds[family])


def _same_id(openml_ids: list[int | None]) -> Mask:
    ids = np.array([-1 if openml_id is None else openml_id for openml_id in openml_ids])
    return np.asarray((ids[:, None] == ids) & (ids >= 0))


def _same_size(meta_dataset: MetaDataset) -> Mask:
    # Regression has no number of classes, which is no difference.
    size = np.nan_to_num(meta_dataset.with_meta_features(SIZE).meta_features)
    return np.asarray((size[:, None, :] == size[None, :, :]).all(axis=2))


def _same_scores(meta_dataset: MetaDataset) -> NDArray[np.bool_]:
    """Correlation over the configurations that both data sets have."""
    profile = np.log(meta_dataset.regret() + _REGRET_FLOOR)
    known = (~np.isnan(profile)).astype(float)
    profile = np.nan_to_num(profile - np.nanmean(profile, axis=1, keepdims=True))
    squares = profile**2 @ known.T
    length = np.sqrt(squares * squares.T)
    product = profile @ profile.T
    correlation = np.divide(product, length, out=np.zeros_like(product), where=length > 0)
    enough = known @ known.T >= min(_MIN_COMMON, known.shape[1])
    return np.asarray(enough & (correlation > _SAME_SCORES))
