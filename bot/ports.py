"""What the service needs of a store and of a channel. They fill these protocols and never see the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .events import Ask, Due, Edit, Event, File, Image, Keep, Message, Note, Remind, Say
from .session import Session


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `Store.load` found: the session (None for somebody new), whether this event was handled before, the id of
    the first event that waits in the chat (nothing: none does), and whether this one waits."""

    session: Session | None
    handled: bool
    waiting: str = ""
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """One turn, to be saved whole or not at all.

    `event` is marked handled and waits no more; `session` replaces the stored one, whose revision must be `revision`
    (0: none stored); `messages` go to the outbox behind those already there; `cancel` are ids of reminders, `drop` of
    keepsakes and of notes for the journal; `sleep` and `wake` are for all reminders that there are. `also` are messages
    for other chats. `session.revision` is `revision + 1`. `session` None leaves the stored one as it is. `erase`: all
    that is stored of the chat goes first, but for where the questions stand that `messages` edit (that goes when they
    are delivered). `invite` is the mark of an invitation that this turn spends.
    """

    chat: str
    event: str
    at: datetime
    revision: int
    session: Session | None
    messages: tuple[Message, ...] = ()
    keep: tuple[Keep, ...] = ()
    note: tuple[Note, ...] = ()
    drop: tuple[str, ...] = ()
    remind: tuple[Remind, ...] = ()
    cancel: tuple[str, ...] = ()
    also: tuple[tuple[str, Say], ...] = ()
    sleep: bool = False
    wake: bool = False
    erase: bool = False
    invite: str = ""


@dataclass(frozen=True, slots=True)
class Stands:
    """A message that was sent: the channel's id of it, and when (UTC)."""

    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A question that stands in the chat: the channel's id of the message, and a digest of what it shows now."""

    message: str
    digest: str


class Store(Protocol):
    """Keeps sessions, the outbox, reminders and keepsakes. One contract, tested on every store.

    A call returns when what it wrote is safe on disk. Writes of many chats share one transaction.
    """

    async def load(self, chat: str, event: str) -> Loaded:
        """The session of `chat`, whether `event` was handled, and what waits there."""
        ...

    async def commit(self, turn: Commit) -> tuple[int, ...]:
        """Save a turn; the outbox rows' ids in order. Raises Conflict if the revision moved, the event was handled or
        the invitation spent in between; then nothing of this turn is saved, and other chats' turns in the same
        transaction are."""
        ...

    async def postpone(self, event: Event, most: int, messages: tuple[Message, ...] = ()) -> bool:
        """Put an event behind those of its chat that wait, and `messages` into the chat's outbox. One that waits or was
        handled is not put there again. False: `most` wait already, and nothing is saved."""
        ...

    async def postponed(self, after: str = "", limit: int = 100) -> list[Event]:
        """The first event that waits of each chat, in order of the chats' names, from behind `after`."""
        ...

    async def ringing(self, chat: str, row: int) -> bool:
        """Outbox row `row`, which sounds, is about to be sent. Whether that was said before: it may have sounded."""
        ...

    async def sent(
        self, chat: str, row: int, token: str = "", shown: Shown | None = None, stands: Stands | None = None
    ) -> None:
        """Outbox row `row` was delivered: forget it. With a token, remember what stands in the chat for it, or with
        shown None forget that question (its keyboard is gone). `stands` is the message that was sent, if one was. Of a
        row that was erased meanwhile, and of somebody who is not stored, nothing is remembered."""
        ...

    async def standing(self, chat: str, since: datetime) -> list[str]:
        """The channel's ids of what was sent to a chat since a time (UTC), oldest first, as far back as `prune` leaves
        them."""
        ...

    async def cleared(self, chat: str, row: int, messages: Sequence[str]) -> None:
        """Outbox row `row`, which cleared the chat, was delivered: forget it, and that these messages stand there."""
        ...

    async def refused(self, chat: str, row: int, reason: str, at: datetime) -> None:
        """Outbox row `row` will never be delivered: forget it and mark the refusal (chat, reason, time; no words), of
        somebody who is stored."""
        ...

    async def shown(self, chat: str, token: str) -> Shown | None:
        """What stands in the chat for a question, if it does."""
        ...

    async def outbox(self, chat: str, after: int = 0, limit: int = 100) -> list[tuple[int, Message]]:
        """What is still to be delivered to a chat, in order, from behind row `after`."""
        ...

    async def pending(self, chat: str, row: int) -> bool:
        """Whether outbox row `row` is still to be delivered: it may have been erased since it was read."""
        ...

    async def backlog(self, after: int = 0, limit: int = 1000) -> list[tuple[int, str]]:
        """Chats that have something in the outbox, each with its first row there from behind `after`, in the order in
        which it was put there."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> list[Due]:
        """Reminders whose time has come, oldest first. The event's id is the same until the reminder is gone; the turn
        that handles it cancels its token."""
        ...

    async def keepsakes(self, chat: str) -> list[Keep]:
        """What the person kept, oldest first."""
        ...

    async def notes(self, chat: str) -> list[Note]:
        """The person's journal, oldest first."""
        ...

    async def silent(self, seen: datetime, noticed: datetime, limit: int = 100) -> list[str]:
        """Chats whose person wrote nothing since `seen` and was not told, or was told before `noticed` that their words
        will be erased (both UTC)."""
        ...

    async def record(self, chat: str, item: str, row: int | None = None) -> int:
        """Append a line (JSON) to the chat's history, for channels that have none of their own; its number. With a row
        of the outbox: only while that is there; 0: it was erased, and nothing is written."""
        ...

    async def unrecord(self, chat: str, numbers: Sequence[int]) -> None:
        """Take these lines out of the history."""
        ...

    async def amend(self, chat: str, number: int, item: str) -> None:
        """Replace a line of the history."""
        ...

    async def history(self, chat: str, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
        """The newest `limit` lines of the chat's history with a number above `after`, oldest first."""
        ...

    async def invite(self, mark: str, until: datetime) -> None:
        """Remember an invitation by the mark of its code: good once, up to a time (UTC)."""
        ...

    async def invited(self, mark: str, now: datetime) -> bool:
        """Whether an invitation with this mark is good now."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget handled events and which messages were sent from before a time (UTC), and invitations that were good
        up to then. Telegram repeats no update older than a day, and deletes no message older than two."""
        ...

    async def close(self) -> None:
        """Finish what is being written, and close."""
        ...


class Channel(Protocol):
    """A way to talk. Raises only DeliveryError; keeps no state that a restart may not lose."""

    async def send(
        self, chat: str, message: Say | Ask | File | Image, quiet: bool = False, row: int | None = None
    ) -> str:
        """Send a bubble, a file or a picture; the channel's id of it. `quiet`: without a sound. `row` is its row in the
        outbox: a channel that keeps in the store what it shows keeps it only while that is there."""
        ...

    async def clear(self, chat: str, messages: Sequence[str]) -> None:
        """Delete these messages of the bot's. That one is gone or too old already is no error."""
        ...

    async def edit(self, chat: str, message: str, edit: Edit) -> None:
        """Change a message that stands in the chat. That it already reads so is not an error."""
        ...

    async def typing(self, chat: str) -> None:
        """Show that somebody is writing. Best effort: never raises for a failure of delivery."""
        ...


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    def tick(self) -> float:
        """Seconds since some moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        ...
