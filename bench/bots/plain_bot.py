"""The dialogue of `bench/flows/asking.yaml` on python-telegram-bot alone, with its ConversationHandler."""

from __future__ import annotations

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    filters,
)

NUMBER = 0


def keyboard(count: int) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(name, callback_data=f"{count}.{name}") for name in ("Left", "Right", "Stop")]
    return InlineKeyboardMarkup([row, [InlineKeyboardButton("Pause", callback_data="pause")]])


async def start(update: Update, context: CallbackContext) -> int:
    sent = await update.effective_chat.send_message(
        "Number 0. Left or right?", reply_markup=keyboard(0), parse_mode="HTML"
    )
    context.user_data.update(answers=[], asked=sent.message_id)
    return NUMBER


async def go_on(update: Update, context: CallbackContext, value: str) -> int:
    data = context.user_data
    question = f"Number {len(data['answers'])}. Left or right?\n\n<b>✓ {value}</b>"
    data["answers"] = [*data["answers"], value]
    chat = update.effective_chat.id
    await context.bot.edit_message_text(question, chat_id=chat, message_id=data["asked"], parse_mode="HTML")
    text = f"Number {len(data['answers'])}. Left or right?"
    sent = await context.bot.send_message(chat, text, reply_markup=keyboard(len(data["answers"])), parse_mode="HTML")
    data["asked"] = sent.message_id
    return NUMBER


async def tapped(update: Update, context: CallbackContext) -> int:
    await update.callback_query.answer()
    return await go_on(update, context, update.callback_query.data.split(".")[1])


async def typed(update: Update, context: CallbackContext) -> int:
    return await go_on(update, context, update.message.text.strip().capitalize())


def main() -> None:
    base = f"{os.environ['BOT_TELEGRAM__BASE_URL']}/bot"
    builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(base).concurrent_updates(False)
    application = builder.build()
    talk = ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={NUMBER: [CallbackQueryHandler(tapped), MessageHandler(filters.TEXT & ~filters.COMMAND, typed)]},
        fallbacks=[],
        per_message=False,
    )
    application.add_handler(talk)
    application.run_polling(allowed_updates=["message", "callback_query"])


if __name__ == "__main__":
    main()
