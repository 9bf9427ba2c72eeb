"""Out-of-fold predictions of the members together."""

import numpy as np
import pandas as pd
import pytest

from metarec.collecting.evaluating import FoldPredictions
from metarec.tuning.outcome import join_outcome
from metarec.tuning.validation import TuningData, Validation, read_data


@pytest.fixture
def data() -> TuningData:
    """Six rows of two classes in two folds."""
    frame = pd.DataFrame({"x": range(6), "y": ["no", "yes"] * 3})
    return read_data(frame, target="y", task="binary", validation=Validation(folds=2))


def _say(data: TuningData, share: float, *, probabilities: bool = True) -> list[FoldPredictions]:
    """The same share for each row's own class, whatever it is."""
    found = []
    for _, test in data.learning.folds:
        own = data.learning.y[test]
        support = np.full((len(test), 2), 1 - share)
        support[np.arange(len(test)), own] = share
        found.append(FoldPredictions(support.argmax(axis=1), support, probabilities, 0.0, 0.0))
    return found


def test_probabilities_are_weighted_and_rows_stay_with_their_truth(data: TuningData) -> None:
    outcome = join_outcome(data, [(_say(data, 0.9), 3.0), (_say(data, 0.1), 1.0)])
    assert outcome.classes == ("no", "yes")
    assert outcome.n_rows == 6
    assert list(outcome.predicted) == list(outcome.truth)
    own = np.asarray(outcome.probabilities)[np.arange(6), outcome.codes("truth")]
    assert own == pytest.approx(np.full(6, 0.7))


def test_probabilities_are_as_sure_as_the_temperature_has_them(data: TuningData) -> None:
    outcome = join_outcome(data, [(_say(data, 0.8), 1.0)], temperature=0.5)
    own = np.asarray(outcome.probabilities)[np.arange(6), outcome.codes("truth")]
    assert own == pytest.approx(np.full(6, 0.64 / 0.68))
    assert list(outcome.predicted) == list(outcome.truth)


def test_one_member_alone_keeps_its_own_answer(data: TuningData) -> None:
    outcome = join_outcome(data, [(_say(data, 0.9, probabilities=False), 1.0)])
    assert outcome.probabilities is None
    assert list(outcome.predicted) == list(outcome.truth)
    # Together they vote, and a vote is a probability.
    both = [(_say(data, 0.9, probabilities=False), 0.5), (_say(data, 0.1), 0.5)]
    assert join_outcome(data, both).probabilities is not None


def test_values_are_averaged_over_the_rows_that_are_tested() -> None:
    frame = pd.DataFrame({"day": range(6), "y": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]})
    validation = Validation(folds=2, time_column="day")
    data = read_data(frame, target="y", task="regression", validation=validation)
    folds = [
        FoldPredictions(data.learning.y[test] + 1, None, False, 0.0, 0.0)
        for _, test in data.learning.folds
    ]
    lower = [FoldPredictions(each.predicted - 2, None, False, 0.0, 0.0) for each in folds]
    outcome = join_outcome(data, [(folds, 0.5), (lower, 0.5)])
    assert list(outcome.truth) == [4.0, 8.0, 16.0, 32.0]
    assert list(outcome.predicted) == [4.0, 8.0, 16.0, 32.0]
