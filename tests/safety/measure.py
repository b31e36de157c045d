"""How well danger is recognised in a file of texts: `python -m tests.safety.measure FILE.csv` (make safety-report).

The file has the columns text, label, source, lang; the labels are crisis_self, abuse, harm_others, other_at_risk and
none. Any level counts as recognised. Intervals are Wilson's, 95 % (Wilson 1927).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from bot.safety import Sign, look
from bot.safety_rules import read_rules

ROOT = Path(__file__).parent.parent.parent
RULES, PROBLEMS = read_rules(ROOT / "flows")
assert RULES is not None
CONCERNS = {
    "crisis_self": {"suicide", "self_harm"},
    "abuse": {"abuse"},
    "harm_others": {"harm_to_others"},
    "other_at_risk": {"other_person_at_risk"},
}
STOPPED = ("now", "clear")
HARD = ("idiom", "negation")


@dataclass(frozen=True, slots=True)
class Judged:
    """A text with what it is, and what was seen in it."""

    text: str
    label: str
    source: str
    language: str
    signs: tuple[Sign, ...]

    @property
    def level(self) -> str:
        """The gravest level that was seen, or nothing."""
        return self.signs[0].level if self.signs else ""

    @property
    def stopped(self) -> bool:
        """Whether the talk would be stopped, and not merely asked about."""
        return self.level in STOPPED


def judge(path: Path) -> list[Judged]:
    """Every text of a file, judged by the shipped rules."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Judged(r["text"], r["label"], r["source"], r["lang"], look(RULES, r["text"]).signs) for r in rows]


def share(part: int, whole: int) -> str:
    """A share with its 95 % interval."""
    if not whole:
        return "-"
    rate, z = part / whole, 1.96
    middle = (rate + z * z / (2 * whole)) / (1 + z * z / whole)
    width = z * sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{rate:.3f} [{max(0, middle - width):.3f}, {min(1, middle + width):.3f}]  {part} of {whole}"


def report(found: list[Judged]) -> Iterator[str]:
    """Recall and precision by concern, level, language and source, every miss and every false alarm."""
    for language in sorted({one.language for one in found}):
        mine = [one for one in found if one.language == language]
        yield f"\n== {language}: {len(mine)} texts"
        for label in CONCERNS:
            yield from _recall(label, [one for one in mine if one.label == label])
        yield from _precision(mine)
        yield from _alarms([one for one in mine if one.label == "none"])
    for one in found:
        if one.label != "none" and not one.signs:
            yield f"MISSED {one.label} {one.source} {one.language}: {one.text}"
    for one in found:
        if one.label == "none" and one.signs:
            spoke = ", ".join(f"{sign.rule} “{sign.span}”" for sign in one.signs)
            yield f"FALSE {one.level} {one.source} {one.language}: {one.text} <- {spoke}"


def _recall(label: str, mine: list[Judged]) -> Iterator[str]:
    if mine:
        right = [one for one in mine if any(sign.concern in CONCERNS[label] for sign in one.signs)]
        yield f"recall {label}: {share(sum(bool(one.signs) for one in mine), len(mine))}"
        yield f"   of the right concern: {share(len(right), len(mine))}"
        for level in ("now", "clear", "maybe"):
            yield f"   as {level}: {share(sum(one.level == level for one in mine), len(mine))}"
    for source, part in _sources(mine):
        yield f"   from {source}: {share(sum(bool(one.signs) for one in part), len(part))}"


def _precision(mine: list[Judged]) -> Iterator[str]:
    for label, concerns in CONCERNS.items():
        seen = [one for one in mine if any(sign.concern in concerns for sign in one.signs)]
        yield f"precision {label}: {share(sum(one.label == label for one in seen), len(seen))}"


def _alarms(none: list[Judged]) -> Iterator[str]:
    hard = [one for one in none if any(kind in one.source for kind in HARD)]
    for what, part in (("none", none), ("none, idioms and negations", hard), *_sources(none)):
        yield f"stopped wrongly, {what}: {share(sum(one.stopped for one in part), len(part))}"
        yield f"asked needlessly, {what}: {share(sum(one.level == 'maybe' for one in part), len(part))}"


def _sources(mine: Iterable[Judged]) -> list[tuple[str, list[Judged]]]:
    parts: dict[str, list[Judged]] = {}
    for one in mine:
        parts.setdefault(one.source, []).append(one)
    return sorted(parts.items())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("name a file: make safety-report FILE.csv (columns text, label, source, lang)")
    print("\n".join(report(judge(Path(sys.argv[1])))))
