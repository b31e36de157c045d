"""A Bot API server on loopback, strict about what Telegram refuses, with faults on demand."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

from . import markup

TOKEN = "123456789:stand-in-token-of-thirty-five-chars"


@dataclass(slots=True)
class Post:
    """A message of the bot's in a chat. `edits` counts changes; `quiet`: it made no sound; `at` is when it came, in
    seconds of the machine's clock; `file` its name and content, when it brought one."""

    id: int
    text: str
    rows: list[list[dict[str, str]]]
    edits: int = 0
    quiet: bool = False
    at: float = field(default_factory=time.monotonic)
    file: tuple[str, bytes] | None = None

    def button(self, label: str) -> str:
        """The data of a button."""
        found = [b["callback_data"] for row in self.rows for b in row if b["text"].removeprefix("✓ ") == label]
        if not found:
            raise LookupError(f"no [{label}] among {[b['text'] for row in self.rows for b in row]} under {self.text!r}")
        return found[0]


@dataclass(slots=True)
class Faults:
    """Shares (0 to 1) of calls that go wrong."""

    bad_gateway: float = 0.0
    drop_before: float = 0.0
    drop_after: float = 0.0
    too_many: float = 0.0
    wait: int = 1
    random: random.Random = field(default_factory=lambda: random.Random(7))

    def draw(self) -> str:
        """What happens to a call."""
        dice = self.random.random()
        for name in ("bad_gateway", "drop_before", "drop_after", "too_many"):
            dice -= getattr(self, name)
            if dice < 0:
                return name
        return ""


class BotApi:
    """The server. Used in the process of a test; the bot talks to it over HTTP."""

    def __init__(self, faults: Faults | None = None, first: int = 1) -> None:
        self.faults = faults or Faults()
        self.posts: dict[int, list[Post]] = {}
        self.toasts: dict[int, list[str]] = {}
        self.calls: Counter[str] = Counter()
        self.refusals: list[str] = []
        self.blocked: set[int] = set()
        self.busy: dict[int, int] = {}
        self.lasting: set[int] = set()
        """Messages that cannot be deleted."""
        self.quoting: dict[int, tuple[int, str]] = {}
        """Chats whose messages are refused with this code, in a sentence that quotes these words."""
        self.token = TOKEN
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.acknowledged = 0
        self.url = ""
        self._updates: dict[int, dict[str, Any]] = {}
        self._queries: dict[str, int] = {}
        self._numbers = count(first)
        self._news = asyncio.Condition()
        self._heard: dict[int, asyncio.Event] = {}
        self._poller = 0
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Serve on a free port; the base URL."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Let go of the port."""
        self._poller = -1
        await self._notify()
        if self._runner:
            await self._runner.cleanup()

    # --- what people do ---

    async def say(self, chat: int, text: str, **more: Any) -> int:
        """A person writes."""
        content = {"text": text, **more} if text else more
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return await self._update({"message": _message(next(self._numbers), chat, content)})

    async def edit(self, chat: int, text: str) -> int:
        """A person edits a message."""
        edited = {**_message(next(self._numbers), chat, {"text": text}), "edit_date": int(time.time())}
        return await self._update({"edited_message": edited})

    async def tap(self, chat: int, post: int, data: str) -> int:
        """A person presses a button of the bot's message `post`."""
        query = f"q{next(self._numbers)}"
        self._queries[query] = chat
        body = {"id": query, "from": _user(chat), "chat_instance": "1", "data": data}
        body["message"] = _message(post, chat, {"text": "…"}, bot=True)
        return await self._update({"callback_query": body})

    async def update(self, update: dict[str, Any]) -> int:
        """Any update."""
        return await self._update(update)

    async def _update(self, update: dict[str, Any]) -> int:
        number = next(self._numbers)
        self._updates[number] = {"update_id": number, **update}
        await self._notify()
        return number

    async def until(self, ready: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            async with self._news:
                await self._news.wait_for(ready)

    async def heard(self, chat: int, count: int) -> None:
        """Wait until a chat has more than so many messages: as `until`, for crowds."""
        while len(self.posts.get(chat, ())) <= count:
            event = self._heard.setdefault(chat, asyncio.Event())
            event.clear()
            await asyncio.wait_for(event.wait(), 60)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    # --- what the bot does ---

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls[method] += 1
        if request.match_info["token"] != self.token:
            return _answer(401, "Unauthorized")
        fault = self.faults.draw()
        if fault == "bad_gateway":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if fault == "drop_before":
            return self._drop(request)
        if fault == "too_many":
            parameters = {"retry_after": self.faults.wait}
            return _answer(429, "Too Many Requests: retry after", parameters=parameters)
        fields: dict[str, Any] = {**request.query}
        for name, value in (await request.post()).items():
            fields[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else str(value)
        known = getattr(self, f"_do_{method}", None)
        if known is None:
            return _answer(404, "Not Found")
        try:
            response: web.StreamResponse = await known(fields)
        except markup.Refusal as refusal:
            self.refusals.append(f"{method}: {refusal}")
            return _answer(400, f"Bad Request: {refusal}")
        await self._notify()
        return self._drop(request) if fault == "drop_after" else response

    def _drop(self, request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _do_getMe(self, fields: dict[str, str]) -> web.Response:  # noqa: N802 - the API's name
        bot = {"id": 123456789, "is_bot": True, "first_name": "Kintsugi", "username": "kintsugi_bot"}
        return _answer(200, bot)

    async def _do_deleteWebhook(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        return _answer(200, True)

    async def _do_getMyCommands(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        return _answer(200, self.commands.get(fields.get("language_code", ""), []))

    async def _do_setMyCommands(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        commands = self.commands[fields.get("language_code", "")] = json.loads(fields["commands"])
        if not all(1 <= len(c["command"]) <= 32 and 1 <= len(c["description"]) <= 256 for c in commands):
            raise markup.Refusal("BOT_COMMAND_INVALID")
        return _answer(200, True)

    async def _do_getUpdates(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        offset = int(fields.get("offset") or 0)
        for number in [one for one in self._updates if one < offset]:
            del self._updates[number]
        self.acknowledged = max(self.acknowledged, offset - 1)
        self._poller += 1
        mine = self._poller
        await self._notify()
        try:
            await self.until(lambda: bool(self._updates) or self._poller != mine, float(fields.get("timeout") or 0.01))
        except TimeoutError:
            return _answer(200, [])
        if self._poller != mine:
            reason = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            return _answer(409, reason)
        return _answer(200, [self._updates[one] for one in sorted(self._updates)][: int(fields.get("limit") or 100)])

    async def _do_sendMessage(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        chat = self._chat(fields)
        if chat in self.blocked:
            return _answer(403, "Forbidden: bot was blocked by the user")
        if self.busy.get(chat, 0) > 0:
            self.busy[chat] -= 1
            return _answer(429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
        if chat in self.quoting:
            code, words = self.quoting[chat]
            return _answer(code, f"Bad Request: can't parse entities in {words}")
        quiet = fields.get("disable_notification") == "true"
        return self._post(chat, Post(next(self._numbers), *self._content(fields), quiet=quiet))

    async def _do_sendDocument(self, fields: dict[str, Any]) -> web.Response:  # noqa: N802
        return self._attached(fields, "document")

    async def _do_sendPhoto(self, fields: dict[str, Any]) -> web.Response:  # noqa: N802
        if len(fields.get("caption", "")) > 1024:
            raise markup.Refusal("message caption is too long")
        return self._attached(fields, "photo")

    def _attached(self, fields: dict[str, Any], kind: str) -> web.Response:
        chat = self._chat(fields)
        # The library names the part that brings the file: "attach://NAME".
        file = fields.get(str(fields.get(kind, "")).removeprefix("attach://"), fields.get(kind))
        if not isinstance(file, tuple) or not file[1]:
            raise markup.Refusal("file must be non-empty")
        return self._post(chat, Post(next(self._numbers), fields.get("caption", ""), [], file=file))

    async def _do_deleteMessages(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        chat, gone = self._chat(fields), set(json.loads(fields["message_ids"]))
        if not 1 <= len(gone) <= 100:
            raise markup.Refusal("message identifiers are not specified, or too many")
        if gone & self.lasting:
            raise markup.Refusal("message can't be deleted for everyone")
        self.posts[chat] = [post for post in self.posts.get(chat, []) if post.id not in gone]
        return _answer(200, True)

    def _post(self, chat: int, post: Post) -> web.Response:
        self.posts.setdefault(chat, []).append(post)
        if chat in self._heard:
            self._heard[chat].set()
        return _answer(200, _message(post.id, chat, {"text": post.text}, bot=True))

    async def _do_editMessageText(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        chat = self._chat(fields)
        post = next((one for one in self.posts.get(chat, ()) if one.id == int(fields["message_id"])), None)
        if post is None:
            raise markup.Refusal("message to edit not found")
        text, rows = self._content(fields)
        if (text, rows) == (post.text, post.rows):
            raise markup.Refusal(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        post.text, post.rows, post.edits = text, rows, post.edits + 1
        return _answer(200, _message(post.id, chat, {"text": post.text}, bot=True))

    async def _do_sendChatAction(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        self._chat(fields)
        return _answer(200, True)

    async def _do_answerCallbackQuery(self, fields: dict[str, str]) -> web.Response:  # noqa: N802
        chat = self._queries.pop(fields["callback_query_id"], None)
        if chat is None:
            raise markup.Refusal("query is too old and response timeout expired or query ID is invalid")
        if len(fields.get("text", "")) > 200:
            raise markup.Refusal("MESSAGE_TOO_LONG")
        self.toasts.setdefault(chat, []).append(fields.get("text", ""))
        return _answer(200, True)

    def _chat(self, fields: dict[str, str]) -> int:
        if not fields.get("chat_id", "").lstrip("-").isdigit():
            raise markup.Refusal("chat not found")
        return int(fields["chat_id"])

    def _content(self, fields: dict[str, str]) -> tuple[str, list[list[dict[str, str]]]]:
        return markup.text(fields.get("text", ""), fields.get("parse_mode", "")), markup.keyboard(
            fields.get("reply_markup")
        )


def _answer(status: int, result: Any, **more: Any) -> web.Response:
    if status == 200:
        return web.json_response({"ok": True, "result": result})
    return web.json_response({"ok": False, "error_code": status, "description": result, **more}, status=status)


def _user(chat: int) -> dict[str, Any]:
    return {"id": abs(chat), "is_bot": False, "first_name": "Ana", "language_code": "en"}


def _message(number: int, chat: int, content: dict[str, Any], bot: bool = False) -> dict[str, Any]:
    place = {"id": chat, "type": "private", "first_name": "Ana"}
    if chat < 0:
        place = {"id": chat, "type": "supergroup", "title": "A group"}
    sender = {"id": 123456789, "is_bot": True, "first_name": "Kintsugi"} if bot else _user(chat)
    return {"message_id": number, "date": int(time.time()), "chat": place, "from": sender, **content}
