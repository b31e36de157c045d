"""Nothing that a person wrote can be read where it is stored, and nothing is left of who wants to be forgotten."""

from __future__ import annotations

import base64
import html
import json
import shutil
import sqlite3
import zlib
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import aiohttp

from bot.store import SqliteStore
from tests.botapi.person import Person
from tests.botapi.server import BotApi
from tests.process import CONVERSATIONS, BotProcess

WORDS = "the blue house of Begoña in March"
"""What is written, through every path there is."""


def spellings(words: str) -> list[bytes]:
    """Every way in which the words may stand in a file."""
    plain = words.encode()
    at_any_place = [base64.b64encode(b"x" * start + plain)[4:-4] for start in range(3)]
    others = (json.dumps(words)[1:-1], html.escape(words), quote(words), words.lower(), words.upper())
    return [plain, words.encode("utf-16-le"), *at_any_place, *(one.encode() for one in others)]


def found(folder: Path) -> list[str]:
    """The files below a folder in which the words can be read, packed ones too."""
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            with suppress(zlib.error):
                content += zlib.decompress(content)
            hits += [path.name for one in spellings(WORDS) if one in content]
    return hits


async def test_nothing_can_be_read(api: BotApi, tmp_path: Path) -> None:
    """A sentence that goes through every path there is (an answer, a keepsake, a name, words held back in danger, words
    that wait for their minute, the page, files and pictures) stands in no file of a bot that is running, that was
    killed, and that has ended: not in its database, not beside it, not in a temporary file, not in its log."""
    home = tmp_path / "home"
    home.mkdir()
    settings = {"BOT_FLOWS__PATH": CONVERSATIONS, "BOT_WEB__ENABLED": "true", "BOT_WEB__PORT": 0}
    bot = BotProcess.telegram(
        tmp_path, api.url, **settings, BOT_LIMITS__PER_MINUTE=30, TMPDIR=home, HOME=home, XDG_CACHE_HOME=home
    )
    await bot.start()
    await bot.until("The chat page")
    await _everything(api, bot)
    assert found(tmp_path) == []
    await bot.kill()
    assert found(tmp_path) == []
    await bot.start()
    await Person(api, 1).say("/menu")
    assert await bot.stop() == 0
    assert found(tmp_path) == []
    # The words were there to be found: people have them.
    assert any(WORDS in post.text for post in api.posts[1])
    assert any(WORDS.encode() in post.file[1] for post in api.posts[1] if post.file)


async def _everything(api: BotApi, bot: BotProcess) -> None:
    """Write the words wherever somebody may write."""
    one = Person(api, 1)
    await one.say("/start acknowledge_feelings")
    for _ in range(6):
        await one.say(WORDS)
    await one.say("/start challenge_beliefs")
    for _ in range(4):
        await one.say(WORDS)
    await one.say(f"I want to die. {WORDS}")
    await one.say("/menu")
    await one.say("/checkin every day at 20:00")
    await one.say(WORDS)
    await one.say("/keepsakes")
    await one.say("/journal")
    await one.say("/export")
    await one.say("/progress")
    await api.edit(1, WORDS)
    for number in range(40):
        await api.say(2, f"{WORDS} {number}")
    await api.until(lambda: len(api.posts.get(2, ())) > 10)
    address = bot.log.split("The chat page: ")[1].split()[0]
    async with aiohttp.ClientSession() as session:
        for name in ("one", "two"):
            words = {"name": f"call-{name}", "text": WORDS if name == "two" else "/start acknowledge_feelings"}
            async with session.post(f"{address}/api/me/say", json=words) as answer:
                assert answer.status == 200


async def test_deleted_is_gone_from_copies(api: BotApi, tmp_path: Path) -> None:
    """/delete leaves no row, and a copy of the database made before it is unreadable with the operator's key; who was
    not deleted can still be read there."""
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=CONVERSATIONS)
    await bot.start()
    for chat in (1, 2):
        await Person(api, chat).say("/start acknowledge_feelings")
        await Person(api, chat).say("/checkin every day at 20:00")
        await Person(api, chat).say("Madrid")
    await bot.kill()
    data, copy = tmp_path / "data", tmp_path / "copy"
    copy.mkdir()
    for path in data.glob("kintsugi.db*"):
        shutil.copy(path, copy / path.name)
    await bot.start()
    await Person(api, 1).say("/delete")
    count = len(api.posts[1])
    asked = Person(api, 1).asked
    await api.tap(1, asked.id, asked.button("Yes, erase everything"))
    await api.until(lambda: len(api.posts[1]) >= count + 2)
    assert await bot.stop() == 0
    with closing(sqlite3.connect(data / "kintsugi.db")) as db:
        tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            columns = [column[1] for column in db.execute(f"pragma table_info({table})")]
            if "chat" in columns:
                assert db.execute(f"select count(*) from {table} where chat = '1'").fetchone() == (0,), table
    for name in ("kintsugi.keys", "kintsugi.key"):
        shutil.copy(data / name, copy / name)
    store = SqliteStore.open(copy / "kintsugi.db")
    assert (await store.load("2", "")).session
    assert (await store.load("1", "")).session is None
    await store.close()
