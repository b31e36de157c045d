"""The outbox goes out: each chat's messages in order, one chat never waiting for another.

The laws of this file: **a message is marked as sent before the next one of its chat goes out**, so a crash repeats at
most one; and **nothing leaves the outbox unless the channel took it or will never take it**.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from .chart import drawn
from .draft import length
from .errors import Gone, Later, Refused, StoreError, Unreachable
from .events import Ask, Clear, Edit, File, Image, Message, Picture, Say
from .ports import Channel, Clock, Shown, Stands, Store
from .rate import Rate

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 1000
"""Chats that are caught up with at the same time after a start."""
LONGEST_PAUSE = 60.0
"""Seconds between two tries while the far side cannot be reached."""
LEEWAY = timedelta(minutes=1)
"""By which what is cleared away is younger than it may be: it may have to wait, and one message that is too old has a
channel refuse all of them."""
GRACE = 4.0
"""Seconds that a stop waits for what is being sent."""


def typing_time(text: str) -> float:
    """Seconds that a person would seem to write a bubble: long enough to read the one before, never tedious."""
    return min(0.5 + 0.012 * length(text), 2.5)


@dataclass(slots=True)
class _Sound:
    """Whether a message is sent without a sound. One that rings is `marked` in the store before its first try: what may
    have sounded already, before a crash or a broken connection, does not sound again."""

    quiet: bool
    marked: bool = False


class Delivery:
    """One worker for each chat that has something to get, and none for the others. `left` are chats that turned out to
    have blocked the bot: whoever tells the engine of it takes them out."""

    def __init__(self, store: Store, channel: Channel, rate: Rate, clock: Clock, pace: float = 0.0) -> None:
        self._store, self._channel, self._rate, self._clock = store, channel, rate, clock
        self._pace = pace
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, asyncio.Event] = {}
        self._later: set[str] = set()
        self._drawing = asyncio.Lock()
        self.left: set[str] = set()
        self._stopping = asyncio.Event()

    def wake(self, chat: str, later: bool = False) -> None:
        """There is something for `chat` in the outbox; `later`: nobody waits for it at this moment."""
        if self._stopping.is_set():
            return
        if not later:
            self.left.discard(chat)
        if chat in self._workers:
            self._again[chat].set()
        else:
            self._later |= {chat} if later else set()
            self._again[chat] = asyncio.Event()
            self._workers[chat] = asyncio.create_task(self._work(chat, later))

    @property
    def crowd(self) -> int:
        """How many chats wait for something that they are not waiting for themselves."""
        return len(self._later)

    async def resume(self) -> None:
        """Deliver what an earlier run left in the outbox."""
        after = 0
        while chats := await self._store.backlog(after):
            for _, chat in chats:
                while len(self._workers) >= AT_ONCE:
                    await asyncio.wait(self._workers.values(), return_when=asyncio.FIRST_COMPLETED)
                self.wake(chat, later=True)
            after = chats[-1][0]

    async def idle(self) -> None:
        """Come back when nothing is being delivered."""
        while self._workers:
            await asyncio.wait(self._workers.values())

    async def stop(self) -> None:
        """Finish what is on its way, leave the rest in the outbox, and come back within GRACE seconds."""
        self._stopping.set()
        if self._workers:
            _, left = await asyncio.wait(self._workers.values(), timeout=GRACE)
            for worker in left:
                worker.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    # --- one chat ---

    async def _work(self, chat: str, later: bool) -> None:
        again, after = self._again[chat], 0
        try:
            while not self._stopping.is_set():
                again.clear()
                rows = await self._persist(lambda after=after: self._store.outbox(chat, after))  # type: ignore[misc]
                for index, (row, message) in enumerate(rows or ()):
                    if self._stopping.is_set():
                        return
                    following = rows[index + 1][1] if rows and index + 1 < len(rows) else None
                    await self._pass_on(chat, row, message, following, later, paced=index > 0)
                    after = row
                if not rows and not again.is_set():
                    return
                later = later and not again.is_set()
        except StoreError as error:
            log.error("store chat=%s %s", chat, error)
        finally:
            del self._workers[chat], self._again[chat]
            self._later.discard(chat)

    async def _pass_on(
        self, chat: str, row: int, message: Message, following: Message | None, later: bool, paced: bool
    ) -> None:
        """One message, until it is sent or refused for good, and marked as such."""
        if chat in self.left:
            await self._refuse(chat, row, "gone")
        elif isinstance(message, Edit):
            await self._edit(chat, row, message, following, later)
        elif isinstance(message, Clear):
            old = await self._store.standing(chat, message.since + LEEWAY)
            cleared = partial(self._store.cleared, chat, row, old)
            await self._try(chat, row, lambda: self._channel.clear(chat, old), lambda _: cleared(), later)
        else:
            await self._send(chat, row, message, later, paced)

    async def _edit(self, chat: str, row: int, edit: Edit, following: Message | None, later: bool) -> None:
        shown = await self._store.shown(chat, edit.token)
        overtaken = isinstance(following, Edit) and following.token == edit.token
        if shown is None or overtaken or shown.digest == digest(edit):
            await self._persist(lambda: self._store.sent(chat, row))
            return
        now = Shown(shown.message, digest(edit)) if edit.rows else None
        edited = partial(self._store.sent, chat, row, edit.token, now)
        await self._try(chat, row, lambda: self._channel.edit(chat, shown.message, edit), lambda _: edited(), later)

    async def _send(self, chat: str, row: int, message: Say | Ask | File | Picture, later: bool, paced: bool) -> None:
        if paced and isinstance(message, Say | Ask):
            await self._take_time(chat, message)
        sound = _Sound(quiet=isinstance(message, Say) and message.quiet)

        async def sent(name: str) -> None:
            token, shown = "", None
            if isinstance(message, Ask):
                token, shown = message.token, Shown(name, digest(message)) if message.rows else None
            await self._store.sent(chat, row, token, shown, Stands(name, self._clock.now()))

        async def send() -> str:
            shown = Image(await self._drawn(message), message.caption) if isinstance(message, Picture) else message
            if isinstance(message, Ask) and message.rings and not sound.marked:
                sound.quiet, sound.marked = bool(await self._persist(lambda: self._store.ringing(chat, row))), True
            try:
                return await self._channel.send(chat, shown, sound.quiet, row)
            except Unreachable:
                sound.quiet = sound.quiet or sound.marked
                raise

        await self._try(chat, row, send, sent, later)

    async def _drawn(self, picture: Picture) -> bytes:
        """Drawing takes a tenth of a second and some memory: one at a time, and not on the thread that talks."""
        async with self._drawing:
            return await asyncio.to_thread(drawn, picture)

    async def _take_time(self, chat: str, message: Say | Ask) -> None:
        """Write at a human pace, unless the person has gone on meanwhile."""
        seconds = typing_time(message.text) * self._pace
        if seconds and not self._again[chat].is_set():
            await self._channel.typing(chat)
            await self._rest(seconds, self._again[chat])

    async def _try(
        self,
        chat: str,
        row: int,
        call: Callable[[], Awaitable[T]],
        mark: Callable[[T], Awaitable[None]],
        later: bool,
    ) -> None:
        """Make a call until it is done or refused for good, and mark what came of it."""
        pause = 0.5
        while await self._turn(chat, row, later):
            try:
                done = await call()
            except Later as error:
                log.warning("wait chat=%s row=%s seconds=%s", chat, row, error.seconds)
                await self._rest(error.seconds)
            except Unreachable:
                log.warning("unreachable chat=%s row=%s next_try=%s", chat, row, pause)
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Gone as error:
                log.info("gone chat=%s row=%s %s", chat, row, error)
                self.left.add(chat)
                await self._refuse(chat, row, "gone")
                return
            except Refused as error:
                log.error("refused chat=%s row=%s %s", chat, row, error)
                await self._refuse(chat, row, "refused")
                return
            except Exception:
                # A fault of the program: it must not jam this chat for ever.
                log.exception("broken chat=%s row=%s", chat, row)
                await self._refuse(chat, row, "broken")
                return
            else:
                await self._persist(lambda done=done: mark(done))  # type: ignore[misc]
                return

    async def _turn(self, chat: str, row: int, later: bool) -> bool:
        """Wait until a message may go out. Whether it is to: we may be stopping, or it was erased since it was read."""
        if self._stopping.is_set():
            return False
        await self._rate.turn(chat, later)
        return bool(await self._persist(lambda: self._store.pending(chat, row)))

    async def _refuse(self, chat: str, row: int, reason: str) -> None:
        await self._persist(lambda: self._store.refused(chat, row, reason, self._clock.now()))

    # --- waiting ---

    async def _persist(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Ask the store until it answers: a message that was sent has to be marked. None: we are stopping."""
        pause = 0.2
        while True:
            try:
                return await call()
            except StoreError as error:
                log.error("store %s next_try=%s", error, pause)
                if self._stopping.is_set():
                    return None
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _rest(self, seconds: float, unless: asyncio.Event | None = None) -> None:
        """Sleep, unless we stop meanwhile, or `unless` happens."""
        sleeping = [asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(self._stopping.wait())]
        if unless:
            sleeping.append(asyncio.ensure_future(unless.wait()))
        try:
            await asyncio.wait(sleeping, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in sleeping:
                one.cancel()


def digest(message: Ask | Edit) -> str:
    """What a message shows, in a few characters that tell nothing of it."""
    return hashlib.blake2b(
        repr((message.text, message.rows)).encode("utf-8", "surrogatepass"), digest_size=12
    ).hexdigest()
