"""The figures are what they say, and differences are called real only where they are."""

import numpy as np
import pytest

from metarec import UsageError
from metarec.evaluation import MetaTest
from metarec.history import KnownDataset


def make_result(regret: dict[str, list[float]], families: list[str] | None = None) -> MetaTest:
    """A result at k = 1."""
    n_datasets = len(next(iter(regret.values())))
    families = families or [f"f{i}" for i in range(n_datasets)]
    return MetaTest(
        kind="regression",
        metric="rmse",
        datasets=tuple(KnownDataset(f"d{i}", None, family) for i, family in enumerate(families)),
        list_lengths=(1,),
        curves={name: np.array(values)[:, None] for name, values in regret.items()},
        protocol="by hand",
    )


def test_comparison_by_hand() -> None:
    result = make_result({"portfolio": [0.2, 0.4, 0.4, 0.1], "new": [0.1, 0.4, 0.2, 0.3]})
    (comparison,) = result.compare()["new"].values()
    assert (comparison.wins, comparison.ties, comparison.losses) == (2, 1, 1)
    assert comparison.difference == pytest.approx(-0.025)
    assert comparison.interval[0] < -0.025 < comparison.interval[1]
    assert "portfolio" not in result.compare()


def test_the_interval_of_a_difference_is_paired() -> None:
    hard = np.linspace(0.0, 0.9, 30)
    result = make_result({"portfolio": (hard + 0.05).tolist(), "new": hard.tolist()})
    assert result.compare()["new"][1].interval == pytest.approx((-0.05, -0.05))


def test_relatives_widen_the_interval() -> None:
    values = np.random.default_rng(0).random(12).repeat(5).tolist()
    alone = make_result({"new": values}).figures()["new"][1].interval
    families = [f"f{i // 5}" for i in range(60)]
    low, high = make_result({"new": values}, families).figures()["new"][1].interval
    assert high - low > 1.5 * (alone[1] - alone[0])


def test_an_unknown_baseline_is_refused() -> None:
    with pytest.raises(UsageError, match="'magic' was not tested; choose one of new"):
        make_result({"new": [0.1, 0.2]}).compare("magic")


def test_ranks_differ_by_more_than_chance_or_not() -> None:
    noise = np.random.default_rng(0).random((3, 50)) * 0.1
    alike = dict(zip("abc", noise.tolist(), strict=True))
    assert make_result(alike).rank_tests()[1].p_value > 0.05
    assert make_result(alike).rank_tests()[1].like_the_best() == ("a", "b", "c")
    worse = alike | {"c": (noise[2] + 0.2).tolist()}
    test = make_result(worse).rank_tests()[1]
    assert test.p_value < 1e-6
    assert test.ranks["c"] == 3.0
    assert test.like_the_best() == ("a", "b")


def test_the_critical_difference_is_that_of_the_paper() -> None:
    # Demsar (2006), section 3.2.2: four classifiers on 14 data sets, q = 2.569.
    values = np.random.default_rng(0).random((4, 14)).tolist()
    test = make_result(dict(zip("abcd", values, strict=True))).rank_tests()[1]
    assert test.critical_difference == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 14)), abs=1e-3)


def test_a_family_is_one_witness() -> None:
    values = np.random.default_rng(0).random((3, 12))
    once = make_result(dict(zip("abc", values.tolist(), strict=True))).rank_tests()[1]
    families = [f"f{i // 5}" for i in range(60)]
    repeated = dict(zip("abc", values.repeat(5, axis=1).tolist(), strict=True))
    assert make_result(repeated, families).rank_tests()[1] == once


def test_ties_everywhere_are_no_difference() -> None:
    result = make_result({name: [0.0, 0.0, 0.0] for name in "abc"})
    assert result.rank_tests()[1].p_value == 1.0
    assert result.compare("a")["b"][1].ties == 3


def test_two_methods_have_no_rank_test() -> None:
    assert make_result({"a": [0.1], "b": [0.2]}).rank_tests() == {}
