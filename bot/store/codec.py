"""Sessions, messages and times as a database keeps them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from bot.events import Brought, Event, Keep, Located, Message, Note, Said, Tapped
from bot.session import Session

SESSION: TypeAdapter[Session] = TypeAdapter(Session)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
EVENT: TypeAdapter[Said | Tapped | Brought | Located] = TypeAdapter(Said | Tapped | Brought | Located)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def session_text(session: Session) -> str:
    """A session as JSON."""
    return SESSION.dump_json(session).decode()


def session_of(text: str) -> Session:
    """The session that `session_text` wrote."""
    return SESSION.validate_json(text)


def message_text(message: Message) -> str:
    """A message as JSON."""
    return MESSAGE.dump_json(message).decode()


def message_of(text: str) -> Message:
    """The message that `message_text` wrote."""
    return MESSAGE.validate_json(text)


def keepsake_text(keep: Keep) -> str:
    """The words of a keepsake as JSON: its name, its text and its flow."""
    return json.dumps([keep.name, keep.text, keep.flow])


def keepsake_of(mark: str, text: str, at: datetime) -> Keep:
    """The keepsake whose words `keepsake_text` wrote."""
    name, words, flow = json.loads(text)
    return Keep(mark, name, words, flow, at)


def note_text(note: Note) -> str:
    """The words of a note as JSON, and what they belong to."""
    return json.dumps([note.flow, note.step, note.question, note.answer, note.value, note.measure])


def note_of(mark: str, text: str, at: datetime) -> Note:
    """The note whose words `note_text` wrote."""
    flow, step, question, answer, value, measure = json.loads(text)
    return Note(mark, flow, step, question, answer, at, value, measure)


def event_text(event: Event) -> str:
    """What a person sent, as JSON. It holds their words."""
    return EVENT.dump_json(event).decode()  # type: ignore[arg-type]


def event_of(text: str) -> Event:
    """The event that `event_text` wrote."""
    return EVENT.validate_json(text)


def stamp(at: datetime) -> int:
    """A time as microseconds since 1970, UTC: exact, and in order."""
    return (at - EPOCH) // MICROSECOND


def time_of(number: int) -> datetime:
    """The time that `stamp` wrote, aware, in UTC."""
    return EPOCH + number * MICROSECOND
