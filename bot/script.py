"""Scripted talks: plays `NAME.test.yaml` beside a flow, and rewrites its recorded side when it is told to.

A talk enters at the engine, with a clock that stands still but for `later`; the session is saved and loaded between
all turns, so that what works here works after a restart too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

from pydantic import TypeAdapter

from .archive import Archive
from .book import Book
from .engine import Turn, advance
from .events import Ask, Due, Edit, Effect, Event, Keep, Remind, Said, Say, Tapped, Toast, Unremind
from .flow import Problem
from .session import Session
from .shapes import Shapes
from .source import Items, Node, Text, load
from .walk import UNITS

START = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)
SESSION = TypeAdapter(Session)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a talk: what `me` does, what the `bot` says to it, or the time that passes (`later`)."""

    who: str
    texts: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a talk went another way than recorded; `broken`: it could not be played there."""

    talk: str
    number: int
    message: str
    broken: bool = False


@dataclass(slots=True)
class Player:
    """One person at a pinned clock: plays lines, and remembers what the bot said to each."""

    book: Book
    session: Session | None = None
    now: datetime = START
    count: int = 0
    archive: Archive = field(default_factory=Archive)
    reminders: dict[str, Remind] = field(default_factory=dict)
    reached: set[tuple[str, str]] = field(default_factory=set)
    fault: str = ""
    language: str = ""

    def play(self, line: Line) -> list[str]:
        """What the bot says to a line. Raises LookupError when a button is not there."""
        if line.who == "later":
            return list(self._later(line.texts[0]))
        if line.who == "language":
            self.language = line.texts[0]
            return []
        return self._turn(self._event(line.texts[0]))

    def _event(self, text: str) -> Event:
        self.count += 1
        self.now += timedelta(seconds=5)
        name = f"script:{self.count}"
        if text.startswith("[") and text.endswith("]"):
            return Tapped(name, "script", self._choice(text[1:-1]), self.now, self.language)
        return Said(name, "script", text, self.now, self.language)

    def _choice(self, label: str) -> str:
        asked = self.session.asked if self.session else None
        buttons = [button for row in asked.rows for button in row] if asked else []
        for button in buttons:
            if button.label.removeprefix("✓ ") == label:
                return button.choice
        there = " ".join(f"[{button.label}]" for button in buttons) or "none"
        raise LookupError(f"there is no button [{label}]; there are {there}")

    def _turn(self, event: Event) -> list[str]:
        turn = advance(self.book, self.session, event, self.now, self.archive)
        if turn.session is not None:
            self.session = SESSION.validate_json(SESSION.dump_json(turn.session))
        self._remember(turn)
        return [shown for effect in turn.effects if (shown := transcript(effect))]

    def _remember(self, turn: Turn) -> None:
        self.fault = turn.fault.code if turn.fault else ""
        self.archive = self.archive.after(turn.effects)
        for effect in turn.effects:
            if isinstance(effect, Remind):
                self.reminders[effect.id] = effect
            elif isinstance(effect, Unremind):
                self.reminders.pop(effect.id, None)
        self.reached |= set(turn.passed)

    def _later(self, text: str) -> Iterator[str]:
        """Let time pass; what comes due on the way is delivered at its time."""
        found = re.fullmatch(r"(\d+)([mhdw])", text)
        if not found:
            raise LookupError(f"{text!r} is not a time; write 10m, 2h, 3d or 1w")
        until = self.now + int(found[1]) * UNITS[found[2]]
        while due := min((one for one in self.reminders.values() if one.at <= until), key=lambda r: r.at, default=None):
            del self.reminders[due.id]
            self.now = max(self.now, due.at)
            self.count += 1
            yield from self._turn(Due(f"script:{self.count}", "script", due.id, due.flow, self.now))
        self.now = until


def transcript(effect: Effect) -> str:
    """An effect as a talk records it; nothing for what a person does not see."""
    if isinstance(effect, Say):
        return effect.text
    if isinstance(effect, Ask):
        return "\n".join([effect.text, *_keyboard(effect)])
    if isinstance(effect, Edit) and effect.rows:
        return "\n".join(_keyboard(effect))
    if isinstance(effect, Toast):
        return f"(toast) {effect.text}"
    if isinstance(effect, Keep):
        return f"(kept as {effect.name}) {effect.text}"
    return ""


def _keyboard(effect: Ask | Edit) -> list[str]:
    return [" ".join(f"[{button.label}]" for button in row) for row in effect.rows]


def play(book: Book, talk: str, lines: list[Line]) -> tuple[list[Line], list[Difference], Player]:
    """Play a talk: its lines as they went now, where that differs from what was recorded, and the player."""
    player = Player(book)
    played: list[Line] = []
    differences: list[Difference] = []
    for index, line in enumerate(lines):
        if line.who == "bot":
            continue
        recorded = next((one for one in lines[index + 1 : index + 2] if one.who == "bot"), None)
        try:
            said = player.play(line)
        except LookupError as error:
            differences.append(Difference(talk, line.number, str(error), broken=True))
            return [*played, *lines[index:]], differences, player
        if player.fault:
            differences.append(Difference(talk, line.number, f"the flow broke: {player.fault}", broken=True))
        played.append(line)
        if said:
            played.append(Line("bot", tuple(said)))
        if recorded is not None and list(recorded.texts) != said:
            differences.append(_difference(talk, recorded, said))
        elif recorded is None and said:
            differences.append(Difference(talk, line.number, "nothing is recorded of what the bot says to this line"))
    return played, differences, player


def _difference(talk: str, recorded: Line, said: list[str]) -> Difference:
    for index, (was, now) in enumerate(zip(recorded.texts, said, strict=False)):
        if was != now:
            return Difference(talk, recorded.number, f"bubble {index + 1} reads\n{now}\ninstead of\n{was}")
    return Difference(talk, recorded.number, f"there are {len(said)} bubbles instead of {len(recorded.texts)}")


# --- files of talks ---


def read_talks(path: Path) -> tuple[dict[str, list[Line]], list[Problem]]:
    """The talks of a file, by name, and what is wrong with it (code F070)."""
    node, problems = load(path)
    talks: dict[str, list[Line]] = {}
    if node is None:
        return talks, problems
    shapes = Shapes()
    pairs = shapes.pairs(node, "a file of talks")
    for key, value in pairs.pairs if pairs else ():
        talks[key.text] = [line for item in _items(shapes, value) if (line := _line(shapes, item))]
    return talks, [*problems, *(replace(one, code="F070") for one in shapes.problems)]


def _items(shapes: Shapes, node: Node) -> tuple[Node, ...]:
    if isinstance(node, Items):
        return node.items
    shapes.add(node.place, "F070", "a talk is a list of lines", "write lines such as - me: hello")
    return ()


def _line(shapes: Shapes, node: Node) -> Line | None:
    pairs = shapes.pairs(node, "a line of a talk", ("me", "bot", "later", "language"))
    if pairs is None or not pairs.pairs:
        return None
    key, value = pairs.pairs[0]
    if key.text == "bot":
        texts = shapes.several(value, lambda item: shapes.text(item, "a bubble"))
        return Line("bot", tuple(text.text for text in texts), key.place.line)
    text = value.text if isinstance(value, Text) else ""
    if not isinstance(value, Text):
        shapes.add(value.place, "F070", f"{key.text} has to be a text", "write what is said behind the colon")
    return Line(key.text, (text,), key.place.line)


@dataclass(slots=True)
class Rehearsal:
    """What came of playing the talks of a folder: how many, differences as `file:line talk: message` (and those of
    them that could not be played), the steps that were reached, and each file as it would be written anew."""

    talks: int = 0
    differences: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    reached: set[tuple[str, str]] = field(default_factory=set)
    files: dict[Path, str] = field(default_factory=dict)


def rehearse(book: Book, paths: Iterable[Path]) -> Rehearsal:
    """Play all talks of these files."""
    rehearsal = Rehearsal()
    for path in paths:
        talks, problems = read_talks(path)
        rehearsal.problems += problems
        played: dict[str, list[Line]] = {}
        for name, lines in talks.items():
            played[name], differences, player = play(book, name, lines)
            rehearsal.talks += 1
            rehearsal.reached |= player.reached
            for one in differences:
                line = f"{path.name}:{one.number} {one.talk}: {one.message}"
                rehearsal.differences.append(line)
                rehearsal.broken += [line] if one.broken else []
        if not problems:
            rehearsal.files[path] = written(_header(path), played)
    return rehearsal


def _header(path: Path) -> str:
    """The comment at the top of a file, which `written` keeps."""
    return "".join(takewhile(lambda line: line.startswith("#"), path.read_text("utf-8").splitlines(keepends=True)))


# --- writing a talk back ---


def written(header: str, talks: dict[str, list[Line]]) -> str:
    """The whole file, as `--update` writes it."""
    parts = [header] if header else []
    for name, lines in talks.items():
        parts.append(f"{_scalar(name)}:\n" + "".join(_written(line) for line in lines))
    return "\n".join(parts)


def _written(line: Line) -> str:
    if line.who != "bot":
        return f"  - {line.who}: {_scalar(line.texts[0])}\n"
    return "  - bot:\n" + "".join(f"      - {_text(text)}\n" for text in line.texts)


def _text(text: str) -> str:
    if "\n" not in text:
        return _scalar(text)
    if text.strip() != text or any(not (c.isprintable() or c == "\n") for c in text):
        return json.dumps(text, ensure_ascii=False)
    return "|-\n" + "\n".join(f"        {line}" if line else "" for line in text.split("\n"))


def _scalar(text: str) -> str:
    """A YAML scalar: as it is where that is safe, else in double quotes."""
    safe = re.fullmatch(r"[A-Za-z/(“][^#\n:{}\[\]\"]*[^#\n:{}\[\]\"\s]|[A-Za-z]", text)
    return text if safe and text.isprintable() else json.dumps(text, ensure_ascii=False)
