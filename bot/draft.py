"""The turn that is being written: the session as it becomes, the bubbles said so far, the effects in order.

The one mutable thing of the engine; it lives for one call of `advance` and never leaves it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any

from .archive import Archive
from .book import Book
from .errors import Unread
from .events import Ask, Button, Edit, Effect, Rows, Say
from .flow import Flow, Phrase, Step
from .names import home_zone, names, person
from .session import Entry, Frame, Session, Talk
from .templates import PART, markup, render

BUBBLE = 4096
"""Telegram's limit of one message, in UTF-16 units after its markup was parsed."""


@dataclass(slots=True)
class Draft:
    """See the module. `bubbles` were said but not yet put into the effects: the last one carries a keyboard. `passed`
    are the steps (flow, step) that were entered, `taken` the ways (flow, step, branch). When the talk is over,
    `outcome` tells how, and `then` the flow that is to begin; `archive` is what the person gathered, where it was read
    for this turn."""

    book: Book
    session: Session
    now: datetime
    effects: list[Effect] = field(default_factory=list)
    bubbles: list[str] = field(default_factory=list)
    passed: list[tuple[str, str]] = field(default_factory=list)
    taken: list[tuple[str, str, str]] = field(default_factory=list)
    outcome: str = ""
    then: str = ""
    archive: Archive | None = None

    # --- reading ---

    @property
    def talk(self) -> Talk:
        """The talk that is going on."""
        if self.session.talk is None:
            raise LookupError("no talk is going on")
        return self.session.talk

    @property
    def frame(self) -> Frame:
        """The flow that is being walked, innermost."""
        return self.talk.stack[-1]

    @property
    def flow(self) -> Flow:
        """The flow of the innermost frame."""
        return self.book.flows[self.frame.flow]

    @property
    def step(self) -> Step:
        """The step where the person is."""
        return self.flow.steps[self.frame.step]

    def names(self, frame: Frame | None = None) -> dict[str, Any]:
        """What the templates of a frame may read now."""
        return names(self.book, self.session, self.talk, frame or self.frame, self.now)

    def local(self) -> datetime:
        """The time of day where the person is, as far as that is known."""
        return self.there(self.now)

    def home(self) -> tzinfo:
        """The zone by which the person's clock goes, as far as that is known."""
        return home_zone(person(self.session))

    def day(self, at: datetime) -> date:
        """The day of a moment where the person is."""
        return self.there(at).date()

    def there(self, at: datetime) -> datetime:
        """A moment on the clock of the person."""
        return at.astimezone(self.home())

    def title_of(self, flow: str) -> str:
        """The title of a flow, as plain text; its name, where it is gone."""
        return self.plain(self.book.flows[flow].title) if flow in self.book.flows else flow.replace("_", " ")

    def gathered(self) -> Archive:
        """What the person gathered over time, with what this turn did. Raises Unread when it was not read."""
        if self.archive is None:
            raise Unread
        return self.archive.after(self.effects)

    def plain(self, phrase: Phrase) -> str:
        """A sentence without names, as plain text."""
        return unmarked(render(phrase, {}))

    def title(self) -> str:
        """The title of the talk that is going on, as plain text."""
        return self.title_of(self.talk.flow)

    def listen(self) -> None:
        """Speak the language of the person from now on: the one they chose, else the one their channel told."""
        chosen = person(self.session).get("language")
        self.book = self.book.speaking(str(chosen.value) if chosen else self.session.language)

    # --- changing the session ---

    def set_talk(self, **changes: Any) -> None:
        """Change the talk by copy."""
        self.session = replace(self.session, talk=replace(self.talk, **changes))

    def set(self, **changes: Any) -> None:
        """Change the session by copy."""
        self.session = replace(self.session, **changes)

    def next_visit(self) -> int:
        """A number that was never used in this chat: for questions, frames and marks."""
        self.set(visit=self.session.visit + 1)
        return self.session.visit

    def amend(self, **changes: Any) -> None:
        """Change the newest log entry by copy."""
        *before, last = self.talk.log
        self.set_talk(log=(*before, replace(last, **changes)))

    def append(self, entry: Entry) -> None:
        """Add to the log."""
        self.set_talk(log=(*self.talk.log, entry))

    def rewrite(self, change: Callable[[Entry], Entry]) -> None:
        """Change the log of every unfinished talk by copy, and what is to be applied again there."""

        def talk(one: Talk) -> Talk:
            return replace(one, log=tuple(map(change, one.log)), redo=tuple(map(change, one.redo)))

        self.set(shelf=tuple(map(talk, self.session.shelf)), talk=self.session.talk and talk(self.session.talk))

    # --- saying ---

    def word(self, name: str, /, **known: object) -> str:
        """A sentence of the house, another wording every time. Empty when the house has none."""
        wordings = self.book.house.words.get(name, ())
        if not wordings:
            return ""
        phrase = wordings[self.session.visit % len(wordings)]
        return self.render(phrase, {**known, "bot": self.book.facts, "now": self.local().date()})

    def plain_word(self, name: str, /, **known: object) -> str:
        """A sentence of the house as plain text."""
        return unmarked(self.word(name, **known))

    def label(self, name: str, /, **known: object) -> str:
        """What a button of the house reads."""
        return self.plain_word(f"label_{name}", **known)

    def render(self, phrase: Phrase, known: Mapping[str, Any]) -> str:
        """A sentence filled in, as HTML. Raises ConditionError."""
        return render(phrase, known)

    def say(self, text: str) -> None:
        """Add what is said; PART parts it into bubbles, and so does Telegram's limit."""
        for part in text.split(PART):
            if part.strip():
                self.bubbles.extend(_fitting(part.strip()))

    def flush(self) -> None:
        """Put the bubbles said so far into the effects."""
        self.effects.extend(Say(text) for text in self.bubbles)
        self.bubbles.clear()

    # --- the question of now ---

    def ask(self, token: str, rows: Rows, typed: bool) -> None:
        """Ask: the last bubble carries the keyboard. The question before it loses its own."""
        self.settle()
        *before, last = self.bubbles or [self.word("menu") or "…"]
        self.bubbles = before
        self.flush()
        question = Ask(last, token, rows, typed)
        self.effects.append(question)
        self.set(asked=question)

    def offer(self, rows: Iterable[Iterable[tuple[str, str]]], expects: str = "") -> None:
        """Ask between talks: rows of labels and what they do ("flow:today", "menu"). `expects`: what typed words are
        taken for, when they are none of the labels."""
        token = f"menu.{self.next_visit()}"
        made = (tuple(Button(label, f"{token}.!{control}") for label, control in row) for row in rows)
        self.ask(token, tuple(row for row in made if row), typed=True)
        self.set(expects=expects)

    def settle(self, answer: str = "") -> None:
        """The question of now is over: its keyboard goes, and what was chosen (HTML) is shown in it."""
        asked = self.session.asked
        if asked is None:
            return
        text = self.word("chosen", question=markup(asked.text), answer=markup(answer)) if answer else asked.text
        # Old bubbles go first, so that what is new stands below what it answers.
        self.effects.insert(0, Edit(asked.token, text if length(text) <= BUBBLE else asked.text))
        self.set(asked=None, expects="")


def escaped(text: str) -> str:
    """Plain text as HTML."""
    return html.escape(text, quote=False)


def unmarked(text: str) -> str:
    """HTML of ours as plain text."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def length(text: str) -> int:
    """The length of HTML of ours as Telegram counts it: UTF-16 units of what is read."""
    return len(unmarked(text).encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str) -> Iterable[str]:
    """The bubble, or several when it is too long for one (then without its markup, which might be cut in two)."""
    if length(text) <= BUBBLE:
        return [text]
    parts, rest = [], unmarked(text)
    while rest:
        end = _fit(rest)
        space = rest.rfind(" ", end // 2, end) if end < len(rest) else -1
        end = space if space > 0 else end
        parts.append(escaped(rest[:end].strip()))
        rest = rest[end:].strip()
    return parts


def _fit(text: str) -> int:
    """How many characters of `text` fit into one bubble."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > BUBBLE:
            return index
    return len(text)
