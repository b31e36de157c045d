"""handle(event): load, advance, commit, deliver. The only orchestrator.

The law of this file: **a turn is saved before anything of it is seen**. `handle` returns when that is so; whoever
brought the event may then forget it. One turn at a time per chat, in the order of arrival; many chats at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .access import OPEN, Access, welcomed
from .archive import Archive
from .book import Book
from .delivery import Delivery
from .draft import Draft
from .engine import Turn, advance
from .errors import Conflict, StoreError
from .events import (
    Alert,
    Brought,
    Drop,
    Due,
    Erase,
    Event,
    Keep,
    Left,
    Note,
    Remind,
    Said,
    Say,
    Sent,
    Sleep,
    Toast,
    Unremind,
    Wake,
)
from .guard import urgent
from .languages import base
from .limits import MOST, Limits, counted
from .ports import Clock, Commit, Loaded, Store
from .rate import Seldom
from .ringing import NOTICE, SILENCE
from .session import Session
from .talking import Fault
from .templates import markup, render

log = logging.getLogger(__name__)

ATTEMPTS = 20
"""How often a turn is repeated because another process was quicker."""
REMEMBERED = timedelta(days=2)
"""How long handled events are remembered. Telegram repeats none older than a day."""
CROWD = 20
"""Chats that may get something which they did not ask for at the same time. What else is due waits where it is, in its
order: there it costs nothing, stands in nobody's way, and a crash leaves no more than these in doubt."""
MINUTE, HOUR = 60.0, 3600.0
"""Seconds. Somebody who was not invited is told so once in an hour."""
SLOW = 300.0
"""Seconds in which somebody who writes faster than we read is told so once."""
EVERY, SOON = 1.0, 0.1
"""Seconds between two looks at what is due, and at what waits; and while there was no room for all of it."""


@dataclass(slots=True)
class _Line:
    """The queue of a chat, and how many stand in it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Service:
    """The bot, without a way to talk. `book` may be replaced at any time; the next turn uses the new one. `notify` is
    the operator's chat that is told of danger, or nothing; `access` is who may talk, `per_minute` how much each may
    send (0: no limit)."""

    def __init__(
        self,
        book: Book,
        store: Store,
        delivery: Delivery,
        clock: Clock,
        notify: str = "",
        access: Access = OPEN,
        per_minute: float = 0.0,
    ) -> None:
        self.book, self.notify, self.access = book, notify, access
        self.store, self._delivery, self._clock = store, delivery, clock
        self._limits = Limits(per_minute, clock)
        self._turned_away, self._slowed, self._refused = Seldom(HOUR, clock), Seldom(SLOW, clock), Seldom(SLOW, clock)
        self._lines: dict[str, _Line] = {}

    async def handle(self, event: Event) -> str:
        """One turn. What is to be shown over the chat at once (plain text), or nothing. Raises StoreError, and then
        nothing has happened: hand the event in again."""
        async with self._line(event.chat):
            for _ in range(ATTEMPTS):
                loaded = await self.store.load(event.chat, event.id)
                if loaded.handled:
                    return ""
                try:
                    return await self._enter(event, loaded)
                except Conflict:
                    continue
        raise StoreError("another process keeps writing this chat; let one bot alone use the database")

    async def _enter(self, event: Event, loaded: Loaded) -> str:
        """Who may talk has a turn. Everybody else is told, and nothing of theirs is kept."""
        if self.access.admits(event, loaded.session is not None):
            if self._limits.waits(self.book, event, loaded):
                return await self._postpone(event, loaded)
            return await self._turn(welcomed(event), loaded)
        invite = self.access.invitation(event)
        if invite and await self.store.invited(invite, self._clock.now()):
            return await self._turn(Said(event.id, event.chat, "/start", event.at, _language(event)), loaded, invite)
        # Danger is answered each time: the sentence says where to turn.
        pressing = urgent(self.book, event)
        if self._turned_away.may(event.chat) or pressing:
            log.info("not_invited chat=%s event=%s", event.chat, event.id)
            word = self._word("not_invited", event, None, code=self.access.mode == "invite", chat=event.chat)
            await self._tell(event, loaded, word)
        return ""

    async def _postpone(self, event: Event, loaded: Loaded) -> str:
        """An event waits, in the store, for `ring` to hand it in again; the person is told, and not over and over."""
        if not isinstance(event, Due) and not loaded.queued:
            telling = not loaded.waiting and self._slowed.may(event.chat)
            words = (self._word("slow_down", event, loaded.session, full=False),) if telling else ()
            if isinstance(event, Brought):
                event = replace(event, words="")
            if await self.store.postpone(event, MOST, words):
                log.info("postponed chat=%s event=%s", event.chat, event.id)
            elif self._refused.may(event.chat):
                log.warning("full chat=%s event=%s", event.chat, event.id)
                await self._tell(event, loaded, self._word("slow_down", event, loaded.session, full=True))
            if words:
                self._delivery.wake(event.chat)
        return ""

    def _word(self, name: str, event: Event, session: Session | None, **known: object) -> Say:
        """A sentence of the house that no turn says, in the person's language."""
        draft = Draft(self.book, session or Session(), self._clock.now())
        if language := _language(event):
            draft.set(language=base(language))
        draft.listen()
        return Say(draft.word(name, **known))

    async def _tell(self, event: Event, loaded: Loaded, word: Say) -> None:
        """Answer an event with a sentence alone: it moves nothing, and nothing of it is kept but that it was."""
        revision = loaded.session.revision if loaded.session else 0
        await self.store.commit(Commit(event.chat, event.id, self._clock.now(), revision, None, (word,)))
        self._delivery.wake(event.chat)

    async def _turn(self, event: Event, loaded: Loaded, invite: str = "") -> str:
        started, now = self._clock.tick(), self._clock.now()
        turn = self._advance(event, loaded, now)
        if turn.wants:
            turn = self._advance(event, loaded, now, await self._archive(event.chat))
        commit = _commit(event, loaded, turn, now, self._alerts(event, turn))
        # A welcome that broke leaves the invitation good.
        commit = replace(commit, invite=invite if turn.session else "")
        await self.store.commit(commit)
        if counted(event):
            self._limits.count(event.chat)
        if commit.messages:
            self._delivery.wake(event.chat, later=isinstance(event, Due))
        if commit.also:
            self._delivery.wake(self.notify, later=True)
        self._report(event, turn, commit, self._clock.tick() - started)
        return next((effect.text for effect in turn.effects if isinstance(effect, Toast)), "")

    async def _archive(self, chat: str) -> Archive:
        return Archive(tuple(await self.store.keepsakes(chat)), tuple(await self.store.notes(chat)))

    def _advance(self, event: Event, loaded: Loaded, now: datetime, archive: Archive | None = None) -> Turn:
        try:
            return advance(self.book, loaded.session, event, now, archive)
        except Exception:
            # A fault of the program, which must cost this person one answer and not the whole talk.
            log.exception("broken chat=%s event=%s", event.chat, event.id)
            return Turn(None, (Say(self.book.label("broke").text),), Fault("broken", "", ""))

    def _alerts(self, event: Event, turn: Turn) -> tuple[tuple[str, Say], ...]:
        """What the operator's chat is told: who may need a call, and not a word of theirs."""
        if not self.notify or not any(isinstance(effect, Alert) for effect in turn.effects):
            return ()
        who = f'<a href="tg://user?id={event.chat}">{event.chat}</a>' if event.chat.isdigit() else event.chat
        return ((self.notify, Say(render(self.book.label("notify"), {"who": markup(who)}))),)

    def _report(self, event: Event, turn: Turn, commit: Commit, seconds: float) -> None:
        """One line of ids, names and times; never a word."""
        talk = turn.session.talk if turn.session else None
        at = f"{talk.stack[-1].flow}.{talk.stack[-1].step}" if talk and talk.stack else "-"
        kind = type(event).__name__.lower()
        log.info("turn chat=%s event=%s kind=%s at=%s ms=%.1f", event.chat, event.id, kind, at, seconds * 1000)
        if turn.fault:
            log.error("fault chat=%s flow=%s step=%s %s", event.chat, turn.fault.flow, turn.fault.step, turn.fault.code)

    @asynccontextmanager
    async def _line(self, chat: str) -> AsyncIterator[None]:
        line = self._lines.setdefault(chat, _Line())
        line.waiting += 1
        try:
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[chat]

    # --- the clock ---

    async def ring(self) -> None:
        """Hand in what comes due, for as long as the bot runs, and forget what nobody will repeat."""
        pruned = forgot = self._clock.tick()
        while True:
            full = False
            try:
                full = await self.ring_once()
                if self._clock.tick() - forgot > MINUTE:
                    forgot = self._clock.tick()
                    await self.forget()
                if self._clock.tick() - pruned > HOUR:
                    pruned = self._clock.tick()
                    await self.store.prune(self._clock.now() - REMEMBERED)
            except StoreError as error:
                log.error("ring %s", error)
            except Exception:
                # A fault of the program in what one chat waits for: it must not end the bot for all others.
                log.exception("ring broken")
            await self._clock.sleep(SOON if full else EVERY)

    async def ring_once(self) -> bool:
        """Tell of whoever left; hand in what is due now, the oldest first, as far as there is room (what the channel
        can't take yet costs nothing where it is); and of what waits all that its chat's minute allows. Whether
        something may be due for which there was no room."""
        now = self._clock.now()
        while self._delivery.left:
            chat = self._delivery.left.pop()
            await self.handle(Left(f"left:{chat}:{now.timestamp()}", chat, now))
        held: set[str] = set()
        while (room := CROWD - self._delivery.crowd) > 0:
            due = [event for event in await self.store.due(now, room + len(held)) if event.id not in held]
            if not due:
                break
            await asyncio.gather(*(self.handle(event) for event in due))
            # What has to wait for messages of the same person stays where it is, and is due as long as it takes.
            held.update(event.id for event in due)
        tried: set[str] = set()
        while await self._take_up(tried):
            pass
        return room <= 0

    async def _take_up(self, tried: set[str]) -> bool:
        """Hand in the first event that waits of each chat, but for those `tried` before, which are still to wait.
        Whether there was one."""
        before, after = len(tried), ""
        while waiting := await self.store.postponed(after):
            ready = [event for event in waiting if event.id not in tried and self._limits.ready(event.chat)]
            await asyncio.gather(*(self.handle(event) for event in ready))
            tried.update(event.id for event in ready)
            after = waiting[-1].chat
        return len(tried) > before

    async def forget(self) -> None:
        """Tell those who were silent for long that their words will be erased, and erase what they were told of long
        enough ago, if words are kept for so many days alone."""
        days, now = self.book.facts["retention"], self._clock.now()
        if days and self._delivery.crowd < CROWD:
            for chat in await self.store.silent(now - timedelta(days=int(days)) + NOTICE, now - NOTICE):
                await self.handle(Due(f"{SILENCE}:{chat}:{now.timestamp()}", chat, SILENCE, "", now))


def _language(event: Event) -> str:
    return "" if isinstance(event, Due | Left) else event.language


def _commit(event: Event, loaded: Loaded, turn: Turn, now: datetime, also: tuple[tuple[str, Say], ...] = ()) -> Commit:
    """The turn as the store takes it: later effects win over earlier ones with the same id."""
    keep: dict[str, Keep | Note] = {}
    remind: dict[str, Remind] = {}
    drop: list[str] = []
    cancel = [event.token] if isinstance(event, Due) else []
    for effect in turn.effects:
        if isinstance(effect, Keep | Note):
            keep[effect.id] = effect
        elif isinstance(effect, Remind):
            remind[effect.id] = effect
        elif isinstance(effect, Drop) and not keep.pop(effect.id, None):
            drop.append(effect.id)
        elif isinstance(effect, Unremind) and not remind.pop(effect.id, None):
            cancel.append(effect.id)
    return Commit(
        chat=event.chat,
        event=event.id,
        at=now,
        revision=loaded.session.revision if loaded.session else 0,
        session=turn.session,
        messages=tuple(effect for effect in turn.effects if isinstance(effect, Sent)),
        keep=tuple(one for one in keep.values() if isinstance(one, Keep)),
        note=tuple(one for one in keep.values() if isinstance(one, Note)),
        drop=tuple(drop),
        remind=tuple(remind.values()),
        cancel=tuple(cancel),
        also=also,
        sleep=Sleep() in turn.effects,
        wake=Wake() in turn.effects,
        erase=Erase() in turn.effects,
    )
