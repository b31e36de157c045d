"""The page, served by the bot as a process of its own, and a browser to open it with."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.process import CONVERSATIONS, BotProcess

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser on this machine. Left out where there is none, but never in CI."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        reason = "there is no Chromium on this machine: install it to test the page"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


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
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        await opened.close()


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
