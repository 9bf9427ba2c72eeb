"""What a time limit leaves for trials."""

import math
import time

from metarec.tuning.clock import Clock


def test_time_is_kept_for_the_end() -> None:
    clock = Clock(100.0, usual=1.0)
    assert 98 < clock.left_for_trials < 99
    clock.refit_seconds = 10.0
    assert 85 < clock.left_for_trials < 86
    assert 98 < clock.left_for_refits < 99
    clock.refit_seconds = 1000.0
    assert 68 < clock.left_for_trials < 69


def test_before_a_trial_has_told_what_a_fit_takes_more_is_kept() -> None:
    clock = Clock(100.0)
    assert 68 < clock.left_for_trials < 70
    clock.is_begun = True
    assert 68 < clock.left_for_trials < 70
    late = Clock(0.5)
    assert late.may_start()
    late.is_begun = True
    time.sleep(0.3)
    assert not late.may_start()


def test_a_busy_machine_needs_more_time_for_the_end() -> None:
    idle, busy = Clock(20.0), Clock(20.0)
    time.sleep(0.02)
    idle.set_pace(1.0)
    busy.set_pace(0.001)
    assert idle.left_for_refits - busy.left_for_refits > 0.5


def test_a_trial_that_is_unlikely_to_finish_is_not_started() -> None:
    clock = Clock(100.0)
    for seconds, may_start in ((200.0, False), (2.0, True), (150.0, False), (3.0, True)):
        clock.note(seconds)
        assert clock.may_start() == may_start


def test_one_trial_does_not_take_everything() -> None:
    assert Clock(100.0, usual=1.0).trial_seconds() <= 25
    assert Clock(100.0, most_of_trial=60).trial_seconds() == 60
    assert math.isinf(Clock(None).trial_seconds())
