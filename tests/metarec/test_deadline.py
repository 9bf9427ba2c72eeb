"""Time limits: what can finish is asked for, and what cannot is said."""

import numpy as np
import pytest

import metafeatures
from metarec import UsageError
from metarec.deadline import not_described, within_limit
from metarec.durations import to_seconds
from metarec.metalearners import FitTimePrediction

PREDICTED = FitTimePrediction(
    seconds=np.array([1.0, 2.0, 3.0, np.nan]),
    low=np.array([0.5, 1.0, 2.0, np.nan]),
    high=np.array([5.0, 3.0, 4.0, np.nan]),
)
EVERY = np.ones(4, dtype=bool)


def test_the_upper_end_decides() -> None:
    usable, warning = within_limit(EVERY, PREDICTED, 4.0 / 0.9, top=5)
    assert usable.tolist() == [False, True, True, False]
    assert warning is None


def test_nothing_fits_and_the_fastest_are_named() -> None:
    usable, warning = within_limit(EVERY, PREDICTED, 1.0, top=2)
    assert usable.tolist() == [False, True, True, False]
    assert warning == (
        "nothing is likely to finish within 1 s: these are the fastest, the quickest one takes "
        "about 2 s and up to 3 s"
    )


def test_what_cannot_run_does_not_come_back() -> None:
    usable, _ = within_limit(np.array([True, False, False, True]), PREDICTED, 1.0, top=2)
    assert usable.tolist() == [True, False, False, False]


def test_unknown_times_are_admitted() -> None:
    unknown = np.full(4, np.nan)
    usable, warning = within_limit(EVERY, FitTimePrediction(unknown, unknown, unknown), 1.0, top=2)
    assert usable.all()
    assert "not applied" in warning


def test_what_was_not_ready_is_counted() -> None:
    table = metafeatures.as_table(np.eye(20), np.arange(20) % 2)
    late = metafeatures.extract(table, features=["nr_inst", "one_nn.mean"], time_limit=0.0)
    assert "of 2 meta-features were not ready within a tenth of 1 s" in (
        not_described(late.skipped, 1.0, n_asked=2) or ""
    )
    assert (
        not_described({"symbols.mean": "there are no categorical columns"}, 1.0, n_asked=2) is None
    )


@pytest.mark.parametrize("duration", ["soon", "", "-1s", "nan", "inf", "10 min", None])
def test_no_duration(duration: str) -> None:
    with pytest.raises(UsageError, match="no duration"):
        to_seconds(duration)
