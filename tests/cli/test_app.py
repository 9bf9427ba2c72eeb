"""The command group: help, version, what it imports."""

import json
import subprocess
import sys

import pytest

HEAVY = {"lightgbm", "numpy", "openml", "optuna", "pandas", "pyarrow", "scipy", "sklearn"}


def _modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(' '.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("command", ["suggest", "extract", "history", "train", "evaluate"])
def test_every_command_has_help(run, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert "Usage: metarec" in done.out


def test_help_lists_the_commands_and_imports_nothing_heavy() -> None:
    loaded = _modules_after(
        "sys.argv = ['metarec', '--help']\n"
        "from metarec.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass"
    )
    assert not loaded & HEAVY


def test_suggest_imports_neither_scikit_learn_nor_pandas_nor_lightgbm(examples) -> None:
    loaded = _modules_after(
        f"sys.argv = ['metarec', 'suggest', {str(examples / 'wine.csv')!r}, '--format', 'json']\n"
        "from metarec.cli import main\n"
        "main()"
    )
    assert not loaded & {"lightgbm", "openml", "optuna", "pandas", "scipy", "sklearn"}


def test_version(run) -> None:
    assert run("--version").out.startswith("metarec 0.")


def test_an_unknown_command_is_wrong_use(run) -> None:
    done = run("sugest")
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1


def test_extract_prints_json_without_nan(run, examples) -> None:
    done = run("extract", examples / "wine.csv", "--format", "json", "--groups", "general")
    found = json.loads(done.out, parse_constant=pytest.fail)
    assert found["meta_features"]["nr_inst"] == 178
    assert found["meta_features"]["num_to_cat"] is None
    assert "num_to_cat" in found["skipped"]
