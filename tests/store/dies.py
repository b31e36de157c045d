"""Erases a chat, sends all that it is to get, or rotates the operator's key, and dies just before a statement; or opens
a store, and dies before it writes into the first file. Started by tests.

python -m tests.store.dies DATABASE erase|send|rotate|open STATEMENT
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from bot.events import Say
from bot.ports import Commit
from bot.store import KeyFile, SqliteStore, rotate


class Dying(sqlite3.Connection):
    """A connection that takes its process with it when it is about to run a statement."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql.startswith(STATEMENT):
            os._exit(9)
        return super().execute(sql, *values)


_, PATH, WHAT, STATEMENT = sys.argv
path, connect = Path(PATH), sqlite3.connect


async def erase() -> None:
    store = SqliteStore.open(path)
    sqlite3.connect = connect
    loaded = await store.load("1", "bye")
    revision = loaded.session.revision if loaded.session else 0
    await store.commit(Commit("1", "bye", datetime.now(UTC), revision, None, (Say("Farewell"),), erase=True))


async def send() -> None:
    store = SqliteStore.open(path)
    for row, _ in await store.outbox("1"):
        await store.sent("1", row)


def gone(*given: Any) -> NoReturn:
    os._exit(9)


sqlite3.connect = lambda *given, **more: connect(*given, **more, factory=Dying)  # type: ignore[assignment]
if WHAT == "erase":
    asyncio.run(erase())
elif WHAT == "send":
    asyncio.run(send())
elif WHAT == "open":
    os.fdopen = gone
    SqliteStore.open(path)
else:
    rotate(path.with_suffix(".keys"), KeyFile(path.with_suffix(".key")))
