"""One dialogue, three bots, one run: CPU of the bot's process for a turn, turns a second, latency, memory, start.

Ours keeps every turn in SQLite on disk (`synchronous=FULL`) before it answers; aiogram keeps state in memory, plain
python-telegram-bot in its ConversationHandler. All make the same calls: a tap is answered, the question is edited to
show what was chosen, and the next one is sent; a typed answer the same without the first.

    python -m bench.turns [TURNS]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median, quantiles

import psutil

from tests.botapi.server import TOKEN, BotApi
from tests.process import ROOT, BotProcess

PEOPLE = (1, 50, 500)
TALK = 12
"""Answers of one talk."""
BOTS = {
    "kintsugi": ("-m", "bot", "run"),
    "aiogram": ("-m", "bench.bots.aiogram_bot"),
    "python-telegram-bot": ("-m", "bench.bots.plain_bot"),
}


async def talk(api: BotApi, chat: int, tapping: bool, latencies: list[float]) -> None:
    """One person's talk: hello and TALK answers."""
    for turn in range(TALK + 1):
        posts = api.posts.setdefault(chat, [])
        before, started = len(posts), time.perf_counter()
        if turn == 0:
            await api.say(chat, "/start asking")
        elif tapping:
            await api.tap(chat, posts[-1].id, posts[-1].button("Left"))
        else:
            await api.say(chat, "left")
        while not (len(posts) > before and posts[-1].rows):
            await api.heard(chat, len(posts))
        latencies.append(time.perf_counter() - started)


async def crowd(api: BotApi, first: int, at_once: int, turns: int, tapping: bool) -> list[float]:
    """So many people at once, one after the other from chat `first` on, until all turns are taken: their latencies
    in seconds."""
    latencies: list[float] = []
    chats = count(first)

    async def line() -> None:
        while len(latencies) < turns:
            await talk(api, next(chats), tapping, latencies)

    await asyncio.gather(*(line() for _ in range(at_once)))
    return latencies


async def measure(name: str, arguments: tuple[str, ...], people: int, turns: int, tapping: bool) -> str:
    """One line of figures."""
    with tempfile.TemporaryDirectory() as folder:
        api = BotApi()
        await api.start()
        bot = BotProcess.telegram(Path(folder), api.url, BOT_FLOWS__PATH=ROOT / "bench" / "flows")
        bot.arguments = arguments
        await api.say(1 << 31, "/start")
        started = time.perf_counter()
        await bot.start()
        await api.until(lambda: bool(api.posts), 60)
        start = time.perf_counter() - started
        await crowd(api, 1, people, people * TALK, tapping)  # Warm: the first talks load what is loaded late.
        assert bot.process
        process = psutil.Process(bot.process.pid)
        before, calls = process.cpu_times(), sum(api.calls.values())
        started = time.perf_counter()
        latencies = await crowd(api, 1_000_000, people, turns, tapping)
        seconds = time.perf_counter() - started
        after, made = process.cpu_times(), sum(api.calls.values()) - calls
        memory = process.memory_info().rss / 2**20
        await bot.kill()
        await api.stop()
    done = len(latencies)
    cpu = (after.user + after.system - before.user - before.system) / done * 1000
    p99 = quantiles(latencies, n=100)[98] * 1000
    kind = "taps" if tapping else "typed"
    return (
        f"{name:<20} {kind:<6}{people:>4} people {cpu:>6.2f} ms CPU/turn {done / seconds:>6.0f} turns/s "
        f"p50 {median(latencies) * 1000:>7.1f} ms  p99 {p99:>7.1f} ms {memory:>6.1f} MiB  start {start:.2f} s  "
        f"{made / done:.2f} calls/turn"
    )


async def main(turns: int) -> None:
    """Print the figures."""
    for tapping in (True, False):
        for people in PEOPLE:
            for name, arguments in BOTS.items():
                print(await measure(name, arguments, people, turns, tapping), flush=True)


if __name__ == "__main__":
    assert TOKEN
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000))
