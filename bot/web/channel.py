"""The page's side of a chat: what was said is kept in the store's history, and pages that are open hear of it."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.errors import StoreError, Unreachable
from bot.events import Ask, Edit, File, Image, Rows, Say
from bot.ports import Store

PREFIX = "web:"
"""Chats of the page begin so."""
BEHIND = 1000
"""News that a page may not have fetched yet before it is cut off; it comes back and reads the history."""

News = dict[str, Any]


class WebChannel:
    """See `bot.ports.Channel`. A message's id is its number in the chat's history."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: dict[str, set[asyncio.Queue[News | None]]] = {}

    async def send(
        self, chat: str, message: Say | Ask | File | Image, quiet: bool = False, row: int | None = None
    ) -> str:
        """Show a bubble, or a file as one that can be opened; its number. The page never sounds."""
        if isinstance(message, File):
            file = {"who": "bot", "text": "", "file": message.name, "words": message.text}
            return str(await self._show(chat, file, row))
        if isinstance(message, Image):
            source = f"data:image/png;base64,{b64encode(message.png).decode()}"
            picture = {"who": "bot", "text": "", "picture": source, "alt": message.caption}
            return str(await self._show(chat, picture, row))
        rows = message.rows if isinstance(message, Ask) else ()
        return str(await self._show(chat, {"who": "bot", "text": message.text, "rows": _rows(rows)}, row))

    async def edit(self, chat: str, message: str, edit: Edit) -> None:
        """Change a bubble."""
        item = {"who": "bot", "text": edit.text, "rows": _rows(edit.rows)}
        try:
            await self._store.amend(chat, int(message), json.dumps(item, ensure_ascii=False))
        except StoreError as error:
            raise Unreachable(type(error).__name__) from None
        self._tell(chat, {"number": int(message), **item})

    async def clear(self, chat: str, messages: Sequence[str]) -> None:
        """Take bubbles away, on pages that are open too."""
        try:
            await self._store.unrecord(chat, gone := [int(message) for message in messages])
        except StoreError as error:
            raise Unreachable(type(error).__name__) from None
        self._tell(chat, {"gone": gone})

    async def typing(self, chat: str) -> None:
        """Show that somebody is writing."""
        self._tell(chat, {"typing": True})

    async def said(self, chat: str, name: str, text: str) -> None:
        """Show what the person wrote, once: `name` is the message's own, and a page that was cut off repeats it."""
        for _, item in (await self._store.history(chat, limit=50))[::-1]:
            if json.loads(item).get("name") == name:
                return
        await self._show(chat, {"who": "me", "text": text, "name": name})

    async def _show(self, chat: str, item: News, row: int | None = None) -> int:
        try:
            number = await self._store.record(chat, json.dumps(item, ensure_ascii=False), row)
        except StoreError as error:
            raise Unreachable(type(error).__name__) from None
        if number:
            self._tell(chat, {"number": number, **item})
        return number

    # --- pages ---

    async def history(self, chat: str) -> list[News]:
        """What was said, oldest first."""
        return [{"number": number, **json.loads(item)} for number, item in await self._store.history(chat)]

    @contextmanager
    def listening(self, chat: str) -> Iterator[asyncio.Queue[News | None]]:
        """What is said from now on; None: close the page's line."""
        queue: asyncio.Queue[News | None] = asyncio.Queue(BEHIND)
        self._pages.setdefault(chat, set()).add(queue)
        try:
            yield queue
        finally:
            pages = self._pages.get(chat, set())
            pages.discard(queue)
            if not pages:
                self._pages.pop(chat, None)

    def hang_up(self) -> None:
        """Close the lines of all pages; they call again when the bot is back."""
        for pages in self._pages.values():
            for queue in pages:
                _offer(queue, None)

    def _tell(self, chat: str, news: News) -> None:
        for queue in self._pages.get(chat, ()):
            _offer(queue, news)


def _offer(queue: asyncio.Queue[News | None], news: News | None) -> None:
    if queue.full():
        news = None
        queue.get_nowait()
    queue.put_nowait(news)


def _rows(rows: Rows) -> list[list[News]]:
    return [[{"label": button.label, "choice": button.choice} for button in row] for row in rows]
