"""The dialogue of `bench/flows/asking.yaml` on aiogram, with its memory storage."""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message


class Asking(StatesGroup):
    number = State()


def keyboard(count: int) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=name, callback_data=f"{count}.{name}") for name in ("Left", "Right", "Stop")]
    return InlineKeyboardMarkup(inline_keyboard=[row, [InlineKeyboardButton(text="Pause", callback_data="pause")]])


async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Asking.number)
    sent = await message.answer("Number 0. Left or right?", reply_markup=keyboard(0), parse_mode="HTML")
    await state.set_data({"answers": [], "asked": sent.message_id})


async def go_on(state: FSMContext, bot: Bot, chat: int, value: str, shown: str) -> None:
    data = await state.get_data()
    answers = [*data["answers"], value]
    question = f"Number {len(answers) - 1}. Left or right?"
    await bot.edit_message_text(question + shown, chat_id=chat, message_id=data["asked"], parse_mode="HTML")
    text = f"Number {len(answers)}. Left or right?"
    sent = await bot.send_message(chat, text, reply_markup=keyboard(len(answers)), parse_mode="HTML")
    await state.set_data({"answers": answers, "asked": sent.message_id})


async def tapped(query: CallbackQuery, state: FSMContext, bot: Bot) -> None:
    await query.answer()
    value = str(query.data).split(".")[1]
    await go_on(state, bot, query.from_user.id, value, f"\n\n<b>✓ {value}</b>")


async def typed(message: Message, state: FSMContext, bot: Bot) -> None:
    value = (message.text or "").strip().capitalize()
    await go_on(state, bot, message.chat.id, value, f"\n\n<b>✓ {value}</b>")


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_TELEGRAM__BASE_URL"]))
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=session)
    dispatcher = Dispatcher()
    dispatcher.message.register(start, CommandStart())
    dispatcher.callback_query.register(tapped, Asking.number)
    dispatcher.message.register(typed, Asking.number, F.text)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
