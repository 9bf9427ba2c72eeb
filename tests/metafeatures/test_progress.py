"""The bar: on a terminal, for long work, and nowhere else."""

import io
import sys
from time import sleep

import pytest

from metafeatures import _progress, extract
from metafeatures._progress import Progress


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def draw(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, delay: float, **options: bool
) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_progress, "DELAY", delay)
    with Progress(3, **options) as progress:
        for name in ("first", "[second]", "third"):
            progress.begin(name)
            sleep(0.1)
            progress.advance()
    return stream.getvalue()


def test_long_work_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = draw(monkeypatch, Terminal(), 0.01, shown=True)
    assert "/3" in text
    assert "[second]" in text


@pytest.mark.parametrize(
    ("stream", "delay", "shown"),
    [(io.StringIO(), 0.01, True), (Terminal(), 10.0, True), (Terminal(), 0.01, False)],
)
def test_nothing_otherwise(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, delay: float, shown: bool
) -> None:
    assert draw(monkeypatch, stream, delay, shown=shown) == ""


def test_extract_takes_verbose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert extract([[1.0], [2.0]], verbose=True)["nr_inst"] == 2
    assert sys.stderr.getvalue() == ""
