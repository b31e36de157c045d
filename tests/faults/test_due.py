"""Many check-ins at once, at a bot that is killed: none is lost, and none sounds twice."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.service import CROWD
from tests.botapi.server import BotApi
from tests.faults.due import MINUTE, displaced, repeated, sounds, store_people
from tests.faults.test_faults import FLOWS, LONG
from tests.process import BotProcess

DUE = 3000 if LONG else 240
RATE = 100
KILLS = 10 if LONG else 3

pytestmark = pytest.mark.faults


async def test_killed_while_they_ring(api: BotApi, tmp_path: Path) -> None:
    """Killed again and again while hundreds of check-ins are due, the bot loses none, sounds twice for none, and sends
    them in the order in which they were due. What was on its way when a kill came may come again, without a sound."""
    chats = await store_people(tmp_path / "bot.db", DUE + 50, DUE, datetime.now(UTC) - MINUTE)
    bot = BotProcess.telegram(
        tmp_path, api.url, BOT_FLOWS__PATH=FLOWS, BOT_STORE__PATH="bot.db", BOT_TELEGRAM__RATE=RATE
    )
    await bot.start()
    dice = random.Random(3)
    for number in range(1, KILLS + 1):
        await api.until(lambda goal=DUE * number // (KILLS + 2): len(api.posts) >= goal, 60)  # type: ignore[misc]
        await asyncio.sleep(dice.random() / 20)
        await bot.kill()
        await bot.start()
    await api.until(lambda: len(api.posts) >= DUE, 120)
    assert await bot.stop() == 0
    again = repeated(api, chats)
    silent = sounds(api, chats).count(0)
    print(
        f"\n{DUE} check-ins, {KILLS} kills: {again} came again, {silent} without any sound, "
        f"{displaced(api, chats)} places off"
    )
    assert set(api.posts) == set(chats)
    assert max(sounds(api, chats)) == 1
    assert again + silent <= KILLS * CROWD
    assert displaced(api, chats) <= 2 * CROWD
