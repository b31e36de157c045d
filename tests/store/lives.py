"""A store in a process of its own: for every line of standard input, a chat, it commits a turn and says what it reads
of that chat. Started by a test."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.ports import Commit
from bot.session import Session
from bot.store import SqliteStore


async def main() -> None:
    store = SqliteStore.open(Path(sys.argv[1]))
    print("open", flush=True)
    while chat := (await asyncio.to_thread(sys.stdin.readline)).strip():
        loaded = await store.load(chat, "")
        before = loaded.session or Session()
        after = Session(revision=before.revision + 1, held=f"{before.held}!")
        await store.commit(Commit(chat, f"{chat}.{after.revision}", datetime.now(UTC), before.revision, after))
        print(before.held or "nobody", flush=True)
    await store.close()


asyncio.run(main())
