"""One temperature for all probabilities, as rows that were left out ask for."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from metarec.tuning.tempering import fit_temperature, temper


def _truth(n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """True probabilities of three classes, and classes that are drawn with them."""
    generator = np.random.default_rng(0)
    true = generator.dirichlet([0.5, 0.5, 0.5], n_rows)
    drawn = (generator.random((n_rows, 1)) > true.cumsum(axis=1)).sum(axis=1)
    return true, np.minimum(drawn, 2)


@pytest.mark.parametrize("said", [0.5, 1.0, 2.0])
def test_the_temperature_that_is_off_is_found(said: float) -> None:
    true, codes = _truth(20_000)
    off = temper(true, said)
    found = fit_temperature(off, codes)
    assert found == pytest.approx(1.0 / said, rel=0.05)
    assert log_loss(codes, temper(off, found)) == pytest.approx(log_loss(codes, true), rel=0.01)


def test_few_rows_say_little() -> None:
    sure = np.array([[0.6, 0.4]] * 5)
    assert 0.7 < fit_temperature(sure, np.zeros(5, dtype=np.int64)) < 1.0


def test_who_was_never_wrong_stays_within_bounds() -> None:
    sure = np.array([[0.9, 0.1]] * 10_000)
    assert 0.2 <= fit_temperature(sure, np.zeros(10_000, dtype=np.int64)) < 0.5


def test_what_is_thought_impossible_can_be_less_so() -> None:
    wrong = np.array([[1.0, 0.0]] * 100)
    found = temper(wrong, fit_temperature(wrong, np.arange(100) % 2))
    assert np.isfinite(found).all()
    assert found[0, 1] > 1e-4
    assert found.sum(axis=1) == pytest.approx(1.0)
