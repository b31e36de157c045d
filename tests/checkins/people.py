"""People who have check-ins, and the time that passes for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.events import Left, Located
from bot.ports import Store
from bot.store import MemoryStore
from bot.testing import Chat, ToldClock
from tests.books import shipped

EVENING = datetime(2026, 5, 3, 17, 30, tzinfo=UTC)
"""A Sunday, 19:30 in Madrid."""
RINGS = ("Your check-in is here", "Here is the check-in", "A check-in of yours")
LATE, ON = "Your check-in is late", "The last check-ins may have come"


class Somebody:
    """One person, at a clock that is told the time."""

    def __init__(self, chat: Chat, clock: ToldClock) -> None:
        self.chat, self.clock = chat, clock
        self.numbers = count()

    @classmethod
    async def begin(cls, *said: str, now: datetime = EVENING, store: Store | None = None, **more: Any) -> Somebody:
        """Somebody who has said these things; by default in Madrid."""
        clock = ToldClock(now)
        one = cls(await Chat.begin(more.get("book") or shipped(), store or MemoryStore(), clock), clock)
        for text in said or ("/checkin every day at 20:00", "Madrid"):
            await one.chat.says(text)
        return one

    async def until(self, hours: float = 0, minutes: float = 0) -> list[str]:
        """Let time pass, looking every minute at what is due; the bubbles that came."""
        before = len(self.chat.bubbles)
        end = self.clock.now() + timedelta(hours=hours, minutes=minutes)
        while self.clock.now() < end:
            await self.clock.pass_(min(60.0, (end - self.clock.now()).total_seconds()))
            await self.ring()
        return self.chat.bubbles[before:]

    async def outage(self, hours: float) -> list[str]:
        """Let time pass in which nobody looks at what is due; the bubbles that come after it."""
        before = len(self.chat.bubbles)
        await self.clock.pass_(hours * 3600)
        await self.ring()
        return self.chat.bubbles[before:]

    async def ring(self) -> None:
        """Look at what is due."""
        await self.chat.service.ring_once()
        await self.chat.delivery.idle()

    async def leaves(self) -> None:
        """Block the bot."""
        await self.chat.service.handle(Left(f"left:{next(self.numbers)}", self.chat.name, self.clock.now()))

    async def shares(self, zone: str) -> list[str]:
        """Share a place in this zone."""
        before = len(self.chat.bubbles)
        event = Located(f"place:{next(self.numbers)}", self.chat.name, zone, self.clock.now())
        await self.chat.service.handle(event)
        await self.chat.delivery.idle()
        return self.chat.bubbles[before:]


def rung(said: list[str]) -> list[str]:
    """Of these bubbles those that rang on time."""
    return [one for one in said if one.startswith(RINGS)]
