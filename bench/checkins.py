"""A million check-ins stored, ten thousand of them due in one minute, while fifty people talk; then the same with ten
kills on the way.

python -m bench.checkins [PEOPLE [DUE]]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bot.store import SqliteStore
from tests.botapi.server import BotApi
from tests.faults.due import displaced, repeated, sounds, store_people
from tests.process import ROOT, BotProcess

TALKERS = 50
RATE = 30
"""Messages a second, as Telegram allows."""
PAUSE = 8.0
"""Seconds between two messages of a person who talks."""
FLOWS = ROOT / "tests" / "faults" / "flows"


class Talker:
    """Somebody who goes on talking meanwhile, and how long each answer took, in seconds."""

    def __init__(self, api: BotApi, chat: int) -> None:
        self.api, self.chat = api, chat
        self.waits: list[float] = []

    async def talk(self) -> None:
        """Count on and on."""
        await asyncio.sleep(PAUSE * random.random())  # noqa: S311 - no secret
        await self._say("/start counting")
        turn = 0
        while True:
            await asyncio.sleep(PAUSE * (0.5 + random.random()))  # noqa: S311 - no secret
            turn += 1
            await self._say(f"{self.chat}-{turn}")

    async def _say(self, text: str) -> None:
        count, started = len(self.api.posts.get(self.chat, [])), time.monotonic()
        await self.api.say(self.chat, text)
        while len(posts := self.api.posts.get(self.chat, [])) <= count or posts[-1].text != "And the next?":
            await self.api.heard(self.chat, len(posts))
        self.waits.append(posts[-1].at - started)


async def sweep(path: Path) -> float:
    """Seconds that a look takes which finds nothing due (median of 200)."""
    store = SqliteStore.open(path)
    took = []
    for _ in range(200):
        started = time.perf_counter()
        assert not await store.due(datetime(2001, 1, 1, tzinfo=UTC))
        took.append(time.perf_counter() - started)
    await store.close()
    return sorted(took)[100]


async def run(people: int, due: int, kills: int) -> None:
    """Store them, let them ring, and print what came of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        start = datetime.now(UTC) - timedelta(minutes=1)
        chats = await store_people(folder / "bot.db", people, due, start)
        print(f"{people:,} stored in {time.perf_counter() - started:.0f} s, {kills} kills")
        print(f"  a look that finds nothing due: {await sweep(folder / 'bot.db') * 1000:.3f} ms")
        await _ring(folder, chats, kills)


async def _ring(folder: Path, chats: list[int], kills: int) -> None:
    api = BotApi()
    await api.start()
    bot = BotProcess.telegram(folder, api.url, BOT_FLOWS__PATH=FLOWS, BOT_STORE__PATH="bot.db", BOT_TELEGRAM__RATE=RATE)
    await bot.start()
    talkers = [] if kills else [Talker(api, 100 + number) for number in range(TALKERS)]
    talks = [asyncio.create_task(talker.talk()) for talker in talkers]
    memory, goals = [], [len(chats) * number // (kills + 1) for number in range(1, kills + 1)]
    started = time.monotonic()
    while (came := sum(chat in api.posts for chat in chats)) < len(chats):
        if goals and came >= goals[0]:
            goals.pop(0)
            await bot.kill()
            await bot.start()
        await asyncio.sleep(1 + random.random() / 20)  # noqa: S311
        assert bot.process
        memory.append(psutil.Process(bot.process.pid).memory_info().rss / 2**20)
    seconds = time.monotonic() - started
    for talk in talks:
        talk.cancel()
    await bot.stop()
    posts = [post for every in api.posts.values() for post in every]
    calls = api.calls["sendMessage"] + api.calls["editMessageText"]
    print(f"  {len(chats):,} came in {seconds:.0f} s; {calls / seconds:.1f} calls a second, {len(posts):,} messages")
    print(f"  out of order by {displaced(api, chats)} places at most; lost {sum(c not in api.posts for c in chats)}")
    heard = sounds(api, chats)
    print(
        f"  sounded twice: {sum(one > 1 for one in heard)}, came again without a sound: {repeated(api, chats)}, ",
        end="",
    )
    print(f"came without any sound: {heard.count(0)}")
    settled = memory[10:] or memory
    print(f"  memory {min(settled):.1f} to {max(settled):.1f} MiB")
    waits = sorted(wait for talker in talkers for wait in talker.waits)
    if waits:
        p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        print(f"  {len(waits)} answers to {TALKERS} people: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    await api.stop()


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    everybody, now = (given + [1_000_000, 10_000][len(given) :])[:2]
    for killed in (0, 10):
        asyncio.run(run(everybody, now, killed))
