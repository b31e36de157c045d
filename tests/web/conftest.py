"""The page, served by the bot as a process of its own, and a browser to open it with."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.process import CONVERSATIONS, BotProcess


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[BotProcess]:
    """The bot without a token: the page, at any free port."""
    fast = {"BOT_TELEGRAM__PACE": 0, "BOT_LIMITS__PER_MINUTE": 0}
    process = BotProcess(tmp_path, BOT_WEB__PORT=0, BOT_FLOWS__PATH=CONVERSATIONS, **fast)
    await process.start()
    await process.until("The chat page: ")
    yield process
    assert await process.stop() == 0
    assert "error" not in process.log, process.log


@pytest.fixture
def address(bot: BotProcess) -> str:
    """Where the page is."""
    found = re.search(r"http://\S+", bot.log)
    assert found
    return found[0]


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The page of somebody new. Whatever the browser complains of fails the test."""
    opened = await browser.new_page(viewport={"width": 430, "height": 880})
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    await opened.goto(address)
    await opened.get_by_role("button", name="Set a boundary").wait_for()
    yield opened
    assert complaints == []
