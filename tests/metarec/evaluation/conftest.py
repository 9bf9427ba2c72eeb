"""A history of two sources: data sets of one come back in the other."""

from dataclasses import replace

import numpy as np
import pytest

from metarec.history import MetaDataset


@pytest.fixture(scope="session")
def joined(meta_dataset: MetaDataset) -> MetaDataset:
    """Twenty data sets of ours, on which no SVM was run, and forty of theirs.

    The last twenty of theirs are relatives of ours.
    """
    ours = np.arange(len(meta_dataset.datasets)) < 20
    datasets = [
        replace(item, source="ours" if own else "theirs", family=f"family-{row % 40}")
        for row, (item, own) in enumerate(zip(meta_dataset.datasets, ours, strict=True))
    ]
    scores = meta_dataset.scores.copy()
    scores[np.ix_(ours, [6, 7])] = np.nan
    return replace(meta_dataset, datasets=tuple(datasets), scores=scores)
