"""Which way a study goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.study import StudyDirection

if TYPE_CHECKING:
    import optuna


def sign(study: optuna.Study) -> float:
    """1 where the least value is the best, else -1."""
    return -1.0 if study.direction == StudyDirection.MAXIMIZE else 1.0
