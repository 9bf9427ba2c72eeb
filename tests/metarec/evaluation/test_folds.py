"""Folds keep families together."""

import numpy as np
import pytest

from metarec import UsageError
from metarec.evaluation import leave_families_out


def test_folds_keep_families_together_and_cover_everything() -> None:
    families = [f"f{i % 7}" for i in range(40)]
    seen: list[int] = []
    for train, test in leave_families_out(families, n_folds=3, random_state=0):
        assert not {families[i] for i in train} & {families[i] for i in test}
        assert sorted([*train, *test]) == list(range(40))
        seen += test.tolist()
    assert sorted(seen) == list(range(40))


def test_what_is_not_judged_is_learned_from_unless_it_is_a_relative() -> None:
    families = [f"f{i % 7}" for i in range(40)] + ["other"] * 3
    judged = np.arange(43) < 14
    seen: list[int] = []
    for train, test in leave_families_out(families, n_folds=3, random_state=0, judged=judged):
        assert not {families[i] for i in train} & {families[i] for i in test}
        assert {40, 41, 42} <= set(train.tolist())
        seen += test.tolist()
    assert sorted(seen) == list(range(14))


def test_what_is_not_judged_does_not_change_the_split() -> None:
    families = [f"f{i % 7}" for i in range(14)]
    alone = leave_families_out(families, n_folds=3, random_state=5)
    judged = np.arange(30) < 14
    more = leave_families_out(
        [*families, *(f"a{i}" for i in range(16))], n_folds=3, random_state=5, judged=judged
    )
    for (_, test), (_, again) in zip(alone, more, strict=True):
        assert test.tolist() == again.tolist()


@pytest.mark.parametrize("n_folds", [1, 8])
def test_more_folds_than_families_are_refused(n_folds: int) -> None:
    with pytest.raises(UsageError, match="n_folds"):
        next(leave_families_out(list("abcdefg"), n_folds=n_folds, random_state=0))
