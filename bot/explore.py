"""Plays every flow by itself until each of its ways was taken: no script has to be written for that.

Lives that found a new way are remembered and gone on with, so that what lies deep is reached from what was reached
before. Whatever a turn says on the way is judged: nothing may break, and few bubbles come at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from .book import Book
from .engine import Turn, advance
from .events import Ask, Due, Event, Said, Say, Tapped
from .flow import Choose, Country, Day, Flow, Hour, Scale, Several, Step, Summary, Words, YesNo, Zone
from .safety import LEVELS, TOLD
from .session import Danger, Fact, Kept, Session

START = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)
TURNS = 40000
"""Turns after which a flow counts as played, whether or not all its ways were taken."""
PATIENCE = 60
"""Turns of one life."""
WORDS = "It was on a Sunday, and I still see it."

Way = tuple[str, str, str]
"""A flow, a step of it, and the name of a branch; for a step that ends the flow "end"."""


@dataclass(slots=True)
class Coverage:
    """What was taken of a flow's ways, what was not, the faults met on the way, and the most bubbles of one turn."""

    flow: str
    language: str
    taken: set[Way] = field(default_factory=set)
    left: set[Way] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)
    most: int = 0
    where: str = ""


def ways(flow: Flow) -> set[Way]:
    """Every way of a flow: its branches and its ends."""
    branches = {(flow.name, step.name, branch.name) for step in flow.steps.values() for branch in step.branches}
    return branches | {(flow.name, step.name, "end") for step in flow.steps.values() if step.end is not None}


def explore(book: Book, name: str, turns: int = TURNS, seed: int = 0) -> Coverage:
    """Play flow `name` of a book, in its language, until all its ways are taken, or `turns` are."""
    return Explorer(book, name, seed).run(turns)


class Explorer:
    """Many lives of one flow. `found` is what they found; `questions` a session at each question that was asked.
    `words` are written wherever words are asked for; in every other life somebody can be told of a danger."""

    def __init__(self, book: Book, name: str, seed: int = 0, words: str = WORDS) -> None:
        self.books = [replace(book, languages={}, facts={**book.facts, "notify": notify}) for notify in ("", "yes")]
        self.book, self.name, self.words = book, name, words
        self.dice = Random(seed)  # noqa: S311 - a game of dice, no secret
        self.questions: dict[tuple[str, str], Session] = {}
        self.seen: list[Turn] = []
        self.found = Coverage(name, book.language, left=ways(book.flows[name]))
        self.facts = _facts(book)
        self.kept = sorted({s.keep.name for f in book.flows.values() for s in f.steps.values() if s.keep})
        self.saved: list[tuple[Session, datetime]] = []
        self.count = 0
        self.skipping = 0.0

    def turns(self, turns: int) -> list[Turn]:
        """Play so many turns, and what came of each."""
        self.run(turns)
        return self.seen

    def run(self, turns: int) -> Coverage:
        """Play until all ways are taken, or so many turns are."""
        while self.count < turns and self.found.left:
            self.book = self.dice.choice(self.books)
            if self.saved and self.dice.random() < 0.7:
                session, now = self.dice.choice(self.saved[-12:] if self.dice.random() < 0.5 else self.saved)
            else:
                now = START
                session = self._turn(self._somebody(), Said("0", "1", f"/start {self.name}", now), now) or Session()
            self._live(session, now)
        return self.found

    def _live(self, session: Session, now: datetime) -> None:
        """Go on with a life until the flow is over."""
        self.skipping = self.dice.choice([0.1, 0.1, 0.2, 0.6, 0.95])
        for _ in range(PATIENCE):
            if session.talk is None or session.talk.flow != self.name:
                return
            now += timedelta(seconds=20)
            before = len(self.found.left)
            after = self._turn(session, self._event(session, now), now)
            if after is None or not self.found.left:
                return
            session = after
            if len(self.found.left) < before:
                self.saved.append((session, now))

    def _turn(self, session: Session, event: Event, now: datetime) -> Session | None:
        self.count += 1
        turn = advance(self.book, session, event, now)
        self.seen.append(turn)
        self._judge(turn)
        self.found.taken |= {way for way in turn.taken if way in self.found.left}
        self.found.left -= set(turn.taken)
        return turn.session

    def _judge(self, turn: Turn) -> None:
        if turn.fault:
            self.found.faults.add(turn.fault.code)
        said = sum(isinstance(effect, Say | Ask) for effect in turn.effects)
        talk = turn.session.talk if turn.session else None
        if turn.session is None or talk is None or not talk.stack or talk.flow != self.name:
            return
        frame = talk.stack[-1]
        self.questions.setdefault((frame.flow, frame.step), turn.session)
        if said > self.found.most:
            self.found.most, self.found.where = said, f"{frame.flow}.{frame.step}"

    def _somebody(self) -> Session:
        """Somebody of whom this or that is known."""
        ago = START - timedelta(days=self.dice.choice([1, 3, 20, 90]))
        known = {name: values for name, values in self.facts.items() if self.dice.random() < 0.75}
        person = {name: Fact(self.dice.choice(values), ago) for name, values in known.items()}
        person["language"] = Fact(self.book.language, START)
        kept = {name: Kept(WORDS, ago) for name in self.kept if self.dice.random() < 0.5}
        runs = {name: self.dice.choice([1, 2, 3]) for name in self.book.flows if self.dice.random() < 0.5}
        concerns = [concern.text for concern in self.book.flows[self.name].danger]
        danger = Danger(self.dice.choice(concerns), self.dice.choice(LEVELS[:3]), START) if concerns else None
        if danger and self.dice.random() < 0.2:
            danger = replace(danger, level=TOLD)
        return Session(revision=1, person=person, kept=kept, runs=runs, seen=START, danger=danger)

    def _event(self, session: Session, now: datetime) -> Event:
        """Something that fits the question of now."""
        name, asked, talk = f"{self.count + 1}", session.asked, session.talk
        if asked is None or talk is None or talk.stuck:
            return Said(name, "1", "/menu", now)
        step = self.book.flows[talk.stack[-1].flow].steps[talk.stack[-1].step]
        if step.wait is not None and self.dice.random() < (0.95 if talk.beat else 0.15):
            return Due(name, "1", asked.token, None, now)
        if step.optional and self.dice.random() < self.skipping:
            return Tapped(name, "1", f"{asked.token}.!skip", now)
        typed = self._typed(step)
        if typed:
            return Said(name, "1", typed, now)
        return Tapped(name, "1", f"{asked.token}.{self._tapped(step, talk.toggles)}", now)

    def _typed(self, step: Step) -> str:
        ask = step.ask
        if isinstance(ask, Words):
            return self.words[: ask.max]
        if isinstance(ask, Day):
            return {"past": "2026-04-30", "future": "2026-06-01"}.get(ask.only or "", "2026-05-01")
        return "19:30" if isinstance(ask, Hour) else "Spain" if isinstance(ask, Country | Zone) else ""

    def _tapped(self, step: Step, toggles: tuple[str, ...]) -> str:
        ask = step.ask
        if isinstance(ask, Several):
            enough = len(toggles) >= ask.min and (toggles or ask.min == 0)
            if enough and (self.dice.random() < 0.5 or len(toggles) == (ask.max or len(ask.options))):
                return "!done"
            return self.dice.choice([one.value for one in ask.options if one.value not in toggles])
        if step.person and step.person.text == "language":
            return self.book.language
        if isinstance(ask, Choose | YesNo):
            return self.dice.choice([option.value for option in self.book.options(step)])
        if isinstance(ask, Scale):
            return str(self.dice.choice([ask.low, ask.high, self.dice.randint(ask.low, ask.high)]))
        return "!ok" if isinstance(ask, Summary) else "!pause"


def _facts(book: Book) -> dict[str, list[str]]:
    """The values that facts of a person can have."""
    found: dict[str, list[str]] = {}
    for step in (step for flow in book.flows.values() for step in flow.steps.values()):
        if step.person and isinstance(step.ask, Choose | YesNo):
            found.setdefault(step.person.text, []).extend(option.value for option in book.options(step))
        elif step.person and isinstance(step.ask, Country):
            found.setdefault(step.person.text, []).append("ES")
    return found


def lines(found: Coverage) -> Iterator[str]:
    """A coverage as people read it: one line of figures, and one for each way that was not taken."""
    of = len(found.taken) + len(found.left)
    yield (
        f"{found.flow} ({found.language}): {len(found.taken)} of {of} ways, "
        f"{found.most} bubbles at most (at {found.where or '-'})"
    )
    for _, step, branch in sorted(found.left):
        yield f"{found.flow}: step {step!r} was never left by {branch.removeprefix('=')!r}"
    for fault in sorted(found.faults):
        yield f"{found.flow}: {fault}"
