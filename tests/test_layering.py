"""Data flows one way: nothing imports what stands later on its road."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BASE = ("_types", "_exceptions", "_arguments", "_files")
ROAD = (
    *BASE,
    "_version",
    "durations",
    "learners",
    "history",
    "metalearners",
    "ranges",
    "deadline",
    "knowledge",
    "suggestions",
    "reasons",
    "neighbours",
    "recommender",
    "_api",
)
"""metarec's rooms from first to last; each may import those before it."""

ALSO = {
    "collecting": {*BASE, "learners", "history"},
    "warmstart": set(ROAD),
    "reporting": {*ROAD, "warmstart"},
    "evaluation": {*BASE, "learners", "history", "metalearners"},
    "tuning": {*ROAD, "collecting", "reporting", "warmstart"},
    "estimators": {*ROAD, "tuning"},
    "__init__": {*ROAD, "estimators", "tuning", "warmstart"},
}
"""Rooms beside the road and what they may import."""


def _imports(path: Path) -> set[str]:
    """Dotted names of the packages' own modules that a file imports; relative ones in cli/ only."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 or "cli" in path.parts, f"{path}: a relative import"
            if node.level == 0:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in {"metarec", "metafeatures", "cli"}}


def _files(folder: str) -> list[Path]:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    return files


@pytest.mark.parametrize("path", _files("metafeatures"), ids=str)
def test_metafeatures_knows_nothing_of_metarec(path: Path) -> None:
    assert not [name for name in _imports(path) if not name.startswith("metafeatures")]


@pytest.mark.parametrize("path", _files("metarec"), ids=str)
def test_nothing_imports_what_comes_later(path: Path) -> None:
    room = path.relative_to(ROOT / "metarec").parts[0].removesuffix(".py")
    allowed = ALSO.get(room) or set(ROAD[: ROAD.index(room)])
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "metafeatures":
            continue
        assert parts[1] in {*allowed, room, "__version__"}, f"{room} imports {name}"


@pytest.mark.parametrize("path", _files("cli"), ids=str)
def test_the_command_uses_public_names_only(path: Path) -> None:
    for name in _imports(path):
        assert not [part for part in name.split(".") if part.startswith("_") and part[1] != "_"]


def test_the_road_is_complete() -> None:
    rooms = {
        path.name.removesuffix(".py")
        for path in (ROOT / "metarec").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms == {*ROAD, *ALSO}
