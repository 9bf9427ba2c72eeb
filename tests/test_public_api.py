"""Every public name exists, is listed, and is documented; every example in a docstring runs."""

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import metafeatures
import metarec

PACKAGES = [
    "metafeatures",
    "metarec",
    "metarec.collecting",
    "metarec.evaluation",
    "metarec.history",
    "metarec.history.library",
    "metarec.history.sources",
    "metarec.learners",
    "metarec.metalearners",
    "metarec.ranges",
    "metarec.reporting",
    "metarec.tuning",
    "metarec.warmstart",
]


def _modules() -> list[str]:
    return sorted(
        module.name
        for package in (metafeatures, metarec)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.startswith(("metarec.cli", "metafeatures._kernels"))
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_all_is_sorted_and_every_name_exists_and_is_documented(name: str) -> None:
    package = importlib.import_module(name)
    assert sorted(package.__all__) == sorted(set(package.__all__))
    for public in package.__all__:
        value = getattr(package, public)
        if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
            assert value.__doc__, public


@pytest.mark.parametrize("name", PACKAGES)
def test_nothing_public_is_missing_from_all(name: str) -> None:
    package = importlib.import_module(name)
    public = {
        each
        for each, value in vars(package).items()
        if not each.startswith("_")
        and not isinstance(value, ModuleType)
        and each not in {"TYPE_CHECKING", "lazy"}
    }
    assert public <= set(package.__all__)


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("name", _modules())
def test_the_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
