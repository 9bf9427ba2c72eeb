"""Domains: what they contain, clip and draw."""

from random import Random

import pytest

from metarec.learners import Categorical, Integer, Real, Rows

DOMAINS = [
    Integer(1, 1),
    Integer(1, 15),
    Integer(1, 1000, log=True),
    Real(0.5, 0.5),
    Real(0.0, 10.0),
    Real(1e-6, 0.1, log=True),
    Categorical((None, "log2")),
    Categorical((True, 0, 1.5)),
    Rows(2, 2),
    Rows(2, 1024),
]


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_draws_are_allowed_and_stay_when_clipped(domain):
    rng = Random(0)
    for _ in range(200):
        value = domain.sample(rng)
        assert domain.contains(value)
        assert domain.clip(value) == value


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_draws_repeat_with_the_seed(domain):
    assert [domain.sample(Random(7))] * 3 == [domain.sample(Random(7)) for _ in range(3)]


def test_draws_reach_both_ends():
    rng = Random(0)
    assert {Integer(1, 3, log=True).sample(rng) for _ in range(100)} == {1, 2, 3}
    assert {Rows(2, 4).sample(rng) for _ in range(100)} == {2, 3, 4}


def test_positions():
    assert [Integer(1, 4).at(position) for position in (0.0, 0.3, 0.9, 1.0)] == [1, 2, 4, 4]
    assert Real(0.01, 1.0, log=True).at(0.5) == pytest.approx(0.1)
    assert Categorical(("a", "b")).at(1.0) == "b"
    weighted = Categorical(("a", "b", "c"), first_share=0.6)
    assert [weighted.at(position) for position in (0.0, 0.59, 0.61, 0.81)] == ["a", "a", "b", "c"]
    assert Categorical(("a",), first_share=0.6).at(0.9) == "a"


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Integer(0, 5), 6),
        (Integer(0, 5), 2.0),
        (Integer(0, 5), True),
        (Integer(0, 5), None),
        (Real(0, 5), 5.1),
        (Real(0, 5), True),
        (Real(0, 5), "1"),
        (Categorical((0, "a")), False),
        (Categorical(("rbf",)), "poly"),
        (Rows(2, 10), 1),
        (Rows(2, 10), 11),
        (Rows(2, 10), 0.0),
        (Rows(2, 10), 0.3),
        (Rows(2, 10), "2"),
    ],
)
def test_outside(domain, value):
    assert not domain.contains(value)


@pytest.mark.parametrize(
    ("domain", "value", "closest"),
    [
        (Integer(1, 3), 5, 3),
        (Integer(1, 3), 0, 1),
        (Integer(1, 3), None, 1),
        (Real(0.0, 2.0), 3, 2.0),
        (Real(0.5, 2.0), "a", 0.5),
        (Categorical(("a", "b")), "c", "a"),
        (Categorical((0.0, 1.0)), 1, 1.0),
        (Rows(2, 10), 1024, 10),
        (Rows(2, 10), 0.9, 0.25),
    ],
)
def test_clip(domain, value, closest):
    assert domain.clip(value) == closest
    assert type(domain.clip(value)) is type(closest)


@pytest.mark.parametrize(
    ("build", "law"),
    [
        (lambda: Integer(3, 1), "low <= high"),
        (lambda: Real(0.0, 1.0, log=True), "low > 0"),
        (lambda: Categorical(()), "must not be empty"),
        (lambda: Categorical((1, 2), first_share=1.0), "0 < first_share < 1"),
        (lambda: Rows(2, 4, largest_share=1.0), "largest_share < 1"),
    ],
)
def test_impossible_domains(build, law):
    with pytest.raises(ValueError, match=law):
        build()
