"""Update -> event. Pure. What is no message of a person to us is no event.

Private chats only: of a group it is told that somebody spoke to us there, and nothing of what they said.

Updates are read as Telegram wrote them, and of each only what we use: the library's types refuse a whole message for
one odd part of it, and somebody would wait for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from telegram.constants import ChatMemberStatus, ChatType, MessageLimit

from bot.events import Brought, Event, Left, Located, Said, Tapped, Thing
from bot.map import zone_at

FETCHED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The kinds of updates that we ask for."""

THINGS: tuple[tuple[Thing, tuple[str, ...]], ...] = (
    ("forward", ("forward_origin",)),
    ("voice", ("voice", "audio", "video_note")),
    ("photo", ("photo", "video", "paid_media")),
    ("sticker", ("sticker", "animation", "dice")),
    ("file", ("document",)),
    ("place", ("location", "venue")),
    ("other", ("contact", "poll", "story", "game", "invoice", "checklist")),
)
"""What a message may bring, by the attributes that hold it; the first that is there counts."""
LAST_CHAT = 2**63
"""Numbers of chats stay below it."""
LAST_DATE = 2**33
"""Seconds since 1970 up to which a date is taken for one (the year 2242)."""
TAG, CHOICE = 35, 64
"""Characters of a language's tag, and of what a button carries."""

Data = Mapping[str, Any]


def read(update: Data, now: datetime) -> Event | None:
    """The event that an update is, or None. `now` is aware, in UTC, and stands in where Telegram gives no time. Raises
    nothing, whatever the update holds behind its `update_id`."""
    name = f"tg:{update['update_id']}"
    if query := _part(update, "callback_query"):
        return _tap(name, query, now)
    if edited := _part(update, "edited_message"):
        chat = _private(edited)
        return Brought(name, chat, "edit", now, _language(edited), _beside(edited)) if chat else None
    if membership := _part(update, "my_chat_member"):
        blocked = _part(membership, "new_chat_member").get("status") == ChatMemberStatus.BANNED
        return Left(name, chat, now) if blocked and (chat := _private(membership)) else None
    return _message(name, _part(update, "message"), now)


def _tap(name: str, query: Data, now: datetime) -> Event | None:
    chat, choice = _private(_part(query, "message")), query.get("data")
    if not chat or not isinstance(choice, str):
        return None
    return Tapped(name, chat, _characters(choice)[:CHOICE], now, _language(query))


def _message(name: str, message: Data, now: datetime) -> Event | None:
    at = _time(message.get("date"), now)
    if group := _group(message):
        return Brought(name, group, "group", at)
    chat = _private(message)
    if not chat or _part(message, "from").get("is_bot"):
        return None
    text, language = message.get("text"), _language(message)
    if "location" in message and "forward_origin" not in message:
        return Located(name, chat, _zone(_part(message, "location")), at, language)
    thing = next((kind for kind, names in THINGS if any(message.get(one) for one in names)), None)
    if thing is None and isinstance(text, str):
        if len(text) <= MessageLimit.MAX_TEXT_LENGTH:
            return Said(name, chat, _characters(text), at, language)
        thing = "long"
    return Brought(name, chat, thing, at, language, _beside(message)) if thing else None


def _beside(message: Data) -> str:
    """The words of what is no answer: a caption, an edited or a long text. A forwarded message is somebody else's: read
    as this person's own, a threat against them would be one of theirs."""
    found = next((text for name in ("text", "caption") if isinstance(text := message.get(name), str)), "")
    return "" if "forward_origin" in message else _characters(found)[: MessageLimit.MAX_TEXT_LENGTH]


# --- parts, whatever they are ---


def _part(data: Data, name: str) -> Data:
    """A part that has parts; nothing where it is something else."""
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _private(message: Data) -> str:
    """The private chat of a message; nothing where it is no such."""
    chat = _part(message, "chat")
    number = chat.get("id")
    private = chat.get("type") == ChatType.PRIVATE and type(number) is int and 0 < number < LAST_CHAT
    return str(number) if private else ""


def _group(message: Data) -> str:
    """The group of a message; nothing where it is no such."""
    chat = _part(message, "chat")
    number, kind = chat.get("id"), chat.get("type")
    group = kind in (ChatType.GROUP, ChatType.SUPERGROUP) and type(number) is int and -LAST_CHAT < number < 0
    return str(number) if group else ""


def _language(data: Data) -> str:
    """The language that a person's Telegram speaks, as a tag."""
    tag = _part(data, "from").get("language_code")
    return _characters(tag)[:TAG] if isinstance(tag, str) else ""


def _time(date: object, now: datetime) -> datetime:
    return datetime.fromtimestamp(date, UTC) if type(date) is int and 0 < date < LAST_DATE else now


def _characters(text: str) -> str:
    """The text without what no database takes and nobody reads: halves of a pair of surrogates, and null."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _zone(location: Data) -> str:
    """The time zone of a place; nothing where it has none."""
    place = [location.get(name) for name in ("latitude", "longitude")]
    numbers = [float(one) for one in place if isinstance(one, int | float) and abs(one) <= 360]
    return (zone_at(*numbers) or "") if len(numbers) == len(place) else ""
