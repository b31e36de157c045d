"""Effect -> Bot API call, and Telegram's refusals as ours.

What Telegram says of a refusal may quote the message that it refuses, and with it a person's words: it never leaves
this file. Our errors name the code and a reason of REASONS.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.errors import DeliveryError, Gone, Later, Refused, Unreachable
from bot.events import Ask, Edit, File, Image, Rows, Say

T = TypeVar("T")
CAPTION = 1024
"""Characters under a picture."""
AT_ONCE = 100
"""Messages that one call deletes."""
REASONS = (
    *("chat not found", "message is not modified", "message to edit not found", "can't parse", "too long"),
    *("blocked", "deactivated", "kicked", "can't be deleted", "not enough rights"),
)
"""What Telegram refuses for, as it says it, and as our errors do; whatever else it says is "other"."""
NO_CHANGE = ("400 message is not modified", "400 message to edit not found")
"""Refusals of an edit after which all is as it should be."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    """See `bot.ports.Channel`. A message's id is Telegram's."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(
        self, chat: str, message: Say | Ask | File | Image, quiet: bool = False, row: int | None = None
    ) -> str:
        """Send a bubble or a file; Telegram's id of it."""
        if isinstance(message, File):
            file = InputFile(message.text.encode(), message.name)
            return str((await _told(self._bot.send_document(int(chat), file))).message_id)
        if isinstance(message, Image):
            photo = InputFile(message.png, "picture.png")
            return str((await _told(self._bot.send_photo(int(chat), photo, message.caption[:CAPTION]))).message_id)
        rows = message.rows if isinstance(message, Ask) else ()
        sent = await _told(
            self._bot.send_message(
                chat_id=int(chat),
                text=message.text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard(rows),
                disable_notification=quiet,
            )
        )
        return str(sent.message_id)

    async def clear(self, chat: str, messages: Sequence[str]) -> None:
        """Delete messages, as many at once as Telegram takes. It leaves out by itself what is gone already; what it
        refuses stays, and nothing else for its sake."""
        for at in range(0, len(messages), AT_ONCE):
            await self._delete(int(chat), [int(one) for one in messages[at : at + AT_ONCE]])

    async def _delete(self, chat: int, messages: list[int]) -> None:
        """Delete messages. For one that cannot be deleted Telegram refuses all of a call: then half of them each."""
        try:
            await _told(self._bot.delete_messages(chat, messages))
        except Refused:
            half = len(messages) // 2
            for part in (messages[:half], messages[half:]) if half else ():
                await self._delete(chat, part)

    async def edit(self, chat: str, message: str, edit: Edit) -> None:
        """Change a message. That it already reads so, or that the person deleted it, is no error."""
        try:
            await _told(
                self._bot.edit_message_text(
                    chat_id=int(chat),
                    message_id=int(message),
                    text=edit.text,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=NO_PREVIEW,
                    reply_markup=keyboard(edit.rows),
                )
            )
        except Refused as error:
            if str(error) not in NO_CHANGE:
                raise

    async def typing(self, chat: str) -> None:
        """Show that somebody is writing."""
        with suppress(DeliveryError):
            await _told(self._bot.send_chat_action(int(chat), ChatAction.TYPING))

    async def answer(self, query: str, text: str) -> None:
        """End the spinning of a button that was pressed, with a line over the chat if there is one."""
        with suppress(DeliveryError):
            await _told(self._bot.answer_callback_query(query, text=text[:200] or None))


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Rows of buttons as Telegram's; none when there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.label, callback_data=b.choice) for b in row] for row in rows])


async def _told(call: Awaitable[T]) -> T:
    """The call's result, or our error for Telegram's."""
    try:
        return await call
    except RetryAfter as error:
        wait = error.retry_after
        raise Later(wait.total_seconds() if isinstance(wait, timedelta) else wait) from None
    except Forbidden as error:
        raise Gone(f"403 {_reason(error)}") from None
    except (BadRequest, ChatMigrated) as error:
        reason = _reason(error)
        raise (Gone if reason == "chat not found" else Refused)(f"400 {reason}") from None
    except TelegramError as error:
        # A refused token too: the poller ends the program then, and the outbox waits for the next one.
        raise Unreachable(type(error).__name__) from None


def _reason(error: TelegramError) -> str:
    said = error.message.lower().replace("_", " ")
    return next((reason for reason in REASONS if reason in said), "other")
