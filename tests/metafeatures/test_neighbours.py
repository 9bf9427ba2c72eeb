"""Nearest rows, spanning trees, spheres and the neighbour graph, against plain NumPy."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist

from metafeatures import as_table
from metafeatures._context import Context
from metafeatures._exceptions import OutOfTime
from metafeatures._intermediates import distances as module
from metafeatures._intermediates.interpolation import interpolated_errors
from metafeatures._intermediates.neighbour_graph import (
    centralities,
    n_triangles,
    neighbour_graph,
)
from metafeatures._intermediates.neighbours import n_spheres, neighbours, spanning_tree
from metafeatures._kernels._neighbours import (
    absorb,
    attach,
    count_within,
    join,
    nearest,
    other_share,
)

RNG = np.random.default_rng(5)


def blobs(n: int, n_classes: int, p: int = 3) -> tuple[NDArray[Any], NDArray[Any]]:
    codes = RNG.integers(0, n_classes, n)
    codes[:n_classes] = np.arange(n_classes)
    return RNG.normal(size=(n, p)) + 0.7 * codes[:, None], codes


TABLES: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {
    "blobs": blobs(300, 3),
    "one column": blobs(150, 2, 1),
    "ties": (RNG.integers(0, 3, (200, 3)).astype(float), RNG.integers(0, 3, 200)),
    "duplicates": (np.repeat(RNG.normal(size=(40, 2)), 4, axis=0), RNG.integers(0, 2, 160)),
    "rare class": (RNG.normal(size=(80, 2)), (np.arange(80) == 7).astype(int)),
    "two rows": (np.array([[0.0], [1.0]]), np.array([0, 1])),
    "class each": (RNG.normal(size=(9, 2)), np.arange(9)),
}


def setup(name: str, **settings: Any) -> tuple[Context, NDArray[Any], NDArray[Any]]:
    X, codes = TABLES[name]
    unit = (X - X.min(axis=0)) / np.ptp(X, axis=0)
    distance = (cdist(unit, unit, "cityblock") / X.shape[1]).astype(np.float32)
    table = as_table(X, np.array([f"c{code}" for code in codes]))
    return Context(table, **settings), distance, codes


@pytest.fixture(params=[4096, 10], ids=["stored", "anew"], autouse=True)
def stored_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORED_ROWS", request.param)
    monkeypatch.setattr(module, "BLOCK_CELLS", 5000)


@pytest.mark.parametrize("name", TABLES)
def test_nearest_rows(name: str) -> None:
    context, distance, codes = setup(name, n_jobs=2)
    found = neighbours(context)
    for i, line in enumerate(distance):
        own = (codes == codes[i]) & (np.arange(len(codes)) != i)
        enemy = codes != codes[i]
        assert found.own[i] == line[own].min(initial=np.inf)
        assert found.enemy[i] == line[enemy].min()
        assert found.enemy_row[i] == np.flatnonzero(enemy & (line == found.enemy[i]))[0]
        tied = (own | enemy) & (line == line[own | enemy].min())
        assert found.enemy_share[i] == pytest.approx(enemy[tied].mean())
        assert found.n_nearer[i] == np.count_nonzero(line < found.enemy[i])


@pytest.mark.parametrize("name", TABLES)
def test_the_spanning_tree_is_the_shortest(name: str) -> None:
    context, distance, codes = setup(name)
    edges = spanning_tree(context)
    assert len(edges) == len(codes) - 1
    length = distance[edges[:, 0], edges[:, 1]].astype(float).sum()
    # SciPy takes 0 for no edge: lengthen all edges.
    expected = minimum_spanning_tree(np.triu(distance.astype(float) + 1, 1)).sum() - len(edges)
    assert length == pytest.approx(expected, abs=1e-9)
    reached = {0}
    for _ in edges:
        reached |= {int(v) for edge in edges if reached & set(edge.tolist()) for v in edge}
    assert len(reached) == len(codes)


def test_the_spanning_tree_does_not_depend_on_where_it_starts() -> None:
    _, distance, codes = setup("ties")
    trees = []
    for start in (0, 77, 199):
        n = len(codes)
        best, parent = np.full(n, np.inf, np.float32), np.full(n, start, np.int32)
        outside = np.delete(np.arange(n, dtype=np.int32), start)
        outside = np.append(outside, np.int32(0))
        row = start
        for n_outside in range(n - 1, 0, -1):
            row = attach(distance[row], row, best, parent, outside, n_outside)
        trees.append({frozenset((i, int(parent[i]))) for i in range(n) if i != start})
    assert trees[0] == trees[1] == trees[2]


def covering_spheres(distance: NDArray[Any], codes: NDArray[Any]) -> int:
    """The measure in so many words, recursive and with all pairs at once."""
    enemies = np.where(codes[:, None] == codes, np.inf, distance)
    enemy, reach = enemies.argmin(axis=1), enemies.min(axis=1)
    radius: dict[int, float] = {}

    def radius_of(i: int) -> float:
        if i not in radius:
            radius[i] = 0.0
            mutual = enemy[enemy[i]] == i
            radius[i] = reach[i] / 2 if mutual else abs(reach[i] - radius_of(int(enemy[i])))
        return radius[i]

    within = np.array([distance[i] <= radius_of(i) for i in range(len(codes))])
    alive = np.ones(len(codes), dtype=bool)
    for i in np.argsort(-within.sum(axis=1), kind="stable"):
        if alive[i]:
            alive[within[i]] = False
            alive[i] = True
    return int(alive.sum())


@pytest.mark.parametrize("name", TABLES)
def test_spheres(name: str) -> None:
    context, distance, codes = setup(name, n_jobs=2)
    assert n_spheres(context) == covering_spheres(distance, codes)


def dense_graph(distance: NDArray[Any], codes: NDArray[Any]) -> NDArray[np.bool_]:
    """Rows joined with the 15 % nearest ones of their class; the first of equally near ones."""
    n = len(codes)
    k = max(round(n * 0.15), 1)
    matrix = np.zeros((n, n), dtype=bool)
    for i in range(n):
        others = np.delete(np.arange(n), i)
        matrix[i, others[np.argsort(distance[i, others], kind="stable")[:k]]] = True
    return (matrix | matrix.T) & (codes[:, None] == codes)


@pytest.mark.parametrize("name", TABLES)
def test_neighbour_graph(name: str) -> None:
    context, distance, codes = setup(name, n_jobs=3)
    matrix = dense_graph(distance, codes)
    found = neighbour_graph(context)
    for bits, rows, degree in zip(found.bits, found.rows, found.degree, strict=True):
        unpacked = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")[:, : len(rows)]
        assert np.array_equal(unpacked, matrix[np.ix_(rows, rows)])
        assert np.array_equal(degree, matrix[rows].sum(axis=1))
    number = matrix.astype(np.int64)
    assert n_triangles(context) == np.trace(number @ number @ number) // 6


@pytest.mark.parametrize("name", TABLES)
def test_centralities_are_the_principal_eigenvector(name: str) -> None:
    context, distance, codes = setup(name)
    matrix = dense_graph(distance, codes).astype(float)
    score = centralities(context)
    if not matrix.any():
        assert not score.any()
        return
    largest = np.linalg.eigvalsh(matrix)[-1]
    assert score.min() >= 0
    assert score.max() == pytest.approx(1)
    assert matrix @ score == pytest.approx(largest * score, abs=1e-8)


def test_components_of_the_same_eigenvalue_count_alike() -> None:
    X = np.concatenate([np.arange(30.0), np.arange(30.0) + 1000])[:, None]
    score = centralities(Context(as_table(X, np.repeat(["p", "q"], 30))))
    assert score[:30] == pytest.approx(score[30:], abs=1e-8)
    assert score.max() == pytest.approx(1)


def test_interpolated_points_lie_within_their_class() -> None:
    X = np.concatenate([RNG.random((50, 2)), RNG.random((50, 2)) + 2])
    wrong = interpolated_errors(Context(as_table(X, np.repeat(["p", "q"], 50))))
    assert wrong.shape == (100,)
    assert not wrong.any()
    mixed = interpolated_errors(Context(as_table(X, np.tile(["p", "q"], 50))))
    assert 0.3 < mixed.mean() < 0.7


def test_equally_near_rows_all_count() -> None:
    block = np.array([[0.5, 0.1, 0.1, 0.1], [0.0, 0.2, 0.0, 0.3]], np.float32)
    out = np.empty(2)
    other_share(block, np.array([1, 0], np.int32), np.array([0, 1, 0, 0], np.int32), out)
    assert out == pytest.approx([2 / 3, 0])


@pytest.mark.parametrize(
    "measure", [neighbours, spanning_tree, n_spheres, neighbour_graph, centralities]
)
def test_the_time_limit_is_looked_at(measure: Any) -> None:
    context, _, _ = setup("blobs", deadline=0.0)
    with pytest.raises(OutOfTime):
        measure(context)


def test_shapes_are_checked() -> None:
    block = np.zeros((2, 5), np.float32)
    codes = np.zeros(5, np.int32)
    f32, f64, i32, i64 = (np.zeros(5, dtype) for dtype in ("f4", "f8", "i4", "i8"))
    words = np.zeros(5, np.uint64)
    for call in (
        lambda: nearest(block, 4, codes, f32, f32, i32, f64, i64),
        lambda: nearest(block, 0, codes[1:], f32, f32, i32, f64, i64),
        lambda: nearest(block, 0, codes, f32[1:], f32, i32, f64, i64),
        lambda: other_share(block, codes, codes, f64),
        lambda: other_share(block, codes[:2], codes[1:], f64[:2]),
        lambda: join(block, 0, 5, codes, i32, i64, words),
        lambda: join(block, 0, 0, codes, i32, i64, words),
        lambda: join(block, 4, 1, codes, i32, i64, words),
        lambda: attach(block[0], 5, f32, i32, i32, 4),
        lambda: attach(block[0], 0, f32, i32, i32, 0),
        lambda: attach(block[0], 0, f32[1:], i32, i32, 4),
        lambda: count_within(block, 4, f64, i64),
        lambda: count_within(block, 0, f64, i64[1:]),
        lambda: absorb(block[0], 5, 1.0, i64),
        lambda: absorb(block[0], 0, 1.0, i64[1:]),
    ):
        with pytest.raises(ValueError, match="must"):
            call()
