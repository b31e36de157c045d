"""Serves the page and its small API. Loopback only unless an operator says otherwise; no asset from elsewhere.

`/` gives every browser a person of its own; `/p/NAME` is the person NAME, for as many as one likes to play. Whoever
knows a person's link reads their chat, as with any link without a password.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from aiohttp import web

from bot.errors import BotError
from bot.events import Brought, Event, Said, Tapped
from bot.languages import FIRST, base
from bot.ports import Clock

from .channel import PREFIX, WebChannel

PAGE = Path(__file__).parent / "page"
LARGEST = 64 * 1024
"""Bytes of a call."""
LONGEST = 4096
"""Characters of a message, as on Telegram."""
BEAT = 20.0
"""Seconds of silence after which a line is shown to be alive."""
PERSON = re.compile(r"[A-Za-z0-9_-]{1,40}")
NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Words = Mapping[str, Mapping[str, str]]
"""What stands on the page, by language and name (`page_send`)."""
Handle = Callable[[Event], Awaitable[str]]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """The page at an address. `handle` commits an event's turn and gives what is to be shown at once."""

    def __init__(
        self, channel: WebChannel, handle: Handle, clock: Clock, host: str, port: int, words: Words | None = None
    ) -> None:
        self._channel, self._handle, self._clock = channel, handle, clock
        self._host, self._port = host, port
        self._words = words or {}
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Serve; the address. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=LARGEST, middlewares=[self._guard])
        app.router.add_get("/", self._page)
        app.router.add_get("/p/{person}", self._page)
        app.router.add_get("/api/{person}/news", self._news)
        app.router.add_post("/api/{person}/say", self._say)
        app.router.add_post("/api/{person}/tap", self._tap)
        app.router.add_static("/page", PAGE)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        host = "127.0.0.1" if self._host in {"0.0.0.0", "::"} else self._host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def stop(self) -> None:
        """Let go of the pages and the port."""
        self._channel.hang_up()
        if self._runner:
            await self._runner.cleanup()

    # --- guarding ---

    @web.middleware
    async def _guard(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Only pages of ours may call: another site's script, or a name that was pointed at this machine, may not."""
        if not self._ours(request):
            return web.Response(status=403, text="This address is not served here.", headers=HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            refused.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _ours(self, request: web.Request) -> bool:
        host = request.headers.get("Host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        local = self._host in {"127.0.0.1", "localhost", "::1"}
        if local and name not in LOOPBACK:
            return False
        origin = request.headers.get("Origin")
        return origin is None or origin.split("://", 1)[-1] == host

    def _chat(self, request: web.Request) -> str:
        person = request.match_info["person"]
        if not PERSON.fullmatch(person):
            raise web.HTTPNotFound(text="A person's name has letters, digits, - and _, 40 at most.")
        return PREFIX + person

    # --- the page ---

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if "person" in request.match_info:
            self._chat(request)
        language = next((one for one in (base(_language(request)), FIRST) if one in self._words), FIRST)
        said = {name: escape(text) for name, text in self._words.get(language, {}).items()}
        text = Template((PAGE / "index.html").read_text("utf-8")).safe_substitute(said, language=language)
        return web.Response(text=text, content_type="text/html")

    async def _news(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: first all that was said, then what is said, as it is said."""
        chat = self._chat(request)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        with self._channel.listening(chat) as queue:
            history = await self._channel.history(chat)
            await response.prepare(request)
            try:
                await response.write(_event({"history": history}))
                while (news := await self._next(queue)) is not None:
                    await response.write(_event(news) if news else b": alive\n\n")
            except ConnectionError:
                pass  # The page was closed.
        return response

    async def _next(self, queue: asyncio.Queue[dict[str, Any] | None]) -> dict[str, Any] | None:
        try:
            return await asyncio.wait_for(queue.get(), BEAT)
        except TimeoutError:
            return {}

    # --- what a person does ---

    async def _say(self, request: web.Request) -> web.StreamResponse:
        chat, name, text = self._chat(request), *await _fields(request, "text")
        await self._channel.said(chat, name, text)
        kind = f"{chat}:{name}"
        if len(text) > LONGEST:
            long = Brought(kind, chat, "long", self._clock.now(), _language(request), text[:LONGEST])
            return await self._turn(long)
        return await self._turn(Said(kind, chat, text, self._clock.now(), _language(request)))

    async def _tap(self, request: web.Request) -> web.StreamResponse:
        chat, name, choice = self._chat(request), *await _fields(request, "choice")
        return await self._turn(Tapped(f"{chat}:{name}", chat, choice[:64], self._clock.now(), _language(request)))

    async def _turn(self, event: Event) -> web.StreamResponse:
        try:
            return web.json_response({"toast": await self._handle(event)})
        except BotError:
            return web.json_response({"again": True}, status=503)


def _language(request: web.Request) -> str:
    """The first language that the browser asks for, as a tag."""
    return re.split("[,;]", request.headers.get("Accept-Language", ""))[0].strip()[:35]


async def _fields(request: web.Request, field: str) -> tuple[str, str]:
    """The name of a message and one field of it. Raises HTTPBadRequest."""
    try:
        data = await request.json()
        name, value = data["name"], data[field]
    except (ValueError, TypeError, LookupError):
        raise web.HTTPBadRequest(text=f"Send JSON with name and {field}.") from None
    if not (isinstance(name, str) and isinstance(value, str) and NAME.fullmatch(name)):
        raise web.HTTPBadRequest(text=f"Send JSON with name and {field}.")
    # Half of a pair of surrogates is no character, and no database takes it.
    return name, value.encode("utf-8", "replace").decode()


def _event(news: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(news, ensure_ascii=False)}\n\n".encode()
