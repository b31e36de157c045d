"""Who may talk with the bot, and what becomes of everybody else."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.access import LETTERS, Access, code_in, mark_of, new_code
from bot.events import Brought, Said, Tapped
from bot.store import MemoryStore, SqliteStore
from bot.testing import START, Chat, ToldClock
from tests.books import GREETING, book, shipped
from tests.test_service import ECHO

INVITE = Access("invite", frozenset(), ("web:",))
SECRET = "the blue house in March"
POLITE = "I only talk with people who were invited"


async def beside(chat: Chat, name: str) -> Chat:
    """Another person's chat with the same bot."""
    return Chat(chat.service, chat.delivery, chat.channel, chat.clock, name)


def test_codes() -> None:
    """A code has twelve letters that nobody mistakes for others, fits into a link, and no two are the same."""
    codes = {new_code(secrets.choice) for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 14 and set(code) <= {*LETTERS, "-"} for code in codes)
    assert not set("0o1il") & set(LETTERS)


@pytest.mark.parametrize(
    "text", ["abcd-efgh-jkmn", " /start ABCD-efgh-jkmn ", "/start@kintsugi_bot abcdefghjkmn", "abcd efgh jkmn"]
)
def test_code_is_found(text: str) -> None:
    """A code is found behind /start and alone, whatever its case, with its hyphens and without."""
    assert mark_of(code_in(text)) == mark_of("abcd-efgh-jkmn")


@pytest.mark.parametrize("text", ["", "/start", "hello", "/start set_boundaries", "abcd-efgh-jkm1", "abcd-efgh-jkmn x"])
def test_no_code(text: str) -> None:
    """What has not the shape of a code is none, and has no mark."""
    assert mark_of(code_in(text)) == ""


async def test_invited_once(tmp_path: Path) -> None:
    """A good code welcomes the person as /start does, is spent by that, and nothing of the code is stored."""
    store = SqliteStore.open(tmp_path / "bot.db")
    ana = await Chat.begin(shipped(), store, access=INVITE)
    await store.invite(mark_of("abcd-efgh-jkmn"), START + timedelta(days=14))
    assert (await ana.says("/start abcd-efgh-jkmn"))[0].startswith(GREETING)
    assert not any("abcd" in bubble for bubble in ana.bubbles)
    ben = await beside(ana, "2")
    assert (await ben.says("/start abcd-efgh-jkmn"))[0].startswith(POLITE)
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        assert connection.execute("select count(*) from invites").fetchone() == (0,)
        assert connection.execute("select chat from people").fetchall() == [("1",)]
    await store.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_two_with_one_code(tmp_path: Path, kind: str) -> None:
    """Of many people who use one code at the same moment exactly one is let in."""
    store = MemoryStore() if kind == "memory" else SqliteStore.open(tmp_path / "bot.db")
    chat = await Chat.begin(shipped(), store, access=INVITE)
    await store.invite(mark_of("abcd-efgh-jkmn"), START + timedelta(days=1))
    events = [Said(f"e{n}", str(n), "abcd-efgh-jkmn", START) for n in range(1, 30)]
    await asyncio.gather(*(chat.service.handle(event) for event in events))
    await chat.delivery.idle()
    heard = [bubbles[0].text for bubbles in chat.channel.chats.values()]
    assert sum(text.startswith(GREETING) for text in heard) == 1
    assert sum(text.startswith(POLITE) for text in heard) == 28
    await store.close()


async def test_code_that_is_over() -> None:
    """A code is good up to its day and no longer."""
    clock = ToldClock()
    store = MemoryStore()
    chat = await Chat.begin(shipped(), store, clock, access=INVITE)
    await store.invite(mark_of("abcd-efgh-jkmn"), START + timedelta(days=1))
    await clock.pass_(86401)
    assert (await chat.says("abcd-efgh-jkmn"))[0].startswith(POLITE)


async def test_stranger_leaves_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Who was not invited is told so once an hour, whatever they send, and neither a word of theirs nor that they were
    there is kept; the log has no word of theirs."""
    caplog.set_level(logging.INFO)
    store, clock = SqliteStore.open(tmp_path / "bot.db"), ToldClock()
    chat = await Chat.begin(shipped(), store, clock, name="4711", access=INVITE)
    assert len(await chat.says(SECRET)) == 1
    assert await chat.says(SECRET) == await chat.brings("photo") == await chat.presses("menu.1.!menu") == []
    await clock.pass_(3601)
    assert (await chat.says(SECRET))[0].startswith(POLITE)
    dump = ""
    for name in ("bot.db", "bot.keys"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            dump += "\n".join(connection.iterdump())
    await store.close()
    assert "blue house" not in dump + caplog.text
    assert "'4711'" not in dump


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("I want to kill myself tonight", 3),
        ("/sos", 3),
        ("/sos@kintsugi_bot now", 3),
        ("quiero morirme, ya no puedo", 3),
    ],
)
async def test_danger_is_always_answered(words: str, times: int) -> None:
    """Whoever writes words of danger, or asks whom to call, is told where to turn every time, invited or not."""
    chat = await Chat.begin(shipped(), MemoryStore(), access=INVITE)
    await chat.says("hello")
    for _ in range(times):
        (said,) = await chat.says(words)
        assert "findahelpline.com" in said
        assert "112" in said


async def test_danger_beside_a_picture_is_answered() -> None:
    """A stranger whose picture has words of danger under it is told where to turn every time."""
    chat = await Chat.begin(shipped(), MemoryStore(), access=INVITE)
    for _ in range(3):
        (said,) = await chat.brings("photo", "I want to kill myself tonight")
        assert "112" in said


@pytest.mark.parametrize("access", [Access("open"), INVITE])
@pytest.mark.parametrize("words", ["jaja-jaja-jaja", "5555-4444-3333", "haha haha haha"])
async def test_an_answer_is_no_code(access: Access, words: str) -> None:
    """An answer that looks like a code is the answer, of whoever is here already."""
    store = MemoryStore()
    chat = await Chat.begin(book(one=ECHO), store)
    await chat.says("/start one")
    chat.service.access = access
    assert await chat.says(words) == [f"1 {words}. Next?"]


async def test_stranger_is_told_in_their_language() -> None:
    """A stranger is told in the language of their Telegram."""
    chat = await Chat.begin(shipped(), MemoryStore(), access=INVITE)
    await chat.service.handle(Said("e", "1", "hola", START, "es-419"))
    await chat.delivery.idle()
    assert chat.bubbles[0].startswith("Solo hablo con personas invitadas")


async def test_who_was_here_stays() -> None:
    """Who has talked with the bot already goes on where they were when access is narrowed."""
    chat = await Chat.begin(shipped(), MemoryStore())
    await chat.says("hello")
    chat.service.access = INVITE
    assert chat.buttons
    assert await chat.taps("English")


async def test_erased_is_a_stranger() -> None:
    """After /delete nothing is stored of a person, not even that they were invited: they need a new code."""
    store = MemoryStore()
    chat = await Chat.begin(shipped(), store, access=INVITE)
    await store.invite(mark_of("abcd-efgh-jkmn"), START + timedelta(days=1))
    for words in ("abcd-efgh-jkmn", "/delete"):
        await chat.says(words)
    await chat.taps("Yes, erase everything")
    assert (await chat.says("hello"))[0].startswith(POLITE)


async def test_welcome_that_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    """A welcome that broke leaves the code good."""
    store = MemoryStore()
    chat = await Chat.begin(shipped(), store, access=INVITE)
    await store.invite(mark_of("abcd-efgh-jkmn"), START + timedelta(days=1))
    with monkeypatch.context() as patch:

        def broken(*arguments: object) -> None:
            raise RuntimeError

        patch.setattr("bot.service.advance", broken)
        assert "broke" in (await chat.says("abcd-efgh-jkmn"))[0]
    assert (await chat.says("abcd-efgh-jkmn"))[0].startswith(GREETING)


async def test_list() -> None:
    """Where there is a list, who is on it is met, and everybody else is told their number, which they may pass on."""
    chat = await Chat.begin(shipped(), MemoryStore(), access=Access("list", frozenset({"1"})))
    assert (await chat.says("hello"))[0].startswith(GREETING)
    (said,) = await (await beside(chat, "4712")).says("hello")
    assert "4712" in said
    assert "code" not in said


async def test_page_and_groups_are_as_ever() -> None:
    """The page asks nobody for a code, and a group is told as ever that the bot talks in private."""
    chat = await Chat.begin(shipped(), MemoryStore(), name="web:ana", access=INVITE)
    assert (await chat.says("hello"))[0].startswith(GREETING)
    group = await beside(chat, "-100")
    await group.brings("group")
    assert group.bubbles[0].startswith("I only talk in private")


@pytest.mark.parametrize("mode", ["open", "invite"])
async def test_link_once_more(mode: str) -> None:
    """A link with a code says no more than /start to somebody who is here already."""
    access = Access("open") if mode == "open" else INVITE
    chat = await Chat.begin(shipped(), MemoryStore())
    await chat.says("hello")
    chat.service.access = access
    (said,) = await chat.says("/start abcd-efgh-jkmn")
    assert said.startswith("Welcome back.")


def test_admits() -> None:
    """Without a list or an invitation only what is no person's is let through."""
    assert not INVITE.admits(Tapped("e", "1", "x", START), known=False)
    assert INVITE.admits(Tapped("e", "1", "x", START), known=True)
    assert INVITE.admits(Brought("e", "-1", "group", START), known=False)
