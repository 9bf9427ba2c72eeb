"""Charts of a study: how it went, and which hyperparameters mattered."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.study import StudyDirection
from optuna.trial import TrialState

from metarec.reporting.page import Chart
from metarec.reporting.text import in_chart, labels, number
from metarec.reporting.themes import BEST, WORST
from metarec.warmstart.feasibility import is_feasible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from metarec.warmstart import Summary

ALGORITHM: Final = "algorithm"
"""The parameter that names the base-learner, as `metarec.warmstart.trial_parameters` has it."""
LEAST_FOR_IMPORTANCE: Final = 10
"""Complete trials below which importances are chance."""
_TOP_TRIALS: Final = 5
"""Optuna's documentation advises at least as many in PED-ANOVA's top group."""
_MOST_BARS: Final = 15
_LEAST_SHARE: Final = 0.005
"""Less would be written as nothing."""
_MOST_AXES: Final = 10
_MOST_PARALLEL: Final = 3
_OUTLYING: Final = 0.1
"""Share of the values that may be left out of a view, if they are far worse than the others."""
_MARKERS: Final = {
    "suggestion": ("suggestion", "diamond"),
    "prior": ("head start", "diamond"),
    "probe": ("probe at random", "x"),
    "sampler": ("sampler", "circle"),
}


def complete_trials(study: optuna.Study) -> list[FrozenTrial]:
    """Complete trials with a finite value that break no constraint, in their order."""
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return [
        each
        for each in trials
        if each.value is not None and math.isfinite(each.value) and is_feasible(each)
    ]


def best_first(study: optuna.Study, trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Trials by value; of equal ones the earlier first."""
    return sorted(trials, key=lambda each: _sign(study) * (each.value or 0.0))


def history(study: optuna.Study, gain: Summary, value_name: str) -> Chart:
    """Each trial's value by where it came from, the best so far, and the estimated cold start.

    Drawn here because Optuna's own chart knows one kind of trial only.
    """
    import plotly.graph_objects as go

    ended = [each for each in study.get_trials(deepcopy=False) if each.state.is_finished()]
    place = {each.number: at for at, each in enumerate(ended, 1)}
    trials = complete_trials(study)
    best: list[float] = []
    better = min if _sign(study) > 0 else max
    for each in trials:
        best.append(better([*best[-1:], each.value or 0.0]))
    figure = go.Figure()
    figure.add_scatter(
        x=[place[each.number] for each in trials] + [len(place)],
        y=[*best, best[-1]],
        mode="lines",
        line_shape="hv",
        name="best so far",
        hovertemplate="best after trial %{x}: %{y:.5g}<extra></extra>",
    )
    if gain.cold_curve:
        figure.add_scatter(
            x=list(range(1, len(gain.cold_curve) + 1)),
            y=gain.cold_curve,
            mode="lines",
            line_dash="dash",
            name="estimated cold start",
            hovertemplate="random search after %{x}: about %{y:.5g}<extra></extra>",
        )
    for origin, (name, symbol) in _MARKERS.items():
        those = [each for each in trials if gain.origins.get(each.number) == origin]
        if those:
            figure.add_scatter(
                x=[place[each.number] for each in those],
                y=[each.value for each in those],
                text=[
                    f"trial {each.number} {in_chart(each.params.get(ALGORITHM, ''), 40)}"
                    for each in those
                ],
                mode="markers",
                marker={"symbol": symbol, "size": 8, "opacity": 0.75},
                name=name,
                hovertemplate="%{text}: %{y:.5g}<extra></extra>",
            )
    low, high = _view(study, trials, gain.cold_curve)
    outside = sum(not low <= (each.value or 0.0) <= high for each in trials)
    figure.update_layout(height=420)
    figure.update_xaxes(title_text="finished trials", range=[0.5, len(place) + 0.5])
    figure.update_yaxes(title_text=in_chart(value_name), range=[low, high])
    if len(place) <= _MOST_AXES:
        figure.update_xaxes(dtick=1)
    notes = [
        f"After {len(place)} trials the best {value_name} is {number(best[-1])}.",
        f"{outside} of the worst lie outside: double-click to see them." if outside else "",
    ]
    return Chart("history", "Value of each trial", figure, " ".join(filter(None, notes)))


def importances(study: optuna.Study) -> Chart | str:
    """How much each hyperparameter matters for reaching the best trials, or why it is not known.

    Optuna's PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023) in its form for conditional spaces.
    """
    trials = complete_trials(study)
    if len(trials) < LEAST_FOR_IMPORTANCE:
        return (
            f"Importances need {LEAST_FOR_IMPORTANCE} complete trials at least; "
            f"there are {len(trials)}."
        )
    share = max(0.1, _TOP_TRIALS / len(trials))
    values = [each.value for each in best_first(study, trials)]
    if values[math.ceil(share * len(trials)) - 1] == values[-1]:
        return "Too many trials have the same value to say which hyperparameters matter."
    counts = Counter(name for each in trials for name in each.params)
    names = [name for name, count in counts.items() if count >= _TOP_TRIALS]
    shown = dict(zip(names, labels(names), strict=True))
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
    with warnings.catch_warnings():
        # Optuna warns of each range that a single trial had; the note says what all rests on.
        warnings.simplefilter("ignore", UserWarning)
        figure = optuna.visualization.plot_param_importances(
            _safe_copy(study, trials, shown), evaluator
        )
    if not figure.data:
        return "No hyperparameter has been tried often enough to say how much it matters."
    bars = figure.data[0]
    telling = sum(each >= _LEAST_SHARE for each in bars.x)
    left_out = len(bars.x) - min(max(telling, 1), _MOST_BARS)
    drawn = range(left_out, len(bars.x))
    shares, ticks = [bars.x[at] for at in drawn], [bars.y[at] for at in drawn]
    places = list(range(len(drawn)))
    figure.update_traces(
        x=shares,
        y=places,
        text=[bars.text[at] for at in drawn],
        hovertemplate="%{x:.2f}<extra></extra>",
    )
    figure.update_layout(template=None, title=None, height=110 + 34 * len(drawn))
    figure.update_xaxes(title_text="share of what matters", range=[0, 1.12 * max(shares)])
    figure.update_yaxes(title=None, tickmode="array", tickvals=places, ticktext=ticks)
    best = math.ceil(share * len(trials))
    notes = [
        f"What set the best {best} of {len(trials)} trials apart from the others.",
        "Rough: so few trials say little." if len(trials) < _TOP_TRIALS / 0.1 else "",
        f"{left_out} smaller ones are not shown." if left_out else "",
    ]
    note = " ".join(filter(None, notes))
    return Chart("importances", "Hyperparameter importances", figure, note)


def parallel_coordinates(study: optuna.Study, value_name: str) -> list[Chart]:
    """One chart for each of the best base-learners, or one for a study without base-learners."""
    ordered = best_first(study, complete_trials(study))
    groups: dict[str, list[FrozenTrial]] = {}
    for each in ordered:
        groups.setdefault(str(each.params.get(ALGORITHM, "")), []).append(each)
    most = max(map(len, groups.values()), default=0)
    often = {name: each for name, each in groups.items() if len(each) >= min(most, _TOP_TRIALS)}
    charts = (_parallel(study, name, each, value_name) for name, each in often.items())
    return list(islice((chart for chart in charts if chart is not None), _MOST_PARALLEL))


def _parallel(
    study: optuna.Study, algorithm: str, trials: Sequence[FrozenTrial], value_name: str
) -> Chart | None:
    """Parallel coordinates of one base-learner's trials; None where nothing varies."""
    low, high = _view(study, trials)
    shown = [each for each in trials if low <= (each.value or 0.0) <= high]
    varying = [name for name in _varying(shown) if name != ALGORITHM]
    drawn = varying[:_MOST_AXES]
    if not drawn:
        return None
    plain = labels((name.removeprefix(f"{algorithm}.") for name in drawn), 14)
    copy = _safe_copy(study, shown, dict(zip(drawn, plain, strict=True)))
    figure = optuna.visualization.plot_parallel_coordinate(copy)
    _recolour(figure, maximize=_sign(study) < 0)
    figure.update_layout(template=None, title=None, plot_bgcolor=None, height=400)
    figure.update_layout(margin={"l": 70, "t": 20, "b": 70})
    figure.update_xaxes(ticktext=[in_chart(value_name, 14), *sorted(plain)], tickangle=0)
    figure.update_annotations(font={"size": 10, "color": None})
    notes = [
        f"{len(shown)} complete trials, a line each; the better, the more orange.",
        f"{len(trials) - len(shown)} of the worst are left out."
        if len(trials) > len(shown)
        else "",
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


def _view(
    study: optuna.Study, trials: Sequence[FrozenTrial], cold: Sequence[float] = ()
) -> tuple[float, float]:
    """Ends of the values that are shown: all but the worst outliers, the cold start within."""
    sign = _sign(study)
    losses = sorted(sign * (each.value or 0.0) for each in trials)
    worst = losses[math.ceil((1 - _OUTLYING) * len(losses)) - 1]
    # A long tail would press everything else into a line; without one all is shown.
    if losses[-1] - losses[0] <= 3 * (worst - losses[0]):
        worst = losses[-1]
    ends = [losses[0], worst, *(sign * each for each in cold)]
    margin = 0.06 * (max(ends) - min(ends)) or 0.05 * abs(losses[0]) or 0.5
    low, high = min(ends) - margin, max(ends) + margin
    return (low, high) if sign > 0 else (-high, -low)


def _sign(study: optuna.Study) -> float:
    """1 where the least value is the best, else -1."""
    return -1.0 if study.direction == StudyDirection.MAXIMIZE else 1.0
