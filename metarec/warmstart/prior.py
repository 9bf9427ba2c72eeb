"""What is believed of a study's configurations before its first trial."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from numbers import Real
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec._exceptions import UsageError
from metarec.history import METRICS
from metarec.metalearners.belief import Belief
from metarec.metalearners.cells import REGRET_FLOOR
from metarec.metalearners.cover import greedy_cover
from metarec.metalearners.sequential import N_COVERING, covariance
from metarec.warmstart.offspring import breed
from metarec.warmstart.points import encode_points, likeness, on_one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metarec._types import FloatMatrix, FloatVector, IntVector, Mask
    from metarec.warmstart.distributions import Distribution

_SMOOTH_SHARE: Final = 0.2
"""Share of the covariance that only says how close two configurations are."""
_COVERING_SHARE, _PLAIN_SHARE = 0.5, 0.25
"""Of the candidates: those that cover the earlier studies, and those drawn at random."""
_LIKE_ONE: Final = 0.8
"""How far a scenario's expectation goes from the mean of the studies towards one of them."""
_LEAST_STUDIES: Final = 3


@dataclass(frozen=True, eq=False)
class Prior:
    """Candidates for a study, and what is expected of them; picklable, without a model in it.

    The log regret of the candidates is normal in each of several scenarios, which may differ in
    its mean, and differ in its scale in losses (see `metarec.metalearners.belief`).
    """

    candidates: tuple[Mapping[str, Any], ...]
    """Parameter name to value, by the study's names."""
    order: IntVector
    """Columns in the order to be tried until there are results enough."""
    expected: FloatVector | FloatMatrix
    """Mean of the candidates' log regret, of all scenarios or a row for each."""
    covariance: FloatMatrix
    """Of what the mean misses."""
    least: FloatVector
    """Loss of the best candidate, by scenario."""
    spread: FloatVector
    """Difference in loss that is a regret of 1, by scenario."""
    plain: Mask
    """Candidates that stand for a random search."""
    n_covering: int = 1
    """How many results these are."""
    seconds: FloatVector | None = None
    """What a trial of each candidate is expected to take, all its fits; given, what promises most
    per second is proposed, and not the `order`."""
    unfamiliar: str | None = None
    """Why the table is unlike what is known, so that the prior is what all data sets share."""
    metric: str | None = None
    """What the losses are of, a key of `METRICS`; None where they are the study's values."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Of the candidates: the same for the same configuration in every prior and process."""
        return tuple(key_of(each) for each in self.candidates)

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Key to column."""
        return {key: column for column, key in enumerate(self.keys)}

    def belief(self) -> Belief:
        """What is believed before any result."""
        return Belief(self.expected, self.covariance, self.least, self.spread)

    def to_loss(self, value: float, *, maximize: bool, negated: bool = False) -> float:
        """The value of a study that maximises or minimises, as a loss.

        `negated` is whether a study that minimises has negative scores for values, not errors.

        Examples
        --------
        A study may minimise an error or a negative score:

        >>> nothing = np.zeros(0)
        >>> prior = Prior((), *[nothing] * 6, metric="accuracy")
        >>> prior.to_loss(0.75, maximize=True), prior.to_loss(0.25, maximize=False)
        (0.25, 0.25)
        >>> prior.to_loss(-0.75, maximize=False, negated=True)
        0.25

        A score to be maximised may be 0 or below:

        >>> prior.to_loss(0.0, maximize=True)
        1.0
        """
        loss = -value if maximize else value
        is_score = self.metric is not None and METRICS[self.metric] == "maximize"
        return 1.0 + loss if is_score and (maximize or negated) else loss


def key_of(params: Mapping[str, Any]) -> str:
    """Tells a configuration from others, however its numbers are written.

    Examples
    --------
    >>> key_of({"C": 1, "kernel": "rbf"}) == key_of({"kernel": "rbf", "C": np.float64(1.0)})
    True
    >>> key_of({"C": True}) == key_of({"C": 1})
    False
    """
    plain = {
        name: float(value) if isinstance(value, Real) and not isinstance(value, bool) else value
        for name, value in params.items()
    }
    content = repr(sorted(plain.items(), key=itemgetter(0)))
    return sha256(content.encode()).hexdigest()[:16]


def prior_from_losses(
    candidates: Sequence[Mapping[str, Any]],
    losses: FloatMatrix,
    *,
    space: Mapping[str, Distribution],
    n_candidates: int = 300,
    seed: int = 0,
) -> Prior:
    """Learn from losses of the same configurations in several earlier studies.

    A regret of 1 is a study's median loss, and everything above. Each study is a scenario: its log
    regrets, drawn towards the mean of all, are what is expected in it, and the covariance is that
    much smaller. Together the scenarios have the mean and the covariance of the studies (the shrunk
    smoothed bootstrap of Silverman & Young 1987), and keep what one normal distribution loses: that
    a few studies differ from the others in many configurations at once. The covariance is blended
    with a Matern kernel over the configurations: few studies say little of pairs, and what stands
    close together does alike.

    Of 100 candidates or more, others are bred that a Gaussian process over them expects to be
    better in these studies. That takes some seconds with thousands.

    Parameters
    ----------
    candidates : sequence of mapping
        Parameter name to value.
    losses : ndarray of shape (n_studies, n_candidates)
        Lower is better; infinite where a configuration failed.
    space : mapping of str to optuna distribution
        What the parameters are drawn from.
    n_candidates : int
        How many to keep, bred ones included: those that cover the studies best, the best on
        average, and some of those given at random.
    seed : int
        Of the random ones, and of what is bred.

    Returns
    -------
    Prior

    Raises
    ------
    UsageError
        If there are fewer than three studies, no candidates, or shapes differ.

    Examples
    --------
    >>> from optuna.distributions import FloatDistribution
    >>> candidates = [{"x": x / 10} for x in range(11)]
    >>> losses = np.array([[(x / 10 - best) ** 2 for x in range(11)] for best in (0.2, 0.3, 0.4)])
    >>> prior = prior_from_losses(candidates, losses, space={"x": FloatDistribution(0, 1)})
    >>> prior.candidates[prior.order[0]]
    {'x': 0.3}
    """
    losses = np.asarray(losses, dtype=np.float64)
    if not len(candidates) or losses.ndim != 2 or losses.shape[1] != len(candidates):
        msg = f"`losses` must have a column per candidate, but {losses.shape=}, {len(candidates)=}"
        raise UsageError(msg)
    if n_candidates < 1:
        msg = f"`n_candidates` must be at least 1, but got {n_candidates=}"
        raise UsageError(msg)
    losses, regret, least, spread = _normalised(losses)
    if len(losses) < _LEAST_STUDIES:
        msg = (
            f"a prior is learned from at least {_LEAST_STUDIES} studies whose trials differ, but "
            f"there are {len(losses)}: use more of them, or `enqueue`"
        )
        raise UsageError(msg)
    generator = np.random.default_rng(seed)
    # What was tried goes first: one trial alone is no place for what is only expected.
    best = int(regret.mean(axis=0).argmin())
    with on_one_thread():
        children, of_children = breed(candidates, regret, space, generator)
    everything, regret = [*candidates, *children], np.hstack([regret, of_children])
    kept, plain = _choose(regret, n_candidates, len(candidates), best, generator)
    chosen = tuple(everything[column] for column in kept)
    regret, first = regret[:, kept], np.flatnonzero(kept == best).tolist()
    order = greedy_cover(regret, np.ones(len(kept), dtype=bool), len(kept), first=first)
    log_regret = np.log(regret + REGRET_FLOOR)
    mean = log_regret.mean(axis=0)
    found = covariance(log_regret - mean, np.ones(regret.shape, dtype=bool), np.ones(len(regret)))
    deviation = np.sqrt(found.diagonal())
    smooth = likeness()(encode_points(chosen, space)) * np.outer(deviation, deviation)
    return Prior(
        candidates=chosen,
        order=order,
        expected=mean + _LIKE_ONE * (log_regret - mean),
        covariance=(1.0 - _LIKE_ONE**2) * ((1.0 - _SMOOTH_SHARE) * found + _SMOOTH_SHARE * smooth),
        least=least,
        spread=spread,
        plain=plain,
        n_covering=N_COVERING,
    )


def _normalised(
    losses: FloatMatrix,
) -> tuple[FloatMatrix, FloatMatrix, FloatVector, FloatVector]:
    """Studies whose losses differ: losses, regrets, least losses and spreads."""
    finite = np.where(np.isfinite(losses), losses, np.nan)
    losses = losses[(~np.isnan(finite)).sum(axis=1) > 1]
    finite = np.where(np.isfinite(losses), losses, np.nan)
    least, middle = np.nanmin(finite, axis=1), np.nanmedian(finite, axis=1)
    differ = middle > least
    finite, least, spread = finite[differ], least[differ], (middle - least)[differ]
    regret = np.clip((finite - least[:, None]) / spread[:, None], 0.0, 1.0)
    return losses[differ], np.where(np.isnan(regret), 1.0, regret), least, spread


def _choose(
    regret: FloatMatrix, n_candidates: int, n_tried: int, best: int, generator: np.random.Generator
) -> tuple[IntVector, Mask]:
    """Which candidates are kept, and which of them were drawn at random from those tried."""
    total = regret.shape[1]
    if total <= n_candidates:
        return np.arange(total), np.arange(total) < n_tried
    n_plain = min(int(_PLAIN_SHARE * n_candidates), n_tried)
    plain = generator.choice(n_tried, n_plain, replace=False)
    everything = np.ones(total, dtype=bool)
    n_covering = int(_COVERING_SHARE * n_candidates)
    covering = greedy_cover(regret, everything, n_covering, first=[best])
    ranked = np.concatenate([plain, covering, np.argsort(regret.mean(axis=0), kind="stable")])
    _, first = np.unique(ranked, return_index=True)
    kept = np.sort(ranked[np.sort(first)][:n_candidates])
    return kept, np.isin(kept, plain)
