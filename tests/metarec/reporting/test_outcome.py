"""Predictions, and what is drawn and counted of them."""

import numpy as np
import pytest
from report_pages import of_classes, of_values
from sklearn import metrics

from metarec import UsageError
from metarec.reporting import Outcome, outcome_charts


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (([], []), "not empty"),
        (([1.0, 2.0], [1.0]), "equally long"),
        (([1.0, np.nan], [1.0, 1.0]), "finite"),
        ((["a", "b"], ["a", "c"], ["a", "b"]), "the class 'c'"),
        ((["a", "b"], ["a", "b"], ["a", "b"], [[1.0], [0.0]]), r"\(2, 2\)"),
        ((["a"], ["a"], ["a", "b"], [[np.nan, 0.0]]), "finite"),
    ],
)
def test_what_is_no_outcome_is_refused(arguments, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        Outcome(*arguments)


def test_scores_are_those_of_all_rows() -> None:
    outcome = of_classes(["a", "b", "c"])
    found = dict(outcome_charts.scores(outcome).rows)
    truth, predicted = outcome.truth, outcome.predicted
    assert float(found["accuracy"]) == pytest.approx(
        metrics.accuracy_score(truth, predicted), abs=1e-4
    )
    assert float(found["balanced accuracy"]) == pytest.approx(
        metrics.balanced_accuracy_score(truth, predicted), abs=1e-4
    )
    assert float(found["log loss"]) == pytest.approx(
        metrics.log_loss(truth, outcome.probabilities), abs=1e-4
    )
    values = of_values()
    found = dict(outcome_charts.scores(values).rows)
    assert float(found["R2, share of the variance"]) == pytest.approx(
        metrics.r2_score(values.truth, values.predicted), abs=1e-4
    )


def test_the_confusion_matrix_counts_rows_by_true_class() -> None:
    outcome = Outcome(["a", "a", "a", "b"], ["a", "b", "b", "b"], ["a", "b"])
    chart = outcome_charts.confusion(outcome)
    (cells,) = chart.figure.data
    assert np.array(cells.text).tolist() == [[1, 2], [0, 1]]
    assert np.array(cells.z)[0].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert "2 of 4 rows are wrong" in chart.note
    rows = {row[0]: row[1:] for row in outcome_charts.per_class(outcome).rows}
    assert rows == {"a": ("3", "33 %", "100 %"), "b": ("1", "100 %", "33 %")}


def test_many_classes_have_room() -> None:
    chart = outcome_charts.confusion(of_classes([f"class {at}" for at in range(60)], 3000))
    ticks = chart.figure.layout.yaxis.ticktext
    assert len(set(ticks)) == len(ticks) == 40
    assert ticks[-1] == "21 others"
    assert chart.figure.layout.height / 40 > 18
    (cells,) = chart.figure.data
    assert np.sum(np.array(cells.text, dtype=int)) == 3000
    assert cells.texttemplate is None


def test_merged_classes_keep_their_errors_apart() -> None:
    names = [f"{at:02}" for at in range(50)]
    truth = [name for name in names for _ in range(2)]
    wrong = [*truth[:-4], "49", "49", "48", "48"]
    assert "4 of 100 rows are wrong" in outcome_charts.confusion(Outcome(truth, wrong, names)).note


def test_true_probabilities_lie_on_the_diagonal() -> None:
    generator = np.random.default_rng(0)
    given = generator.random(20_000)
    truth = (generator.random(20_000) < given).astype(int)
    both = np.column_stack([1 - given, given])
    chart = outcome_charts.calibration(Outcome(truth, both.argmax(axis=1), [0, 1], both))
    (curve,) = [each for each in chart.figure.data if each.name == "pipeline"]
    assert len(curve.x) == 10
    assert np.abs(np.subtract(curve.x, curve.y)).max() < 0.05
    assert "class 1" in chart.note


def test_of_many_classes_the_predicted_one_is_calibrated() -> None:
    outcome = of_classes(["a", "b", "c"], 3000)
    chart = outcome_charts.calibration(outcome)
    right = np.mean(np.asarray(outcome.truth) == np.asarray(outcome.predicted))
    assert f"{right:.3g} came true" in chart.note


def test_without_probabilities_none_are_checked() -> None:
    outcome = Outcome(["a", "b"], ["a", "a"], ["a", "b"])
    assert [each.name for each in outcome_charts.outcome_charts(outcome)] == ["confusion"]


def test_residuals_are_what_is_left_of_the_truth() -> None:
    _, chart = outcome_charts.outcome_charts(Outcome([1.0, 2.0, 4.0], [0.0, 2.0, 5.0]))
    assert list(chart.figure.data[0].y) == [1.0, 0.0, -1.0]
    assert list(chart.figure.data[0].x) == [0.0, 2.0, 5.0]
    assert "their mean is 0." in chart.note


def test_large_outcomes_are_drawn_in_part_and_said_so() -> None:
    for chart in outcome_charts.outcome_charts(of_values(5000)):
        assert len(chart.figure.data[0].x) == 2000
        assert "2,000 of 5,000 rows" in chart.note
