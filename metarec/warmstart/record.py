"""What a warm start notes in the study: the only state it has, so that all workers share it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from optuna.trial import TrialState, create_trial

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import optuna
    from optuna.trial import FrozenTrial

_CLAIM: Final = "metarec_trial:"
_LEFT: Final = "metarec_left"
_COLD: Final = "metarec_cold"
_RETRIED: Final = "failed_trial"
"""Where a retry of a trial whose worker died keeps the number of that trial, as in Optuna."""


@dataclass(frozen=True)
class Claim:
    """What a trial was started for."""

    candidate: str | None
    """Key of the configuration, in whichever prior; None if it gave way to other workers."""
    failed: bool = False
    """Whether the worker saw the trial fail; of one that died with its trial nobody says so."""


@dataclass(frozen=True)
class Left:
    """That the prior proposes no more."""

    trial: int
    """The first trial without it."""
    reason: str
    """In words."""


def claims_of(attributes: dict[str, Any]) -> dict[int, Claim]:
    """Trial number to what it was started for, from the study's user attributes."""
    return {
        int(name.removeprefix(_CLAIM)): Claim(**value)
        for name, value in attributes.items()
        if name.startswith(_CLAIM)
    }


def claim_of(claims: Mapping[int, Claim], trial: FrozenTrial) -> Claim | None:
    """What a trial is for; one that Optuna started again is for what it was before."""
    own = claims.get(trial.number)
    if own is not None or _RETRIED not in trial.system_attrs:
        return own
    before = claims.get(trial.system_attrs[_RETRIED])
    return None if before is None else replace(before, failed=False)


def retried(trials: Iterable[FrozenTrial]) -> set[int]:
    """Numbers of trials that were started again as others."""
    return {each.system_attrs[_RETRIED] for each in trials if _RETRIED in each.system_attrs}


def retry(study: optuna.Study, trial: FrozenTrial) -> None:
    """Let another trial with a trial's parameters wait, as Optuna's own retry does, and once."""
    if _RETRIED not in trial.system_attrs:
        study.add_trial(
            create_trial(
                state=TrialState.WAITING,
                params=trial.params,
                distributions=trial.distributions,
                system_attrs={_RETRIED: trial.number},
            )
        )


def left_of(attributes: dict[str, Any]) -> Left | None:
    """Whether and why the prior was left, from the study's user attributes."""
    return Left(**attributes[_LEFT]) if _LEFT in attributes else None


def cold_of(attributes: dict[str, Any]) -> list[float]:
    """Estimated values of random configurations; empty if there are none."""
    return list(attributes.get(_COLD, []))


def claim(study: optuna.Study, number: int, claimed: Claim) -> None:
    """Note what a trial was started for."""
    study.set_user_attr(f"{_CLAIM}{number}", vars(claimed))


def leave(study: optuna.Study, left: Left) -> None:
    """Note that the prior proposes no more."""
    study.set_user_attr(_LEFT, vars(left))


def note_cold(study: optuna.Study, values: list[float]) -> None:
    """Note what random configurations would reach, as far as it is known by now."""
    study.set_user_attr(_COLD, values)
