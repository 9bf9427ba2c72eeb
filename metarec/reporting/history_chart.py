"""The chart of how a study went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metarec.reporting.page import Chart
from metarec.reporting.text import in_chart, number
from metarec.reporting.trials import ALGORITHM, complete_trials, view
from metarec.warmstart.direction import sign

if TYPE_CHECKING:
    import optuna

    from metarec.warmstart import Summary

_MOST_TICKS: Final = 10
"""Trials up to which each has a tick of its own."""
_MARKERS: Final = {
    "suggestion": ("suggestion", "diamond"),
    "prior": ("head start", "diamond"),
    "sampler": ("sampler", "circle"),
}


def history(study: optuna.Study, gain: Summary, value_name: str) -> Chart:
    """Each trial's value by where it came from, the best so far, and the estimated cold start.

    Drawn here because Optuna's own chart knows one kind of trial only.
    """
    import plotly.graph_objects as go

    ended = [each for each in study.get_trials(deepcopy=False) if each.state.is_finished()]
    place = {each.number: at for at, each in enumerate(ended, 1)}
    trials = complete_trials(study)
    best: list[float] = []
    better = min if sign(study) > 0 else max
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
    low, high = view(study, trials, gain.cold_curve)
    outside = sum(not low <= (each.value or 0.0) <= high for each in trials)
    figure.update_layout(height=420)
    figure.update_xaxes(title_text="finished trials", range=[0.5, len(place) + 0.5])
    figure.update_yaxes(title_text=in_chart(value_name), range=[low, high])
    if len(place) <= _MOST_TICKS:
        figure.update_xaxes(dtick=1)
    notes = [
        f"After {len(place)} trials the best {value_name} is {number(best[-1])}.",
        f"{outside} of the worst lie outside: double-click to see them." if outside else "",
    ]
    return Chart("history", "Value of each trial", figure, " ".join(filter(None, notes)))
