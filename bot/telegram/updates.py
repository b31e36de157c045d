"""Update -> event. Pure. What is no message of a person to us is no event.

Private chats only: of a group it is told that somebody spoke to us there, and nothing of what they said.
"""

from __future__ import annotations

from datetime import datetime

from telegram import CallbackQuery, Message, Update, User
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


def read(update: Update, now: datetime) -> Event | None:
    """The event that an update is, or None. `now` is aware, in UTC, and stands in where Telegram gives no time."""
    name = f"tg:{update.update_id}"
    if update.callback_query is not None:
        return _tap(name, update.callback_query, now)
    if update.edited_message is not None:
        message = update.edited_message
        private = message.chat.type == ChatType.PRIVATE
        return Brought(name, str(message.chat.id), "edit", now, _language(message.from_user)) if private else None
    if update.my_chat_member is not None:
        chat, blocked = (
            update.my_chat_member.chat,
            update.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED,
        )
        return Left(name, str(chat.id), now) if blocked and chat.type == ChatType.PRIVATE else None
    return _message(name, update.message) if update.message is not None else None


def _tap(name: str, query: CallbackQuery, now: datetime) -> Event | None:
    if query.message is None or query.data is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    return Tapped(name, str(query.message.chat.id), query.data, now, _language(query.from_user))


def _language(user: User | None) -> str:
    """The language that a person's Telegram speaks, as a tag."""
    return (user.language_code if user else None) or ""


def _message(name: str, message: Message) -> Event | None:
    chat = str(message.chat.id)
    if message.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP}:
        return Brought(name, chat, "group", message.date)
    if message.chat.type != ChatType.PRIVATE or (message.from_user and message.from_user.is_bot):
        return None
    if message.location is not None and message.forward_origin is None:
        zone = zone_at(message.location.latitude, message.location.longitude) or ""
        return Located(name, chat, zone, message.date, _language(message.from_user))
    thing = next((kind for kind, names in THINGS if any(getattr(message, one, None) for one in names)), None)
    if thing is None and message.text is not None:
        if len(message.text) <= MessageLimit.MAX_TEXT_LENGTH:
            return Said(name, chat, message.text, message.date, _language(message.from_user))
        thing = "long"
    return Brought(name, chat, thing, message.date, _language(message.from_user)) if thing else None
