"""Sessions, messages and times as a database keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from bot.events import Brought, Event, Message, Said, Tapped
from bot.session import Session

SESSION: TypeAdapter[Session] = TypeAdapter(Session)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
EVENT: TypeAdapter[Said | Tapped | Brought] = TypeAdapter(Said | Tapped | Brought)
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
