"""The progress bar of all commands."""

import pytest

from metarec.cli._bars import progress_bar


def test_what_is_left_is_told_or_estimated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then writes as to a terminal
    monkeypatch.setenv("COLUMNS", "100")
    with progress_bar(shown=True, beginning="reading the tables") as show:
        assert show is not None
        show(0, 4)
        show(1, 4, 3690.0, "svm on [wine]")
    drawn = capsys.readouterr().err
    assert "1:01:30 left" in drawn
    assert "svm on [wine]" in drawn


def test_nothing_is_drawn_where_it_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(shown=False) as show:
        assert show is None
    assert capsys.readouterr().err == ""
