"""A scripted year of the engine itself: people in twelve zones, and what rings for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.engine import advance
from bot.events import Ask, Due, Effect, Remind, Said, Tapped, Unremind
from bot.schedule import Rule
from bot.session import CheckIn, Session
from tests.books import book
from tests.schedule.test_schedule import END, START, ZONES, promised

BOOK = book(today="mood:\n  say: How is it?\n  ask: {choose: {a: Fine}}\n  next: end")
RULES = (
    Rule("20:00", tuple(range(7))),
    Rule("02:30", (5, 6)),
    Rule("00:15", (0, 3)),
    Rule("09:05", day="2026-02-28"),
    Rule("23:59", day="2026-12-30"),
)


class Year:
    """One person through a year: what is due is handed in at its time, and answered a little later."""

    def __init__(self, zone: str, answer: timedelta) -> None:
        self.now, self.answer, self.numbers = START, answer, count()
        self.session: Session | None = None
        self.reminders: dict[str, Remind] = {}
        self.rings: list[tuple[str, datetime]] = []
        self.turn(Said("hello", "1", "/start", START))
        assert self.session
        checkins = tuple(CheckIn(number, rule, "today") for number, rule in enumerate(RULES, 500))
        self.session = replace(self.session, checkins=checkins)
        self.turn(Said("clock", "1", "/checkin", START))
        self.tap(next(b for b in self.buttons() if b.endswith("clock")))
        self.turn(Said("zone", "1", zone, START))

    def turn(self, event: Said | Tapped | Due) -> list[Effect]:
        """Hand in an event."""
        turn = advance(BOOK, self.session, event, self.now)
        self.session = turn.session or self.session
        for effect in turn.effects:
            if isinstance(effect, Remind):
                self.reminders[effect.id] = effect
            elif isinstance(effect, Unremind):
                self.reminders.pop(effect.id, None)
        return list(turn.effects)

    def buttons(self) -> list[str]:
        """What the buttons of now carry."""
        assert self.session
        assert self.session.asked
        return [button.choice for row in self.session.asked.rows for button in row]

    def tap(self, choice: str) -> None:
        """Press a button."""
        self.turn(Tapped(f"tap:{next(self.numbers)}", "1", choice, self.now))

    def live(self, until: datetime = END) -> None:
        """The year, until a moment of it."""
        while self.reminders and (due := min(self.reminders.values(), key=lambda one: one.at)).at < until:
            del self.reminders[due.id]
            self.now = due.at
            said = self.turn(Due(f"due:{due.id}:{due.at}", "1", due.id, due.flow, due.at))
            if any(isinstance(effect, Ask) and effect.rings for effect in said):
                self.rings.append((due.id, due.at))
                self.now += self.answer
                self.tap(next(choice for choice in self.buttons() if "!ring:no:" in choice or "checkin:all" in choice))


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_check_ins(zone: str) -> None:
    """For somebody who answers each of them, every check-in of a year with two clock changes rings at the promised time
    on their clock, once, by a computation that walks through every minute of it."""
    person = Year(zone, timedelta(seconds=20))
    person.live()
    for number, rule in enumerate(RULES, 500):
        rings = [at for token, at in person.rings if token == f"#{number}"]
        assert rings == promised(rule, zone), rule
    assert {token for token, _ in person.rings} == {f"#{number}" for number, _ in enumerate(RULES, 500)}


def test_it_moves_house_in_the_middle_of_the_year() -> None:
    """Who moves from Madrid to Auckland in July has each check-in at its time of day in both."""
    person = Year("Europe/Madrid", timedelta(seconds=20))
    moved = datetime(2026, 7, 1, 12, tzinfo=UTC)
    person.live(moved)
    person.now = moved
    person.turn(Said("move", "1", "/checkin", moved))
    person.tap(next(b for b in person.buttons() if b.endswith("clock")))
    person.turn(Said("new", "1", "Auckland", moved))
    person.live()
    daily = [at for token, at in person.rings if token == "#500"]
    before = [at for at in promised(RULES[0], "Europe/Madrid") if at <= moved]
    after = [at for at in promised(RULES[0], "Pacific/Auckland") if at > moved]
    assert daily == [*before, *after]
