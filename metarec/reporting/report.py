"""From a study to a page in one file."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metarec._exceptions import UsageError
from metarec._files import check_writable, write_whole
from metarec._version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna

    from metarec.learners import Configuration
    from metarec.reporting.outcome import Outcome
    from metarec.suggestions import Suggestions

_NEEDED: Final = ("jinja2", "plotly")
_LEAST_OPTUNA: Final = 5
"""Earlier ones draw parallel coordinates with WebGL, which neither prints nor scales."""


def check_report(path: str | Path) -> None:
    """Say what keeps a report from being written before the work that it is about is done.

    Parameters
    ----------
    path : str or Path
        Where it is to go.

    Raises
    ------
    UsageError
        If the file's name does not end in .html, its folder is missing, or packages are.
    """
    path = Path(path)
    if path.suffix.lower() != ".html":
        msg = f"a report's name ends in .html, but got {str(path)!r}"
        raise UsageError(msg)
    check_writable(path, "report")
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if int(version("optuna").partition(".")[0]) < _LEAST_OPTUNA:
        missing.append(f"Optuna {_LEAST_OPTUNA}")
    if missing:
        msg = f"a report needs {' and '.join(missing)}: pip install 'metarec[report]'"
        raise UsageError(msg)


def write_report(
    path: str | Path,
    study: optuna.Study,
    *,
    suggestions: Suggestions | None = None,
    outcome: Outcome | None = None,
    members: Sequence[tuple[Configuration, float]] = (),
    metric: str | None = None,
    title: str | None = None,
) -> None:
    """Write what a study found into one HTML file that needs no network.

    It answers five questions: what to use, how sure that is, what the head start gained, what
    mattered, and how good the final pipeline is; each as far as it is given what is needed. The
    file is some 5 MB: plotly's script, which draws the charts, is in it.

    Parameters
    ----------
    path : str or Path
        An .html file.
    study : optuna.Study
        Any study with one objective, from metarec or not.
    suggestions : Suggestions, optional
        What `metarec.suggest` said of the table.
    outcome : Outcome, optional
        Out-of-fold predictions of the final pipeline.
    members : sequence of (Configuration, float), optional
        What the final pipeline is made of, with weights.
    metric : str, optional
        What the trials' values are; the study's own name for it or that of the suggestions if left
        out.
    title : str, optional
        Of the page.

    Raises
    ------
    UsageError
        If the study has several objectives; and see `check_report`.

    Examples
    --------
    >>> import optuna, tempfile
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> study = optuna.create_study()
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "report.html"
    ...     write_report(path, study)
    ...     path.read_text().startswith("<!DOCTYPE html>")
    True
    """
    check_report(path)
    from metarec.reporting import sections
    from metarec.reporting.page import render
    from metarec.warmstart import summary

    gain = summary(study)
    if metric is None:
        own = study.metric_names or ([suggestions.metric] if suggestions is not None else ["value"])
        metric = own[0]
    page = render(
        {
            "title": title or f"What metarec found: {study.study_name}",
            "version": __version__,
            "facts": _facts(study, suggestions, metric),
            "sections": [
                sections.use(study, suggestions, members, metric),
                sections.sure(study, suggestions),
                sections.gained(study, gain, metric),
                sections.mattered(study, metric),
                sections.good(outcome),
            ],
        }
    )
    write_whole(path, page.encode())


def _facts(
    study: optuna.Study, suggestions: Suggestions | None, metric: str
) -> list[tuple[str, str]]:
    """What the page is about, in a few words each."""
    states = [trial.state.name.lower() for trial in study.get_trials(deepcopy=False)]
    counts = ", ".join(f"{states.count(each)} {each}" for each in dict.fromkeys(states))
    facts = [
        ("study", study.study_name),
        ("metric", f"{metric}, {study.direction.name.lower()}d"),
        ("trials", counts or "none"),
    ]
    if suggestions is None:
        return facts
    size = f"{suggestions.n_rows:,} rows, {suggestions.n_features:,} features"
    return [
        ("table", suggestions.table),
        ("target", suggestions.target),
        ("task", suggestions.task),
        ("size", size),
        *facts,
        ("knowledge", f"{suggestions.knowledge_version}, {suggestions.knowledge_sha256[:12]}"),
    ]
