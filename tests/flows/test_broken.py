"""Broken flow files, each with its exact report."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.checker import check_path
from bot.cli import main
from tests.books import ROOT

BROKEN = ROOT / "tests" / "broken"
HOUSE = ROOT / "flows" / "house.yaml"
TODAY = date(2026, 12, 1)
CASES = sorted(path.name for path in BROKEN.iterdir())


@pytest.mark.parametrize("case", CASES)
def test_exact_report(case: str) -> None:
    """Every problem of a broken folder is reported with file, line, column, code, what is wrong and the fix."""
    report = "".join(f"{problem}\n" for problem in check_path(BROKEN / case, HOUSE, TODAY))
    assert report == (BROKEN / case / "report.txt").read_text("utf-8")
    code = case.split("_")[0]
    assert code == "every" or f" {code} " in report


def test_two_for_each_code() -> None:
    """There are at least two broken folders for each code of `check`."""
    sources = [path for path in (ROOT / "bot").rglob("*.py") if path.name != "script.py"]
    codes = {code for path in sources for code in re.findall(r'"([FW]0\d\d)"', path.read_text())}
    counts = Counter(case.split("_")[0] for case in CASES)
    assert {code for code in codes if counts[code] < 2} == set()


def test_codes_are_documented() -> None:
    """The table of codes in docs/flows.md has every code, and no other."""
    table = (ROOT / "docs" / "flows.md").read_text("utf-8").split("<!-- codes -->")[1]
    documented = set(re.findall(r"^\| ([FW]\d{3}) \|", table, re.M))
    sources = (ROOT / "bot").rglob("*.py")
    assert documented == {code for path in sources for code in re.findall(r'"([FW]0\d\d)"', path.read_text())}


def test_check_prints_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """`check` prints every problem of a folder with a path that an editor opens, counts them, and exits with 1."""
    folder = BROKEN / "every_problem_at_once"
    assert main(["check", str(folder)]) == 1
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert len(lines) == 6
    assert all(Path(line.split(":")[0]).name == "talk.yaml" for line in lines)
    assert "6 errors, 0 warnings" in printed.err


def test_warnings_do_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """Advice alone leaves the exit code at 0."""
    assert main(["check", str(BROKEN / "W034_one_option")]) == 0
    assert "0 errors, 1 warning" in capsys.readouterr().err


def test_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A file is checked beside the others of its folder, and only its own problems are printed."""
    assert main(["check", str(BROKEN / "F051_by_way_of_another" / "other.yaml")]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_shipped_flows_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """The flows that come with the bot have neither errors nor warnings."""
    assert main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_no_such_path(capsys: pytest.CaptureFixture[str]) -> None:
    """A path that does not exist is one line, exit code 2."""
    assert main(["check", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("nowhere: there is no such file or folder")


def test_examples_in_the_documentation(tmp_path: Path) -> None:
    """Every flow that docs/flows.md shows is sound as it stands there."""
    blocks = re.findall(r"```yaml\n(flow: (\w+)\n.*?)```", (ROOT / "docs" / "flows.md").read_text("utf-8"), re.S)
    assert len(blocks) == 4
    for number, (text, name) in enumerate(blocks):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / f"{name}.yaml").write_text(text)
        if "call: slow_down" in text:
            (folder / "slow_down.yaml").write_text(blocks[-1][0])
        assert [str(problem) for problem in check_path(folder, HOUSE)] == []
