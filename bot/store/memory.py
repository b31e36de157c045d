"""A store that lives as long as the process: for tests, and for trying flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import Conflict
from bot.events import Due, Edit, Event, Keep, Message, Note, Remind
from bot.ports import Commit, Loaded, Shown, Stands
from bot.session import Session


@dataclass(slots=True)
class _Person:
    session: Session | None = None
    inbox: dict[str, Event] = field(default_factory=dict)
    outbox: dict[int, Message] = field(default_factory=dict)
    shown: dict[str, Shown] = field(default_factory=dict)
    reminders: dict[str, Remind] = field(default_factory=dict)
    asleep: bool = False
    keepsakes: dict[str, Keep] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    ringing: set[int] = field(default_factory=set)
    standing: list[Stands] = field(default_factory=list)
    refused: list[tuple[int, str, datetime]] = field(default_factory=list)
    history: dict[int, str] = field(default_factory=dict)


class MemoryStore:
    """See `bot.ports.Store`."""

    def __init__(self) -> None:
        self._people: dict[str, _Person] = {}
        self._handled: dict[str, datetime] = {}
        self._invites: dict[str, datetime] = {}
        self._rows = 0

    def _person(self, chat: str) -> _Person:
        return self._people.setdefault(chat, _Person())

    async def load(self, chat: str, event: str) -> Loaded:
        """The session of `chat`, whether `event` was handled, and what waits there."""
        person = self._people.get(chat) or _Person()
        return Loaded(person.session, event in self._handled, next(iter(person.inbox), ""), event in person.inbox)

    async def commit(self, turn: Commit) -> tuple[int, ...]:
        """Save a turn whole, or raise Conflict."""
        person = self._person(turn.chat)
        if turn.event in self._handled or (person.session.revision if person.session else 0) != turn.revision:
            raise Conflict(turn.chat)
        if turn.invite and not await self.invited(turn.invite, turn.at):
            raise Conflict(turn.chat)
        self._invites.pop(turn.invite, None)
        self._handled[turn.event] = turn.at
        if turn.erase:
            edited = {message.token for message in turn.messages if isinstance(message, Edit)}
            shown = {token: shown for token, shown in person.shown.items() if token in edited}
            person = self._people[turn.chat] = _Person(shown=shown)
        person.inbox.pop(turn.event, None)
        person.session = turn.session or person.session
        person.asleep = (person.asleep or turn.sleep) and not turn.wake
        for mark in turn.drop:
            person.keepsakes.pop(mark, None)
            person.notes.pop(mark, None)
        for mark in turn.cancel:
            person.reminders.pop(mark, None)
        person.keepsakes |= {keep.id: keep for keep in turn.keep}
        person.notes |= {note.id: note for note in turn.note}
        person.reminders |= {remind.id: remind for remind in turn.remind}
        rows = tuple(self._put(turn.chat, message) for message in turn.messages)
        for chat, message in turn.also:
            self._put(chat, message)
        return rows

    def _put(self, chat: str, message: Message) -> int:
        self._rows += 1
        self._person(chat).outbox[self._rows] = message
        return self._rows

    async def postpone(self, event: Event, most: int, messages: tuple[Message, ...] = ()) -> bool:
        """Put an event behind those that wait, and messages into the outbox."""
        inbox = self._person(event.chat).inbox
        if event.id in inbox or event.id in self._handled:
            return True
        if len(inbox) >= most:
            return False
        inbox[event.id] = event
        for message in messages:
            self._put(event.chat, message)
        return True

    async def postponed(self, after: str = "", limit: int = 100) -> list[Event]:
        """The first event that waits of each chat."""
        chats = sorted(chat for chat, person in self._people.items() if person.inbox and chat > after)
        return [next(iter(self._people[chat].inbox.values())) for chat in chats[:limit]]

    async def ringing(self, chat: str, row: int) -> bool:
        """Mark a row as being sent; whether it was marked before."""
        before = row in self._person(chat).ringing
        self._person(chat).ringing.add(row)
        return before

    async def sent(
        self, chat: str, row: int, token: str = "", shown: Shown | None = None, stands: Stands | None = None
    ) -> None:
        """Forget a delivered row; remember what stands in the chat."""
        person = self._person(chat)
        known = person.outbox.pop(row, None) and person.session
        person.ringing.discard(row)
        person.standing += [stands] if stands and known else []
        if token and shown and known:
            person.shown[token] = shown
        elif token and not shown:
            person.shown.pop(token, None)

    async def refused(self, chat: str, row: int, reason: str, at: datetime) -> None:
        """Forget a row that will never be delivered, and mark why."""
        person = self._person(chat)
        person.outbox.pop(row, None)
        person.refused += [(row, reason, at)] if person.session else []

    async def shown(self, chat: str, token: str) -> Shown | None:
        """What stands in the chat for a question."""
        return self._person(chat).shown.get(token)

    async def standing(self, chat: str, since: datetime) -> list[str]:
        """What was sent to a chat lately."""
        return [one.message for one in self._person(chat).standing if one.at >= since]

    async def cleared(self, chat: str, row: int, messages: Sequence[str]) -> None:
        """Forget a row that cleared the chat, and what it cleared."""
        person = self._person(chat)
        person.outbox.pop(row, None)
        person.standing = [one for one in person.standing if one.message not in messages]

    async def outbox(self, chat: str, after: int = 0, limit: int = 100) -> list[tuple[int, Message]]:
        """What is still to be delivered to a chat, in order."""
        return [(row, message) for row, message in self._person(chat).outbox.items() if row > after][:limit]

    async def pending(self, chat: str, row: int) -> bool:
        """Whether a row is still to be delivered."""
        return row in self._person(chat).outbox

    async def backlog(self, after: int = 0, limit: int = 1000) -> list[tuple[int, str]]:
        """Chats that have something in the outbox, in its order."""
        rows = {chat: [row for row in person.outbox if row > after] for chat, person in self._people.items()}
        return sorted((min(found), chat) for chat, found in rows.items() if found)[:limit]

    async def due(self, now: datetime, limit: int = 100) -> list[Due]:
        """Reminders whose time has come, oldest first."""
        awake = [(chat, person) for chat, person in self._people.items() if not person.asleep]
        found = [(chat, one) for chat, person in awake for one in person.reminders.values()]
        ready = sorted(((r.at, c, r) for c, r in found if r.at <= now), key=lambda row: (row[0], row[1], row[2].id))
        return [Due(f"due:{chat}:{r.id}:{at.timestamp()}", chat, r.id, r.flow, at) for at, chat, r in ready[:limit]]

    async def keepsakes(self, chat: str) -> list[Keep]:
        """What the person kept, oldest first."""
        return sorted(self._person(chat).keepsakes.values(), key=lambda keep: keep.at)

    async def notes(self, chat: str) -> list[Note]:
        """The journal, oldest first."""
        return sorted(self._person(chat).notes.values(), key=lambda note: note.at)

    async def silent(self, seen: datetime, noticed: datetime, limit: int = 100) -> list[str]:
        """Who was silent for long, or told so long ago."""
        sessions = [(chat, person.session) for chat, person in self._people.items() if person.session]
        found = [chat for chat, one in sessions if not one.noticed and one.seen and one.seen <= seen]
        return [*found, *(chat for chat, one in sessions if one.noticed and one.noticed <= noticed)][:limit]

    async def record(self, chat: str, item: str, row: int | None = None) -> int:
        """Append a line to the chat's history; its number."""
        if row is not None and not await self.pending(chat, row):
            return 0
        history = self._person(chat).history
        number = max(history, default=0) + 1
        history[number] = item
        return number

    async def unrecord(self, chat: str, numbers: Sequence[int]) -> None:
        """Take lines out of the history."""
        for number in numbers:
            self._person(chat).history.pop(number, None)

    async def amend(self, chat: str, number: int, item: str) -> None:
        """Replace a line of the history."""
        history = self._person(chat).history
        if number in history:
            history[number] = item

    async def history(self, chat: str, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
        """The newest lines of the history, oldest first."""
        return [pair for pair in self._person(chat).history.items() if pair[0] > after][-limit:]

    async def invite(self, mark: str, until: datetime) -> None:
        """Remember an invitation."""
        self._invites[mark] = until

    async def invited(self, mark: str, now: datetime) -> bool:
        """Whether an invitation is good now."""
        until = self._invites.get(mark)
        return until is not None and now <= until

    async def prune(self, before: datetime) -> None:
        """Forget handled events and sent messages from before a time, and invitations that were good up to then."""
        self._handled = {event: at for event, at in self._handled.items() if at >= before}
        self._invites = {mark: until for mark, until in self._invites.items() if until >= before}
        for person in self._people.values():
            person.standing = [one for one in person.standing if one.at >= before]

    async def close(self) -> None:
        """Nothing to finish."""
