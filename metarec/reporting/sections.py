"""What the page says, question by question."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from metarec.history import parameters_of
from metarec.reporting import outcome_charts
from metarec.reporting.history_chart import history
from metarec.reporting.hyperparameter_charts import importances, parallel_coordinates
from metarec.reporting.page import Chart, Table
from metarec.reporting.text import interval, number, setting, settings
from metarec.reporting.trials import best_first, by_algorithm, complete_trials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import optuna
    from optuna.trial import FrozenTrial

    from metarec.learners import Configuration
    from metarec.reporting.outcome import Outcome
    from metarec.suggestions import Suggestion, Suggestions
    from metarec.warmstart import Summary

_MOST_OPEN: Final = 10
"""Classes above which their table is shown only when asked for."""
_MOST_REASONS: Final = 25
"""The same for reasons."""


@dataclass(frozen=True)
class Section:
    """A question and what answers it: sentences, tables, charts."""

    name: str
    """Its place in the page, for links."""
    title: str
    """The question."""
    parts: tuple[str | Table | Chart, ...]
    """In their order."""


def use(
    study: optuna.Study,
    suggestions: Suggestions | None,
    members: Sequence[tuple[Configuration, float]],
    metric: str,
) -> Section:
    """What was found, and what had been suggested."""
    parts: list[str | Table | Chart] = []
    if members:
        rows = tuple(
            (member.algorithm, f"{weight:.2f}", settings(member.hyperparameters))
            for member, weight in members
        )
        header = ("base-learner", "weight", "hyperparameters")
        parts.append(Table("The fitted pipeline", header, rows))
    if trials := complete_trials(study):
        best = best_first(study, trials)[0]
        parts.append(f"Trial {best.number} is the best: {metric} {number(best.value)}.")
        values = tuple((name, setting(value)) for name, value in parameters_of(best).items())
        parts.append(Table("The best trial", ("parameter", "value"), values))
    else:
        parts.append("No trial was finished, so that there is no best one.")
    if suggestions is not None:
        parts += [*suggestions.warnings, _ranking(suggestions)]
        if any(item.reasons for item in suggestions):
            parts.append(_reasons(suggestions))
    return Section("use", "What to use?", tuple(parts))


def sure(study: optuna.Study, suggestions: Suggestions | None) -> Section:
    """How far what was expected can be relied on."""
    if suggestions is None:
        parts: tuple[str | Table | Chart, ...] = (
            "The report was made without suggestions: there is nothing to compare with.",
        )
        return Section("sure", "How sure?", parts)
    return Section(
        "sure",
        "How sure?",
        tuple(
            part
            for part in (
                _familiarity(suggestions),
                _kept_promise(study, suggestions),
                _neighbours(suggestions),
            )
            if part
        ),
    )


def gained(study: optuna.Study, gain: Summary, metric: str) -> Section:
    """How the study went, against a cold start."""
    parts: list[str | Table | Chart] = []
    if complete_trials(study):
        parts.append(history(study, gain, metric))
    if gain.estimated_cold is None:
        parts.append("What a cold start would have reached is not known for this study.")
    else:
        parts.append(
            "The cold start is an estimate, not a second run: what so many random configurations "
            "would have reached, by what was known before the study, corrected by its results."
        )
    parts.append(" ".join(f"{line[0].upper()}{line[1:]}." for line in str(gain).splitlines()))
    return Section("gain", "What did the head start gain?", tuple(parts))


def mattered(study: optuna.Study, metric: str) -> Section:
    """Which base-learner and which hyperparameters made the difference."""
    parts: list[str | Table | Chart] = []
    if set(groups := by_algorithm(study)) - {""}:
        parts.append(_by_algorithm(groups, metric))
    parts.append(importances(study))
    parts += parallel_coordinates(study, metric)
    return Section("mattered", "What mattered?", tuple(parts))


def good(outcome: Outcome | None) -> Section:
    """How good the final pipeline is."""
    title = "How good is it?"
    if outcome is None:
        return Section("good", title, ("There are no predictions of the final pipeline.",))
    parts: list[str | Table | Chart] = [
        f"From predictions of {outcome.n_rows:,} rows, each by a pipeline that was not fitted on "
        "it. The best of many trials promises a little too much on the folds that chose it.",
        outcome_charts.scores(outcome),
        *outcome_charts.outcome_charts(outcome),
    ]
    if outcome.classes:
        table = outcome_charts.per_class(outcome)
        parts.append(
            Table("Classes", table.header, table.rows, folded=len(table.rows) > _MOST_OPEN)
        )
        if outcome.probabilities is None:
            parts.append("The pipeline gives no probabilities, so that none can be checked.")
    return Section("good", title, tuple(parts))


def _ranking(suggestions: Suggestions) -> Table:
    header = (
        "rank",
        "base-learner",
        "hyperparameters",
        suggestions.metric,
        "80 % interval",
        "fit",
    )
    rows = tuple(
        (
            str(item.rank),
            item.algorithm,
            settings(item.hyperparameters),
            number(item.predicted_score, 3),
            interval(item.score_interval),
            _seconds(item),
        )
        for item in suggestions
    )
    return Table("What was suggested before the first trial, as expected then", header, rows)


def _reasons(suggestions: Suggestions) -> Table:
    rows = tuple(
        (f"{item.rank}. {item.algorithm}", f"{reason['effect']:+.2f}", reason["text"])
        for item in suggestions
        for reason in item.reasons or ()
    )
    header = ("suggestion", "effect", "reason, against the average configuration")
    caption = "Why: an effect of 0.1 is about a tenth of the expected regret"
    return Table(caption, header, rows, folded=len(rows) > _MOST_REASONS)


def _seconds(item: Suggestion) -> str:
    if item.predicted_fit_seconds is None:
        return "-"
    text = f"{number(item.predicted_fit_seconds, 2)} s"
    if item.fit_seconds_interval is None:
        return text
    return f"{text}\n({interval(item.fit_seconds_interval, 2)})"


def _familiarity(suggestions: Suggestions) -> str:
    found = suggestions.familiarity
    if found["familiar"]:
        return (
            f"The table is like what is known: nearer to the known data sets than "
            f"{100 - 100 * found['percentile']:.0f} % of these to each other."
        )
    return f"The table is unlike what is known: {found['why']}. {found['answer']} answered instead."


def _kept_promise(study: optuna.Study, suggestions: Suggestions) -> str:
    """What had been expected of the first suggestion beside what was reached."""
    trials = complete_trials(study)
    first = suggestions[0] if len(suggestions) else None
    if not trials or first is None or first.predicted_score is None:
        return ""
    best = best_first(study, trials)[0]
    return (
        f"Of the first suggestion a {suggestions.metric} of {number(first.predicted_score, 3)} was "
        f"expected, with 80 % probability {interval(first.score_interval)}; the best trial reached "
        f"{number(best.value, 3)}."
    )


def _neighbours(suggestions: Suggestions) -> Table:
    rows = tuple(
        (
            near.name,
            "-" if near.openml_id is None else str(near.openml_id),
            f"{near.distance:.2f}",
            near.best.algorithm,
            settings(near.best.hyperparameters),
            f"{near.metric} {number(near.best_score, 3)}",
            near.source,
        )
        for near in suggestions.neighbours
    )
    header = ("name", "OpenML id", "distance", "won there", "hyperparameters", "score", "runs of")
    return Table("The nearest known data sets", header, rows)


def _by_algorithm(groups: Mapping[str, Sequence[FrozenTrial]], metric: str) -> Table:
    rows = tuple(
        (
            name or "-",
            str(len(those)),
            number(those[0].value),
            number(median(each.value or 0.0 for each in those)),
            number(median(_duration(each) for each in those), 2),
        )
        for name, those in groups.items()
    )
    header = ("base-learner", "complete trials", f"best {metric}", "median", "median seconds")
    return Table("Base-learners, the best first", header, rows)


def _duration(trial: FrozenTrial) -> float:
    return math.nan if trial.duration is None else trial.duration.total_seconds()
