"""Asks an OpenML server through the openml package, of versions 0.15 and 0.16.

Only public names of the package are used, and of those whose signature differs between the versions
only what both have. The package repeats a question whose answer it cannot read as an error, or
whose connection breaks; what arrives whole and is no document of the API is repeated here. Whatever
cannot be mended ends in one `HistoryError`.
"""

from __future__ import annotations

import inspect
import math
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from xml.parsers.expat import ExpatError

from metarec._exceptions import HistoryError
from metarec.history.sources.openml._answers import Evaluation, Parameters, TaskAnswer
from metarec.history.sources.openml._package import drop_broken, private_cache, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from metarec.learners import Kind

_T = TypeVar("_T")

TRIES: Final = 5
"""How often a question is asked; the last waits of the client are some ten seconds long."""

LONGEST_ANSWER: Final = 600.0
"""Seconds after which a server that sends nothing is given up: the client would wait for ever."""

_MALFORMED: Final = (
    ExpatError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What the client raises over an answer that is no document of the API."""

_KINDS: Final[Mapping[int, Kind]] = {1: "classification", 2: "regression"}
"""Task types whose runs are of use, by OpenML's number."""

_WANTED: Final = {"download_data": False, "download_features_meta_data": True}
"""What is wanted of a data set, besides its qualities."""

_OVERLOADED: Final = 107
"""Code of the API: its database cannot be reached."""

_GO_ON: Final = "its answers so far are kept: run the same command again to go on"

_NO_QUALITIES: Final = frozenset({362, 363, 364})
"""Codes of the API: there are no qualities, not yet, or they could not be computed."""

_FIELDS: Final = (
    "run_id",
    "setup_id",
    "flow_id",
    "flow_name",
    "upload_time",
    "uploader",
    "value",
    "values",
    "array_data",
)


class RefusedError(HistoryError):
    """The server understood the question, and answered with an error of the API."""


class Client:
    """Asks one server, one question after the other.

    Parameters
    ----------
    package : module
        The openml package, set up.
    server : str
        Address of the API, for messages.
    pause : float
        Seconds between two questions.
    """

    def __init__(self, package: Any, server: str, *, pause: float) -> None:
        self._package = package
        self._server = server
        self._pause = pause
        self._next = 0.0

    def evaluations(
        self,
        function: str,
        *,
        task: int,
        flow: int | None,
        offset: int,
        size: int,
        per_fold: bool,
    ) -> list[Evaluation]:
        """Some of the evaluations of a task's runs; fewer than `size` if there are no more."""
        answer = self._ask(
            f"the {function} of task {task}",
            lambda: call(
                self._package.evaluations.list_evaluations,
                function=function,
                tasks=[task],
                flows=None if flow is None else [flow],
                offset=offset,
                size=size,
                per_fold=True if per_fold else None,
                output_format="dataframe",
            ),
        )
        rows: list[dict[str, Any]] = answer.to_dict("records")
        return [{name: _plain(row[name]) for name in _FIELDS} for row in rows]

    def setups(self, ids: Sequence[int]) -> dict[int, Parameters]:
        """Parameters of some setups, at most 100; without those that the server does not know."""
        answer = self._ask(
            f"setup {ids[0]} and {len(ids) - 1} more",
            lambda: call(self._package.setups.list_setups, setup=list(ids), output_format="object"),
        )
        return {
            int(setup_id): {
                parameter.full_name: parameter.value
                for parameter in (setup.parameters or {}).values()
            }
            for setup_id, setup in answer.items()
        }

    def task(self, task_id: int) -> TaskAnswer:
        """A task and its data set's qualities.

        Raises
        ------
        RefusedError
            If there is no such task, or it is neither classification nor regression.
        """
        with private_cache(self._package) as cache:
            return self._ask(f"task {task_id}", lambda: self._describe(task_id, cache))

    def _describe(self, task_id: int, cache: Path) -> TaskAnswer:
        drop_broken(cache)
        try:
            task = self._package.tasks.get_task(
                task_id, download_splits=False, **_WANTED, download_qualities=False
            )
        except NotImplementedError as error:
            raise RefusedError(str(error)) from error
        if task.task_type_id.value not in _KINDS:
            msg = f"it is a task of {task.task_type}, not of classification or regression"
            raise RefusedError(msg)
        dataset = self._package.datasets.get_dataset(
            task.dataset_id, **_WANTED, download_qualities=False
        )
        columns = {column.name: column for column in dataset.features.values()}
        target = columns.get(task.target_name)
        labels = getattr(task, "class_labels", None)
        return TaskAnswer(
            task_id=task_id,
            kind=_KINDS[task.task_type_id.value],
            target=task.target_name,
            n_folds=_n_folds(task.estimation_procedure),
            dataset_id=int(task.dataset_id),
            dataset_name=dataset.name,
            default_target=dataset.default_target_attribute,
            target_type=None if target is None else target.data_type,
            missing_in_target=None if target is None else target.number_missing_values,
            n_labels=None if labels is None else len(labels),
            qualities=self._qualities(task.dataset_id),
        )

    def _qualities(self, dataset_id: int) -> dict[str, float | None]:
        """Qualities of a data set; none if the server has not computed them."""
        try:
            dataset = self._package.datasets.get_dataset(
                dataset_id, **_WANTED, download_qualities=True
            )
        except self._package.exceptions.OpenMLServerException as error:
            if error.code in _NO_QUALITIES:
                return {}
            raise
        return {name: _plain(value) for name, value in (dataset.qualities or {}).items()}

    def _ask(self, what: str, question: Callable[[], _T]) -> _T:
        errors = self._package.exceptions
        for attempt in range(1, TRIES + 1):
            self._wait()
            try:
                return _within(LONGEST_ANSWER, question)
            except RefusedError:
                raise
            except errors.OpenMLServerException as error:
                if error.code == _OVERLOADED:
                    raise self._silence(what, error) from error
                reason = error.message.removesuffix(" - None")
                msg = f"{self._server} refuses {what}: {reason} (code {error.code})"
                raise RefusedError(msg) from error
            except (OSError, errors.PyOpenMLError) as error:
                raise self._silence(what, error) from error
            except _MALFORMED as error:
                if attempt == TRIES:
                    msg = (
                        f"{self._server} answers about {what} with something else than a document "
                        f"of the API ({type(error).__name__}); {_GO_ON}"
                    )
                    raise HistoryError(msg) from error
                time.sleep(attempt)
        raise AssertionError

    def _silence(self, what: str, error: Exception) -> HistoryError:
        kind = type(error).__name__
        return HistoryError(f"{self._server} does not answer about {what} ({kind}); {_GO_ON}")

    def _wait(self) -> None:
        """Sleep until the pause since the last question is over."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._pause


@contextmanager
def connect(server: str, *, pause: float) -> Iterator[Client]:
    """Set the openml package up for one import.

    Parameters
    ----------
    server : str
        Address of the API.
    pause : float
        Seconds between two questions.
    """
    with set_up(server, tries=TRIES) as package:
        yield Client(package, server, pause=pause)


def call(function: Callable[..., Any], /, *, output_format: str, **arguments: Any) -> Any:
    """Call a listing; newer ones have one format only and no argument for it.

    Examples
    --------
    >>> call(lambda size, output_format: (size, output_format), size=3, output_format="object")
    (3, 'object')
    >>> call(lambda size: size, size=3, output_format="object")
    3
    """
    if "output_format" in inspect.signature(function).parameters:
        arguments["output_format"] = output_format
    return function(**arguments)


def _within(seconds: float, question: Callable[[], _T]) -> _T:
    """Ask in a thread that does not keep the process alive; give up after some time."""
    answers: list[_T] = []
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            answers.append(question())
        except BaseException as error:  # raised again where somebody waits for the answer
            errors.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError
    return answers[0]


def _n_folds(procedure: Mapping[str, Any]) -> int | None:
    """Splits into training and test rows; None if it takes more than the description to know."""
    parameters = procedure["parameters"] or {}
    repeats = int(parameters.get("number_repeats") or 1)
    if procedure["type"] == "crossvalidation" and parameters.get("number_folds"):
        return repeats * int(parameters["number_folds"])
    return repeats if procedure["type"] == "holdout" else None


def _plain(value: Any) -> Any:
    """A value that JSON can hold: what is not known is None."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
