"""Fetches updates, and acknowledges them when their turns are saved.

Telegram forgets an update as soon as a later one is asked for (`offset`). Libraries ask first and handle then, and a
crash in between loses what people wrote. Here the offset moves over an update when its turn is committed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.errors import StoreError, TokenRefused
from bot.events import Event, Tapped
from bot.ports import Clock

from .channel import TelegramChannel
from .updates import FETCHED, read

log = logging.getLogger(__name__)

HELD = 50
"""Seconds that Telegram holds a call open while there is nothing."""
AT_LEAST = 0.3
"""Seconds between two calls that find nothing."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries while Telegram cannot be reached."""
LONGEST_HELD = 2.0
"""Seconds between two tries while a turn cannot be saved."""
LAST_UPDATE = 2**53
"""Numbers of updates stay below it. What has no such number cannot be acknowledged, and is passed over."""
LONGEST_NAME = 64
"""Characters of the id of a pressed button's call."""

Handle = Callable[[Event], Awaitable[str]]


class Poller:
    """The loop that fetches. `handle` commits an event's turn and gives what is to be shown at once."""

    def __init__(self, bot: Bot, request: BaseRequest, channel: TelegramChannel, handle: Handle, clock: Clock) -> None:
        self._bot, self._request, self._channel, self._clock = bot, request, channel, clock
        self._handle = handle
        self.offset = 0
        """The number from which Telegram is asked for updates: those before are acknowledged."""
        self._answers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Fetch and hand in, for as long as the bot runs. Raises TokenRefused when the token is no longer good."""
        pause = 0.5
        while True:
            try:
                saved = await self.once()
            except InvalidToken:
                raise TokenRefused("telegram.token: Telegram refuses it; ask @BotFather for the present one") from None
            except TelegramError as error:
                pause = await self._wait(error, pause)
                continue
            # Not longer: whoever writes after what is held back is heard only when all of it is fetched again.
            pause = 0.5 if saved else min(pause * 2, LONGEST_HELD)
            if not saved:
                await self._clock.sleep(pause)

    async def stop(self) -> None:
        """Wait a moment for the toasts that are on their way."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=1)

    async def once(self) -> bool:
        """Fetch what there is, hand all of it in, and move the offset. Whether all of it was saved."""
        asked = self._clock.tick()
        updates = await self._fetch()
        if not updates and self._clock.tick() - asked < AT_LEAST:
            # A server that does not hold calls open must not be asked without a pause.
            await self._clock.sleep(AT_LEAST)
        tasks = [asyncio.create_task(self._turn(update)) for update in updates]
        try:
            saved = await asyncio.gather(*tasks)
        except asyncio.CancelledError:
            # Turns are finished; Telegram is not told of them, and repeats them to the next run, which knows them.
            await asyncio.wait(tasks)
            raise
        for update, safe in zip(updates, saved, strict=True):
            if not safe:
                return False
            self.offset = max(self.offset, update["update_id"] + 1)
        return True

    async def _fetch(self) -> list[dict[str, Any]]:
        """The next updates as Telegram wrote them: one that nobody can read must not hide the others."""
        asked = {"offset": self.offset, "timeout": HELD, "limit": 100, "allowed_updates": json.dumps(FETCHED)}
        result: Any = await self._request.post(
            f"{self._bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=HELD + 10
        )
        return [one for one in result if _numbered(one)] if isinstance(result, list) else []

    async def _turn(self, data: dict[str, Any]) -> bool:
        """Hand in one update. Whether it is done with."""
        toast, query = "", _query(data)
        try:
            event = read(data, self._clock.now())
            if event is not None:
                toast = await self._handle(event)
        except StoreError as error:
            log.error("held update=%s %s", data["update_id"], error)
            return False
        except Exception:
            log.exception("unreadable update=%s", data["update_id"])
            event = None
        if query and (event is None or isinstance(event, Tapped)):
            task = asyncio.create_task(self._channel.answer(query, toast))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        return True

    async def _wait(self, error: TelegramError, pause: float) -> float:
        """Sleep as long as this error asks for; the next pause."""
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            await self._clock.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
            return 0.5
        if isinstance(error, Conflict):
            log.error("conflict: another program fetches with the same token, or a webhook is set; stop one of them")
        elif isinstance(error, NetworkError):
            log.warning("unreachable fetch next_try=%s %s", pause, type(error).__name__)
        else:
            log.error("fetch next_try=%s %s", pause, type(error).__name__)
        await self._clock.sleep(pause)
        return min(pause * 2, LONGEST_PAUSE)


def _numbered(update: object) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return type(number) is int and 0 <= number < LAST_UPDATE


def _query(data: dict[str, Any]) -> str:
    """The id of a pressed button's call, for the answer that ends its spinning."""
    query = data.get("callback_query")
    name = query.get("id") if isinstance(query, dict) else ""
    return name if isinstance(name, str) and len(name) <= LONGEST_NAME else ""
