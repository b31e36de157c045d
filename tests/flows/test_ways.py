"""Every flow, in every language, is played to every ending and by every way."""

from __future__ import annotations

import pytest

from bot.cli import main
from bot.explore import explore, lines
from tests.books import book, shipped

FLOWS = [(language, name) for language, spoken in shipped().languages.items() for name in spoken.flows]
MOST = 4
"""Bubbles that come at once: three, and the question."""


@pytest.mark.parametrize(("language", "name"), FLOWS)
def test_every_way_is_taken(language: str, name: str) -> None:
    """All branches and endings of a flow are reached, nothing breaks, and few bubbles come at once."""
    found = explore(shipped().speaking(language), name)
    print("\n".join(lines(found)))
    assert found.left == set()
    assert found.faults == set()
    assert found.most <= MOST, found.where


def test_what_cannot_be_reached_is_told() -> None:
    """A way that no answer leads to is named with its step."""
    impossible = """
    a:
      say: Which?
      ask: {choose: {x: X, y: Y}}
      next:
        - when: a == 'x' and a == 'y'
          go: b
        - go: c
    b: {say: Never., end: true}
    c: {say: Bye., end: true}
    """
    found = explore(book(one=impossible), "one", turns=300)
    said = list(lines(found))
    assert said[0].startswith("one (en): 2 of 4 ways")
    assert "one: step 'a' was never left by '?1'" in said
    assert "one: step 'b' was never left by 'end'" in said


def test_cover_prints_and_fails(tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> None:
    """`test --cover` prints the coverage of every flow, and fails while a way was not taken."""
    folder = tmp_path_factory.mktemp("flows")
    steps = "  a:\n    say: Which?\n    ask: {choose: {x: X, y: Y}}\n    next:\n      - when: "
    text = "flow: one\ntitle: One\nabout: A test.\nsteps:\n" + steps
    end = "\n        go: b\n      - go: b\n  b: {say: Bye., end: true}\n"
    (folder / "one.yaml").write_text(text + "a == 'x'" + end)
    assert main(["test", str(folder), "--cover"]) == 0
    assert "one (en): 3 of 3 ways" in capsys.readouterr().out
    (folder / "one.yaml").write_text(text + "a == 'x' and a == 'y'" + end)
    assert main(["test", str(folder), "--cover"]) == 1
    assert "was never left by '?1'" in capsys.readouterr().out
