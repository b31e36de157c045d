"""How fast a channel may be spoken to: so many messages a second in all, and about one a second in a chat.

Telegram's published limits: 30 messages a second in all, and one a second in a chat with short bursts above it
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Answers to people who are there go
ahead of everything else.
"""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass
from itertools import count

from .ports import Clock

BURST = 5.0
"""Messages that a chat may get at once; one a second comes back."""
REMEMBERED = 10_000
"""Chats that are remembered before the rested ones, or the oldest, are forgotten."""


@dataclass(slots=True)
class Bucket:
    """What may be had at once: `left` messages at second `at`; refilled `speed` a second up to `size`."""

    size: float
    speed: float
    left: float
    at: float

    def wait(self, tick: float) -> float:
        """Seconds until there is a message left."""
        self.left = min(self.size, self.left + (tick - self.at) * self.speed)
        self.at = tick
        # A wait that is over may miss the whole message by a rounding.
        return 0.0 if self.left > 0.999999 else (1 - self.left) / self.speed


class Seldom:
    """What is said to a chat at most once in so many seconds. A restart forgets it: then it is said once more."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds, self._clock = seconds, clock
        self._said: dict[str, float] = {}

    def may(self, chat: str) -> bool:
        """Whether it may be said now; then it counts as said."""
        now = self._clock.tick()
        if now - self._said.get(chat, -self._seconds) < self._seconds:
            return False
        self._said.pop(chat, None)
        self._said[chat] = now
        if len(self._said) > REMEMBERED:
            del self._said[next(iter(self._said))]
        return True


class Rate:
    """Limits of one token. `per_second` 0 lifts them all."""

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._clock = clock
        self._free = per_second <= 0
        self._all = Bucket(max(per_second, 1), per_second, max(per_second, 1), clock.tick())
        self._chats: dict[str, Bucket] = {}
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._release: asyncio.Task[None] | None = None

    async def turn(self, chat: str, later: bool) -> None:
        """Come back when a message to `chat` may be sent; those that can wait (`later`) let the others go ahead."""
        if self._free:
            return
        while pause := self._chat(chat).wait(self._clock.tick()):
            await self._clock.sleep(pause)
        self._chat(chat).left -= 1
        if self._waiting or self._all.wait(self._clock.tick()):
            await self._queue(later)
        else:
            self._all.left -= 1

    def _chat(self, chat: str) -> Bucket:
        if len(self._chats) > REMEMBERED:
            rested = self._clock.tick() - BURST
            self._chats = {name: bucket for name, bucket in self._chats.items() if bucket.at > rested}
        return self._chats.setdefault(chat, Bucket(BURST, 1.0, BURST, self._clock.tick()))

    async def _queue(self, later: bool) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (later, next(self._numbers), mine))
        if self._release is None or self._release.done():
            self._release = asyncio.create_task(self._let_go())
        await mine

    async def _let_go(self) -> None:
        while self._waiting:
            if pause := self._all.wait(self._clock.tick()):
                await self._clock.sleep(pause)
                continue
            _, _, first = heapq.heappop(self._waiting)
            if not first.done():
                self._all.left -= 1
                first.set_result(None)
