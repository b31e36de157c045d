"""What holds whatever anybody does, in any order, on every shipped flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.archive import Archive
from bot.book import Book
from bot.engine import advance
from bot.events import (
    Ask,
    Brought,
    Due,
    Edit,
    Erase,
    Event,
    Left,
    Located,
    Remind,
    Said,
    Say,
    Sleep,
    Tapped,
    Toast,
    Unremind,
    Wake,
)
from bot.flow import END, Flow, Words
from bot.session import Session
from bot.store.codec import session_of, session_text
from tests.books import FACTS, shipped
from tests.botapi import markup

START = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)
THINGS = ["voice", "photo", "sticker", "file", "edit", "forward", "long", "place", "other"]
COMMANDS = [
    "/start",
    "/menu",
    "/restart",
    "/pause",
    "/back",
    "/help",
    "/delete",
    "/checkin",
    "/checkin every day at 20:00",
    "/checkin tomorrow",
    "/keepsakes",
    "/journal",
    "/progress",
    "/privacy",
    "/export",
    "/discreet",
    "/clear",
    "/skip",
    "/nothing",
    "menu",
    "stop",
    "back",
    "skip",
    "Madrid",
    "in three days at 7",
]
HOSTILE = [
    "<b>",
    "{{ x }}",
    "{% for",
    "&lt;",
    "\u202eabc",
    "قلبي مكسور",
    "💔" * 40,
    "x" * 4096,
    "\x00\x07",
    " ",
    "\ud800",
    "0",
    "-1",
    "99",
]

action = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 30)),
    st.tuples(st.just("tap"), st.integers(0, 30)),
    st.tuples(st.just("label"), st.integers(0, 30)),
    st.tuples(st.just("old"), st.integers(0, 200)),
    st.tuples(st.just("forged"), st.sampled_from(["", ".", "x.y", "menu.1.!flow:nothing", "a.!change:", "x" * 64])),
    st.tuples(st.just("say"), st.sampled_from(COMMANDS)),
    st.tuples(st.just("say"), st.sampled_from(sorted(shipped().flows)).map(lambda name: f"/start {name}")),
    st.tuples(st.just("say"), st.sampled_from(sorted(shipped().flows)).map(lambda name: f"/restart {name}")),
    st.tuples(st.just("say"), st.sampled_from(HOSTILE)),
    st.tuples(st.just("say"), st.text(max_size=60)),
    st.tuples(st.just("own"), st.integers(0, 9)),
    st.tuples(st.just("bring"), st.sampled_from(THINGS)),
    st.tuples(st.just("place"), st.sampled_from(["Europe/Madrid", "Pacific/Apia", ""])),
    st.tuples(st.just("leave"), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3600, 86400, 86400 * 4])),
    st.tuples(st.just("outage"), st.sampled_from([3600, 86400 * 2])),
)
PARTED = sorted(name for name, flow in shipped().flows.items() if len(flow.steps) > 1)
"""Flows that are still one when a step is taken away."""
DEEP = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


class Life:
    """One person, and everything that must hold after each of their turns."""

    def __init__(self, book: Book, faultless: bool = True) -> None:
        self.book, self.faultless = book, faultless
        self.session: Session | None = None
        self.now = START
        self.count = 0
        self.seen: list[str] = [""]
        self.reminders: dict[str, Remind] = {}
        self.archive = Archive()
        self.asleep = False

    def act(self, what: str, value: Any) -> None:
        """Do one thing."""
        if what in {"wait", "outage"}:
            self._wait(timedelta(seconds=value), late=what == "outage")
            return
        self.now += timedelta(seconds=3)
        acts: dict[str, Callable[[Any], None]] = {
            "tap": lambda n: self._tap(self._choice(n)),
            "label": lambda n: self._say(self._label(n)),
            "old": lambda n: self._tap(self.seen[n % len(self.seen)]),
            "forged": self._tap,
            "say": self._say,
            "own": lambda n: self._own(f"zq{n}q{self.count}"),
            "place": lambda zone: self._turn(Located(self._name(), "1", zone, self.now)),
            "leave": lambda _: self._turn(Left(self._name(), "1", self.now)),
            "bring": lambda thing: self._turn(Brought(self._name(), "1", thing, self.now)),
        }
        acts[what](value)

    def _name(self) -> str:
        self.count += 1
        return f"e{self.count}"

    def _buttons(self) -> list[Any]:
        return [b for row in self.session.asked.rows for b in row] if self.session and self.session.asked else []

    def _choice(self, number: int) -> str:
        buttons = self._buttons()
        return buttons[number % len(buttons)].choice if buttons else ""

    def _label(self, number: int) -> str:
        buttons = self._buttons()
        return buttons[number % len(buttons)].label if buttons else "hello"

    def _tap(self, choice: str) -> None:
        self._turn(Tapped(self._name(), "1", choice, self.now))

    def _say(self, text: str) -> None:
        self._turn(Said(self._name(), "1", text, self.now))

    def _own(self, text: str) -> None:
        """Own words where own words are asked for: they are in the session afterwards."""
        talk = self.session.talk if self.session else None
        flow = self.book.flows.get(talk.stack[-1].flow) if talk and not talk.stuck else None
        asked = flow.steps.get(talk.stack[-1].step) if talk and flow else None
        self._say(text)
        going_on = talk and self.session and self.session.talk and self.session.talk.run == talk.run
        if asked and isinstance(asked.ask, Words) and going_on:
            assert text in session_text(self.session)

    def _wait(self, much: timedelta, late: bool = False) -> None:
        until = self.now + much
        self.now = until if late else self.now
        while not self.asleep and (
            due := min((one for one in self.reminders.values() if one.at <= until), key=lambda r: r.at, default=None)
        ):
            del self.reminders[due.id]
            self.now = max(self.now, due.at)
            self._turn(Due(self._name(), "1", due.id, due.flow, due.at))
        self.now = until

    def _turn(self, event: Event) -> None:
        turn = advance(self.book, self.session, event, self.now)
        archive = self.archive if turn.wants else None
        turn = advance(self.book, self.session, event, self.now, archive)
        assert not turn.wants
        if self.session is not None:
            again = advance(self.book, session_of(session_text(self.session)), event, self.now, archive)
            assert again == turn, "a session saved and loaded behaves the same"
        assert turn.fault is None or not self.faultless, turn.fault
        if Erase() in turn.effects:
            assert turn.session is None
            self.session, self.reminders, self.archive, self.asleep = None, {}, Archive(), False
            return
        if turn.session is None:
            assert turn.effects == ()
            return
        assert turn.session.revision == (self.session.revision if self.session else 0) + 1
        self.session, self.archive = turn.session, self.archive.after(turn.effects)
        self.asleep = (self.asleep or Sleep() in turn.effects) and Wake() not in turn.effects
        self._judge(turn.effects)

    def _judge(self, effects: tuple[Any, ...]) -> None:
        assert self.session
        assert self.session.asked, "there is always a question"
        assert any(self.session.asked.rows), "with a way on"
        for effect in effects:
            if isinstance(effect, Say | Ask | Edit):
                assert markup.text(effect.text, "HTML")
            if isinstance(effect, Ask | Edit):
                choices = [button.choice for row in effect.rows for button in row]
                assert all(len(choice.encode()) <= 64 for choice in choices)
                assert len(set(choices)) == len(choices)
                assert all(button.label.strip() for row in effect.rows for button in row)
                self.seen += choices
            if isinstance(effect, Toast):
                assert 0 < len(effect.text) <= 200
            if isinstance(effect, Remind):
                self.reminders[effect.id] = effect
            if isinstance(effect, Unremind):
                self.reminders.pop(effect.id, None)


@DEEP
@given(st.sampled_from(sorted(shipped().flows)), st.lists(action, max_size=50))
def test_any_events_in_any_order(flow: str, actions: list[tuple[str, Any]]) -> None:
    """Whatever anybody does in whatever order, nothing breaks, no answer is lost, there is always a way on, everything
    can be sent, and a session saved and loaded between all turns behaves the same."""
    life = Life(shipped())
    life.act("say", f"/start {flow}")
    for one in actions:
        life.act(*one)
    life.act("say", "/menu")
    assert life.session
    assert life.session.talk is None


@DEEP
@given(st.sampled_from(PARTED), st.lists(st.integers(0, 12), min_size=10, max_size=60), st.data())
def test_flow_edited_in_the_middle(flow: str, taps: list[int], data: st.DataObject) -> None:
    """When steps or whole flows vanish while a person is in the middle, the talk goes on, and there is a way on."""
    life = Life(shipped())
    life.act("say", f"/start {flow}")
    for tap in taps:
        life.act("tap" if tap % 3 else "own", tap)
    gone = data.draw(st.sampled_from(sorted(shipped().flows[flow].steps)))
    flows = dict(shipped().flows)
    flows[flow] = without(flows[flow], gone)
    if data.draw(st.booleans()):
        del flows["grounding"]
        flows = {name: uncalled(one) for name, one in flows.items()}
    life.book, life.faultless = Book.build(flows, shipped().house, FACTS), False
    for tap in taps:
        life.act("tap" if tap % 3 else "own", tap)
    life.act("say", "/menu")
    assert life.session
    assert life.session.talk is None


def without(flow: Flow, gone: str) -> Flow:
    """The flow without a step: what led there leads to the end."""
    steps = {}
    for name, step in flow.steps.items():
        branches = tuple(replace(one, target=END) if one.target == gone else one for one in step.branches)
        steps[name] = replace(step, branches=branches)
    del steps[gone]
    return replace(flow, steps=steps, start=next(iter(steps)) if flow.start == gone else flow.start)


def uncalled(flow: Flow) -> Flow:
    """The flow without its calls of others: it goes on where they would have led."""
    steps = {}
    for name, step in flow.steps.items():
        on = (replace(step.branches[-1], name="next"),) if step.call else step.branches
        steps[name] = replace(step, call=None, branches=on)
    return replace(flow, steps=steps)
