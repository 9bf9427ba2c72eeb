"""`metarec history import ...`: that options arrive, and that mistakes end in one line."""

from pathlib import Path

import pytest

from metarec.history import sources


def test_yahpo(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def import_yahpo(folder: str, store: object, **options: object) -> tuple[int, int]:
        asked.update(options, folder=folder)
        return 6, 2

    monkeypatch.setattr(sources, "import_yahpo", import_yahpo)
    done = run("history", "import", "yahpo", "surrogates", "--configurations", 3, "--seed", 1,
               "--suggestable", "--history", tmp_path)  # fmt: skip
    assert (done.code, done.out) == (0, f"6 runs on 2 data sets added to {tmp_path}\n")
    assert asked == {
        "folder": "surrogates", "configurations": 3, "seed": 1, "suggestable": True,
        "progress": None,
    }  # fmt: skip


def test_a_folder_without_surrogates(run, tmp_path: Path) -> None:
    done = run("history", "import", "yahpo", tmp_path, "--configurations", 1, "--history", tmp_path)
    assert done.code == 1
    assert "holds no folder rbv2_xgboost" in done.err
    assert len(done.err.splitlines()) == 1
