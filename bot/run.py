"""The running bot: every part made and put together, started, and stopped in order. The only place that wires."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from .access import Access
from .book import Book
from .checker import check, is_error
from .clock import SystemClock
from .config import Settings
from .delivery import Delivery
from .errors import FlowError, SettingError
from .events import Ask, Edit, File, Image, Say
from .languages import FIRST
from .places import bundled
from .ports import Channel
from .rate import Rate
from .reader import Reading, read_folder
from .secret import key_of
from .service import Service
from .store import Given, KeyFile, Operator, SqliteStore
from .telegram import Telegram, connect
from .web import PREFIX, WebChannel, WebServer

Part = Callable[[], Coroutine[Any, Any, None]]

HOW_TO_TELEGRAM = """\
To talk on Telegram: write to @BotFather there, send /newbot, and start again with the token that it gives you:
    TELEGRAM_BOT_TOKEN=... make run"""


def read_flows(folder: Path) -> Reading:
    """The flows to run. Raises SettingError when there are none, FlowError with all problems when they have errors."""
    if not folder.is_dir():
        raise SettingError("flows.path", "there is no such folder", "name a folder of flow files", str(folder))
    reading = read_folder(folder, bundled("flows") / "house.yaml")
    problems = check(reading)
    if any(map(is_error, problems)):
        raise FlowError("\n".join(f"{folder}/{problem}" for problem in problems))
    if not reading.flows:
        raise SettingError("flows.path", "there is no flow in this folder", "add a flow, NAME.yaml", str(folder))
    return reading


def operator(settings: Settings) -> Operator:
    """Where the operator's key comes from."""
    key, new = (key_of(one.get_secret_value()) for one in (settings.store.key, settings.store.new_key))
    return Given(key, new) if key else KeyFile(settings.store.key_path)


class Switch:
    """Two channels as one: chats of the page go to the page, all others to Telegram."""

    def __init__(self, page: Channel, telegram: Channel) -> None:
        self._page, self._telegram = page, telegram

    def _of(self, chat: str) -> Channel:
        return self._page if chat.startswith(PREFIX) else self._telegram

    async def send(
        self, chat: str, message: Say | Ask | File | Image, quiet: bool = False, row: int | None = None
    ) -> str:
        """Send a bubble or a file."""
        return await self._of(chat).send(chat, message, quiet, row)

    async def clear(self, chat: str, messages: Sequence[str]) -> None:
        """Delete messages."""
        await self._of(chat).clear(chat, messages)

    async def edit(self, chat: str, message: str, edit: Edit) -> None:
        """Change a message."""
        await self._of(chat).edit(chat, message, edit)

    async def typing(self, chat: str) -> None:
        """Show that somebody is writing."""
        await self._of(chat).typing(chat)


async def run(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM. Raises SettingError, StoreError or FlowError when it cannot start, TokenRefused
    when the token was revoked meanwhile."""
    told = asyncio.Event()
    if sys.platform != "win32":
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, told.set)
    running, waiting = asyncio.create_task(_run(settings)), asyncio.create_task(told.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _run(settings: Settings) -> None:
    """Put everything together and keep it running; cancelled, everything ends in order."""
    reading = read_flows(settings.flows.path or bundled("flows"))
    clock = SystemClock()
    async with AsyncExitStack() as ending:
        store = SqliteStore.open(settings.store.path, settings.store.keys_path, operator(settings))
        ending.push_async_callback(store.close)
        page = WebChannel(store)
        telegram = await _telegram(settings, ending)
        facts = {"name": telegram.name, "link": telegram.link} if telegram else {"name": "Kintsugi", "link": ""}
        channel: Channel = Switch(page, telegram.channel) if telegram else page
        rate = Rate(settings.telegram.rate if telegram else 0, clock)
        delivery = Delivery(store, channel, rate, clock, settings.telegram.pace)
        ending.push_async_callback(delivery.stop)
        facts |= {"contact": settings.privacy.contact, "retention": str(settings.privacy.days or "")}
        facts |= {"country": settings.safety.country, "notify": "yes" if settings.safety.notify else ""}
        book = Book.build(reading.flows, reading.house, facts, reading.translated, reading.rules, reading.lines)
        access = Access(settings.telegram.access, settings.people, (PREFIX,))
        service = Service(book, store, delivery, clock, settings.safety.notify, access, settings.limits.per_minute)
        if settings.page:
            words = {language: _page_words(one) for language, one in book.languages.items()}
            server = WebServer(page, service.handle, clock, settings.web.host, settings.web.port, words)
            await _serve(settings, server, ending)
        parts: list[Part] = [delivery.resume, service.ring]
        if telegram:
            for language, one in book.languages.items():
                await telegram.introduce(_commands(one), None if language == FIRST else language)
            poller = telegram.poller(service.handle, clock)
            ending.push_async_callback(poller.stop)
            parts.append(poller.run)
            print(f"On Telegram as {telegram.link}", flush=True)
        await store.take_over()
        await _together(parts)


def _commands(book: Book) -> list[tuple[str, str]]:
    """The commands that people are shown: name and description."""
    return [(one.name, one.about.text) for one in book.house.commands.values() if one.listed]


def _page_words(book: Book) -> dict[str, str]:
    """What stands on the page around the chat."""
    return {name: said[0].text for name, said in book.house.words.items() if name.startswith("page_") and said}


async def _together(parts: list[Part]) -> None:
    """Run all parts; when one fails, or we are cancelled, end the others and wait for them."""
    tasks = [asyncio.create_task(part()) for part in parts]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _telegram(settings: Settings, ending: AsyncExitStack) -> Telegram | None:
    if not settings.token:
        return None
    telegram = await connect(settings.token, settings.telegram.base_url, SystemClock())
    ending.push_async_callback(telegram.close)
    return telegram


async def _serve(settings: Settings, server: WebServer, ending: AsyncExitStack) -> None:
    try:
        address = await server.start()
    except OSError as error:
        problem = f"cannot be listened on ({error.strerror or 'in use'})"
        raise SettingError("web.port", problem, "choose another one, or 0 for any", settings.web.port) from None
    ending.push_async_callback(server.stop)
    print(f"The chat page: {address}", flush=True)
    if not settings.token:
        print(HOW_TO_TELEGRAM, flush=True)
