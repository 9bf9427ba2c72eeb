"""The kernel of the moments against NumPy and SciPy, over hostile input."""

import numpy as np
import pytest
from scipy import stats

from metafeatures import extract
from metafeatures._kernels._moments import column_moments

RNG = np.random.default_rng(7)
HOSTILE = {
    "normal": RNG.normal(size=300),
    "skewed": RNG.exponential(size=300) ** 2,
    "missing": np.where(RNG.random(300) < 0.3, np.nan, RNG.normal(size=300)),
    "infinite": np.where(RNG.random(300) < 0.1, -np.inf, RNG.normal(size=300)),
    "offset": 1e8 + RNG.normal(size=300),
    "huge": 1e300 * RNG.normal(size=300),
    "widest": np.array([-1.7e308, 1.7e308, 0.0, 1e308]),
    "tiny": 1e-200 * RNG.normal(size=300),
    "whole": RNG.integers(0, 5, 300).astype(float),
    "two values": np.array([0.0, 1.0, 1.0, 1.0]),
    "outlier": np.append(np.zeros(5000), 1.0),
}


def moments(values: np.ndarray) -> np.ndarray:
    out = np.full((1, 9), np.nan)
    column_moments(np.asfortranarray(values[:, None]), 0, 1, out)
    return out[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_against_numpy_and_scipy(name: str) -> None:
    values = HOSTILE[name]
    finite = values[np.isfinite(values)]
    count, mean, m2, m3, m4, scale, low, high, extreme = moments(values)
    # The oracle works on values within -1..1, which no formula can make overflow.
    largest = np.abs(finite).max()
    scaled = finite / largest
    assert count == len(finite)
    assert (low, high) == (finite.min(), finite.max())
    assert extreme == np.count_nonzero((finite == low) | (finite == high))
    assert mean / largest == pytest.approx(scaled.mean(), rel=1e-9, abs=1e-12)
    if name != "widest":  # the distance from the mean is no finite number there
        assert np.sqrt(m2) * (scale / largest) == pytest.approx(scaled.std(), rel=1e-9)
    assert m3 / m2**1.5 == pytest.approx(stats.skew(scaled), rel=1e-7, abs=1e-7)
    assert m4 / m2**2 - 3 == pytest.approx(stats.kurtosis(scaled), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("values", [[5.0], [0.1] * 7, [np.nan, 3.3], [1e300] * 3])
def test_constant(values: list[float]) -> None:
    count, mean, m2, m3, m4, scale, low, high, extreme = moments(np.array(values))
    known = [value for value in values if value == value]
    assert (count, mean, low, high, extreme) == (
        len(known),
        known[0],
        known[0],
        known[0],
        len(known),
    )
    assert (m2, m3, m4, scale) == (0, 0, 0, 0)


@pytest.mark.parametrize("values", [np.full(4, np.nan), np.array([np.inf, -np.inf]), np.empty(0)])
def test_nothing_finite(values: np.ndarray) -> None:
    out = np.zeros((1, 9))
    column_moments(np.asfortranarray(values[:, None]), 0, 1, out)
    assert not out.any()


def test_only_the_range_is_written() -> None:
    block = np.asfortranarray(RNG.normal(size=(5, 4)))
    block.flags.writeable = False
    out = np.full((4, 9), -1.0)
    column_moments(block, 1, 3, out)
    assert (out[[0, 3]] == -1).all()
    assert (out[1:3, 0] == 5).all()


def test_shapes_are_checked() -> None:
    block = np.zeros((3, 2), order="F")
    for start, stop, shape in [(0, 3, (2, 9)), (-1, 1, (2, 9)), (0, 2, (1, 9)), (0, 2, (2, 8))]:
        with pytest.raises(ValueError, match="one row of 9"):
            column_moments(block, start, stop, np.zeros(shape))


def test_layout_and_type_of_the_array_do_not_matter() -> None:
    block = RNG.normal(size=(50, 3)).astype(np.float32)
    wide = extract(block, groups=["statistical"])
    locked = np.asfortranarray(block, dtype=np.float64)
    locked.flags.writeable = False
    for other in (np.asfortranarray(block), block.astype(np.float64), locked, block[::1]):
        assert dict(extract(other, groups=["statistical"])) == dict(wide)
    assert not locked.flags.writeable
