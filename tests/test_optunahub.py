"""The folder that is submitted to OptunaHub: loaded as the hub loads it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import optuna
import pytest

import metarec.warmstart

PACKAGE = Path(__file__).parents[1] / "docs" / "optunahub" / "samplers" / "metarec"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hub_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    package = load(PACKAGE / "__init__.py")
    assert package.MetaSampler is metarec.warmstart.MetaSampler
    hub = SimpleNamespace(load_module={"samplers/metarec": package}.__getitem__)
    monkeypatch.setitem(sys.modules, "optunahub", hub)
    load(PACKAGE / "example.py").main()
    printed = capsys.readouterr().out
    assert "trials by prior" in printed


def test_the_readme_names_what_the_package_has() -> None:
    package = load(PACKAGE / "__init__.py")
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    _, front, body = readme.split("---\n", 2)
    keys = {line.partition(":")[0] for line in front.splitlines()}
    assert keys == {"author", "title", "description", "tags", "optuna_versions", "license"}
    assert all(f"`{name}(" in body for name in package.__all__)
    files = {path.name for path in PACKAGE.iterdir()} - {"__pycache__"}
    assert files == {"README.md", "LICENSE", "__init__.py", "example.py", "requirements.txt"}
