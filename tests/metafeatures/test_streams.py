"""The kernel of the merging moments against NumPy and SciPy, over hostile input."""

import numpy as np
import pytest
from scipy import stats

from metafeatures._kernels._streams import add_values, merge_states

RNG = np.random.default_rng(7)
HOSTILE = {
    "normal": RNG.normal(size=10_001),
    "skewed": RNG.exponential(size=5_003) ** 2,
    "missing": np.where(RNG.random(5_000) < 0.3, np.nan, RNG.normal(size=5_000)),
    "one missing": np.append(RNG.normal(size=5_000), np.nan),
    "infinite": np.where(RNG.random(5_000) < 0.1, -np.inf, RNG.normal(size=5_000)),
    "offset": 1e8 + RNG.normal(size=7_000),
    "drift": np.arange(9_000.0) ** 2,
    "huge": 1e300 * RNG.normal(size=5_000),
    "widest": np.tile([-1.7e308, 1.7e308, 0.0, 1e308], 1_500),
    "tiny": 1e-200 * RNG.normal(size=5_000),
    "whole": RNG.integers(0, 5, 5_000).astype(float),
    "two values": np.array([0.0, 1.0, 1.0, 1.0]),
    "outlier": np.append(np.zeros(5_000), 1.0),
    "constant, then not": np.append(np.full(3_000, 0.1), [0.2] * 3_000),
}


def state(values: np.ndarray, pieces: int = 1) -> np.ndarray:
    out = np.zeros((1, 10))
    for piece in np.array_split(values, pieces):
        other = np.zeros((1, 10))
        add_values(piece, None, 0, other[0], np.zeros(len(piece), np.uint8))
        merge_states(out, other)
    return out[0]


@pytest.mark.parametrize("pieces", [1, 2, 13, 400])
@pytest.mark.parametrize("name", HOSTILE)
def test_against_numpy_and_scipy(name: str, pieces: int) -> None:
    values = HOSTILE[name]
    finite = values[np.isfinite(values)]
    count, mean, m2, m3, m4, unit, low, high, n_low, n_high = state(values, pieces)
    # The oracle works on values within -1..1, which no formula can make overflow.
    largest = np.abs(finite).max()
    scaled = finite / largest
    assert count == len(finite)
    assert (low, high) == (finite.min(), finite.max())
    assert (n_low, n_high) == (np.count_nonzero(finite == low), np.count_nonzero(finite == high))
    assert mean / largest == pytest.approx(scaled.mean(), rel=1e-9, abs=1e-12)
    deviation = np.sqrt(m2 / count) * (unit / largest) * 4
    assert deviation == pytest.approx(scaled.std(), rel=1e-9)
    assert m3 / count / (m2 / count) ** 1.5 == pytest.approx(stats.skew(scaled), rel=1e-7, abs=1e-7)
    assert m4 * count / m2**2 - 3 == pytest.approx(stats.kurtosis(scaled), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("value", [5.0, 0.1, -1.7e308, 5e-324])
def test_constant(value: float) -> None:
    found = state(np.full(5_000, value), 3)
    assert found.tolist() == [5_000, value, 0, 0, 0, 0, value, value, 5_000, 5_000]


@pytest.mark.parametrize("values", [np.full(4, np.nan), np.array([np.inf, -np.inf]), np.empty(0)])
def test_nothing_finite(values: np.ndarray) -> None:
    assert not state(values).any()


@pytest.mark.parametrize(
    "dtype",
    ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32"],
)
def test_every_type(dtype: str) -> None:
    values = RNG.integers(0, 100, 5_000).astype(dtype)
    assert state(values).tolist() == state(values.astype(float)).tolist()


@pytest.mark.parametrize("offset", [0, 3, 8, 13])
def test_validity(offset: int) -> None:
    values = RNG.integers(0, 100, 5_000)
    valid = RNG.random(5_000) < 0.8
    bits = np.packbits(np.append(np.zeros(offset, bool), valid), bitorder="little")
    found, incomplete = np.zeros(10), np.zeros(5_000, np.uint8)
    add_values(values, bits, offset, found, incomplete)
    assert np.array_equal(incomplete == 0, valid)
    expected = state(values[valid].astype(float))
    assert found == pytest.approx(expected, rel=1e-12)


def test_shapes_are_checked() -> None:
    values, gone = np.zeros(9), np.zeros(9, np.uint8)
    with pytest.raises(ValueError, match="10 numbers"):
        add_values(values, None, 0, np.zeros(9), gone)
    with pytest.raises(ValueError, match="one cell"):
        add_values(values, None, 0, np.zeros(10), gone[1:])
    for bits, offset in ((1, 0), (2, 8), (2, -1)):
        with pytest.raises(ValueError, match="one bit"):
            add_values(values, np.zeros(bits, np.uint8), offset, np.zeros(10), gone)
    with pytest.raises(ValueError, match="same rows"):
        merge_states(np.zeros((2, 10)), np.zeros((1, 10)))
