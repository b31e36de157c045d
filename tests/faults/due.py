"""Many people who have check-ins, some of them due just now, and what may not happen to any of them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.schedule import Rule
from bot.session import CheckIn, Session
from bot.store import KeyFile, SqliteStore
from bot.store.codec import session_text, stamp
from bot.store.keys import Keys
from tests.botapi.server import BotApi

FIRST = 10_000_000
"""The number of the first chat."""
MINUTE = timedelta(minutes=1)


async def store_people(path: Path, people: int, due: int, start: datetime) -> list[int]:
    """Store so many people with a check-in each, of whom `due` have theirs in the minute from `start` on; their chats
    in the order in which they are due, which is no order of their numbers."""
    store = SqliteStore.open(path)
    await store.close()
    every = CheckIn(1, Rule("20:00", tuple(range(7))), "today")
    text = session_text(replace(Session(), revision=1, visit=1, checkins=(every,), seen=start - timedelta(days=1)))
    chats = list(range(FIRST, FIRST + people))
    random.Random(5).shuffle(chats)
    first = [start + MINUTE / due * number for number in range(due)]
    others = (datetime.now(UTC) + timedelta(days=1, seconds=number % 80_000) for number in range(people - due))
    keys = Keys.open(path.with_suffix(".keys"), KeyFile(path.with_suffix(".key")))
    db = sqlite3.connect(path)
    db.execute("pragma synchronous = off")
    with db:
        sealed = ((str(chat), keys.seal(str(chat), "people", text), stamp(start)) for chat in chats)
        db.executemany("insert into people (chat, revision, session, seen) values (?, 1, ?, ?)", sealed)
        newest = keys.settle()
        db.execute("update keyed set newest = ?", (newest,))
        rows = ((str(chat), stamp(at)) for chat, at in zip(chats, (*first, *others), strict=True))
        db.executemany("insert into reminders (chat, token, flow, at) values (?, '#1', 'today', ?)", rows)
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.close()
    keys.close()
    return chats[:due]


def sounds(api: BotApi, chats: Sequence[int]) -> list[int]:
    """How often it sounded for each of them."""
    return [sum(not post.quiet for post in api.posts.get(chat, [])) for chat in chats]


def repeated(api: BotApi, chats: Sequence[int]) -> int:
    """How many messages came once more, without a sound."""
    return sum(len(api.posts.get(chat, [])) - 1 for chat in chats if api.posts.get(chat))


def displaced(api: BotApi, chats: Sequence[int]) -> int:
    """By how many places the one that came most out of order did."""
    came = sorted((chat for chat in chats if chat in api.posts), key=lambda chat: api.posts[chat][0].at)
    places = {chat: place for place, chat in enumerate(came)}
    return max((abs(places[chat] - number) for number, chat in enumerate(chats) if chat in places), default=0)
