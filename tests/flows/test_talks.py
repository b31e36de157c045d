"""Scripted talks: `python -m bot test`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.cli import main
from bot.flow import Summary
from bot.script import Line, Player, read_talks
from tests.books import ROOT, shipped

MOST = 12
"""Questions of its own that a practice may ask, without the summary and the offer of a next step."""
SHIPPED = sorted((ROOT / "flows").glob("*.test.yaml"))
FLOW = """\
flow: small
title: Small
about: A test.
menu: 1
steps:
  a:
    say: Which?
    ask: {choose: {x: X, y: Y}}
    next: {x: b, y: c}
  b:
    say: "You took {{ a }}."
    end: true
  c:
    say: Bye.
    end: true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(FLOW)
    return tmp_path


def test_shipped_talks(capsys: pytest.CaptureFixture[str]) -> None:
    """Every shipped talk goes as recorded."""
    assert main(["test"]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "0 differences" in printed.err


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_talks_have_their_paths(path: Path) -> None:
    """Each conversation has talks with buttons and with typed words, and each practice one with Skip and Back."""
    talks, problems = read_talks(path)
    assert problems == []
    assert len(talks) >= 2
    mine = [[line.texts[0] for line in lines if line.who == "me"] for lines in talks.values()]
    assert any(sum(text.startswith("[") for text in texts) > len(texts) / 2 for texts in mine)
    assert any(text[:1] not in "[/" for texts in mine for text in texts)
    flow = shipped().flows[path.name.split(".")[0]]
    if flow.path and ".es." not in path.name:
        assert any(sum(text[:1] not in "[/" for text in texts) > len(texts) / 3 for texts in mine)
        assert any("[Back]" in texts and "[Skip]" in texts for texts in mine)


def test_update_writes_the_recorded_side(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--update` writes what the bot says now, keeps the comment at the top, and then nothing differs."""
    talk = folder / "small.test.yaml"
    talk.write_text("# Mine.\nOne:\n  - me: /start small\n  - me: '[X]'\n")
    assert main(["test", str(folder)]) == 1
    assert "nothing is recorded" in capsys.readouterr().out
    assert main(["test", str(folder), "--update"]) == 0
    assert talk.read_text().startswith("# Mine.\n")
    assert "You took X." in talk.read_text()
    written = talk.read_text()
    assert main(["test", str(folder)]) == 0
    assert "1 talk, 0 differences, 2 of 3 steps played" in capsys.readouterr().err
    main(["test", str(folder), "--update"])
    assert talk.read_text() == written


def test_difference_names_the_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A difference is told with file and line, what the bot says, and what was recorded."""
    talk = folder / "small.test.yaml"
    talk.write_text("One:\n  - me: /start small\n  - me: '[X]'\n")
    main(["test", str(folder), "--update"])
    talk.write_text(talk.read_text().replace("You took X.", "You took Z."))
    capsys.readouterr()
    assert main(["test", str(folder)]) == 1
    line = capsys.readouterr().out.split("\n")
    number = talk.read_text().split("\n").index("      - You took Z.")
    assert line[0] == f"{talk}:{number} One: bubble 1 reads"
    assert line[1:4] == ["You took X.", "instead of", "You took Z."]


def test_missing_button(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A button that is not there is told with those that are, and --update does not swallow the rest of the talk."""
    talk = folder / "small.test.yaml"
    talk.write_text("One:\n  - me: /start small\n  - me: '[Z]'\n  - me: '[X]'\n")
    assert main(["test", str(folder), "--update"]) == 1
    assert "there is no button [Z]; there are [X] [Y] [Pause]" in capsys.readouterr().out
    assert [line.texts[0] for line in read_talks(talk)[0]["One"] if line.who == "me"] == ["/start small", "[Z]", "[X]"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("One: hello\n", "1:6 F070 a talk is a list of lines"),
        ("One:\n  - you: hello\n", "2:5 F070 a line of a talk has no key 'you'"),
        ("One:\n  - me: [a]\n", "2:9 F070 me has to be a text"),
        ("- me: hello\n", "1:1 F070 a file of talks has to be keys and values"),
    ],
)
def test_malformed_talk(folder: Path, capsys: pytest.CaptureFixture[str], text: str, problem: str) -> None:
    """A malformed file of talks is told with line and column, and is not rewritten."""
    talk = folder / "small.test.yaml"
    talk.write_text(text)
    assert main(["test", str(folder), "--update"]) == 1
    assert problem in capsys.readouterr().out
    assert talk.read_text() == text


def test_print(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--print` prints the talks as they go."""
    (folder / "small.test.yaml").write_text("One:\n  - me: /start small\n  - me: '[Y]'\n")
    main(["test", str(folder), "--print"])
    assert "      - Bye.\n" in capsys.readouterr().out


def test_flows_with_errors_are_not_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Talks are not played on flows with errors; the list of `check` is shown instead."""
    shutil.copytree(ROOT / "tests" / "broken" / "F010_next", tmp_path / "flows")
    assert main(["test", str(tmp_path / "flows")]) == 1
    assert "F010 there is no step 'secnd'" in capsys.readouterr().err


PRACTICES = [path for path in SHIPPED if shipped().flows[path.name.split(".")[0]].path]


@pytest.mark.parametrize("path", PRACTICES, ids=lambda path: path.name)
def test_a_practice_is_short(path: Path) -> None:
    """In no recorded talk does a practice ask more than twelve questions of its own."""
    for name, lines in read_talks(path)[0].items():
        asked = _asked(path.name.split(".")[0], lines)
        assert len(asked) <= MOST, (name, asked)


def _asked(practice: str, lines: list[Line]) -> set[str]:
    flow, player = shipped().flows[practice], Player(shipped())
    asked: set[str] = set()
    for line in lines:
        if line.who != "bot":
            player.play(line)
            talk = player.session.talk if player.session else None
            if talk and talk.stack and talk.flow == practice and talk.stack[-1].flow == practice:
                asked.add(talk.stack[-1].step)
    steps = [flow.steps[name] for name in asked]
    leads = {step.name for step in flow.steps.values() if step.then}
    offers = {step.name for step in steps if any(branch.target in leads for branch in step.branches)}
    return {step.name for step in steps if not isinstance(step.ask, Summary) and step.name not in offers}
