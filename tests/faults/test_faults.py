"""The promise under fire: nothing is acknowledged before it is saved, nothing is sent before it is saved."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.botapi.server import BotApi, Faults
from tests.faults.crowd import Counting, crowd
from tests.process import BotProcess

LONG = os.environ.get("FAULTS") == "long"
PEOPLE = 40
TURNS = 200 if LONG else 20
KILLS = 50 if LONG else 5
PATIENCE = 120 if LONG else 60
FLOWS = Path(__file__).parent / "flows"

pytestmark = pytest.mark.faults


def judge(members: list[Counting], kills: int, what: str) -> None:
    """Print the figures, and see that nobody was let down."""
    answered = sum(member.done for member in members)
    repeated = [member.repeated() for member in members]
    turns = sum(member.turns for member in members)
    print(f"\n{what}: {answered} of {turns} turns answered, {sum(repeated)} messages repeated, most {max(repeated)}")
    assert answered == turns
    assert all(member.in_order() for member in members)
    assert max(repeated) <= kills


async def test_killed(api: BotApi, tmp_path: Path) -> None:
    """Killed again and again while 40 people talk, no turn stays unanswered, no answer is lost, and a kill repeats at
    most one message to a person."""
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=FLOWS)
    await bot.start()
    dice, killed = random.Random(11), 0
    talk = asyncio.create_task(crowd(api, PEOPLE, TURNS, PATIENCE))
    # So slowly that all kills fall into the talk.
    seen = 0
    for _ in range(KILLS):
        goal = seen + PEOPLE * TURNS // (KILLS + 1)
        await api.until(lambda goal=goal: sum(map(len, api.posts.values())) >= goal or talk.done(), PATIENCE)  # type: ignore[misc]
        await asyncio.sleep(dice.random() / 20)
        await bot.kill()
        seen = sum(map(len, api.posts.values()))
        killed += not talk.done()
        await bot.start()
    members = await talk
    assert await bot.stop() == 0
    assert killed == KILLS
    # An edit that was done, but not yet marked when the kill came, is done again: the one refusal that may come.
    assert all("not modified" in refusal for refusal in api.refusals)
    judge(members, KILLS, f"{KILLS} kills")


async def test_broken_network(tmp_path: Path) -> None:
    """With 3 % each of 502s, connections dropped before and after handling, and 429s, every turn is answered in
    order."""
    api = BotApi(Faults(0.03, 0.03, 0.03, 0.03))
    await api.start()
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=FLOWS)
    await bot.start()
    members = await crowd(api, PEOPLE, TURNS, PATIENCE)
    assert await bot.stop() == 0
    await api.stop()
    judge(members, TURNS, "3 % each of 502, dropped before, dropped after, 429")


async def test_stops_quickly(api: BotApi, tmp_path: Path) -> None:
    """Told to stop in the middle of a crowd, the bot ends within 5 seconds, and the next one goes on."""
    bot = BotProcess.telegram(tmp_path, api.url, BOT_FLOWS__PATH=FLOWS)
    await bot.start()
    talk = asyncio.create_task(crowd(api, PEOPLE, 10, PATIENCE))
    await api.until(lambda: sum(map(len, api.posts.values())) > 200)
    async with asyncio.timeout(5):
        assert await bot.stop() == 0
    await bot.start()
    judge(await talk, 0, "stopped and started")
    assert await bot.stop() == 0
