"""Commits turn after turn, and prints each event once it is safe. Killed by a test."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.events import Say
from bot.ports import Commit
from bot.session import Session
from bot.store import SqliteStore


async def main() -> None:
    store = SqliteStore.open(Path(sys.argv[1]))
    for number in range(100_000):
        await store.commit(
            Commit("1", f"e{number}", datetime.now(UTC), number, Session(revision=number + 1), (Say("x"),))
        )
        print(f"e{number}", flush=True)


asyncio.run(main())
