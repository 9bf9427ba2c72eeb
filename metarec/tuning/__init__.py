"""From a table to a fitted pipeline: the study behind `metarec tune`.

Here belongs one study about one table: its space, its folds, its trials within limits, and what is
fitted at the end. What is proposed first is `metarec.warmstart`'s business.
"""

from typing import TYPE_CHECKING

import lazy_loader as lazy

# A child process that fits needs one small module of these, and no Optuna.
_attach = lazy.attach(
    __name__,
    submod_attrs={
        "result": ["TuningResult"],
        "running": ["Progress"],
        "saving": ["Model", "load_model"],
        "search": ["tune"],
    },
)
__getattr__, __dir__, _ = _attach

if TYPE_CHECKING:
    from metarec.tuning.result import TuningResult
    from metarec.tuning.running import Progress
    from metarec.tuning.saving import Model, load_model
    from metarec.tuning.search import tune

__all__ = ["Model", "Progress", "TuningResult", "load_model", "tune"]
