"""Who writes faster than the bot reads: told once, nothing lost, and in danger nothing waits."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.events import Brought, Remind, Said
from bot.limits import MOST, Limits
from bot.ports import Commit
from bot.rate import REMEMBERED, Seldom
from bot.store import MemoryStore, SqliteStore
from bot.testing import START, Chat, ToldClock, settle
from tests.books import book, shipped
from tests.test_service import ECHO

SLOWLY = "That is a lot at once"
TOO_MUCH = "more than I can hold at once"
DANGER = "I want to kill myself tonight"
SOS = ("/sos@kintsugi_bot", "/SOS now please", " /sos\n")


async def flood(chat: Chat, count: int, prefix: str = "w") -> None:
    """So many messages at once."""
    events = [Said(f"{prefix}{n}", chat.name, f"{prefix}{n}", chat.clock.now()) for n in range(count)]
    await asyncio.gather(*(chat.service.handle(event) for event in events))
    await chat.delivery.idle()


async def after(chat: Chat, seconds: int) -> None:
    """So many seconds later, each with its look at what waits."""
    assert isinstance(chat.clock, ToldClock)
    for _ in range(seconds):
        await chat.clock.pass_(1)
        await chat.service.ring_once()
    await chat.delivery.idle()


def answered(chat: Chat) -> list[str]:
    """What was answered, in order."""
    return [text.split()[1] for text in chat.bubbles if text[0].isdigit()]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_nothing_is_lost(tmp_path: Path, kind: str) -> None:
    """Of many messages at once a burst is answered at once and the others as the minute allows, in their order, behind
    a word that is said once."""
    store = MemoryStore() if kind == "memory" else SqliteStore.open(tmp_path / "bot.db")
    chat = await Chat.begin(book(one=ECHO), store, ToldClock(), per_minute=20)
    await chat.says("/start one")
    await flood(chat, 40)
    assert len(answered(chat)) == 19
    await chat.says("behind")
    await after(chat, 30)
    assert len(answered(chat)) == 29
    await after(chat, 40)
    assert answered(chat) == [*(f"w{n}." for n in range(40)), "behind."]
    assert sum(SLOWLY in text for text in chat.bubbles) == 1
    assert await store.postponed() == []
    await store.close()


async def test_ring_reads_on() -> None:
    """What waits is taken up by itself, for as long as the bot runs."""
    clock = ToldClock()
    chat = await Chat.begin(book(one=ECHO), MemoryStore(), clock, per_minute=20)
    ringing = asyncio.create_task(chat.service.ring())
    await chat.says("/start one")
    await flood(chat, 25)
    await clock.pass_(30)
    await settle()
    assert len(answered(chat)) == 25
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing


async def test_human_speed_is_never_slowed() -> None:
    """Who answers every two and a half seconds for minutes is never slowed."""
    clock = ToldClock()
    chat = await Chat.begin(book(one=ECHO), MemoryStore(), clock, per_minute=20)
    await chat.says("/start one")
    for number in range(80):
        await clock.pass_(2.5)
        assert len(await chat.says(f"w{number}")) == 1


@pytest.mark.parametrize("words", [DANGER, "no puedo más, me voy a matar esta noche", "/sos", "sos", *SOS])
async def test_danger_is_heard_at_once(words: str) -> None:
    """Words of danger, and asking whom to call, are answered at once, however much waits."""
    chat = await Chat.begin(shipped(), MemoryStore(), per_minute=20)
    await chat.says("hello")
    await flood(chat, 60)
    said = await chat.says(words)
    assert any("emergency number" in text or "112" in text for text in said)


async def test_danger_beside_a_picture_does_not_wait() -> None:
    """Danger that stands under a picture is answered at once, however much waits; other words of a picture that has to
    wait are not kept."""
    store = MemoryStore()
    chat = await Chat.begin(shipped(), store, per_minute=20)
    await chat.says("hello")
    await flood(chat, 60)
    assert any("112" in text for text in await chat.brings("photo", DANGER))
    other = await Chat.begin(shipped(), store, per_minute=20, name="2")
    await flood(other, 20, "v")
    assert await other.brings("photo", "at the sea")
    waiting = [event for event in await store.postponed("") if event.chat == "2"]
    assert [event.words for event in waiting if isinstance(event, Brought)] == [""]


async def test_everything_else_waits_in_danger() -> None:
    """While somebody is asked about danger, each answer of theirs is heard at once, and what waited goes on waiting
    until that is over."""
    store = MemoryStore()
    chat = await Chat.begin(shipped(), store, per_minute=20)
    await chat.says("/start challenge_beliefs")
    await flood(chat, 40, "thought ")
    await chat.says(DANGER)
    session = (await store.load("1", "")).session
    assert session
    assert session.talk
    assert session.talk.flow == "crisis"
    first = (await store.load("1", "")).waiting
    await after(chat, 120)
    assert await chat.says("something else entirely")
    assert (await store.load("1", "")).waiting == first
    await chat.says("/menu")
    await after(chat, 10)
    assert (await store.load("1", "")).waiting != first


async def test_too_much_is_refused() -> None:
    """So many messages wait and no more: what comes then is refused, which the person is told once and truly."""
    chat = await Chat.begin(book(one=ECHO), MemoryStore(), per_minute=20)
    await chat.says("/start one")
    await flood(chat, 19 + MOST + 50)
    assert sum(TOO_MUCH in text for text in chat.bubbles) == 1
    await after(chat, 3 * MOST + 60)
    assert answered(chat) == [f"w{n}." for n in range(19 + MOST)]


async def test_goes_on_after_a_crash(tmp_path: Path) -> None:
    """What waited when the bot died is taken up by the next run, and what Telegram repeats is no second turn."""
    store = SqliteStore.open(tmp_path / "bot.db")
    chat = await Chat.begin(book(one=ECHO), store, per_minute=20)
    await chat.says("/start one")
    await flood(chat, 30)
    other = SqliteStore.open(tmp_path / "bot.db")
    again = await Chat.begin(book(one=ECHO), other, per_minute=20)
    await flood(again, 30)
    await after(again, 40)
    assert answered(again) == [f"w{n}." for n in range(19, 30)]
    await store.close()
    await other.close()


async def test_words_that_wait_are_erased(tmp_path: Path) -> None:
    """/delete erases what waits, too."""
    store = SqliteStore.open(tmp_path / "bot.db")
    chat = await Chat.begin(shipped(), store, per_minute=20)
    await chat.says("hello")
    await chat.says("/delete")
    await flood(chat, 18)
    await chat.says("/delete")
    await flood(chat, 3, "the blue house ")
    await after(chat, 3)
    waiting = await store.postponed()
    assert [event.id for event in waiting] == ["the blue house 0"]
    erase = Commit("1", "e", START, (await revision(store)), None, erase=True)
    await store.commit(erase)
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        dump = "\n".join(connection.iterdump())
    assert "blue house" not in dump
    await store.close()


async def revision(store: MemoryStore | SqliteStore) -> int:
    """How often the session was written."""
    session = (await store.load("1", "")).session
    assert session
    return session.revision


async def test_what_comes_due_comes_after_what_waits() -> None:
    """What comes due while messages wait comes after them: they were written before."""
    store, clock = MemoryStore(), ToldClock()
    chat = await Chat.begin(book(one=ECHO, two=ECHO), store, clock, per_minute=20)
    await chat.says("/start one")
    await flood(chat, 21)
    due = Remind("r", clock.now(), "two")
    await store.commit(Commit("1", "x", clock.now(), await revision(store), None, remind=(due,)))
    await chat.service.ring_once()
    assert [one.flow for one in await store.due(clock.now())] == ["two"]
    await after(chat, 70)
    assert await store.due(clock.now()) == []
    assert len(answered(chat)) == 21


async def test_groups_do_not_wait() -> None:
    """What is said in a group never waits: it is no answer to anything."""
    store = MemoryStore()
    chat = await Chat.begin(book(one=ECHO), store, per_minute=20)
    events = [Brought(f"g{n}", "-1", "group", START) for n in range(60)]
    await asyncio.gather(*(chat.service.handle(event) for event in events))
    assert await store.postponed() == []


async def test_one_chat_does_not_slow_another() -> None:
    """Who writes too fast slows nobody else."""
    chat = await Chat.begin(book(one=ECHO), MemoryStore(), per_minute=20)
    await flood(chat, 60)
    other = Chat(chat.service, chat.delivery, chat.channel, chat.clock, "2")
    assert (await other.says("/start one"))[-1] == "Next?"


async def test_no_limit() -> None:
    """Where the limit is lifted nothing waits, and what waited is taken up at once."""
    store = MemoryStore()
    chat = await Chat.begin(book(one=ECHO), store)
    await flood(chat, 200)
    assert await store.postponed() == []
    for number in range(50):
        await store.postpone(Said(f"p{number}", "1", "from a run with a limit", START), MOST)
    await after(chat, 1)
    assert await store.postponed() == []


async def test_told_in_their_language() -> None:
    """Who writes too fast is told in the language that they chose, and that moves nothing of where they are."""
    store = MemoryStore()
    chat = await Chat.begin(shipped(), store, per_minute=20)
    await chat.says("/language español")
    await flood(chat, 19)
    before = await revision(store)
    await flood(chat, 3, "más ")
    assert "Son muchas cosas a la vez" in chat.bubbles[-1]
    assert await revision(store) == before


def test_memory_is_bounded() -> None:
    """Of so many chats, and no more, it is remembered what they have left and what they were told."""
    clock = ToldClock()
    limits, seldom = Limits(20, clock), Seldom(3600, clock)
    for chat in map(str, range(REMEMBERED + 500)):
        limits.count(chat)
        assert seldom.may(chat)
        assert not seldom.may(chat)
    assert len(limits._chats) == len(seldom._said) == REMEMBERED
