"""Forty people who talk while things break, and what may not happen to any of them."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

from tests.botapi.server import BotApi


class Counting:
    """Somebody who counts: every answer has to come back, in order, with its number."""

    def __init__(self, api: BotApi, chat: int, turns: int, patience: float) -> None:
        self.api, self.chat, self.turns, self.patience = api, chat, turns, patience
        self.done = 0

    def texts(self) -> list[str]:
        """What the bot sent."""
        return [post.text for post in self.api.posts.get(self.chat, [])]

    def answers(self) -> list[str]:
        """What came back to turns."""
        return [text for text in self.texts() if re.match(r"\d+: ", text)]

    def expected(self, turn: int) -> str:
        """What comes back to a turn."""
        return f"{turn}: {self.chat}-{turn}"

    async def talk(self) -> None:
        """Begin, and then all turns, each once the one before was answered."""
        await self.api.say(self.chat, "/start counting")
        await self.api.until(lambda: "And the next?" in self.texts(), self.patience)
        for turn in range(1, self.turns + 1):
            await self.api.say(self.chat, f"{self.chat}-{turn}")
            # The question behind the answer, not the answer alone: then the turn is told whole.
            await self.api.until(lambda turn=turn: self._asked_after(turn), self.patience)  # type: ignore[misc]
            self.done = turn

    def _asked_after(self, turn: int) -> bool:
        texts = self.texts()
        return self.expected(turn) in texts and texts[-1] == "And the next?"

    def repeated(self) -> int:
        """Messages that came more than once."""
        counts = Counter(self.answers())
        extra = sum(count - 1 for count in counts.values())
        questions = self.texts().count("And the next?") - (self.turns + 1)
        return extra + max(questions, 0)

    def in_order(self) -> bool:
        """Whether what came back came in order (a repetition stands beside its first)."""
        numbers = [int(text.split(":")[0]) for text in self.answers()]
        return numbers == sorted(numbers) and set(numbers) == set(range(1, self.turns + 1))


async def crowd(api: BotApi, people: int, turns: int, patience: float) -> list[Counting]:
    """All of them at once; comes back when the last was answered. Raises TimeoutError when somebody was not."""
    members = [Counting(api, chat, turns, patience) for chat in range(1, people + 1)]
    async with asyncio.TaskGroup() as group:
        for member in members:
            group.create_task(member.talk())
    return members
