"""Graphs as squares of bits, against the same with matrices."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from metafeatures._kernels._bits import components, degrees, multiply, symmetrise, triangles

SIZES = [1, 2, 63, 64, 65, 130, 200]


def packed(matrix: NDArray[Any]) -> NDArray[np.uint64]:
    n = len(matrix)
    padded = np.zeros((n, -(-n // 64) * 64), dtype=np.uint8)
    padded[:, :n] = matrix
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def graph(n: int, share: float, seed: int = 0) -> NDArray[np.bool_]:
    matrix = np.triu(np.random.default_rng(seed).random((n, n)) < share, 1)
    return matrix | matrix.T


@pytest.mark.parametrize("n", SIZES)
def test_symmetrise(n: int) -> None:
    matrix = np.random.default_rng(n).random((n, n)) < 0.2
    bits = packed(matrix)
    for r in range(bits.shape[1]):
        symmetrise(bits, r)
    assert np.array_equal(bits, packed(matrix | matrix.T))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.9, 1.0])
def test_against_matrices(n: int, share: float) -> None:
    matrix = graph(n, share)
    bits, number = packed(matrix), matrix.astype(np.int64)
    degree = np.empty(n, np.int64)
    degrees(bits, degree)
    assert np.array_equal(degree, number.sum(axis=0))
    expected = np.trace(number @ number @ number) // 6
    assert triangles(bits, 0, n) == expected
    assert triangles(bits, 0, n // 3) + triangles(bits, n // 3, n) == expected
    x = np.random.default_rng(1).normal(size=n)
    product, middle = np.zeros(n), bits.shape[1] // 2
    multiply(bits, x, 0, middle, product)
    multiply(bits, x, middle, bits.shape[1], product)
    assert product == pytest.approx(number @ x, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.005, 0.01, 0.02, 0.5])
def test_components(share: float) -> None:
    matrix = graph(200, share)
    label = np.empty(200, np.int32)
    n_components = components(packed(matrix), label)
    expected, labels = connected_components(matrix, directed=False)
    assert n_components == expected
    assert np.array_equal(label, labels)


def test_shapes_are_checked() -> None:
    bits, wrong = np.zeros((70, 2), np.uint64), np.zeros((70, 1), np.uint64)
    vector = np.zeros(70)
    for call in (
        lambda: symmetrise(wrong, 0),
        lambda: symmetrise(bits, 2),
        lambda: degrees(wrong, np.zeros(70, np.int64)),
        lambda: degrees(bits, np.zeros(69, np.int64)),
        lambda: triangles(bits, 0, 71),
        lambda: components(bits, np.zeros(71, np.int32)),
        lambda: multiply(bits, vector[1:], 0, 2, vector),
        lambda: multiply(bits, vector, 0, 3, vector),
    ):
        with pytest.raises(ValueError, match="must"):
            call()
