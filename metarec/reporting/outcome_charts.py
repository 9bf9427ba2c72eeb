"""Charts and figures of what a pipeline predicted of rows that it was not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn import metrics

from metarec.reporting.page import Chart, Table
from metarec.reporting.text import labels, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatVector, IntMatrix
    from metarec.reporting.outcome import Outcome

_MOST_CLASSES: Final = 40
_MOST_NUMBERS: Final = 12
"""Classes up to which the cells of a confusion matrix have room for numbers."""
_MOST_POINTS: Final = 2_000
_ROWS_PER_BIN: Final = 20
"""Below, the share of a bin is chance more than anything."""
_MOST_BINS: Final = 10


def scores(outcome: Outcome) -> Table:
    """The usual scores of all rows together."""
    rows = _of_classes(outcome) if outcome.classes else _of_values(outcome)
    return Table("Scores", ("score", "value"), tuple((name, number(each)) for name, each in rows))


def outcome_charts(outcome: Outcome) -> list[Chart]:
    """The charts that suit the kind of task."""
    if not outcome.classes:
        return [predicted_against_true(outcome), residuals(outcome)]
    drawn = [confusion(outcome)]
    if outcome.probabilities is not None:
        drawn.append(calibration(outcome))
    return drawn


def per_class(outcome: Outcome) -> Table:
    """How well each class is found, the worst first."""
    counts = _counts(outcome)
    hits, actual, guessed = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    order = np.lexsort([-actual, hits / np.maximum(actual, 1)])
    rows = tuple(
        (
            str(outcome.classes[at]),
            number(float(actual[at])),
            _percent(hits[at], actual[at]),
            _percent(hits[at], guessed[at]),
        )
        for at in order.tolist()
    )
    return Table("Classes", ("class", "rows", "found (recall)", "right if said (precision)"), rows)


def confusion(outcome: Outcome) -> Chart:
    """Which class is taken for which, coloured by share of the true class."""
    import plotly.graph_objects as go

    every = _counts(outcome)
    counts, names = _merged(every, outcome.classes)
    n_classes = len(names)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            z=share.tolist(),
            text=counts.tolist(),
            texttemplate="%{text}" if n_classes <= _MOST_NUMBERS else None,
            customdata=[[[true, said] for said in names] for true in names],
            hovertemplate=(
                "%{text} rows of %{customdata[0]} said to be %{customdata[1]} "
                "(%{z:.0%})<extra></extra>"
            ),
            zmin=0,
            zmax=1,
            xgap=1,
            ygap=1,
            colorbar={"tickformat": ".0%", "thickness": 14, "outlinewidth": 0},
        )
    )
    ticks = {"tickmode": "array", "tickvals": list(range(n_classes)), "ticktext": names}
    small = {"tickfont": {"size": 10}} if n_classes > _MOST_NUMBERS else {}
    for axes, title in ((figure.update_xaxes, "predicted"), (figure.update_yaxes, "true")):
        axes(title_text=title, showgrid=False, zeroline=False, **ticks, **small)
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(height=max(340, 150 + 20 * n_classes))
    wrong = int(every.sum() - np.trace(every))
    note = (
        f"{wrong:,} of {outcome.n_rows:,} rows are wrong. A row of the matrix is a true class, its "
        "colours the shares of what it was taken for."
    )
    return Chart("confusion", "Which class is taken for which?", figure, note)


def calibration(outcome: Outcome) -> Chart:
    """Whether of the rows that are given 80 %, 80 % are so.

    Of two classes the second one's probability; of more the probability of the predicted class
    against the share of right predictions (Guo, Pleiss, Sun and Weinberger, "On calibration of
    modern neural networks", ICML 2017, section 2).
    """
    from plotly.subplots import make_subplots
    from sklearn.calibration import calibration_curve

    given = np.asarray(outcome.probabilities, dtype=np.float64)
    codes = outcome.codes("truth")
    if len(outcome.classes) == 2:
        said, true = given[:, 1], codes == 1
        what = f"class {outcome.classes[1]}"
    else:
        said, true = given.max(axis=1), codes == given.argmax(axis=1)
        what = "the predicted class"
    said = np.clip(said, 0.0, 1.0)
    n_bins = int(np.clip(outcome.n_rows // _ROWS_PER_BIN, 2, _MOST_BINS))
    share, mean = calibration_curve(true, said, n_bins=n_bins, strategy="quantile")
    figure = make_subplots(rows=2, shared_xaxes=True, row_heights=[0.75, 0.25])
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line_dash="dash", name="perfect", hoverinfo="skip"
    )
    figure.add_scatter(
        x=mean.tolist(),
        y=share.tolist(),
        mode="lines+markers",
        name="pipeline",
        hovertemplate="given %{x:.2f}, came true in %{y:.0%}<extra></extra>",
    )
    n_rows, edges = np.histogram(said, bins=20, range=(0.0, 1.0))
    figure.add_bar(
        x=((edges[1:] + edges[:-1]) / 2).tolist(),
        y=n_rows.tolist(),
        showlegend=False,
        hovertemplate="%{y} rows near %{x:.2f}<extra></extra>",
        row=2,
        col=1,
    )
    figure.update_layout(height=480, bargap=0.05)
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_xaxes(title_text="probability that was given", row=2, col=1)
    figure.update_yaxes(title_text="share that came true", range=[-0.05, 1.05], row=1, col=1)
    figure.update_yaxes(title_text="rows", rangemode="tozero", row=2, col=1)
    note = (
        f"Probabilities of {what}, in {len(mean)} groups of about equal size: on average "
        f"{number(float(said.mean()), 3)} was given and {number(float(true.mean()), 3)} came true."
    )
    return Chart("calibration", "Do the probabilities hold?", figure, note)


def predicted_against_true(outcome: Outcome) -> Chart:
    """Each row's prediction above its true value."""
    import plotly.graph_objects as go

    truth, predicted, note = _points(outcome)
    ends = [float(min(truth.min(), predicted.min())), float(max(truth.max(), predicted.max()))]
    figure = go.Figure()
    figure.add_scatter(
        x=truth.tolist(),
        y=predicted.tolist(),
        mode="markers",
        marker={"size": 6, "opacity": 0.5},
        name="rows",
        hovertemplate="true %{x:.5g}, predicted %{y:.5g}<extra></extra>",
    )
    figure.add_scatter(
        x=ends, y=ends, mode="lines", line_dash="dash", name="perfect", hoverinfo="skip"
    )
    figure.update_layout(height=440)
    figure.update_xaxes(title_text="true")
    figure.update_yaxes(title_text="predicted")
    return Chart("predicted", "Does it predict what is true?", figure, f"One dot a row.{note}")


def residuals(outcome: Outcome) -> Chart:
    """What is left over at each height of the prediction, and how it is distributed."""
    from plotly.subplots import make_subplots

    truth, predicted, note = _points(outcome)
    left = truth - predicted
    figure = make_subplots(cols=2, shared_yaxes=True, column_widths=[0.8, 0.2])
    figure.add_scatter(
        x=predicted.tolist(),
        y=left.tolist(),
        mode="markers",
        marker={"size": 6, "opacity": 0.5},
        hovertemplate="predicted %{x:.5g}, residual %{y:.5g}<extra></extra>",
    )
    figure.add_histogram(
        y=left.tolist(), nbinsy=30, hovertemplate="%{x} rows near %{y:.3g}<extra></extra>",
        row=1, col=2,
    )  # fmt: skip
    figure.update_layout(height=400, showlegend=False)
    figure.update_xaxes(title_text="predicted", row=1, col=1)
    figure.update_xaxes(title_text="rows", row=1, col=2)
    figure.update_yaxes(title_text="true - predicted", row=1, col=1)
    error = np.asarray(outcome.truth, dtype=np.float64) - np.asarray(outcome.predicted)
    low, high = np.quantile(error, [0.1, 0.9])
    text = (
        f"80 % of the residuals lie between {number(float(low), 3)} and {number(float(high), 3)}; "
        f"their mean is {number(float(error.mean()), 3)}.{note}"
    )
    return Chart("residuals", "What is left over, and where?", figure, text)


def _of_classes(outcome: Outcome) -> list[tuple[str, float]]:
    truth, predicted = outcome.codes("truth"), outcome.codes("predicted")
    # Over the classes that occur, as scikit-learn counts; it warns of any others that are said.
    recalls = metrics.recall_score(
        truth, predicted, labels=np.unique(truth), average=None, zero_division=0
    )
    rows = [
        ("accuracy", float(np.mean(truth == predicted))),
        ("balanced accuracy", float(np.mean(recalls))),
        ("F1, mean of the classes", float(metrics.f1_score(truth, predicted, average="macro"))),
    ]
    if outcome.probabilities is not None:
        everything = list(range(len(outcome.classes)))
        given = np.array(outcome.probabilities, dtype=np.float64)
        given /= np.maximum(given.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        rows.append(("log loss", float(metrics.log_loss(truth, given, labels=everything))))
    return rows


def _of_values(outcome: Outcome) -> list[tuple[str, float]]:
    truth, predicted = (
        np.asarray(each, dtype=np.float64) for each in (outcome.truth, outcome.predicted)
    )
    rows = [
        ("root mean squared error", float(metrics.root_mean_squared_error(truth, predicted))),
        ("mean absolute error", float(metrics.mean_absolute_error(truth, predicted))),
        ("the largest error", float(metrics.max_error(truth, predicted))),
    ]
    if len(truth) > 1 and np.ptp(truth) > 0:
        rows.append(("R2, share of the variance", float(metrics.r2_score(truth, predicted))))
    return rows


def _counts(outcome: Outcome) -> IntMatrix:
    counts: IntMatrix = metrics.confusion_matrix(
        outcome.codes("truth"),
        outcome.codes("predicted"),
        labels=list(range(len(outcome.classes))),
    )
    return counts


def _merged(counts: IntMatrix, names: Sequence[object]) -> tuple[IntMatrix, list[str]]:
    """All classes, or the most frequent ones and the others as one; with labels."""
    if len(names) <= _MOST_CLASSES:
        return counts, labels(names, 20, lines=1)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    kept = np.sort(order[: _MOST_CLASSES - 1])
    place = np.full(len(names), len(kept))
    place[kept] = np.arange(len(kept))
    merged = np.zeros((_MOST_CLASSES, _MOST_CLASSES), dtype=counts.dtype)
    np.add.at(merged, (place[:, None], place[None, :]), counts)
    shown = labels((names[at] for at in kept), 20, lines=1)
    return merged, [*shown, f"{len(names) - len(kept)} others"]


def _points(outcome: Outcome) -> tuple[FloatVector, FloatVector, str]:
    """True and predicted values as far as they are drawn, and a note where rows are left out."""
    truth, predicted = (
        np.asarray(each, dtype=np.float64) for each in (outcome.truth, outcome.predicted)
    )
    if len(truth) <= _MOST_POINTS:
        return truth, predicted, ""
    rows = np.random.default_rng(0).choice(len(truth), _MOST_POINTS, replace=False)
    note = f" {_MOST_POINTS:,} of {len(truth):,} rows are drawn, chosen at random."
    return truth[rows], predicted[rows], note


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"
