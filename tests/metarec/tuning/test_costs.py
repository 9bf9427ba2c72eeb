"""What a trial took, and what is expected from that."""

import pytest

from metarec.tuning.costs import Costs


def timed(rows: list[int], fits: list[float], n_samples: int, load: float = 1.0) -> Costs:
    """Stages of a trial on a machine with so much work beside it."""
    costs = Costs(rows, n_samples, n_rows=2 * rows[-1])
    for fit in fits:
        costs.note(load * 1.5 * fit, fit, 0.5 * fit)
    return costs


def test_folds_of_one_size_let_a_fit_grow_with_the_rows() -> None:
    assert timed([50, 50], [1.0, 3.0], 0).refit_seconds == pytest.approx(4.0)


def test_some_base_learners_grow_faster() -> None:
    costs = Costs([50, 50], 0, n_rows=100, power=2.0)
    for fit in (1.0, 3.0):
        costs.note(fit, fit, 0.0)
    assert costs.refit_seconds == pytest.approx(8.0)


def test_it_grows_as_it_did_from_sample_to_fold() -> None:
    assert timed([10, 20, 20], [1.0, 4.0, 4.0], 1).refit_seconds == pytest.approx(16.0)
    assert timed([10, 20, 20], [1.0, 1.5], 1).refit_seconds == pytest.approx(2.25)


def test_odd_times_are_not_believed() -> None:
    assert 1.0 < timed([10, 20], [2.0, 1.0], 1).refit_seconds < 2.0
    assert timed([10, 20], [0.01, 1.0], 1).refit_seconds == pytest.approx(4.0)


def test_a_busy_machine_takes_longer() -> None:
    assert timed([50, 50], [1.0, 3.0], 0, load=2.0).refit_seconds == pytest.approx(8.0)


def test_what_is_imported_with_the_first_fold_is_no_part_of_a_fit() -> None:
    costs = Costs([50, 50], 0, n_rows=100)
    costs.note(wall=5.0, fit=1.0, predict=0.0)
    costs.note(wall=1.0, fit=1.0, predict=0.0)
    assert costs.refit_seconds == pytest.approx(2.0)
    assert costs.seconds == pytest.approx(6.0)


def test_before_a_fold_nothing_is_known() -> None:
    assert timed([10, 20, 20], [1.0], 1).refit_seconds == 0.0


def test_the_folds_to_come_take_some_time() -> None:
    costs = timed([50] * 3, [2.0], 0)
    assert 2 * 1.5 < costs.least_to_come < 2 * 3.0


def test_fits_of_other_rounds_do_not_tell_how_times_grow() -> None:
    costs = Costs([10, 20], 1, n_rows=40, are_alike=False)
    for fit in (0.1, 1.0):
        costs.note(fit, fit, 0.0)
    assert costs.refit_seconds == pytest.approx(2.0)
