"""Every summary against SciPy and pymfe, on ordinary, degenerate, huge and tiny values."""

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

from metafeatures import UnknownNameError, extract
from metafeatures._summaries import SUFFIXES, SUMMARIES, summarise

RNG = np.random.default_rng(5)
VALUES: dict[str, np.ndarray[Any, Any]] = {
    "normal": RNG.normal(size=37),
    "skewed": RNG.lognormal(0, 2, 101),
    "two": np.array([3.0, -1.0]),
    "ties": np.array([1.0, 1.0, 1.0, 2.0]),
    "whole": np.arange(50.0),
    "far": 1e6 + RNG.normal(size=20),
}
ALL = [suffix for summary in SUMMARIES for suffix in SUFFIXES[summary]]

WINE = {
    "count": 13,
    "histogram.0": 0.15384615384615385,
    "histogram.2": 0.23076923076923078,
    "histogram.4": 0.0,
    "iq_range": 0.7341922996555862,
    "kurtosis": -1.528710196565658,
    "max": 1.079751538244312,
    "mean": 0.3442888859609402,
    "median": 0.2094696567970254,
    "min": -0.30212592676286454,
    "pnorm": 2.034847545545878,
    "powersum": 4.140604533614083,
    "range": 1.3818774650071766,
    "sd": 0.46544348499246346,
    "skewness": 0.27418133686948026,
    "sum": 4.475755517492223,
    "var": 0.21663763772192957,
}
"""What pymfe 0.4.4 says of the skewness of scikit-learn's wine data."""


def reference(values: Any) -> dict[str, float]:
    n = len(values)
    counts, _ = np.histogram(values, 10)
    shrink = (n - 1) / n
    plain = {
        "count": n,
        "iq_range": stats.iqr(values),
        "kurtosis": (stats.kurtosis(values) + 3) * shrink**2 - 3,
        "max": values.max(),
        "mean": values.mean(),
        "median": np.median(values),
        "min": values.min(),
        "pnorm": np.linalg.norm(values),
        "powersum": (values**2).sum(),
        "range": np.ptp(values),
        "sd": values.std(ddof=1),
        "sd_pop": values.std(),
        "skewness": stats.skew(values) * shrink**1.5,
        "sum": values.sum(),
        "var": values.var(ddof=1),
    }
    quantiles = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    return {
        **plain,
        **{f"histogram.{i}": count / n for i, count in enumerate(counts)},
        **{f"quantiles.{i}": value for i, value in enumerate(quantiles)},
    }


@pytest.mark.parametrize("name", VALUES)
def test_against_scipy(name: str) -> None:
    found = summarise(VALUES[name], ALL)
    assert list(found) == ALL
    assert all(type(value) is float for value in found.values())
    assert found == pytest.approx(reference(VALUES[name]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("exponent", [-1030, -600, -240, 240, 600, 1015])
def test_scaling_the_values_scales_the_summaries(exponent: int) -> None:
    values = np.ldexp(np.array([1.0, 5.0, -7.0, 2.0, 11.0, 0.5, 0.0, 13.0]), 0)
    expected = reference(values)
    found = summarise(np.ldexp(values, exponent), ALL)
    for suffix, value in found.items():
        summary = suffix.partition(".")[0]
        power = {"count": 0, "histogram": 0, "kurtosis": 0, "skewness": 0, "var": 2, "powersum": 2}
        with np.errstate(over="ignore", under="ignore"):
            scaled = float(np.ldexp(expected[suffix], exponent * power.get(summary, 1)))
        if np.isinf(scaled):
            assert value == "the result is too large for a float"
        else:
            assert value == pytest.approx(scaled, rel=1e-9, abs=0), suffix


def test_the_widest_values_overflow_nothing_but_what_is_too_large() -> None:
    found = summarise(np.array([1.7e308, -1.7e308, 1.7e308, 1.0]), ALL)
    assert found["mean"] == pytest.approx(1.7e308 / 4)
    assert found["quantiles.2"] == 1.7e308 / 2
    assert found["min"] == -1.7e308
    assert found["sd"] == pytest.approx(1.7e308 * (2.75 / 3) ** 0.5)
    assert found["histogram.9"] == 0.5
    too_large = {name for name, value in found.items() if isinstance(value, str)}
    assert too_large == {"powersum", "range", "var", "pnorm", "iq_range"}


def test_the_smallest_value_stays_beside_a_huge_one() -> None:
    found = summarise(np.array([1e300, 1e-300]), ["min", "quantiles.0", "max"])
    assert found == {"min": 1e-300, "quantiles.0": 1e-300, "max": 1e300}


def test_one_value() -> None:
    found = summarise(np.array([4.0]), ALL)
    undefined = {name: value for name, value in found.items() if isinstance(value, str)}
    assert undefined == dict.fromkeys(
        ["kurtosis", "sd", "skewness", "var"], "there is only one value to summarise"
    )
    assert found["quantiles.3"] == found["median"] == found["sum"] == 4
    assert found["sd_pop"] == found["range"] == found["iq_range"] == 0


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e300, 1e-310])
def test_equal_values(value: float) -> None:
    found = summarise(np.full(9, value), ALL)
    undefined = {name for name, value in found.items() if isinstance(value, str)}
    assert undefined - {f"histogram.{i}" for i in range(10)} <= {"kurtosis", "skewness", "powersum"}
    assert found["kurtosis"] == found["skewness"] == "the values to summarise are all equal"
    assert found["sd"] == pytest.approx(0, abs=1e-15 * abs(value))
    assert found["range"] == 0


def test_values_too_close_for_bins() -> None:
    found = summarise(np.array([1.0, np.nextafter(1.0, 2.0)]), ["histogram.3", "mean"])
    assert found["histogram.3"] == "the values to summarise are too close for ten bins"


def test_pymfe_s_figures(examples: Any) -> None:
    wanted = [f"skewness.{suffix}" for suffix in WINE]
    numbers = extract(examples / "wine.csv", target="class", features=wanted)
    expected = {f"skewness.{suffix}": value for suffix, value in WINE.items()}
    assert dict(numbers) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", VALUES)
def test_against_pymfe(name: str) -> None:
    methods = pytest.importorskip("pymfe._summary").SUMMARY_METHODS
    values = VALUES[name]
    for summary, method in methods.items():
        if summary.endswith("quantiles"):
            continue  # calls numpy.quantile with an argument that NumPy 2.4 has dropped
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = np.atleast_1d(method(values)).astype(float)
        ours = list(summarise(values, SUFFIXES[summary]).values())
        assert ours == pytest.approx(list(theirs), rel=1e-9, abs=1e-12), summary


def test_summaries_override_those_of_the_catalogue() -> None:
    X, y = RNG.normal(size=(60, 4)), RNG.integers(0, 2, 60)
    numbers = extract(X, y, groups=["general", "statistical"], summaries=["median", "quantiles"])
    assert "skewness.mean" not in numbers
    assert numbers["skewness.median"] == numbers["skewness.quantiles.2"]
    assert numbers["nr_inst"] == 60
    assert list(extract(X, y, features=["freq_class"], summaries=("mean", "nansd"))) == [
        "freq_class.mean",
        "freq_class.nansd",
    ]
    assert "skewness" not in extract(X, y, groups=["statistical"], summaries=[])


def test_any_summary_of_any_meta_feature_can_be_asked_for() -> None:
    X, y = RNG.normal(size=(60, 9)), RNG.integers(0, 2, 60)
    names = ["skewness.iq_range", "skewness.histogram.3", "one_nn.quantiles", "skewness.mean"]
    numbers = extract(X, y, features=names)
    assert list(numbers) == [
        "skewness.iq_range",
        "skewness.histogram.3",
        "skewness.mean",
        *(f"one_nn.quantiles.{i}" for i in range(5)),
    ]
    assert numbers["skewness.mean"] == extract(X, features=["skewness"])["skewness.mean"]


@pytest.mark.parametrize(
    ("features", "summaries", "message"),
    [
        (["skewness.iqrange"], None, "there is no summary 'iqrange'; did you mean"),
        (["skewness.quantiles.5"], None, "there is no summary 'quantiles.5'"),
        (["nr_inst.mean"], None, "there is no meta-feature 'nr_inst.mean'"),
        (["skewnes.mean"], None, "there is no meta-feature 'skewnes.mean'; did you mean 'skewn"),
        (None, ["average"], "there is no summary 'average'"),
    ],
)
def test_unknown_names(features: Any, summaries: Any, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message.replace("?", r"\?")):
        extract([[1.0], [2.0]], features=features, summaries=summaries)
