"""Peeling finds a good region, and finds none where there is none."""

import numpy as np
import pytest

from metarec.ranges.peeling import Axis, peel


@pytest.fixture
def axes() -> dict[str, Axis]:
    generator = np.random.default_rng(0)
    return {
        "x": Axis(generator.random(80), ordered=True),
        "y": Axis(generator.random(80), ordered=True),
        "kind": Axis(generator.integers(0, 3, 80).astype(float), ordered=False),
    }


def test_the_good_region_is_found_and_nothing_else(axes: dict[str, Axis]) -> None:
    x, kind = axes["x"].positions, axes["kind"].positions
    good = ((x > 0.3) & (x < 0.8) & (kind != 1)).astype(float)
    box = peel(axes, good, np.ones(80), keep=0.95)
    low, high = box.ends["x"]
    assert 0.2 < low < 0.35
    assert 0.75 < high < 0.9
    assert box.ends["y"] == (-np.inf, np.inf)
    assert box.dropped["kind"] == {1}
    assert good[box.inside].sum() >= 0.95 * good.sum()


def test_chance_is_seldom_peeled(axes: dict[str, Axis]) -> None:
    inside = [
        peel(axes, np.random.default_rng(100 + seed).random(80), np.ones(80), keep=0.9).inside
        for seed in range(30)
    ]
    assert np.mean([each.all() for each in inside]) > 0.7
    assert np.mean(inside) > 0.95


def test_no_more_good_is_lost_than_allowed(axes: dict[str, Axis]) -> None:
    good = np.exp(-6.0 * axes["x"].positions)
    for keep in (1.0, 0.99, 0.9, 0.6):
        box = peel(axes, good, np.ones(80), keep=keep)
        assert good[box.inside].sum() >= keep * good.sum() - 1e-9
    assert box.ends["x"][0] == -np.inf
    assert box.ends["x"][1] < 0.7


def test_what_was_seldom_tried_but_good_there_stays(axes: dict[str, Axis]) -> None:
    """Half as good where half as often tried is just as good."""
    tried = np.where(axes["x"].positions > 0.6, 0.1, 1.0)
    box = peel(axes, 0.3 * tried, tried, keep=0.5)
    assert box.inside.all()


def test_idle_configurations_are_not_touched(axes: dict[str, Axis]) -> None:
    positions = np.where(np.arange(80) % 2 == 0, np.nan, axes["x"].positions)
    good = np.where(np.isnan(positions) | (positions < 0.5), 1.0, 0.0)
    box = peel({"x": Axis(positions, ordered=True)}, good, np.ones(80), keep=0.9)
    assert box.inside[np.isnan(positions)].all()
    assert 0.4 < box.ends["x"][1] < 0.6


def test_two_configurations_say_nothing() -> None:
    positions = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0])
    box = peel({"x": Axis(positions, ordered=True)}, (positions < 1) * 1.0, np.ones(10), keep=0.9)
    assert box.inside.all()
