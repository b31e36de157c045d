"""Somebody on Telegram, who waits for an answer before the next word."""

from __future__ import annotations

from tests.botapi.server import BotApi, Post


class Person:
    """One chat. `say` and `tap` come back when the bot has asked something anew."""

    def __init__(self, api: BotApi, chat: int, patience: float = 20) -> None:
        self.api, self.chat, self.patience = api, chat, patience

    @property
    def posts(self) -> list[Post]:
        """What the bot has sent."""
        return self.api.posts.setdefault(self.chat, [])

    @property
    def asked(self) -> Post:
        """The newest message with a keyboard."""
        return next(post for post in reversed(self.posts) if post.rows)

    async def say(self, text: str) -> list[str]:
        """Write, and read what comes back until there is a question."""
        count = len(self.posts)
        await self.api.say(self.chat, text)
        return await self.answer(count)

    async def tap(self, label: str) -> list[str]:
        """Press a button of the question of now."""
        count, post = len(self.posts), self.asked
        await self.api.tap(self.chat, post.id, post.button(label))
        return await self.answer(count)

    async def toggle(self, label: str) -> None:
        """Press a toggle, and wait for its mark."""
        post = self.asked
        edits = post.edits
        await self.api.tap(self.chat, post.id, post.button(label))
        await self.api.until(lambda: post.edits > edits, self.patience)

    async def answer(self, count: int) -> list[str]:
        """What the bot sent after its first `count` messages, once it has asked."""
        await self.api.until(lambda: any(post.rows for post in self.posts[count:]), self.patience)
        return [post.text for post in self.posts[count:]]
