"""Charts of which hyperparameters mattered."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import optuna
from optuna.distributions import CategoricalDistribution

from metarec.reporting.page import Chart
from metarec.reporting.text import in_chart, labels
from metarec.reporting.themes import BEST, WORST
from metarec.reporting.trials import (
    ALGORITHM,
    best_first,
    by_algorithm,
    complete_trials,
    view,
)
from metarec.warmstart.direction import sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

_LEAST_TRIALS: Final = 10
"""Complete trials below which importances are chance."""
_TOP_TRIALS: Final = 5
"""Optuna's documentation advises at least as many in PED-ANOVA's top group."""
_LEAST_OF_TOP: Final = 3
"""Of the top group that must have a hyperparameter: that of a rare base-learner would be chance."""
_MOST_BARS: Final = 15
_LEAST_SHARE: Final = 0.005
"""Less would be written as nothing."""
_MOST_AXES: Final = 10
_MOST_PARALLEL: Final = 3
_MOST_LINES: Final = 300
"""A browser draws each trial on its own."""


def importances(study: optuna.Study) -> Chart | str:
    """How much each hyperparameter matters for reaching the best trials, or why it is not known.

    Optuna's PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023) in its form for conditional spaces.
    """
    import plotly.graph_objects as go

    trials = complete_trials(study)
    if len(trials) < _LEAST_TRIALS:
        return (
            f"Importances need {_LEAST_TRIALS} complete trials at least; there are {len(trials)}."
        )
    share = max(0.1, _TOP_TRIALS / len(trials))
    ranked = best_first(study, trials)
    best = math.ceil(share * len(trials))
    if ranked[best - 1].value == ranked[-1].value:
        return "Too many trials have the same value to say which hyperparameters matter."
    counts = Counter(name for each in ranked[:best] for name in each.params)
    names = [name for name in _varying(trials) if counts[name] >= _LEAST_OF_TOP]
    if not names:
        return "The best trials have too little in common to say which hyperparameters matter."
    with warnings.catch_warnings():
        # Optuna warns of each range that a single trial had; the note says what all rests on.
        warnings.simplefilter("ignore", UserWarning)
        found = optuna.importance.get_param_importances(
            _safe_copy(study, trials, dict(zip(names, names, strict=True))),
            evaluator=optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share),
        )
    ordered = sorted(found, key=lambda name: -found[name])
    telling = sum(each >= _LEAST_SHARE for each in found.values())
    drawn = ordered[: min(max(telling, 1), _MOST_BARS)][::-1]
    shares, places = [found[name] for name in drawn], list(range(len(drawn)))
    # Optuna's own chart copies the study once for each bar.
    figure = go.Figure(
        go.Bar(
            x=shares,
            y=places,
            orientation="h",
            text=[f"{each:.2f}" for each in shares],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x:.3f}<extra></extra>",
        )
    )
    figure.update_layout(height=110 + 34 * len(drawn))
    figure.update_xaxes(title_text="share of what matters", range=[0, 1.12 * max(shares)])
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=labels(drawn))
    notes = [
        f"What set the best {best} of {len(trials)} trials apart from the others.",
        "Rough: so few trials say little." if len(trials) < _TOP_TRIALS / 0.1 else "",
        "Smaller shares are left out." if len(found) > len(drawn) else "",
    ]
    note = " ".join(filter(None, notes))
    return Chart("importances", "Hyperparameter importances", figure, note)


def parallel_coordinates(study: optuna.Study, value_name: str) -> list[Chart]:
    """One chart for each of the best base-learners, or one for a study without base-learners."""
    groups = by_algorithm(study)
    most = max(map(len, groups.values()), default=0)
    often = {name: each for name, each in groups.items() if len(each) >= min(most, _TOP_TRIALS)}
    charts = (_parallel(study, name, each, value_name) for name, each in often.items())
    return list(islice((chart for chart in charts if chart is not None), _MOST_PARALLEL))


def _parallel(
    study: optuna.Study, algorithm: str, trials: Sequence[FrozenTrial], value_name: str
) -> Chart | None:
    """Parallel coordinates of one base-learner's trials; None where nothing varies."""
    low, high = view(study, trials)
    inside = [each for each in trials if low <= (each.value or 0.0) <= high]
    step = math.ceil(len(inside) / _MOST_LINES)
    shown = inside[::step]
    varying = [name for name in _varying(shown) if name != ALGORITHM]
    drawn = varying[:_MOST_AXES]
    if not drawn:
        return None
    plain = labels((name.removeprefix(f"{algorithm}.") for name in drawn), 12)
    copy = _safe_copy(study, shown, dict(zip(drawn, plain, strict=True)))
    figure = optuna.visualization.plot_parallel_coordinate(copy)
    _recolour(figure, maximize=sign(study) < 0)
    figure.update_layout(template=None, title=None, plot_bgcolor=None, height=400)
    figure.update_layout(margin={"l": 70, "r": 70, "t": 20, "b": 70})
    figure.update_xaxes(
        ticktext=[in_chart(value_name, 12), *sorted(plain)], tickangle=0, tickfont={"size": 12}
    )
    figure.update_annotations(font={"size": 10, "color": None})
    notes = [
        f"{len(trials)} complete trials, a line each; the better, the more orange.",
        f"{len(trials) - len(inside)} of the worst are left out."
        if len(trials) > len(inside)
        else "",
        f"Of the others one in {step} is drawn." if step > 1 else "",
        f"{len(varying) - len(drawn)} hyperparameters are left out." if varying != drawn else "",
    ]
    return Chart(
        f"parallel-{trials[0].number}",
        f"Hyperparameters of {algorithm}" if algorithm else "Hyperparameters of the trials",
        figure,
        " ".join(filter(None, notes)),
        width=90 * (1 + len(drawn)),
    )


def _recolour(figure: go.Figure, *, maximize: bool) -> None:
    """Lines by rank, grey to orange, the better on top: blues would vanish on a dark page."""
    from plotly.colors import find_intermediate_color

    lines = sorted(
        (each for each in figure.data if each.mode == "lines"),
        key=lambda each: float(each.y[0]),
        reverse=not maximize,
    )
    for place, each in enumerate(lines):
        good = min(1.0, 2.0 * place / max(len(lines) - 1, 1))
        each.line.color = find_intermediate_color(WORST, BEST, good, colortype="rgb")
        each.opacity = 0.4 + 0.5 * good
    # The trace without lines is Optuna's colour bar; the first axis says the same.
    figure.data = ()
    figure.add_traces(lines)


def _safe_copy(
    study: optuna.Study, trials: Sequence[FrozenTrial], shown: Mapping[str, str]
) -> optuna.Study:
    """The same trials in memory, with the parameters in `shown` under the names that it gives them.

    Optuna's charts print names of parameters and categories as they are, and cut long ones.
    """
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # nobody asked for another study
    try:
        copy = optuna.create_study(direction=study.direction)
    finally:
        optuna.logging.set_verbosity(verbosity)
    for each in trials:
        safe = {
            shown[name]: _safe_parameter(value, each.distributions[name])
            for name, value in each.params.items()
            if name in shown
        }
        copy.add_trial(
            optuna.trial.create_trial(
                value=each.value,
                params={name: value for name, (value, _) in safe.items()},
                distributions={name: distribution for name, (_, distribution) in safe.items()},
            )
        )
    return copy


def _safe_parameter(value: Any, found: BaseDistribution) -> tuple[Any, BaseDistribution]:
    """A value and its distribution with categories that may stand in a chart."""
    if not isinstance(found, CategoricalDistribution):
        return value, found
    words = [each for each in found.choices if isinstance(each, str)]
    safe = dict(zip(words, labels(words, 18, lines=1), strict=True))
    choices = [safe[each] if isinstance(each, str) else each for each in found.choices]
    return safe[value] if isinstance(value, str) else value, CategoricalDistribution(choices)


def _varying(trials: Sequence[FrozenTrial]) -> list[str]:
    """Parameters that have several values, those that most trials have first."""
    values: dict[str, list[Any]] = {}
    for each in trials:
        for name, value in each.params.items():
            values.setdefault(name, []).append(value)
    varying = {name: found for name, found in values.items() if len(set(map(repr, found))) > 1}
    return sorted(varying, key=lambda name: -len(varying[name]))
