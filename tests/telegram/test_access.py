"""Invitations, from the command to the chat, over HTTP."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.books import GREETING
from tests.botapi.person import Person
from tests.botapi.server import BotApi
from tests.process import CONVERSATIONS, BotProcess


async def test_invited_while_it_runs(api: BotApi, tmp_path: Path) -> None:
    """A link that is made while the bot runs lets one person in, and the next one is told that they were not invited;
    no log line has the code."""
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=CONVERSATIONS, BOT_TELEGRAM__ACCESS="invite")
    await bot.start()
    await bot.until("On Telegram as ")
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "invite"],
        cwd=tmp_path,
        env=bot.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    code, link = done.stdout.split()
    assert link == f"https://t.me/kintsugi_bot?start={code}"
    assert (await Person(api, 1).say(f"/start {code}"))[0].startswith(GREETING)
    await api.say(2, f"/start {code}")
    await api.until(lambda: bool(api.posts.get(2)))
    assert api.posts[2][0].text.startswith("I only talk with people who were invited")
    assert await bot.stop() == 0
    assert code not in bot.log
    assert "not_invited chat=2" in bot.log
    assert api.refusals == []
