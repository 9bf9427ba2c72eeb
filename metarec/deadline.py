"""Which configurations can finish within a time limit.

One can if the upper end of its predicted 80 % interval is within the limit, for one fit on all
rows and one thread; cross-validation with n folds takes about n times as long. A tenth of the limit
is kept for describing the table, whether it is used or not: so what can finish depends on the limit
and not on how busy the machine is. Meta-features that a tenth is too short for are unknown, and the
answer says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import Mask
    from metarec.metalearners import FitTimePrediction

SHARE_TO_DESCRIBE: Final = 0.1
"""Of a time limit: for the meta-features."""


def within_limit(
    usable: Mask, predicted: FitTimePrediction, limit: float, *, top: int
) -> tuple[Mask, str | None]:
    """Restrict configurations to those that can finish.

    Parameters
    ----------
    usable : ndarray of shape (n_configurations,)
        Which ones can run at all.
    predicted : FitTimePrediction
        Of all configurations.
    limit : float
        Seconds for describing the table and one fit.
    top : int
        How many suggestions are wanted.

    Returns
    -------
    usable : ndarray of shape (n_configurations,)
        Where nothing can finish, the `top` fastest ones; never empty if it was not.
    warning : str or None
        What could not be kept.
    """
    fast = usable & (predicted.high <= (1.0 - SHARE_TO_DESCRIBE) * limit)
    if fast.any():
        return fast, None
    known = np.flatnonzero(usable & np.isfinite(predicted.high))
    if not known.size:
        return usable, (
            f"the time limit of {limit:g} s was not applied: it is not known how long a fit takes"
        )
    fastest = known[np.argsort(predicted.high[known], kind="stable")][:top]
    chosen = np.zeros_like(usable)
    chosen[fastest] = True
    least, most = predicted.seconds[fastest[0]], predicted.high[fastest[0]]
    return chosen, (
        f"nothing is likely to finish within {limit:g} s: these are the fastest, the quickest one "
        f"takes about {least:.2g} s and up to {most:.2g} s"
    )


def not_described(skipped: Mapping[str, str], limit: float, *, n_asked: int) -> str | None:
    """What is not known of a table because the time for describing it was over.

    Parameters
    ----------
    skipped : mapping of str to str
        `MetaFeatures.skipped`: names without a value, each with the reason.
    limit : float
        As in `within_limit`.
    n_asked : int
        How many meta-features were asked for.

    Returns
    -------
    str or None
        A warning; None if all were ready.
    """
    n_late = sum(reason.startswith("the time limit") for reason in skipped.values())
    if not n_late:
        return None
    return (
        f"{n_late} of {n_asked} meta-features were not ready within a tenth of {limit:g} s: the "
        "suggestions suit the table less, allow more time"
    )
