"""Jobs run in parallel through joblib, each one watched by a supervisor."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from metarec._exceptions import UsageError
from metarec.collecting.supervisor import Limits, Outcome, Session, supervise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BACKENDS: Final = ("loky", "dask", "ray")
"""This machine, or a cluster.

With dask and ray the tables must lie under the same path on every machine. The address of a
cluster is taken from DASK_SCHEDULER_ADDRESS or RAY_ADDRESS; without one, a local one is started.
"""

_Label = TypeVar("_Label")


@dataclass(frozen=True)
class Job(Generic[_Label]):
    """A generator function to be run in a child process."""

    label: _Label
    """What the outcome is given back with."""
    function: Callable[..., Iterator[object]]
    """Importable by its name."""
    arguments: tuple[Any, ...]
    """What it is called with."""
    limits: Limits
    """What it may use."""


@contextmanager
def open_backend(name: str, jobs: int) -> Iterator[Callable[..., Any]]:
    """Start a back end; yields a joblib.Parallel that gives back outcomes as they come.

    Raises
    ------
    UsageError
        If there is no such back end, or its package is not installed.
    """
    import joblib

    if name not in BACKENDS:
        msg = f"there is no back end {name!r}: choose one of {', '.join(BACKENDS)}"
        raise UsageError(msg)
    try:
        with (
            _cluster(name, jobs),
            joblib.parallel_config(backend=name, n_jobs=jobs),
            # One job at a time: an outcome that waits for others is lost if this is killed.
            joblib.Parallel(
                return_as="generator_unordered", batch_size=1, pre_dispatch="2 * n_jobs"
            ) as parallel,
        ):
            yield parallel
    except ImportError as error:
        msg = f"the back end {name!r} is not installed ({error}): install it or choose loky"
        raise UsageError(msg) from error


def run_all(
    parallel: Callable[..., Any], session: Session, jobs: Iterable[Job[_Label]]
) -> Iterator[tuple[_Label, Outcome]]:
    """Run jobs and give back each outcome as soon as it is there.

    Jobs are taken a few at a time, so that their iterator may end early.
    """
    from joblib import delayed

    yield from parallel(delayed(_do)(session, job) for job in jobs)


def _do(session: Session, job: Job[_Label]) -> tuple[_Label, Outcome]:
    return job.label, supervise(session, job.function, job.arguments, job.limits)


@contextmanager
def _cluster(name: str, jobs: int) -> Iterator[None]:
    if name == "dask":
        import dask
        from dask.distributed import Client

        address = dask.config.get("scheduler-address", None)
        local = {} if address else {"n_workers": jobs, "threads_per_worker": 1}
        with Client(address, **local):
            yield
    elif name == "ray":
        from ray.util.joblib import register_ray

        register_ray()
        yield
    else:
        yield
