"""Configurations that no study has tried."""

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from metarec.warmstart import prior_from_losses
from metarec.warmstart.distributions import suits
from metarec.warmstart.offspring import breed
from metarec.warmstart.prior import key_of

SPACE = {
    "kind": CategoricalDistribution(["flat", "deep"]),
    "rate": FloatDistribution(1e-4, 1.0, log=True),
    "share": FloatDistribution(0.0, 1.0),
    "depth": IntDistribution(2, 20, step=2),
}
BEST = (-2.4, -2.0, -1.6)
"""Of the logarithm of the rate, in each study."""


def draw(generator: np.random.Generator) -> dict[str, object]:
    point = {"rate": float(10 ** generator.uniform(-4, 0)), "share": float(generator.random())}
    if generator.random() < 0.5:
        return point | {"kind": "flat"}
    return point | {"kind": "deep", "depth": int(2 * generator.integers(1, 11))}


def loss(point: dict[str, object], best: float) -> float:
    depth = ((point["depth"] - 8) / 10) ** 2 if point["kind"] == "deep" else 0.5
    return (np.log10(point["rate"]) - best) ** 2 + 4 * (point["share"] - 0.6) ** 2 + depth


def mean_loss(point: dict[str, object]) -> float:
    return float(np.mean([loss(point, best) for best in BEST]))


@pytest.fixture
def tried() -> list[dict[str, object]]:
    generator = np.random.default_rng(0)
    return [draw(generator) for _ in range(120)]


@pytest.fixture
def losses(tried: list[dict[str, object]]) -> np.ndarray:
    return np.array([[loss(point, best) for point in tried] for best in BEST])


def regrets(losses: np.ndarray) -> np.ndarray:
    least = losses.min(axis=1, keepdims=True)
    return np.minimum((losses - least) / (np.median(losses, axis=1, keepdims=True) - least), 1.0)


def test_children_are_better_than_what_was_tried(tried: list, losses: np.ndarray) -> None:
    children, expected = breed(tried, regrets(losses), SPACE, np.random.default_rng(0))
    assert expected.shape == (3, len(children))
    best = children[expected.mean(axis=0).argmin()]
    assert mean_loss(best) < 0.9 * min(map(mean_loss, tried))


def test_children_suit_the_space_and_its_conditions(tried: list, losses: np.ndarray) -> None:
    children, _ = breed(tried, regrets(losses), SPACE, np.random.default_rng(0))
    assert children
    for child in children:
        assert all(suits(SPACE[name], value) for name, value in child.items())
        assert ("depth" in child) == (child["kind"] == "deep")


def test_of_few_configurations_nothing_is_bred(tried: list, losses: np.ndarray) -> None:
    children, expected = breed(tried[:99], regrets(losses[:, :99]), SPACE, np.random.default_rng(0))
    assert children == []
    assert expected.shape == (3, 0)


def test_a_prior_begins_with_what_was_tried_and_has_children(
    tried: list, losses: np.ndarray
) -> None:
    prior = prior_from_losses(tried, losses, space=SPACE, n_candidates=60)
    known = {key_of(each) for each in tried}
    best = tried[regrets(losses).mean(axis=0).argmin()]
    assert prior.candidates[prior.order[0]] == best
    new = [key not in known for key in prior.keys]
    assert any(new)
    # What stands for a random search was drawn, not bred.
    assert not (prior.plain & np.array(new)).any()


def test_the_same_seed_gives_the_same_children(tried: list, losses: np.ndarray) -> None:
    one, other, another = (
        prior_from_losses(tried, losses, space=SPACE, n_candidates=60, seed=seed)
        for seed in (1, 1, 2)
    )
    assert one.keys == other.keys
    assert one.keys != another.keys


def test_failures_and_equal_studies_do_no_harm(tried: list, losses: np.ndarray) -> None:
    losses[:, ::5] = np.inf
    prior = prior_from_losses(tried, np.vstack([losses, losses]), space=SPACE, n_candidates=60)
    assert np.isfinite(prior.expected).all()
    assert np.linalg.eigvalsh(prior.covariance).min() > -1e-9
