"""A million people stored: how long until the first answer after a start, and how much memory, beside an empty store.

python -m bench.store [PEOPLE]
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

from bot.script import Line, Player
from bot.session import Session
from bot.store import KeyFile, SqliteStore
from bot.store.codec import session_text
from bot.store.keys import Keys
from tests.books import shipped
from tests.botapi.person import Person
from tests.botapi.server import BotApi
from tests.process import BotProcess

WORDS = "He met the other person again, twice this week, and told me that it was work."


def session() -> Session:
    """Somebody in the middle of a practice."""
    player = Player(shipped())
    for text in ("/start set_boundaries", "my partner", "yes", "no", "contact", WORDS, "hurt", "3", WORDS, WORDS):
        player.play(Line("me", (text,)))
    assert player.session
    return player.session


async def fill(path: Path, people: int) -> int:
    """Store so many people; the bytes of one session."""
    store = SqliteStore.open(path)
    await store.close()
    text = session_text(replace(session(), revision=1))
    db = sqlite3.connect(path)
    keys = Keys.open(path.with_suffix(".keys"), KeyFile(path.with_suffix(".key")))
    db.execute("pragma synchronous = off")
    with db:
        db.executemany(
            "insert into people (chat, revision, session) values (?, 1, ?)",
            (
                (chat, keys.seal(chat, "people", text))
                for chat in (str(10_000_000 + number) for number in range(people))
            ),
        )
        keys.settle()
        handled = ((f"tg:{number}", int(time.time() * 1e6)) for number in range(people))
        db.executemany("insert into handled (event, at) values (?, ?)", handled)
        reminders = ((str(10_000_000 + n), f"r{n}", "review_boundary", int(4e15) + n) for n in range(people))
        db.executemany("insert into reminders (chat, token, flow, at) values (?, ?, ?, ?)", reminders)
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.close()
    keys.close()
    return len(text)


async def measure(folder: Path, chat: int) -> tuple[float, float]:
    """Seconds from the start of the process to the first answer, and its memory (MiB, RSS) after 200 more turns."""
    api = BotApi(first=time.time_ns())  # Never the numbers of an earlier start, which were handled.
    await api.start()
    person = Person(api, chat)
    await api.say(chat, "help")
    bot = BotProcess.telegram(folder, api.url, BOT_STORE__PATH="bot.db")
    started = time.perf_counter()
    await bot.start()
    await api.until(lambda: bool(person.posts))
    seconds = time.perf_counter() - started
    for number in range(200):
        await Person(api, chat + number % 100).say("help")
    assert bot.process
    memory = psutil.Process(bot.process.pid).memory_info().rss / 2**20
    await bot.stop()
    await api.stop()
    return seconds, memory


async def main(people: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        empty, full = Path(name) / "empty", Path(name) / "full"
        empty.mkdir()
        full.mkdir()
        size = await fill(full / "bot.db", people)
        stored, keys = ((full / name).stat().st_size / 2**30 for name in ("bot.db", "bot.keys"))
        print(f"{people:,} people of {size:,} bytes each: {stored:.2f} GiB, and {keys:.2f} GiB of keys")
        for label, folder in (("empty", empty), (f"{people:,}", full)):
            runs = [await measure(folder, 10_000_000) for _ in range(5)]
            seconds, memory = sorted(one for one, _ in runs)[2], sorted(one for _, one in runs)[2]
            print(f"{label:>12} stored: first answer after {seconds:.2f} s, {memory:.1f} MiB (medians of 5 starts)")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
