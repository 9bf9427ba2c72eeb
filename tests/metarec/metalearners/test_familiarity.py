"""What is like the known data sets is familiar, what is far from all of them is not."""

import numpy as np
import pytest

from metarec.history import MetaDataset
from metarec.metalearners import Familiarity, Likeness, RankedDistance, Task


@pytest.fixture(scope="module")
def familiarity(meta_dataset: MetaDataset) -> Familiarity:
    return Familiarity.fit(meta_dataset)


def _likeness(familiarity: Familiarity, known: MetaDataset, *sizes: float) -> Likeness:
    task = Task(dict(zip(known.meta_feature_names, sizes, strict=True)), np.ones(8, dtype=bool))
    distances = RankedDistance(known.meta_features).to_all(np.array(sizes))
    return familiarity.of_task(task, distances)


def test_a_known_data_set_is_familiar(familiarity: Familiarity, meta_dataset: MetaDataset) -> None:
    for row in meta_dataset.meta_features[::7]:
        found = _likeness(familiarity, meta_dataset, *row)
        assert found.why_unfamiliar is None
        # Nearer to all than its family, left out, was to the others.
        assert found.percentile < 0.95


@pytest.mark.parametrize(
    ("sizes", "word"),
    [
        ((600_000.0, 10.0, 2.0), "600,000 rows"),
        ((4.0, 10.0, 2.0), "4 rows"),
        ((500.0, 700.0, 2.0), "700 columns"),
        ((500.0, 10.0, 90.0), "90 classes"),
    ],
)
def test_a_size_far_outside_is_unfamiliar(
    familiarity: Familiarity, meta_dataset: MetaDataset, sizes: tuple[float, ...], word: str
) -> None:
    found = _likeness(familiarity, meta_dataset, *sizes)
    assert word in found.why_unfamiliar


def test_a_size_somewhat_outside_is_familiar(
    familiarity: Familiarity, meta_dataset: MetaDataset
) -> None:
    rows = 5 * meta_dataset.meta_features[:, 0].max()
    assert _likeness(familiarity, meta_dataset, rows, 10.0, 2.0).why_unfamiliar is None


def test_an_unknown_size_says_nothing(familiarity: Familiarity, meta_dataset: MetaDataset) -> None:
    assert _likeness(familiarity, meta_dataset, 500.0, 10.0, np.nan).why_unfamiliar is None


def test_further_than_the_known_from_each_other_is_unfamiliar() -> None:
    usual = Familiarity(np.linspace(0.1, 0.2, 11), {})
    task = Task({"nr_inst": 500.0}, np.ones(1, dtype=bool))
    near, far = (usual.of_task(task, np.full(9, distance)) for distance in (0.15, 0.3))
    assert near == Likeness(0.15, near.percentile, None)
    assert 0.4 < near.percentile < 0.6
    assert far.percentile == 1.0
    assert far.why_unfamiliar is not None


def test_of_what_nothing_is_known_is_unfamiliar(
    familiarity: Familiarity, meta_dataset: MetaDataset
) -> None:
    found = _likeness(familiarity, meta_dataset, np.nan, np.nan, np.nan)
    assert found == Likeness(1.0, 1.0, "none of its meta-features is known")


def test_its_own_family_does_not_make_a_data_set_familiar(meta_dataset: MetaDataset) -> None:
    # Each data set twice, in its family: without the twin the distances stay what they were.
    twice = meta_dataset.take(np.repeat(np.arange(len(meta_dataset.datasets)), 2))
    usual = Familiarity.fit(twice)._usual
    assert (usual > 0).all()


def test_json_brings_it_back(familiarity: Familiarity, meta_dataset: MetaDataset) -> None:
    back = Familiarity.from_json(familiarity.to_json())
    for sizes in ((500.0, 10.0, 2.0), (600_000.0, 10.0, 2.0)):
        again = _likeness(back, meta_dataset, *sizes)
        assert again == _likeness(familiarity, meta_dataset, *sizes)
