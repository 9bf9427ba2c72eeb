"""Ranks of landmarkers against SciPy, and the names of pymfe."""

import numpy as np
import pytest
from scipy.stats import rankdata

from metafeatures import catalogue, extract

RNG = np.random.default_rng(4)
X = RNG.normal(size=(150, 4))
Y = (X[:, 0] + 0.5 * RNG.normal(size=150) > 0).astype(int)
LANDMARKERS = [
    e.name for e in catalogue() if e.group == "landmarking" and e.pymfe and e.tasks != ("none",)
]


@pytest.mark.parametrize("summary", ["mean", "sd"])
def test_ranks_like_scipy(summary: str) -> None:
    numbers = extract(X, Y)
    names = sorted(LANDMARKERS)
    assert len(names) == 7
    ranks = rankdata([numbers[f"{name}.{summary}"] for name in names])
    assert [numbers[f"{name}.{summary}.relative"] for name in names] == ranks.tolist()


def test_equal_landmarkers_share_their_ranks() -> None:
    numbers = dict(
        extract(np.repeat(np.eye(2), 20, axis=0), np.repeat([0, 1], 20), groups=["relative"])
    )
    # Without variance within the classes a discriminant knows the most frequent class only.
    assert numbers.pop("linear_discr.mean.relative") == 1
    assert {value for name, value in numbers.items() if ".mean" in name} == {4.5}


def test_names_of_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe").MFE
    names, _ = mfe(groups=["relative"], random_state=0).fit(X, Y).extract()
    assert set(names) == {e.name for e in catalogue() if e.group == "relative"}
