"""The time limit keeps its word: cheap entries first, slow ones stopped, reasons for the rest."""

from collections.abc import Callable
from time import perf_counter, sleep

import numpy as np
import pytest

from metafeatures import _extract, as_table, extract
from metafeatures._context import Context, once
from metafeatures._exceptions import OutOfTime
from metafeatures._intermediates.class_pairs import class_rows
from metafeatures._intermediates.design_pca import n_design_components
from metafeatures._intermediates.distances import unit_sample
from metafeatures._intermediates.feature_overlap import discriminant_ratios
from metafeatures._intermediates.sample import design_sample, landmark_sample
from metafeatures._registry import ANY, Cost, Entry, MetaFeature

X, Y = np.random.default_rng(0).normal(size=(50, 3)), np.arange(50) % 2
CALLS: list[str] = []


def fake(name: str, cost: Cost, pieces: int) -> Entry:
    """Take so many pieces of 5 ms, with a look at the clock before each."""

    def function(context: Context) -> float:
        CALLS.append(name)
        context.spread(lambda _: sleep(0.005), pieces)
        return 1.0

    feature = MetaFeature(name, "general", "sleeps", "metarec", ANY, cost)
    return Entry(feature, function)


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        fake("dear", "row pairs", 2000),
        fake("cheap", "per table", 1),
        fake("middle", "per row", 2),
        fake("cheap_too", "per table", 1),
        fake("dearest", "row pairs", 1),
    ]
    monkeypatch.setattr(_extract, "ORDERED", {entry.feature.name: entry for entry in made})
    CALLS.clear()


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_cheap_ones_first_and_a_slow_one_is_stopped(n_jobs: int) -> None:
    start = perf_counter()
    numbers = extract(X, Y, time_limit=0.4, n_jobs=n_jobs)
    assert perf_counter() - start < 2.0
    assert CALLS == ["cheap", "cheap_too", "middle", "dear"]
    assert list(numbers) == ["dear", "cheap", "middle", "cheap_too", "dearest"]
    assert numbers.skipped == dict.fromkeys(
        ["dear", "dearest"], "the time limit of 0.4 seconds was over"
    )
    assert numbers["middle"] == 1


def test_reading_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*arguments: object, **options: object) -> object:
        sleep(0.06)
        return as_table(*arguments, **options)

    as_table = _extract.as_table
    monkeypatch.setattr(_extract, "as_table", slow)
    numbers = extract(X, Y, time_limit=0.05)
    assert set(numbers.skipped.values()) == {"the time limit of 0.05 seconds was over"}
    assert len(numbers.skipped) == 5
    assert CALLS == []
    assert numbers.times["read"] >= 0.06


def test_an_intermediate_that_was_stopped_is_not_taken_for_a_value() -> None:
    @once
    def endless(context: Context) -> float:
        context.spread(lambda _: sleep(0.005), 10_000)
        return 1.0

    context = Context(_extract.as_table(X, Y), deadline=perf_counter() + 0.02)
    for _ in range(2):
        with pytest.raises(_extract.OutOfTime):
            endless(context)
    assert context.remarks == {}


def test_no_limit_no_reason() -> None:
    assert extract(X, Y, features=["cheap", "dearest"]).skipped == {}
    assert extract(X, Y, features=["cheap"], time_limit=60).skipped == {}


@pytest.mark.parametrize(
    "step",
    [
        design_sample,
        landmark_sample,
        unit_sample,
        class_rows,
        discriminant_ratios,
        n_design_components,
    ],
)
def test_each_step_over_the_sample_looks_at_the_clock(
    step: Callable[[Context], object],
) -> None:
    context = Context(as_table(X, Y))
    step(context)
    del context.values[step]
    context.deadline = 0.0
    with pytest.raises(OutOfTime):
        step(context)
