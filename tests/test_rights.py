"""What is theirs: people can have all of it erased."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.book import Book
from bot.delivery import Delivery
from bot.events import Said
from bot.rate import Rate
from bot.service import Service
from bot.store import MemoryStore, SqliteStore
from bot.testing import Chat, ToldClock
from bot.web import WebChannel
from tests.books import GREETING, book, shipped

ONE = """
name:
  say: What is it called?
  ask: text
  keep: thing
  next: sure
sure:
  say: "{{ name }}, are you sure?"
  ask: yesno
  next: {yes: end, no: name}
"""
SECRET = "the blue house in March"


async def asked(flows: Book, store: MemoryStore | SqliteStore, *said: str) -> Chat:
    """A chat in which these things were said."""
    chat = await Chat.begin(flows, store)
    for text in said:
        await chat.says(text)
    return chat


async def test_delete_asks_once_more() -> None:
    """/delete asks first; who keeps it is back at the question where they were, with every answer."""
    chat = await asked(book(one=ONE), MemoryStore(), "/start one", SECRET)
    said = await chat.says("/delete")
    assert chat.buttons == ["Yes, erase everything", "No, keep it"]
    assert "can't be undone" in said[-1]
    assert (await chat.taps("No, keep it"))[-1] == f"{SECRET}, are you sure?"
    assert await chat.taps("Yes")


async def test_deleted_is_gone(tmp_path: Path) -> None:
    """After the second tap nothing of theirs is stored, and whoever writes again is met as somebody new."""
    path = tmp_path / "bot.db"
    store = SqliteStore.open(path)
    chat = await asked(shipped(), store, "hello", "forget me")
    said = await chat.taps("Yes, erase everything")
    assert "erased" in said[0]
    with closing(sqlite3.connect(path)) as connection:
        for table in (
            "people",
            "inbox",
            "outbox",
            "shown",
            "reminders",
            "keepsakes",
            "journal",
            "standing",
            "refused",
            "history",
        ):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), table
    with closing(sqlite3.connect(tmp_path / "bot.keys")) as connection:
        assert connection.execute("select count(*) from keys").fetchone() == (0,)
    assert (await chat.says("hello again"))[0].startswith(GREETING)
    await store.close()


async def test_erased_while_it_is_said() -> None:
    """What was on its way to the page when somebody erased everything is not stored there again."""
    store, clock = MemoryStore(), ToldClock()
    page = WebChannel(store)
    delivery = Delivery(store, page, Rate(0, clock), clock, 1)
    service = Service(book(one=ONE), store, delivery, clock)
    words = ("/start one", SECRET, "/keepsakes", "/export", "/delete", "Yes, erase everything")
    for number, text in enumerate(words):
        await page.said("web:1", str(number), text)
        await service.handle(Said(str(number), "web:1", text, clock.now()))
        await clock.pass_(60 if number == 0 else 0)
    await clock.pass_(60)
    history = [item for _, item in await store.history("web:1")]
    assert "All of it is erased" in history[0]
    assert not any(SECRET in item for item in history)


async def test_only_who_was_asked_is_erased() -> None:
    """A button of the question before, and one that was made up, erase nothing."""
    chat = await asked(book(one=ONE), MemoryStore(), "/start one", "/delete")
    asking = chat.channel.chats["1"][-1].rows[0][0].choice
    assert asking.endswith(".!rights:erase")
    await chat.taps("No, keep it")
    await chat.presses(asking)
    now = chat.channel.chats["1"][-1].rows[0][0].choice.rpartition(".")[0]
    await chat.presses(f"{now}.!rights:erase")
    assert (await chat.says(SECRET))[-1] == f"{SECRET}, are you sure?"


@pytest.mark.parametrize(
    ("language", "word", "gone"), [("English", "erase everything", "erased"), ("Español", "olvídame", "borrado")]
)
async def test_delete_in_words(language: str, word: str, gone: str) -> None:
    """The words for it ask the same, in every language, and the keyboard goes with the answer."""
    chat = await asked(shipped(), MemoryStore(), "hello")
    await chat.taps(language)
    await chat.says(word)
    assert len(chat.buttons) == 2
    assert gone in (await chat.taps(chat.buttons[0]))[0]
    assert not any(bubble.rows for bubble in chat.channel.chats["1"])
