"""What is installed, and what it costs to import."""

import subprocess
import sys
import tomllib
from importlib import resources
from importlib.metadata import requires, version
from pathlib import Path

import pytest

import metarec

ROOT = Path(__file__).parents[1]


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert metarec.__version__ == version("metarec") == project["version"]
    assert f"version: '{project['version']}'" in (ROOT / "meson.build").read_text()


def test_the_required_packages_are_required() -> None:
    names = {line.split(">=")[0] for line in requires("metarec") or [] if "extra" not in line}
    assert names >= {"openml", "optuna", "lightgbm", "scikit-learn", "pandas", "pyarrow"}


def test_data_lies_inside_the_package() -> None:
    data = resources.files("metarec.data")
    assert (data / "knowledge.zip").is_file()
    assert (data / "examples" / "wine.csv").is_file()


def test_shipped_knowledge_is_small() -> None:
    assert (ROOT / "data" / "knowledge.zip").stat().st_size <= 10 * 2**20


@pytest.mark.parametrize("name", ["cli", "data", "tests", "benchmarks"])
def test_site_packages_gets_no_such_package(name: str) -> None:
    code = f"import importlib.util as u; raise SystemExit(u.find_spec({name!r}) is not None)"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


def test_importing_metarec_imports_nothing_heavy() -> None:
    code = (
        "import sys, metarec\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'scipy', 'sklearn'}\n"
        "heavy |= {'lightgbm', 'optuna', 'openml'}\n"
        "raise SystemExit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


def test_python_started_in_the_checkout_works_with_an_installation() -> None:
    code = "import metarec; print(metarec.suggest('data/examples/iris.csv', top=1)[0].rank)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"
