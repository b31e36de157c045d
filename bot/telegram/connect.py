"""Signing on: who we are, which commands people are shown, and the parts of the Telegram side together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.errors import SettingError
from bot.ports import Clock

from .channel import TelegramChannel
from .poller import Handle, Poller
from .request import AiohttpRequest

log = logging.getLogger(__name__)

HASTE = 5.0
"""Seconds that Telegram has to tell the bot's link."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """The way to Telegram, signed on: the channel, the bot's name and link, and what `close` closes."""

    bot: Bot
    channel: TelegramChannel
    fetching: AiohttpRequest
    name: str
    link: str

    def poller(self, handle: Handle, clock: Clock) -> Poller:
        """The loop that fetches for `handle`."""
        return Poller(self.bot, self.fetching, self.channel, handle, clock)

    async def introduce(self, commands: Sequence[tuple[str, str]], language: str | None = None) -> None:
        """Show people these commands (name, description), if they are not shown already. `language`: those whose
        Telegram speaks it; None: all others. Best effort."""
        wanted = [BotCommand(name, about[:256]) for name, about in commands]
        try:
            if list(await self.bot.get_my_commands(language_code=language)) != wanted:
                await self.bot.set_my_commands(wanted, language_code=language)
        except TelegramError as error:
            log.warning("commands not set: %s", type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.shutdown()
        await self.fetching.shutdown()


async def connect(token: str, base_url: str, clock: Clock) -> Telegram:
    """Sign on. Waits for as long as Telegram cannot be reached. Raises SettingError when it refuses the token."""
    fetching = AiohttpRequest(base_url, connections=2)
    bot = Bot(token, base_url=f"{base_url}/bot", request=AiohttpRequest(base_url), get_updates_request=fetching)
    pause = 1.0
    while True:
        try:
            await bot.initialize()
            await _forget_webhook(bot)
            break
        except InvalidToken:
            await _close(bot, fetching)
            raise SettingError(
                "telegram.token", "Telegram does not know it", "copy it again from @BotFather, or ask for a new one"
            ) from None
        except TelegramError as error:
            log.warning("unreachable %s next_try=%s %s", base_url, pause, type(error).__name__)
            await bot.shutdown()
        await clock.sleep(pause)
        pause = min(pause * 2, 60)
    return Telegram(bot, TelegramChannel(bot), fetching, bot.first_name, bot.link)


async def link(token: str, base_url: str) -> str:
    """The bot's link; nothing when Telegram does not tell it within a few seconds."""
    requests = [AiohttpRequest(base_url, patience=HASTE) for _ in range(2)]
    bot = Bot(token, base_url=f"{base_url}/bot", request=requests[0], get_updates_request=requests[1])
    try:
        await bot.initialize()
        return str(bot.link)
    except TelegramError:
        return ""
    finally:
        await _close(bot, requests[1])


async def _forget_webhook(bot: Bot) -> None:
    """Fetching is refused while a webhook is set. A server that knows none is fine."""
    try:
        await bot.delete_webhook(drop_pending_updates=False)
    except (BadRequest, InvalidToken):
        log.info("no webhook to forget")


async def _close(bot: Bot, fetching: AiohttpRequest) -> None:
    await bot.shutdown()
    await fetching.shutdown()
