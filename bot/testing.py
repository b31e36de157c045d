"""Fakes for tests of flows and of this program: a channel that remembers, a clock that is told the time, and a chat
that speaks like a person.

    chat = await Chat.begin(book, MemoryStore())
    await chat.says("/start set_boundaries")
    await chat.taps("My partner")
    assert chat.bubbles[-1] == "Is this a moment when nobody reads along?"
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from .access import OPEN, Access
from .book import Book
from .delivery import Delivery
from .draft import unmarked
from .errors import Refused
from .events import Ask, Brought, Edit, Event, File, Image, Rows, Said, Say, Tapped, Thing
from .ports import Clock, Store
from .rate import Rate
from .service import Service

START = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)


class ToldClock:
    """See `bot.ports.Clock`. Time passes only by `pass_`, which wakes whoever sleeps, in order."""

    def __init__(self, now: datetime = START) -> None:
        self._start = self._now = now
        self._numbers = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The time it was told."""
        return self._now

    def tick(self) -> float:
        """Seconds since it was made."""
        return (self._now - self._start).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Come back when so much time was let pass."""
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._numbers), mine))
        await mine

    async def pass_(self, seconds: float) -> None:
        """Let time pass; what others do at each moment is done before the next."""
        until = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            self._now, _, sleeper = heapq.heappop(self._sleepers)
            if not sleeper.done():
                sleeper.set_result(None)
            await settle()
        self._now = until


async def settle(rounds: int = 50) -> None:
    """Let all others do what they can do without time passing."""
    for _ in range(rounds):
        await asyncio.sleep(0)


@dataclass(slots=True)
class Bubble:
    """A message in a chat, as a person sees it."""

    text: str
    rows: Rows = ()


@dataclass(slots=True)
class FakeChannel:
    """See `bot.ports.Channel`. Remembers every chat, its files by name, and which chats got something without a sound;
    `fails` may raise before a call to a chat is done."""

    chats: dict[str, list[Bubble]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    quiet: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    fails: Callable[[str], None] | None = None

    async def send(
        self, chat: str, message: Say | Ask | File | Image, quiet: bool = False, row: int | None = None
    ) -> str:
        """Remember a bubble or a file; its place in the chat."""
        self._call("send", chat)
        bubbles = self.chats.setdefault(chat, [])
        if isinstance(message, File):
            self.files.setdefault(chat, {})[message.name] = message.text
            message = Say(f"({message.name})")
        if isinstance(message, Image):
            message = Say(f"(picture) {message.caption}")
        self.quiet += [chat] if quiet else []
        bubbles.append(Bubble(unmarked(message.text), message.rows if isinstance(message, Ask) else ()))
        return str(len(bubbles) - 1)

    async def edit(self, chat: str, message: str, edit: Edit) -> None:
        """Change a bubble. Raises Refused when it already reads so, as strict as Telegram."""
        self._call("edit", chat)
        new = Bubble(unmarked(edit.text), edit.rows)
        if self.chats[chat][int(message)] == new:
            raise Refused("message is not modified")
        self.chats[chat][int(message)] = new

    async def clear(self, chat: str, messages: Sequence[str]) -> None:
        """Leave nothing of these bubbles but their places."""
        self._call("clear", chat)
        for message in messages:
            self.chats[chat][int(message)] = Bubble("")

    async def typing(self, chat: str) -> None:
        """Remember that it was shown."""
        self.typed.append(chat)

    def _call(self, what: str, chat: str) -> None:
        self.calls.append((what, chat))
        if self.fails:
            self.fails(chat)


class Chat:
    """One person's chat with the bot, over the whole house but the network. Made by `begin`."""

    def __init__(self, service: Service, delivery: Delivery, channel: FakeChannel, clock: Clock, name: str) -> None:
        self.service, self.delivery, self.channel, self.clock, self.name = service, delivery, channel, clock, name
        self.store = service.store
        self.toasts: list[str] = []
        self._numbers = count(1)

    @classmethod
    async def begin(
        cls,
        book: Book,
        store: Store,
        clock: ToldClock | None = None,
        name: str = "1",
        notify: str = "",
        access: Access = OPEN,
        per_minute: float = 0.0,
    ) -> Chat:
        """A chat with a bot of its own; `notify` is the operator's chat that is told of danger, `access` who may talk
        with it, `per_minute` how much each may send (0: no limit)."""
        clock, channel = clock or ToldClock(), FakeChannel()
        delivery = Delivery(store, channel, Rate(0, clock), clock)
        service = Service(book, store, delivery, clock, notify, access, per_minute)
        return cls(service, delivery, channel, clock, name)

    @property
    def bubbles(self) -> list[str]:
        """What stands in the chat now, without markup."""
        return [bubble.text for bubble in self.channel.chats.get(self.name, [])]

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest question."""
        return [button.label for row in self._asked().rows for button in row]

    def _asked(self) -> Bubble:
        return next((one for one in reversed(self.channel.chats.get(self.name, [])) if one.rows), Bubble(""))

    async def says(self, text: str) -> list[str]:
        """Write something; the bubbles that came back."""
        return await self._turn(Said(self._event(), self.name, text, self.clock.now()))

    async def taps(self, label: str) -> list[str]:
        """Press a button of the newest question. Raises LookupError when it is not there."""
        found = [b.choice for row in self._asked().rows for b in row if b.label.removeprefix("✓ ") == label]
        if not found:
            raise LookupError(f"there is no [{label}]; there are {self.buttons}")
        return await self.presses(found[0])

    async def presses(self, choice: str) -> list[str]:
        """Press any button by what it carries, old ones too."""
        return await self._turn(Tapped(self._event(), self.name, choice, self.clock.now()))

    async def brings(self, thing: Thing, words: str = "") -> list[str]:
        """Send something that is not words; `words` are those beside it."""
        return await self._turn(Brought(self._event(), self.name, thing, self.clock.now(), words=words))

    def _event(self) -> str:
        return f"{self.name}:{next(self._numbers)}"

    async def _turn(self, event: Event) -> list[str]:
        before = len(self.bubbles)
        toast = await self.service.handle(event)
        self.toasts += [toast] if toast else []
        await self.delivery.idle()
        return self.bubbles[before:]
