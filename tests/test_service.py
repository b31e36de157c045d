"""A turn is saved before anything of it is seen; one turn at a time per chat."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import service as service_module
from bot.errors import StoreError
from bot.events import Due, Said
from bot.ports import Commit
from bot.store import MemoryStore
from bot.testing import START, Chat, ToldClock, settle
from tests.books import book, shipped

ECHO = """
a:
  say: "{% if every.a %}{{ every.a|length }} {{ a }}. {% endif %}Next?"
  ask: text
  next: {stop: end, else: a}
"""


class Slow(MemoryStore):
    """A store whose commits take a while, and that counts what is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once: dict[str, int] = {}
        self.most: dict[str, int] = {}

    async def commit(self, turn: Commit) -> tuple[int, ...]:
        """Save a turn after others had their chance."""
        now = self.at_once[turn.chat] = self.at_once.get(turn.chat, 0) + 1
        self.most[turn.chat] = max(self.most.get(turn.chat, 0), now)
        await asyncio.sleep(0)
        self.at_once[turn.chat] -= 1
        return await super().commit(turn)


async def test_one_turn_at_a_time() -> None:
    """Messages that come at once are turns one after the other, in their order, each meeting the state before it."""
    store = Slow()
    chat = await Chat.begin(book(one=ECHO), store)
    await chat.says("/start one")
    events = [Said(f"e{number}", "1", f"w{number}", chat.clock.now()) for number in range(20)]
    await asyncio.gather(*(chat.service.handle(event) for event in events))
    await chat.delivery.idle()
    assert [text for text in chat.bubbles if text[0].isdigit()] == [f"{n + 1} w{n}. Next?" for n in range(20)]
    assert store.most["1"] == 1


async def test_repeated_event_is_one_turn() -> None:
    """An event that is handed in twice is one turn."""
    chat = await Chat.begin(book(one=ECHO), MemoryStore())
    await chat.says("/start one")
    event = Said("e", "1", "word", chat.clock.now())
    await asyncio.gather(chat.service.handle(event), chat.service.handle(event))
    await chat.service.handle(event)
    await chat.delivery.idle()
    assert chat.bubbles[-1] == "1 word. Next?"


async def test_another_process_was_quicker() -> None:
    """When another process committed a turn of the same chat meanwhile, the turn is made again from there."""
    store = Slow()
    one, other = await Chat.begin(book(one=ECHO), store), await Chat.begin(book(one=ECHO), store)
    await one.says("/start one")
    await asyncio.gather(
        *(one.service.handle(Said(f"a{n}", "1", f"a{n}", START)) for n in range(5)),
        *(other.service.handle(Said(f"b{n}", "1", f"b{n}", START)) for n in range(5)),
    )
    session = (await store.load("1", "")).session
    assert session
    assert session.talk
    assert len(session.talk.log) == 11


async def test_nothing_is_sent_that_is_not_saved() -> None:
    """When a turn cannot be saved, nothing of it is sent, the caller is told, and handed in again it is handled."""

    class Full(MemoryStore):
        full = True

        async def commit(self, turn: Commit) -> tuple[int, ...]:
            """Refuse while the disk is full."""
            if self.full:
                raise StoreError("full")
            return await super().commit(turn)

    store = Full()
    chat = await Chat.begin(book(one=ECHO), store)
    event = Said("e", "1", "/start one", START)
    with pytest.raises(StoreError):
        await chat.service.handle(event)
    await settle()
    assert chat.bubbles == []
    store.full = False
    await chat.service.handle(event)
    await chat.delivery.idle()
    assert chat.bubbles[-1] == "Next?"


async def test_fault_of_the_program(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A fault of the program costs one answer and not the talk; the log has its place and no words."""
    chat = await Chat.begin(book(one=ECHO), MemoryStore())
    await chat.says("/start one")
    with monkeypatch.context() as patch:

        def broken(*arguments: object) -> None:
            raise RuntimeError("holds secret words")

        patch.setattr(service_module, "advance", broken)
        said = await chat.says("secret words")
    assert "Something on my side broke" in said[0]
    assert (await chat.says("again"))[-1] == "1 again. Next?"


async def test_due_is_handled_once_and_cancelled() -> None:
    """What came due is handled once and gone, even when it means nothing any more."""
    store, clock = MemoryStore(), ToldClock()
    chat = await Chat.begin(book(one="a:\n  say: Bye.\n  remind: {after: 1h, flow: one}\n  end: true"), store, clock)
    await chat.says("/start one")
    chat.service.book = book(two=ECHO)
    await clock.pass_(3700)
    await chat.service.ring_once()
    assert await store.due(clock.now() + timedelta(days=9)) == []


async def test_stale_timer_does_nothing() -> None:
    """A timer of an old question changes nothing."""
    chat = await Chat.begin(book(one=ECHO), MemoryStore())
    await chat.says("/start one")
    await chat.service.handle(Due("d", "1", "old.1", None, chat.clock.now()))
    assert chat.bubbles[-1] == "Next?"
    assert (await chat.says("word"))[-1] == "1 word. Next?"


async def test_ring_goes_on_every_second() -> None:
    """What comes due is handed in within a second, for as long as the bot runs."""
    store, clock = MemoryStore(), ToldClock()
    chat = await Chat.begin(
        book(one=ECHO, two="a:\n  say: Bye.\n  remind: {after: 1h, flow: one}\n  end: true"), store, clock
    )
    ringing = asyncio.create_task(chat.service.ring())
    await chat.says("/start two")
    await clock.pass_(3605)
    await chat.delivery.idle()
    assert chat.bubbles[-1] == "Next?"
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing


async def test_ring_outlives_a_fault() -> None:
    """A fault of the program in what comes due does not end the bot: the next look finds what is due."""

    class Faulty(MemoryStore):
        faults = 2

        async def due(self, now: datetime, limit: int = 100) -> list[Due]:
            """Break twice."""
            self.faults -= 1
            if self.faults >= 0:
                raise RuntimeError
            return await super().due(now, limit)

    clock = ToldClock()
    ending = "a:\n  say: Bye.\n  remind: {after: 1h, flow: one}\n  end: true"
    chat = await Chat.begin(book(one=ECHO, two=ending), Faulty(), clock)
    await chat.says("/start two")
    ringing = asyncio.create_task(chat.service.ring())
    await clock.pass_(3605)
    await chat.delivery.idle()
    assert chat.bubbles[-1] == "Next?"
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing


@pytest.mark.parametrize(("answer", "told"), [("Yes, they may", 1), ("No, nobody", 0)])
async def test_operator_is_told_of_danger(answer: str, told: int) -> None:
    """Where somebody agreed to it, and only then, the operator's chat is told who may need a call, and no word of
    theirs; the person is answered all the same."""
    informed = replace(shipped(), languages={}, facts={**shipped().facts, "notify": "yes"})
    chat = await Chat.begin(informed, MemoryStore(), name="4711", notify="99")
    for word in ("hello", "[English]", "[Yes, I'm 18 or older]", "Ana", "[Weeks or months]", "Ireland", f"[{answer}]"):
        await (chat.taps(word[1:-1]) if word.startswith("[") else chat.says(word))
    assert "112" in (await chat.says("I want to kill myself tonight"))[0]
    heard = [bubble.text for bubble in chat.channel.chats.get("99", [])]
    assert len(heard) == told
    assert all("4711" in text and "kill" not in text and "Ana" not in text for text in heard)
